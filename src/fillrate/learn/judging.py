"""Judging a policy while it learns: it plays the same days as the rule that it is to beat, as it would ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.statistics import mean_interval
from fillrate.errors import InputError
from fillrate.model.kernel.feed import Feed
from fillrate.policy import Policy, load_policy
from fillrate.policy.spec import Learned
from fillrate.simulate import Replications
from fillrate.trace import sample
from fillrate.world import World

__all__ = ["Gap", "Judge"]


@dataclass(frozen=True)
class Gap:
    """Controllable cost of a policy less that of the rule: below 0 is better."""

    difference: float  # mean over worlds and traces, in per cent of what the rule's comes to, whatever its sign
    low: float | None  # 95 % interval of the mean; None of a single trace
    high: float | None
    money: float  # mean, in money

    @property
    def shown(self) -> bool:
        """Whether the policy is shown to be better."""
        return self.high is not None and self.high < 0.0


class Judge:
    """Held-out traces of some worlds, drawn where stored ones are learned from, and what the best rule pays on them."""

    def __init__(
        self, worlds: Sequence[World], rules: Mapping[str, Sequence[str]], traces: int, first: int = 0
    ) -> None:
        """Play the rules.

        Args:
            worlds: with their horizons.
            rules: name of a world -> rules, of which the best is to be beaten.
            traces: how many of each world.
            first: seed of the first.

        Raises:
            InputError: nobody orders in a world's traces.
        """
        self.worlds = list(worlds)
        self.feeds: list[list[Feed]] = []
        self.cost: list[NDArray[np.float64]] = []  # of the best rule, by world
        self.ranked: dict[str, list[str]] = {}  # rules by world, the best first
        self.orders = 0  # of one judgement
        for world in worlds:
            played = Replications(world, {name: load_policy(name) for name in rules[world.name]})
            feeds = [played.feed(sample(world, first + n)) for n in range(traces)]
            if not any(len(feed.trace.orders) for feed in feeds):
                found = f"found {world.days:g}, in which nobody orders in {world.name} on {traces} traces"
                raise InputError("days", found, "a horizon with orders")
            cost = {name: self._paid(played, name, feeds) for name in rules[world.name]}
            ranked = sorted(cost, key=lambda name: float(cost[name].mean()))
            self.feeds.append(feeds)
            self.cost.append(cost[ranked[0]])
            self.ranked[world.name] = ranked
            self.orders += sum(len(feed.trace.orders) for feed in feeds)

    @property
    def rule(self) -> dict[str, str]:
        """The best rule by world."""
        return {world: ranked[0] for world, ranked in self.ranked.items()}

    def _paid(self, played: Replications, policy: str, feeds: Sequence[Feed]) -> NDArray[np.float64]:
        """(traces,) controllable cost."""
        return np.array([card["controllable_cost"] for card in played.scorecards(policy, feeds)])

    def __call__(self, entry: Learned | Policy) -> Gap:
        """Play a policy on every held-out trace."""
        policy: Policy = load_policy(entry)
        share, money = [], []
        for world, feeds, cost in zip(self.worlds, self.feeds, self.cost, strict=True):
            difference = self._paid(Replications(world, {"learned": policy}), "learned", feeds) - cost
            share.append(100.0 * difference / abs(cost.mean()))  # stock that the close values may make it negative
            money.append(difference)
        found = mean_interval(np.concatenate(share))
        return Gap(float(np.mean(share)), found.low, found.high, float(np.mean(money)))
