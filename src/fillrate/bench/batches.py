"""Runs through the compiled engine, many a call: traces are made once for all policies, threads play side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from fillrate.policy.spec import Entry
from fillrate.simulate import Replications

if TYPE_CHECKING:
    from fillrate.bench.compare import Runs
    from fillrate.bench.tasks import Metrics, Task
    from fillrate.policy import Policy

__all__ = ["fits", "play_tasks"]

ORDERS_A_BATCH = 100_000  # of all policies: a fraction of a second
Found = tuple["Task", "Metrics"]


def fits(policies: Mapping[str, Policy]) -> bool:
    """Whether no policy asks anybody in Python, which would keep threads waiting for each other."""
    parts = [part for policy in policies.values() for part in (policy.rank, policy.source, policy.replenish)]
    return all(part is None or (isinstance(part, Entry) and not _asks(part)) for part in parts)


def _asks(part: Entry) -> bool:
    """Whether a part is asked at every decision: planners are asked now and then, and solve beside other threads."""
    return part.source is not None and part.source.method == "lookahead"


def play_tasks(runs: Runs, tasks: Sequence[Task], threads: int | None) -> Iterator[Found]:
    """Play tasks and hand each result over as it comes; the results are the same for any number of threads.

    Args:
        runs: worlds and policies.
        tasks: policy and seed each.
        threads: how many; None or negative = one a core.
    """
    if not tasks:
        return
    played = Replications(runs.world, runs.policies)
    by_seed: dict[int, list[Task]] = {}
    for task in tasks:
        by_seed.setdefault(task.seed, []).append(task)
    seeds, workers = list(by_seed), threads if threads and threads > 0 else os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting: set[Future[list[Found]]] = set()
        try:
            for first, last in _spans(runs, seeds):
                waiting.add(pool.submit(_play, runs, played, [by_seed[seed] for seed in seeds[first:last]]))
                if len(waiting) > workers:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield from future.result()
            for future in waiting:
                yield from future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _spans(runs: Runs, seeds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Bounds of batches of seeds, by the size of the first trace."""
    size = max(1, len(runs.trace(seeds[0]).orders)) * len(runs.policies) if seeds else 1
    each = min(64, max(1, ORDERS_A_BATCH // size))
    for first in range(0, len(seeds), each):
        yield first, min(first + each, len(seeds))


def _play(runs: Runs, played: Replications, groups: Sequence[Sequence[Task]]) -> list[Found]:
    """All tasks of some seeds, policy by policy."""
    feeds = {tasks[0].seed: played.feed(runs.trace(tasks[0].seed)) for tasks in groups}
    found: dict[Task, Metrics] = {}
    for name in runs.policies:
        mine = [task for tasks in groups for task in tasks if task.policy == name]
        if mine:
            cards = played.scorecards(name, [feeds[task.seed] for task in mine])
            found |= {task: dict(card) for task, card in zip(mine, cards, strict=True)}
    return [(task, found[task]) for tasks in groups for task in tasks]
