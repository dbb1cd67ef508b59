"""Three ways to carry a series on: the last season again, exponential smoothing with a season, and Croston's.

A series is (days, series) amounts a day; what comes out is (ahead, series) amounts of the days to come. None of them
looks at anything but the series.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["METHODS", "SEASON", "croston", "seasonal_naive", "smoothing"]

Floats = NDArray[np.float64]
SEASON = 7  # days
LEVEL, SEASONAL = 0.1, 0.1  # weights of the newest day in exponential smoothing
SIZE = 0.1  # weight of the newest demand in Croston's method


def seasonal_naive(seen: Floats, ahead: int) -> Floats:
    """The last week over and over; with less than a week its mean.

    >>> seasonal_naive(np.arange(14.0)[:, None], 8).ravel().tolist()
    [7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 7.0]
    """
    if len(seen) < SEASON:
        return _flat(seen, ahead)
    return np.asarray(seen[-SEASON:][np.arange(ahead) % SEASON])


def smoothing(seen: Floats, ahead: int) -> Floats:
    """Exponential smoothing of level and weekday, additive and without trend (Winters 1960); a mean to begin with.

    >>> smoothing(np.full((20, 1), 3.0), 2).ravel().tolist()
    [3.0, 3.0]
    """
    if len(seen) < 2 * SEASON:
        return _flat(seen, ahead)
    level = seen[:SEASON].mean(axis=0)
    season = seen[:SEASON] - level
    for day in range(SEASON, len(seen)):
        slot = day % SEASON
        level = (1.0 - LEVEL) * level + LEVEL * (seen[day] - season[slot])
        season[slot] = (1.0 - SEASONAL) * season[slot] + SEASONAL * (seen[day] - level)
    return np.asarray(np.maximum(0.0, level + season[(len(seen) + np.arange(ahead)) % SEASON]))


def croston(seen: Floats, ahead: int) -> Floats:
    """Slow movers: the size of a demand over the days between demands, each smoothed.

    Source: Croston (1972), Operational Research Quarterly 23(3), less the bias that Syntetos and Boylan (2005) found.

    >>> croston(np.array([0.0, 4.0, 0.0, 4.0, 0.0, 4.0])[:, None], 1).ravel().tolist()
    [1.9]
    """
    series = seen.shape[1]
    size, gap, since = np.zeros(series), np.ones(series), np.zeros(series)
    known = np.zeros(series, bool)
    for amounts in seen:
        since += 1.0
        came = amounts > 0.0
        first, again = came & ~known, came & known
        size = np.where(first, amounts, np.where(again, size + SIZE * (amounts - size), size))
        gap = np.where(first, since, np.where(again, gap + SIZE * (since - gap), gap))
        known |= came
        since = np.where(came, 0.0, since)
    rate = np.where(known, (1.0 - SIZE / 2.0) * size / gap, 0.0)
    return np.tile(rate, (ahead, 1))


def _flat(seen: Floats, ahead: int) -> Floats:
    """The mean of what has been seen, every day."""
    return np.tile(seen.mean(axis=0) if len(seen) else np.zeros(seen.shape[1]), (ahead, 1))


METHODS: dict[str, Callable[[Floats, int], Floats]] = {
    "seasonal_naive": seasonal_naive,
    "smoothing": smoothing,
    "croston": croston,
}
