"""Tasks (policy × seed) run in parallel, each result kept as soon as it is there, none run twice.

A task is a pure function of its policy and seed, so the results are the same for any number of workers and any order
of finishing. Only the parent process writes; a result is one line of JSON, written with one call, so that an
interrupted run leaves whole lines and at most one torn one, whose task is run again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fillrate.bench.progress import progress_bar
from fillrate.errors import CheckFailed, InputError

__all__ = ["RESULTS_FILE", "Metrics", "RunOne", "Task", "by_policy", "read_results", "run_tasks", "task_key"]

logger = logging.getLogger(__name__)

RESULTS_FILE = "results.jsonl"
WORTH_WORKERS_SECONDS = 6.0  # of work left; to start workers takes one or two
Metrics = Mapping[str, float | None]
RunOne = Callable[[str, int], Metrics]
RunMany = Callable[[Sequence["Task"], int | None], Iterator[tuple["Task", Metrics]]]


@dataclass(frozen=True)
class Task:
    """One run: a policy on one trace seed, with the key under which its result is kept."""

    policy: str
    seed: int
    key: str


def task_key(world_hash: str, policy_hash: str, seed: int, days: float | None, code_version: str) -> str:
    """Hash of all that decides a result: 32 hexadecimal digits.

    >>> task_key("w", "p", 1, 30.0, "0.1") == task_key("w", "p", 1, 30, "0.1")
    True
    """
    parts = [world_hash, policy_hash, seed, None if days is None else float(days), code_version]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def run_tasks(
    run_one: RunOne,
    tasks: Sequence[Task],
    *,
    folder: Path | None = None,
    n_jobs: int | None = 1,
    quiet: bool = False,
    many: RunMany | None = None,
) -> dict[Task, Metrics]:
    """Run every task that has no result yet and return all results in the order of the tasks.

    Args:
        run_one: from policy name and seed to metrics (key → float or None); must be picklable by joblib for n_jobs > 1.
        tasks: what to run; tasks with the same key are run once.
        folder: where results are kept (`results.jsonl`) and looked up; None keeps nothing.
        n_jobs: worker processes; 1 runs in this process, −1 uses every core, None too if the work is worth the start
            of workers.
        quiet: no progress bar, even on a terminal.
        many: in place of workers: runs many tasks with so many threads, each result as it comes.

    Raises:
        InputError: `n_jobs` is 0.
        CheckFailed: a result is not finite. An error of a task passes through; what was finished is kept.
    """
    if n_jobs == 0:
        raise InputError("n_jobs", "0", "a number of workers, or -1 for every core")
    done = dict(read_results(folder)) if folder is not None else {}
    open_tasks = _first_by_key(task for task in tasks if task.key not in done)
    with progress_bar(len(tasks), quiet=quiet) as advance:
        advance(len(tasks) - len(open_tasks))
        for task, metrics in many(open_tasks, n_jobs) if many else _finished(run_one, open_tasks, n_jobs):
            _check_finite(task, metrics)
            if folder is not None:
                append_result(folder, task, metrics)
            done[task.key] = metrics
            advance(1)
    return {task: done[task.key] for task in tasks}


def by_policy(results: Mapping[Task, Metrics]) -> dict[str, list[Metrics]]:
    """Scorecards by policy, in the order of the tasks: what `comparison.compare_scores` takes."""
    found: dict[str, list[Metrics]] = {}
    for task, metrics in results.items():
        found.setdefault(task.policy, []).append(metrics)
    return found


def read_results(folder: Path) -> dict[str, Metrics]:
    """Finished results by task key; an unreadable line is logged and left out, so that its task runs again."""
    path = folder / RESULTS_FILE
    if not path.exists():
        return {}
    found: dict[str, Metrics] = {}
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        try:
            record = json.loads(line) if line else None
            if record is not None:
                found[record["key"]] = record["metrics"]
        except (ValueError, KeyError, TypeError):
            logger.warning("%s line %d is torn: its task is run again", path, number)
    return found


def append_result(folder: Path, task: Task, metrics: Metrics) -> None:
    """Add one result as one line; a torn last line is closed first, so that it cannot swallow this one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RESULTS_FILE
    record = {"key": task.key, "policy": task.policy, "seed": task.seed, "metrics": dict(metrics)}
    line = json.dumps(record, allow_nan=False).encode() + b"\n"
    with path.open("ab+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if size and (file.seek(size - 1), file.read(1))[1] != b"\n":
            line = b"\n" + line
        file.write(line)


def _first_by_key(tasks: Iterable[Task]) -> list[Task]:
    first: dict[str, Task] = {}
    for task in tasks:
        first.setdefault(task.key, task)
    return list(first.values())


def _finished(run_one: RunOne, tasks: Sequence[Task], n_jobs: int | None) -> Iterator[tuple[Task, Metrics]]:
    """Results as they come, from this process or from workers."""
    if n_jobs is None and len(tasks) > 1:
        start = time.perf_counter()
        yield _run(run_one, tasks[0])
        tasks = tasks[1:]
        n_jobs = -1 if (time.perf_counter() - start) * len(tasks) > WORTH_WORKERS_SECONDS else 1
    if n_jobs == 1 or len(tasks) < 2:
        yield from (_run(run_one, task) for task in tasks)
        return
    import joblib  # only where workers are wanted: it costs 0.2 s

    options: dict[str, Any] = {"n_jobs": n_jobs, "return_as": "generator_unordered", "batch_size": 1}
    options["initializer"] = _deaf_to_ctrl_c
    parallel: Any = joblib.Parallel(**options)
    for found in parallel(joblib.delayed(_try_run)(run_one, task) for task in tasks):
        if isinstance(found, _Failure):
            raise found.error from RuntimeError(f"in a worker:\n{found.trace}")
        yield found


def _deaf_to_ctrl_c() -> None:
    """A terminal sends Ctrl-C to workers too: they leave it to the parent, which ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(run_one: RunOne, task: Task) -> tuple[Task, Metrics]:
    found = run_one(task.policy, task.seed)
    return task, {key: None if value is None else float(value) for key, value in found.items()}


@dataclass(frozen=True)
class _Failure:
    """An error on its way from a worker, as a value: raised there, it would overtake results that are finished."""

    error: Exception
    trace: str


def _try_run(run_one: RunOne, task: Task) -> tuple[Task, Metrics] | _Failure:
    try:
        return _run(run_one, task)
    except Exception as error:  # noqa: BLE001 - raised again by the parent
        return _Failure(error, traceback.format_exc())


def _check_finite(task: Task, metrics: Metrics) -> None:
    for key, value in metrics.items():
        if value is not None and not math.isfinite(value):
            place = f"policy {task.policy}, seed {task.seed}, metric {key}"
            raise CheckFailed(f"{place}: {value}; allowed: a finite number or None")
