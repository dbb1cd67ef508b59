"""What would have come of every order: episodes that are branched at a review, once for each level, on the same days.

A rule plays on in all branches for a while. Since they meet the same demand, what they cost differs by the order alone,
which takes most of the luck out of the comparison (Temizöz et al. 2025, Deep Controlled Learning, do it with a
simulator; here the compiled engine copies the runs as they stand).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.replenish.core import Core
from fillrate.learn.replenish.task import Rule, Task

__all__ = ["Branches", "Examples"]


@dataclass(frozen=True)
class Examples:
    """Reviews, and what every level cost from there on."""

    seen: NDArray[np.float32]  # (n, facts)
    cost: NDArray[np.float64]  # (n, levels) money


@dataclass(frozen=True)
class Branches:
    """How episodes are branched.

    Attributes:
        task: what is learned.
        episodes: side by side.
        every: reviews between two branchings of an episode.
        ahead: reviews that a branch is played.
        begin: reviews before the first branching.
        stray: share of the reviews at which the episodes order at random, so that rare states are seen too.
    """

    task: Task
    episodes: int = 256
    every: int = 5
    ahead: int = 16
    begin: int = 15
    stray: float = 0.1

    def examples(self, rule: Rule, wanted: int, seed: int) -> Examples:
        """At least so many examples of what orders cost under a rule; traces are those of seeds from `seed` on."""
        found = list(self._found(rule, wanted, seed))
        return Examples(np.concatenate([e.seen for e in found]), np.concatenate([e.cost for e in found]))

    def _found(self, rule: Rule, wanted: int, seed: int) -> Iterator[Examples]:
        task, rng = self.task, np.random.default_rng(seed)
        rounds = -(-wanted // self.episodes)
        days = task.world.supply.review_days * (self.begin + rounds * self.every + self.ahead + 1)
        traces = task.traces(self.episodes, seed, days)
        terms, levels = task.terms(traces), task.most + 1
        main, branches = Core(terms, self.episodes), Core(terms, self.episodes * levels)
        main.begin_all(list(traces))
        branches.begin_all([trace for trace in traces for _ in range(levels)])
        for _ in range(self.begin):
            self._go_on(main, rule, rng)
        for _ in range(rounds):
            yield Examples(task.seen(main.table[:, 0]), self._costs(main, branches, rule))
            for _ in range(self.every):
                self._go_on(main, rule, rng)

    def _go_on(self, main: Core, rule: Rule, rng: np.random.Generator) -> None:
        said = rule(main.table[:, 0])
        random = rng.integers(0, self.task.most + 1, self.episodes)
        main.answer(np.where(rng.random(self.episodes) < self.stray, random, said)[:, None])

    def _costs(self, main: Core, branches: Core, rule: Rule) -> NDArray[np.float64]:
        """(episodes, levels) what was paid in the branches."""
        levels = self.task.most + 1
        for i in range(self.episodes):
            for level in range(levels):
                branches.lockstep.copy(i * levels + level, main.lockstep, i)
        before = branches.account.sum(axis=1)
        branches.answer(np.tile(np.arange(levels), self.episodes)[:, None])
        for _ in range(self.ahead - 1):
            branches.answer(rule(branches.table[:, 0])[:, None])
        cost: NDArray[np.float64] = (before - branches.account.sum(axis=1)).reshape(-1, levels)
        return cost
