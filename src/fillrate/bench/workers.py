"""Where tasks run: in this process, in worker processes, or on a cluster; a lost worker's task runs again."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from fillrate.bench.cluster import on_ray
from fillrate.bench.version import code_version
from fillrate.errors import InputError

if TYPE_CHECKING:
    from fillrate.bench.tasks import Metrics, RunMany, RunOne, Task

__all__ = ["finished"]

logger = logging.getLogger(__name__)

WORTH_WORKERS_SECONDS = 6.0  # of work left; to start workers takes one or two
LOOK_SECONDS = 1.0  # between looks of a worker at whether its parent still lives
LOSSES = 3  # of workers, one after the other, without a result between them
Done = tuple["Task", "Metrics"]


def finished(
    run_one: RunOne, many: RunMany | None, tasks: Sequence[Task], n_jobs: int | None, cluster: str | None
) -> Generator[Done]:
    """Results as they come, in whatever order; arguments as in `run_tasks`.

    Raises:
        InputError: workers were lost again and again. What a task raises passes through.
    """
    if cluster is not None and tasks:
        work = _Batch(run_one, many, code_version())
        for found in on_ray(work, tasks, n_jobs):
            yield _seen(found)
    elif many is not None:
        yield from many(tasks, n_jobs)
    elif n_jobs is None and len(tasks) > 1:
        start = time.perf_counter()
        yield _run(run_one, tasks[0])
        worth = (time.perf_counter() - start) * (len(tasks) - 1) > WORTH_WORKERS_SECONDS
        yield from finished(run_one, None, tasks[1:], -1 if worth else 1, None)
    elif n_jobs == 1 or len(tasks) < 2:
        yield from (_run(run_one, task) for task in tasks)
    else:
        yield from _in_processes(run_one, tasks, n_jobs)


def _in_processes(run_one: RunOne, tasks: Sequence[Task], n_jobs: int | None) -> Iterator[Done]:
    """When the system kills a worker, its pool breaks: what has no result yet runs again, in a new one."""
    left, losses = {task.key: task for task in tasks}, 0
    while left:
        try:
            with _ended(_started(run_one, list(left.values()), n_jobs)) as results:
                for found in results:
                    task, metrics = _seen(found)
                    del left[task.key]
                    losses = 0
                    yield task, metrics
        except BrokenProcessPool as fault:
            losses += 1
            if losses == LOSSES:
                problem = f"{LOSSES} killed one after the other, as a rule because memory ran out"
                raise InputError("workers", problem, "fewer workers, days or orders; finished runs are kept") from fault
            logger.warning("a worker process was killed: what it ran is run again")


@contextmanager
def _ended(results: Generator[Done | _Failure]) -> Iterator[Generator[Done | _Failure]]:
    """Ended at once when an error leaves work behind: joblib would do it when memory is next tidied, with a warning."""
    try:
        yield results
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            results.close()


def _started(run_one: RunOne, tasks: Sequence[Task], n_jobs: int | None) -> Any:
    """Results of workers, in whatever order."""
    import joblib  # only where workers are wanted: it costs 0.2 s

    options: dict[str, Any] = {"n_jobs": n_jobs, "return_as": "generator_unordered", "batch_size": 1}
    pool = joblib.Parallel(**options, initializer=_bound_to, initargs=(os.getpid(),))
    return pool(joblib.delayed(_try_run)(run_one, task) for task in tasks)


def _bound_to(parent: int) -> None:
    """A terminal sends Ctrl-C to workers too: they leave it to the parent, which ends them, or is gone itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: int) -> None:
    """End this process soon after its parent: one that is killed or terminated has no time to end its workers."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)


def _run(run_one: RunOne, task: Task) -> Done:
    found = run_one(task.policy, task.seed)
    return task, {key: None if value is None else float(value) for key, value in found.items()}


@dataclass(frozen=True)
class _Failure:
    """An error on its way from a worker, as a value: raised there, it would overtake results that are finished."""

    error: Exception
    trace: str


def _seen(found: Done | _Failure) -> Done:
    """What a worker sent: a result, or an error, which is raised here."""
    if isinstance(found, _Failure):
        raise found.error from RuntimeError(f"in a worker:\n{found.trace}")
    return found


def _try_run(run_one: RunOne, task: Task) -> Done | _Failure:
    try:
        return _run(run_one, task)
    except Exception as error:  # noqa: BLE001 - raised again by the parent
        return _Failure(error, traceback.format_exc())


@dataclass(frozen=True)
class _Batch:
    """Tasks run on another machine, as a value that it can be sent; it must have the same code."""

    run_one: RunOne
    many: RunMany | None
    code: str

    def __call__(self, tasks: Sequence[Task]) -> list[Done | _Failure]:
        found: list[Done | _Failure] = []
        try:
            if _code_here() != self.code:
                raise InputError("cluster", "a machine runs other code of fillrate", "the same version on all of them")
            found.extend(self.many(tasks, 1) if self.many else (_run(self.run_one, task) for task in tasks))
        except Exception as error:  # noqa: BLE001 - raised again by the parent
            found.append(_Failure(error, traceback.format_exc()))
        return found


_code_here = cache(code_version)
