"""The rationing problem of `rationing` with Poisson arrivals in continuous time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fillrate.plan.exact.rationing import (
    Rationing,
    Worth,
    arrival_rows,
    best_levels,
    expected_gain,
    levels_as,
    receipt_times,
    units_below,
)
from fillrate.policy.textbook.checks import positive

__all__ = ["ration_poisson"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def ration_poisson(
    rates: ArrayLike,
    worth: Worth,
    stock: int,
    *,
    days: int | None = None,
    receipts: Mapping[float, int] | None = None,
    levels: Sequence[int] | None = None,
    arrivals_per_step: float = 0.1,
) -> Rationing:
    """Poisson arrivals in continuous time: −dV/dt = Σ rate × max(0, stake − (V(n) − V(n − 1))) + what needs no stock.

    Integrated backwards by Runge and Kutta's method of fourth order, restarted at each day and receipt; the error falls
    with the fourth power of `arrivals_per_step`, but for the steps in which a level changes.

    Args:
        rates: (days, segments) per day, or (segments,) with `days` given.
        worth: values, losses, prices and charges; holding is charged all the time.
        stock: units on hand at the start.
        days: number of days, if the rates do not change.
        receipts: units received, by the instant in days.
        levels: (segments,) to be valued instead of the optimum.
        arrivals_per_step: expected arrivals in one step of the integration.

    Raises:
        InputError: as for `ration`.

    >>> round(ration_poisson([1.0], Worth(values=(1.0,)), stock=3, days=2).value, 6)  # 2 - E[(N - 3)+], N Poisson(2)
    1.781983
    """
    positive("ration_poisson arrivals_per_step", arrivals_per_step)
    by_day = arrival_rows(rates, len(worth.values), days)
    given = None if levels is None else levels_as(levels, by_day.shape[-1:])
    due = receipt_times(receipts or {}, stock, len(by_day))
    values = worth.salvage * units_below(stock + sum(due.values()) + 1)
    times: list[float] = []
    chosen: list[Ints] = []
    for start, end, rate in _stretches(by_day, due):
        steps = max(1, math.ceil(float(rate.sum()) * (end - start) / arrivals_per_step))
        for step in reversed(range(steps)):
            values = _runge_kutta(values, (end - start) / steps, _slope(rate, worth, given))
            times.append(start + (end - start) * step / steps)
            chosen.append(best_levels(values, worth) if given is None else given)
        values = values[due.get(start, 0) :]
    return Rationing(float(values[stock]), values, np.array(times[::-1]), np.array(chosen[::-1]))


def _slope(rates: Floats, worth: Worth, levels: Ints | None) -> Callable[[Floats], Floats]:
    return lambda values: expected_gain(values, rates, worth, levels) - worth.holding * units_below(len(values))


def _runge_kutta(values: Floats, step: float, slope: Callable[[Floats], Floats]) -> Floats:
    first = slope(values)
    second = slope(values + 0.5 * step * first)
    third = slope(values + 0.5 * step * second)
    fourth = slope(values + step * third)
    return values + step / 6.0 * (first + 2.0 * second + 2.0 * third + fourth)


def _stretches(by_day: Floats, due: Mapping[float, int]) -> Iterator[tuple[float, float, Floats]]:
    """(start, end, rates) between days and receipts, the last first."""
    ends = sorted({*map(float, range(len(by_day) + 1)), *due})
    for start, end in reversed(list(pairwise(ends))):
        yield start, end, by_day[math.floor(start)]
