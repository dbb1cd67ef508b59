"""Delay formulas shared by both engines."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fillrate.draws import snap

__all__ = ["cut_offs", "mean_service_days", "next_cut_off", "next_review"]


def mean_service_days(setup_minutes: float, line_minutes: float, unit_minutes: float, lines: int, units: int) -> float:
    """Mean pick service of a parcel, in days.

    >>> mean_service_days(60.0, 30.0, 10.0, 2, 6)
    0.125
    """
    return (setup_minutes + line_minutes * lines + unit_minutes * units) / 1440.0


def cut_offs(hours: Sequence[float]) -> tuple[float, ...]:
    """Hours of day in [0, 24), rising, each once: hour 24 is hour 0 of the next day.

    >>> cut_offs([18.0, 24.0, 6.0, 18.0])
    (0.0, 6.0, 18.0)
    """
    return tuple(sorted({hour % 24.0 for hour in hours}))


def next_cut_off(now: float, hours: Sequence[float], first: int, count: int) -> float:
    """The first cut-off at or after now, in days; without cut-offs: now.

    Args:
        now: days.
        hours: hours of day of the cut-offs of one or more locations, each as `cut_offs` makes them.
        first: where those of the location begin.
        count: how many it has.

    >>> next_cut_off(2.5, [10.0, 18.0], 0, 2)
    2.75
    >>> next_cut_off(2.75, [10.0, 18.0], 0, 2), round(next_cut_off(2.8, [12.0], 0, 1), 6)
    (2.75, 3.5)
    """
    if count == 0:
        return now
    day = math.floor(now)
    for n in range(first, first + count):
        at = snap(day + hours[n] / 24.0)
        if at >= now:
            return at
    return snap(day + 1 + hours[first] / 24.0)


def next_review(now: float, every: float) -> float:
    """The first review after now, in days; now if reviews are continuous (`every` 0).

    >>> next_review(2.5, 2.0), next_review(4.0, 2.0), next_review(2.5, 0.0)
    (4.0, 6.0, 2.5)
    """
    if every == 0.0:
        return now
    n = int(now / every)
    while snap(n * every) <= now:
        n += 1
    return snap(n * every)
