"""What is to be learned: the order sizes of a world with one location and SKU, and what a learner sees of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.gym.replenish.observation import Facts
from fillrate.gym.replenish.terms import Terms
from fillrate.learn.replenish.network import OrderNetwork
from fillrate.trace import Trace, sample
from fillrate.world import World

__all__ = ["Rule", "Task"]

Rule = Callable[[NDArray[np.float64]], NDArray[np.int64]]
"""(n, facts) facts in their units -> (n,) levels."""


@dataclass(frozen=True)
class Task:
    """A world of one pair, whose orders have 0 to `most` units: a level a unit.

    Attributes:
        world: over the horizon that is played.
        most: largest order, units.
    """

    world: World
    most: int

    def __post_init__(self) -> None:
        """Check; raises InputError."""
        if len(self.world.tables.pair_sku) != 1:
            raise InputError("world", f"found {len(self.world.tables.pair_sku)} pairs", "one location and SKU")

    def terms(self, traces: tuple[Trace, ...] = ()) -> Terms:
        """What its environment is made of."""
        world = self.world if not traces else self.world.over(traces[0].days)
        common: dict[str, Any] = {"world": world, "others": "", "days": None, "reward_scale": 1.0, "centre": 0.0}
        common |= {"left_out": (), "expected": False, "traces": traces}
        return Terms.of("levels", self.most, self.most + 1, 0, **common)

    def traces(self, n: int, first_seed: int, days: float | None = None) -> tuple[Trace, ...]:
        """Traces of n seeds from the first one on."""
        world = self.world.over(days)
        return tuple(sample(world, first_seed + i) for i in range(n))

    @cached_property
    def known(self) -> Facts:
        """All facts of an observation."""
        return self.terms().facts

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """What a network looks at: stock and pipeline; not how much time is left, so that its rule is stationary."""
        return tuple(name for name in self.known.names if name == "on_hand" or name.startswith("due_"))

    def columns(self, facts: tuple[str, ...]) -> list[int]:
        """Where facts stand."""
        return [self.known.names.index(name) for name in facts]

    def seen(self, table: NDArray[np.float64], facts: tuple[str, ...] = ()) -> NDArray[np.float32]:
        """(n, facts) of (n, all facts) in their units: as the environment shows them."""
        observed = self.known.observed(table[:, None], np.ones(len(table), np.bool_))
        return observed[:, 0, self.columns(facts or self.facts)]

    def rule(self, network: OrderNetwork) -> Rule:
        """A network as a rule."""
        return lambda table: network.levels(self.seen(table, network.facts))

    def base_stock(self, level: int, cap: int | None = None) -> Rule:
        """Order what lifts stock and pipeline to a level, at most `cap` (and never more than `most`)."""
        most, columns = self.most if cap is None else min(cap, self.most), self.columns(self.facts)
        return lambda table: np.clip(level - table[:, columns].sum(axis=1), 0, most).astype(np.int64)
