"""Tasks (policy × seed) run in parallel, each result kept as soon as it is there, none run twice.

A task is a pure function of its policy and seed, so the results are the same for any number of workers and any order
of finishing. Only the parent process writes.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fillrate.bench.cluster import check_cluster
from fillrate.bench.progress import progress_bar
from fillrate.bench.records import append_record, read_records
from fillrate.bench.workers import finished
from fillrate.errors import CheckFailed, InputError

__all__ = ["RESULTS_FILE", "Metrics", "RunOne", "Task", "by_policy", "read_results", "run_tasks", "task_key"]

RESULTS_FILE = "results.jsonl"
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
    cluster: str | None = None,
) -> dict[Task, Metrics]:
    """Run every task that has no result yet and return all results in the order of the tasks.

    Args:
        run_one: from policy name and seed to metrics (key → float or None); must be picklable by joblib for n_jobs > 1.
        tasks: what to run; tasks with the same key are run once.
        folder: where results are kept (`results.jsonl`) and looked up; None keeps nothing.
        n_jobs: threads of `many`, or without it worker processes; 1 is one run at a time in this process, −1 and None
            are one a core, of worker processes None only if the work is worth their start.
        quiet: no progress bar, even on a terminal.
        many: in place of workers: runs many tasks with so many threads, each result as it comes.
        cluster: "ray" runs the tasks on a Ray cluster, `n_jobs` batches at a time.

    Raises:
        InputError: `n_jobs` is 0, there is no such cluster, workers were lost again and again, or a result cannot be
            written.
        CheckFailed: a result is not finite. An error of a task passes through; what was finished is kept.
    """
    if n_jobs == 0:
        raise InputError("n_jobs", "0", "a number of workers, or -1 for every core")
    check_cluster(cluster)
    done = dict(read_results(folder)) if folder is not None else {}
    open_tasks = _first_by_key(task for task in tasks if task.key not in done)
    with progress_bar(len(tasks), quiet=quiet) as advance:
        advance(len(tasks) - len(open_tasks))
        with closing(finished(run_one, many, open_tasks, n_jobs, cluster)) as results:
            for task, metrics in results:
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
    """Finished results by task key; one that is torn or no scorecard is missing, so that its task runs again."""
    records = read_records(folder / RESULTS_FILE).items()
    return {key: record["metrics"] for key, record in records if _is_scorecard(record.get("metrics"))}


def _is_scorecard(found: Any) -> bool:
    """Whether it is numbers by name, as `append_result` writes them: finite or None."""
    numbers = found.values() if isinstance(found, dict) else ()
    good = [n is None or (type(n) in {int, float} and math.isfinite(n)) for n in numbers]
    return bool(good) and all(good)


def append_result(folder: Path, task: Task, metrics: Metrics) -> None:
    """Keep a result.

    Raises:
        InputError: it cannot be written; those before it are kept.
    """
    record = {"key": task.key, "policy": task.policy, "seed": task.seed, "metrics": dict(metrics)}
    append_record(folder / RESULTS_FILE, record)


def _first_by_key(tasks: Iterable[Task]) -> list[Task]:
    first: dict[str, Task] = {}
    for task in tasks:
        first.setdefault(task.key, task)
    return list(first.values())


def _check_finite(task: Task, metrics: Metrics) -> None:
    for key, value in metrics.items():
        if value is not None and not math.isfinite(value):
            place = f"policy {task.policy}, seed {task.seed}, metric {key}"
            raise CheckFailed(f"{place}: {value}; allowed: a finite number or None")
