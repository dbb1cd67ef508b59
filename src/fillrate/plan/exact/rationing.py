"""Rationing one stock among segments over a finite horizon: which arrivals to serve, and which units to keep back.

Units of one item are asked for one at a time by segments of different worth. Each is served from stock, bought at an
expedite price, or lost. With V(n) the value of n units, serving from stock gains the segment's *stake*, the smaller of
expedite price and value + loss, and costs V(n) − V(n − 1). V is concave, so each segment has a critical level at each
time: it is served if and only if the stock is above it (Topkis 1968, Management Science 15(3); Lee and Hersh 1993,
Transportation Science 27(3)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, whole

__all__ = ["Rationing", "Worth", "ration"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
TIE = 1e-9  # a stake that falls short of the value of the unit by less is a tie, and a tie is served


@dataclass(frozen=True)
class Worth:
    """What a unit is worth, by segment where a tuple.

    Attributes:
        values: gained per unit served.
        losses: lost per unit not served; empty: none.
        expedite_prices: paid on top for a unit that is bought in and served at once; empty: no such offer.
        holding: per unit on hand and unit of time.
        salvage: per unit left at the end.
    """

    values: tuple[float, ...]
    losses: tuple[float, ...] = ()
    expedite_prices: tuple[float, ...] = ()
    holding: float = 0.0
    salvage: float = 0.0

    def __post_init__(self) -> None:
        """Check lengths and signs; raises InputError."""
        for name, numbers in (("losses", self.losses), ("expedite_prices", self.expedite_prices)):
            if numbers and len(numbers) != len(self.values):
                raise InputError(f"Worth {name}", f"{len(numbers)} numbers", f"none or {len(self.values)}")
        not_negative("Worth losses, prices and holding", *self.losses, *self.expedite_prices, self.holding)

    @property
    def without_stock(self) -> Floats:
        """(segments,) the better of losing a unit and of buying it in."""
        lost = -np.array(self.losses or (0.0,) * len(self.values))
        if not self.expedite_prices:
            return np.asarray(lost, dtype=np.float64)
        return np.asarray(np.maximum(lost, np.array(self.values) - self.expedite_prices), dtype=np.float64)

    @property
    def stakes(self) -> Floats:
        """(segments,) what serving from stock gains over not doing so."""
        return np.asarray(np.array(self.values) - self.without_stock, dtype=np.float64)


@dataclass(frozen=True)
class Rationing:
    """The solution, or the worth of given levels.

    Attributes:
        value: expected value over the horizon, from the opening stock.
        by_stock: (stock + 1,) the same from each smaller opening stock.
        times: (times,) from which on the levels stand, in periods or days.
        levels: (times, segments) units: a segment is served from stock if the stock is above its level.
    """

    value: float
    by_stock: Floats
    times: Floats
    levels: Ints


def ration(
    arrival_probabilities: ArrayLike,
    worth: Worth,
    stock: int,
    *,
    periods: int | None = None,
    receipts: Mapping[int, int] | None = None,
    levels: ArrayLike | None = None,
) -> Rationing:
    """At most one arrival a period: the optimal levels and value, or the value of given levels.

    Args:
        arrival_probabilities: (periods, segments), or (segments,) with `periods` given; each row sums to at most 1.
        worth: values, losses, prices and charges; holding falls at the end of each period.
        stock: units on hand at the start.
        periods: number of periods, if the probabilities do not change.
        receipts: units received at the start of a period, by its number.
        levels: (segments,) or (periods, segments) to be valued instead of the optimum; zeros: first come first served.

    Raises:
        InputError: shapes that do not fit, probabilities above 1 in sum, or a receipt outside the horizon.

    >>> worth = Worth(values=(10.0, 4.0))
    >>> best = ration([0.3, 0.6], worth, stock=2, periods=4)
    >>> round(best.value, 6), best.levels.tolist()
    (14.1396, [[0, 2], [0, 2], [0, 1], [0, 0]])
    >>> round(ration([0.3, 0.6], worth, stock=2, periods=4, levels=[0, 0]).value, 6)
    11.9772
    """
    chances = arrival_rows(arrival_probabilities, len(worth.values), periods)
    if (chances.sum(axis=1) > 1.0 + 1e-12).any():
        raise InputError("ration arrival_probabilities", f"a sum of {chances.sum(axis=1).max()}", "at most 1 a period")
    for time in receipts or {}:
        whole("ration receipts", time)
    given = None if levels is None else levels_as(levels, chances.shape)
    due = receipt_times(receipts or {}, stock, len(chances))
    values = worth.salvage * units_below(stock + sum(due.values()) + 1)
    chosen = np.zeros(chances.shape, dtype=np.int64)
    for t in reversed(range(len(chances))):
        values = values - worth.holding * units_below(len(values))
        chosen[t] = best_levels(values, worth) if given is None else given[t]
        values = values + expected_gain(values, chances[t], worth, chosen[t])
        values = values[due.get(t, 0) :]
    return Rationing(float(values[stock]), values, np.arange(len(chances), dtype=np.float64), chosen)


def arrival_rows(numbers: ArrayLike, segments: int, rows: int | None) -> Floats:
    """(rows, segments) from a table, or from one row to be repeated."""
    table = np.asarray(numbers, dtype=np.float64)
    if table.ndim == 1 and rows is not None:
        whole("ration periods or days", rows)
        table = np.tile(table, (rows, 1))
    if table.ndim != 2 or table.shape[1] != segments or (rows is not None and len(table) != rows):
        raise InputError(
            "ration arrivals", f"shape {table.shape}", f"(periods, {segments}), or ({segments},) and periods"
        )
    not_negative("ration arrivals", float(table.min(initial=0.0)))
    return table


def receipt_times(receipts: Mapping[int, int] | Mapping[float, int], stock: int, horizon: int) -> dict[float, int]:
    """Units received by instant, after the checks of what both forms of the problem share."""
    whole("ration stock", stock)
    for time, units in receipts.items():
        whole("ration receipts", units)
        if not 0 <= time < horizon:
            raise InputError("ration receipts", f"a receipt at {time}", f"from 0 to before {horizon}")
    return {float(time): units for time, units in receipts.items()}


def units_below(end: int) -> Floats:
    """(end,) 0, 1, …, end − 1 units."""
    return np.arange(end, dtype=np.float64)


def levels_as(levels: ArrayLike, shape: tuple[int, ...]) -> Ints:
    """Levels in a shape, or one of its rows.

    Raises:
        InputError: they have another.
    """
    found = np.asarray(levels, dtype=np.int64)
    if found.shape not in {shape, shape[-1:]}:
        raise InputError("ration levels", f"shape {found.shape}", " or ".join(map(str, {shape[-1:]: 0, shape: 0})))
    return np.broadcast_to(found, shape)


def best_levels(values: Floats, worth: Worth) -> Ints:
    """(segments,) how many units are worth more to keep than the stake of the segment."""
    worth_of_unit = np.diff(values)
    return np.array([(worth_of_unit > stake + TIE).sum() for stake in worth.stakes], dtype=np.int64)


def expected_gain(values: Floats, arrivals: Floats, worth: Worth, levels: Ints | None) -> Floats:
    """(units + 1,) expected change of value by the arrivals of a period, or by a day's worth of them."""
    worth_of_unit = np.diff(values)
    gain = np.full(len(values), float(arrivals @ worth.without_stock))
    for i, stake in enumerate(worth.stakes):
        surplus = stake - worth_of_unit
        served = surplus > 0.0 if levels is None else np.arange(1, len(values)) > levels[i]
        gain[1:] += arrivals[i] * np.where(served, surplus, 0.0)
    return gain
