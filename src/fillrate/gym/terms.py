"""What an allocation environment is made of beside what all are: columns, and a source decided outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME
from fillrate.draws import TICKS
from fillrate.errors import InputError, nearest
from fillrate.gym.played import Played, as_observed, check_list, checked
from fillrate.policy import Bound, Policy, load_policy
from fillrate.policy.spec import Entry
from fillrate.simulate import bound_of
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["USUAL", "Action", "Outside", "Terms"]

Action = Literal["rows", "prices"]

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
    "distance_km",
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

WHOLE_ORDER = "whole_order"  # whose gains and boxes prices are taken off from, where nothing else is said


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


class Charging(Outside):
    """Whole offers are decided by who steps the environment, through prices of locations."""

    def price(self, question: object) -> Sequence[float]:
        """Not to be called: the run is stepped from outside."""
        raise NotImplementedError


@dataclass(frozen=True)
class Terms(Played):
    """The arguments of an allocation environment, checked."""

    columns: tuple[str, ...] = USUAL
    action: Action = "rows"

    @classmethod
    def of(
        cls,
        world: World | str | Path,
        columns: Sequence[str] | None = None,
        others: str | Policy = "",
        days: float | None = None,
        reward_scale: float = 1.0,
        centre: float | Literal["margin"] = 0.0,
        left_out: Sequence[str] = (),
        expected: bool = False,
        traces: Sequence[Trace] = (),
        action: Action = "rows",
    ) -> Terms:
        """Check the arguments of an environment.

        Raises:
            InputError: an argument is wrong; PolicyError, WorldError and NotFound are such errors.
        """
        common = checked(world, others, days, reward_scale, centre, left_out, expected, traces)
        if action not in get_args(Action):
            allowed = get_args(Action)
            raise InputError("action", f"found '{action}'" + nearest(str(action), allowed), ", ".join(allowed))
        found = cls(**common, columns=_columns(columns), action=action)
        found.bound  # noqa: B018 - raises if the other parts are wrong
        return found

    @property
    def rows(self) -> int:
        """Rows of an observation: the widest candidate table, and hold; all locations where they are priced."""
        if self.action == "prices":
            return len(self.world.locations)
        return min(self.world.header.max_candidates, len(self.world.locations)) + 1

    def around(self, source: Any) -> Policy:
        """A source with the other parts that are kept."""
        policy = load_policy(source)
        if not self.others:
            return policy
        kept = load_policy(self.others)
        return replace(policy, rank=kept.rank, replenish=kept.replenish, modifiers=kept.modifiers)

    def _bind(self) -> Bound:
        if self.action == "prices":
            kept = load_policy(self.others) if self.others else None
            return replace(self._bind_priced(kept), custom_source=Charging(self.columns))
        return bound_of(self.around(Outside(self.columns)), self.world)

    def _bind_priced(self, kept: Policy | None) -> Bound:
        """With the gains and boxes that prices are taken off from: the policy's own, else those of `whole_order`."""
        own = kept.source.source if kept is not None and isinstance(kept.source, Entry) else None
        whole = load_policy(WHOLE_ORDER)
        if kept is None:
            return bound_of(whole, self.world)
        if own is None or own.method != "prices":
            kept = replace(kept, source=whole.source)
        return bound_of(kept, self.world)

    @cached_property
    def dearest(self) -> float:
        """Money: the price at action 1, more than a unit at list price brings and is lost for."""
        price = max(sku.price for sku in self.world.skus) * max(each.price_factor for each in self.world.segments)
        return float(price + np.max(self.world.tables.loss))

    def prices(self, action: NDArray[Any]) -> NDArray[np.float64]:
        """(..., locations) money for a unit, on the grid, of actions between -1 and 1."""
        inside = np.clip(np.asarray(action, np.float64), -1.0, 1.0)
        return np.asarray(np.rint(inside * self.dearest * TICKS) / TICKS)

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

    def action_space(self) -> spaces.Space[Any]:
        """A row, hold is the last; or a price for each location."""
        if self.action == "prices":
            return spaces.Box(-1.0, 1.0, (self.rows,), np.float32)
        return spaces.Discrete(self.rows)


def _columns(columns: Sequence[str] | None) -> tuple[str, ...]:
    if columns is None:
        return USUAL
    check_list("columns", columns, "distance_km")
    for name in columns:
        if name not in BY_NAME:
            raise InputError("columns", f"found '{name}'" + nearest(str(name), BY_NAME), ", ".join(BY_NAME))
    if not columns:
        raise InputError("columns", "found none", "at least one of " + ", ".join(BY_NAME))
    return tuple(columns)
