"""Delay formulas shared by both engines."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fillrate.draws import TICK, TICKS

__all__ = ["cut_offs", "mean_service_days", "next_cut_off"]


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


def next_cut_off(now: float, hours: Sequence[float]) -> float:
    """The first cut-off at or after now, in days; `hours` as `cut_offs` makes them. Without cut-offs: now.

    >>> next_cut_off(2.5, [10.0, 18.0])
    2.75
    >>> next_cut_off(2.75, [10.0, 18.0]), round(next_cut_off(2.8, [12.0]), 6)
    (2.75, 3.5)
    """
    if not hours:
        return now
    day = math.floor(now)
    for hour in hours:
        at = round((day + hour / 24.0) * TICKS) * TICK
        if at >= now:
            return at
    return round((day + 1 + hours[0] / 24.0) * TICKS) * TICK
