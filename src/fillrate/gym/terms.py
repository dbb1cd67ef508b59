"""What an environment is made of: the world, the parts of the policy that it does not learn, columns, reward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME
from fillrate.decision.scaling import GRID
from fillrate.errors import InputError, nearest
from fillrate.policy import Bound, bind, load_policy
from fillrate.trace import Trace
from fillrate.world import World, load_world

if TYPE_CHECKING:
    from fillrate.model.kernel.setting import Setting

__all__ = ["USUAL", "Outside", "Terms", "as_observed", "check_scale", "world_of"]

USUAL: tuple[str, ...] = (
    "quantity",
    "unit_margin",
    "priority",
    "loss_cost",
    "days_waited",
    "days_to_promise",
    "lines_left",
    "horizon_left",
    "days_to_review",
    "units_waiting",
    "cost_per_unit",
    "unit_shipping_cost",
    "box_cost",
    "transit_days",
    "expected_lateness",
    "station_workload",
    "available",
    "line_cover",
    "order_cover",
    "days_of_supply",
    "inbound",
    "days_to_receipt",
    "scarcity",
    "home",
    "third_party",
    "one",
)
"""Columns of an observation where nothing else is said."""


class Outside:
    """A source policy that is decided by who steps the environment; asked by nobody."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        """With the columns that it sees."""
        self.columns = columns

    def source(self, question: object) -> int:
        """Not to be called: the run is stepped from outside."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """The same for every instance: a policy's hash is made of it."""
        return f"Outside({', '.join(self.columns)})"


@dataclass(frozen=True)
class Terms:
    """The arguments of an environment, checked."""

    world: World
    columns: tuple[str, ...]
    others: str  # policy whose rank, replenish and modifiers are kept
    reward_scale: float
    centre: float
    traces: tuple[Trace, ...]

    @classmethod
    def of(
        cls,
        world: World | str | Path,
        columns: Sequence[str] | None,
        others: str,
        days: float | None,
        reward_scale: float,
        centre: float,
        traces: Sequence[Trace],
    ) -> Terms:
        """Check the arguments of an environment.

        Raises:
            InputError: an argument is wrong; PolicyError, WorldError and NotFound are such errors.
        """
        loaded = world_of(world, days, traces)
        check_scale(reward_scale)
        return cls(loaded, _columns(columns), others, float(reward_scale), float(centre), tuple(traces))

    @property
    def rows(self) -> int:
        """Rows of an observation: the widest candidate table, and hold."""
        return min(self.world.header.max_candidates, len(self.world.locations)) + 1

    @cached_property
    def bound(self) -> Bound:
        """The policy, its source decided outside."""
        kept = load_policy(self.others) if self.others else None
        outside = load_policy(Outside(self.columns))
        if kept is not None:
            outside = replace(outside, rank=kept.rank, replenish=kept.replenish, modifiers=kept.modifiers)
        return bind(outside, self.world)

    @cached_property
    def setting(self) -> Setting:
        """The same for the compiled engine."""
        from fillrate.model.kernel.setting import Setting

        return Setting(self.world, self.bound)

    @cached_property
    def scale(self) -> NDArray[np.float64]:
        """(columns,) usual sizes."""
        return np.array([BY_NAME[name].scale for name in self.columns])

    def scaled(self, value: NDArray[np.float64]) -> NDArray[np.float32]:
        """(..., rows, columns) values as they are observed: `decision.scaling`, for arrays."""
        return as_observed(value, self.scale)

    def observation_space(self) -> spaces.Box[Any]:
        """Box of the candidate tables."""
        return spaces.Box(-1.0, 1.0, (self.rows, len(self.columns)), np.float32)

    def action_space(self) -> spaces.Discrete[Any]:
        """A row, hold is the last."""
        return spaces.Discrete(self.rows)


def world_of(world: World | str | Path, days: float | None, traces: Sequence[Trace]) -> World:
    """The world of an environment, over the horizon that is stated, or that of its traces.

    Raises:
        InputError: both are given; WorldError and NotFound are such errors.
    """
    loaded = (world if isinstance(world, World) else load_world(world)).over(days)
    if not traces:
        return loaded
    if days is not None:
        raise InputError("days", f"found {days:g}", "none where traces are given: they have their own")
    return loaded.over(traces[0].days)


def check_scale(reward_scale: float) -> None:
    """Check what a unit of money is worth; raises InputError."""
    if not (np.isfinite(reward_scale) and reward_scale > 0.0):
        raise InputError("reward_scale", f"found {reward_scale}", "a finite number above 0")


def as_observed(value: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float32]:
    """Values as they are observed: `decision.scaling`, for arrays."""
    size = np.abs(value)
    size += scale
    np.divide(value, size, out=size)
    size *= GRID
    np.rint(size, out=size)
    return (size * (1.0 / GRID)).astype(np.float32)  # multiples of 2**-14 are exact in 32 bits


def _columns(columns: Sequence[str] | None) -> tuple[str, ...]:
    if columns is None:
        return USUAL
    for name in columns:
        if name not in BY_NAME:
            raise InputError("columns", f"found '{name}'" + nearest(str(name), BY_NAME), ", ".join(BY_NAME))
    if not columns:
        raise InputError("columns", "found none", "at least one of " + ", ".join(BY_NAME))
    return tuple(columns)
