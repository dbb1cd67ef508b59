"""Columns of a candidate table made from facts: the same for every host that can name its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fillrate.decision.columns import (
    BY_NAME,
    Column,
    cost_per_unit,
    cover,
    days_of_supply,
    lateness,
    net_value,
    same,
    scarcity,
)

__all__ = ["OVER_ROWS", "Columns"]

Fact = Callable[[], Any]  # (rows,) numbers for a row fact, one number otherwise, as known at the call


class Columns:
    """Makes columns when they are asked for.

    A host hands in its facts by name; of a fact it leaves out, every column that needs it takes its default.
    """

    def __init__(self, facts: Mapping[str, Fact], rows: Callable[[], int]) -> None:
        """Look every column's facts up once; `rows` tells the number of rows besides hold."""
        self.rows = rows
        known = [column for column in BY_NAME.values() if all(need in facts for need in column.needs)]
        self.makers: dict[str, Callable[[], Sequence[float]]] = {c.name: _maker(c, facts, rows) for c in known}
        self.of_order = {c.name for c in known if c.of_order}

    def column(self, name: str) -> Sequence[float]:
        """(rows,) values of a column."""
        maker = self.makers.get(name)
        return maker() if maker is not None else [BY_NAME[name].default] * self.rows()

    def hold(self, name: str) -> float:
        """Value of a column in the hold row: what is true of the order and line, the default of what rows have."""
        if name in self.of_order and (values := self.column(name)):
            return values[0]
        return BY_NAME[name].default


def _maker(column: Column, facts: Mapping[str, Fact], rows: Callable[[], int]) -> Callable[[], Sequence[float]]:
    of, sources = column.of, [facts[need] for need in column.needs]
    if column.of_order:
        return lambda: [of(*[fact() for fact in sources])] * rows()
    if of is same:
        return sources[0]
    over = OVER_ROWS[column.name]
    return lambda: over(*[fact() for fact in sources])


# Columns that follow from facts of a row, over all rows: compiled, a loop that knows the function that it calls is
# quicker than `map`. A strict `zip` would not be compiled.


def _costs_per_unit(
    box: Sequence[float], unit_cost: Sequence[float], available: Sequence[float], remaining: float
) -> list[float]:
    return [cost_per_unit(b, c, a, remaining) for b, c, a in zip(box, unit_cost, available)]  # noqa: B905


def _covers(available: Sequence[float], remaining: float) -> list[float]:
    return [cover(a, remaining) for a in available]


def _days_of_supply(available: Sequence[float], home_rate: Sequence[float]) -> list[float]:
    return [days_of_supply(a, rate) for a, rate in zip(available, home_rate)]  # noqa: B905


def _late(delivery_days: Sequence[float], due_days: Sequence[float]) -> list[float]:
    return [lateness(delivery, due) for delivery, due in zip(delivery_days, due_days)]  # noqa: B905


def _net_values(price: float, cost: float, unit_cost: Sequence[float], opportunity: Sequence[float]) -> list[float]:
    return [net_value(price, cost, c, o) for c, o in zip(unit_cost, opportunity)]  # noqa: B905


def _scarcities(higher_rate: Sequence[float], receipt_days: Sequence[float], available: Sequence[float]) -> list[float]:
    return [scarcity(rate, days, a) for rate, days, a in zip(higher_rate, receipt_days, available)]  # noqa: B905


OVER_ROWS: dict[str, Callable[..., list[float]]] = {
    "cost_per_unit": _costs_per_unit,
    "line_cover": _covers,
    "days_of_supply": _days_of_supply,
    "expected_lateness": _late,
    "net_value": _net_values,
    "scarcity": _scarcities,
}
