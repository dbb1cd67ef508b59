"""Traces made once and played under one policy after the other: common random numbers, and no time lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.batches import fits
from fillrate.policy import Policy, load_policy
from fillrate.policy.spec import Entry
from fillrate.simulate import Replications, simulate
from fillrate.trace.replay import orders_of
from fillrate.world import World

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.trace import Trace

__all__ = ["Playground"]

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
    """

    world: World
    seeds: Sequence[int]
    metric: str
    threads: int | None = None
    sampled: bool = False

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
        if not fits({"it": bound}):
            return self._planned(bound, self.traces[first:last])
        played, feeds = Replications(self.world, {"it": bound}), self.feeds[first:last]
        each = -(-len(feeds) // self._workers)
        parts = [feeds[n : n + each] for n in range(0, len(feeds), each)]
        cards = self._pool.map(lambda part: played.scorecards("it", part).column(self.metric), parts)
        return np.concatenate(list(cards))

    def _planned(self, policy: Policy, traces: Sequence[Trace]) -> Floats:
        """A policy that asks a planner is played one run after the other."""
        found = (simulate(self.world, trace, policy).scorecard[self.metric] for trace in traces)
        return np.array([np.nan if value is None else value for value in found])
