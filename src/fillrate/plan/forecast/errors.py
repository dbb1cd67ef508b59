"""How far off a forecast would have been on what has been seen: day by day, from what was known the day before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError, nearest
from fillrate.plan.forecast.methods import METHODS, SEASON

__all__ = ["ForecastError", "backtest"]


@dataclass(frozen=True)
class ForecastError:
    """Errors of forecasts for the next day; positive bias = too much was expected."""

    days: int  # forecasts made
    mean_absolute: float  # units a day and series
    bias: float  # units a day and series
    scaled: (
        float | None
    )  # mean absolute error over that of the last season again (Hyndman, Koehler 2006); None: it had none


def backtest(seen: NDArray[np.float64], method: str) -> ForecastError:
    """Errors of a method over a series, from the end of its second season on.

    Args:
        seen: (days, series) amounts a day; more than two seasons of days.
        method: `seasonal_naive`, `smoothing` or `croston`.

    Raises:
        InputError: there is no such method, or too little has been seen.

    >>> backtest(np.tile([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 4)[:, None], "seasonal_naive").mean_absolute
    0.0
    """
    if method not in METHODS:
        raise InputError("forecast", f"found '{method}'" + nearest(method, METHODS), ", ".join(METHODS))
    first = 2 * SEASON
    if len(seen) <= first:
        raise InputError("forecast", f"{len(seen)} days seen", f"more than {first}")
    off = np.array([METHODS[method](seen[:day], 1)[0] - seen[day] for day in range(first, len(seen))])
    naive = float(np.abs(seen[first:] - seen[first - SEASON : -SEASON]).mean())
    absolute = float(np.abs(off).mean())
    return ForecastError(len(off), absolute, float(off.mean()), absolute / naive if naive > 0.0 else None)
