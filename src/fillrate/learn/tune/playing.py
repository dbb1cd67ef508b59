"""Traces made once and played under one policy after the other: common random numbers, and no time lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.batches import fits
from fillrate.bench.cluster import on_ray
from fillrate.policy import Policy, bind, load_policy
from fillrate.policy.spec import Entry
from fillrate.simulate import Replications, simulate
from fillrate.trace.replay import orders_of
from fillrate.world import World

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.trace import Trace

__all__ = ["Playground", "side_by_side"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Playground:
    """The traces of some seeds, ready to be played under any policy.

    Attributes:
        world: with its horizon.
        seeds: of the traces.
        metric: what a run is worth.
        threads: play side by side; None = one a core. The results are the same for any number.
        sampled: draw the orders too where the world names a stored trace.
        cluster: `ray` = there, trace by trace, instead of in threads; the results are the same to the bit.
    """

    world: World
    seeds: Sequence[int]
    metric: str
    threads: int | None = None
    sampled: bool = False
    cluster: str | None = None

    @cached_property
    def traces(self) -> list[Trace]:
        """(seeds,) the orders and draws."""
        return [orders_of(self.world, seed, self.sampled) for seed in self.seeds]

    @cached_property
    def feeds(self) -> list[Feed]:
        """(seeds,) the traces as the compiled engine reads them."""
        made = Replications(self.world, {})
        return [made.feed(trace) for trace in self.traces]

    @cached_property
    def orders(self) -> list[int]:
        """(seeds,) orders of each trace."""
        return [len(trace.orders) for trace in self.traces]

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._workers)

    @property
    def _workers(self) -> int:
        return self.threads or os.cpu_count() or 1

    def play(self, policy: Policy | Entry, first: int = 0, last: int | None = None) -> Floats:
        """(last - first,) the metric of each run on the traces from `first` to before `last`, nan where undefined.

        Raises:
            PolicyError: the policy does not fit the world.
        """
        bound = load_policy(policy, self.world)
        if self.cluster is not None:
            return self._away(bound, self.seeds[first:last])
        if not fits({"it": bound}):
            return self._planned(bound, self.traces[first:last])
        played, feeds = Replications(self.world, {"it": bound}), self.feeds[first:last]
        return side_by_side(played, "it", feeds, self.metric, self._pool, self._workers)

    def _away(self, policy: Policy, seeds: Sequence[int]) -> Floats:
        """The same on a cluster; results come in any order, and carry their place."""
        bind(policy, self.world)  # what does not fit is said here, not by a worker
        found = np.full(len(seeds), np.nan)
        work = partial(_played, self.world, policy, self.metric, self.sampled)
        for n, value in on_ray(work, list(enumerate(seeds)), self.threads):
            found[n] = value
        return found

    def _planned(self, policy: Policy, traces: Sequence[Trace]) -> Floats:
        """A policy that asks a planner or Python is played one run after the other, each from its beginning."""
        found = (simulate(self.world, trace, policy.fresh()).scorecard[self.metric] for trace in traces)
        return np.array([np.nan if value is None else value for value in found])


def side_by_side(
    played: Replications, name: str, feeds: list[Feed], metric: str, pool: ThreadPoolExecutor, workers: int
) -> Floats:
    """(feeds,) the metric of a policy's runs, by so many threads of a pool."""
    each = -(-len(feeds) // workers)
    parts = [feeds[n : n + each] for n in range(0, len(feeds), each)]
    return np.concatenate(list(pool.map(lambda part: played.scorecards(name, part).column(metric), parts)))


def _played(
    world: World, policy: Policy, metric: str, sampled: bool, batch: Sequence[tuple[int, int]]
) -> list[tuple[int, float]]:
    """On a worker: place and metric of each (place, seed)."""
    ground = Playground(world, [seed for _, seed in batch], metric, 1, sampled)
    return [(n, float(value)) for (n, _), value in zip(batch, ground.play(policy), strict=True)]
