"""When the log's orders came: its first midnight, its days, and the profiles over week, year and day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs import OrderLog

__all__ = ["Calendar", "calendar"]

DAY = 86_400  # seconds
YEAR = 365.0  # days, as seasons are counted in a world
MONTHS = 12
LEAST_DAYS = {"weekday": 28, "season": 365}
"""Shorter logs have no such profile: a weekday seen three times, or half of a year, is no rhythm."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calendar:
    """The log's days as a world counts them.

    Attributes:
        start: midnight before the first order, t0.
        days: whole days up to midnight after the last order, the horizon.
        first_weekday: of day 0, Monday = 0.
        first_day_of_year: of day 0, January 1 = 0.
        instant: (orders,) days after t0.
        weekday_profile: 7 factors of mean 1, none in a short log.
        season_profile: 12 factors of mean 1, evenly spaced over the year, none in a log of less than a year.
        hour_profile: 24 factors of mean 1, none where the log has dates only.
    """

    start: np.datetime64
    days: int
    first_weekday: int
    first_day_of_year: int
    instant: Floats
    weekday_profile: tuple[float, ...]
    season_profile: tuple[float, ...]
    hour_profile: tuple[float, ...]

    @property
    def text(self) -> str:
        """From and to, for people."""
        first = self.start.astype("datetime64[D]")
        return f"{first} to {first + np.timedelta64(self.days - 1, 'D')}"


def calendar(log: OrderLog) -> Calendar:
    """The calendar of a log with at least one order."""
    start = log.ordered_at[0].astype("datetime64[D]").astype("datetime64[s]")
    instant = (log.ordered_at - start).astype(np.int64) / DAY
    days = int(instant[-1]) + 1
    weekday = (int(start.astype("datetime64[D]").astype(np.int64)) + 3) % 7  # 1970-01-01 was a Thursday
    of_year = int((start.astype("datetime64[D]") - start.astype("datetime64[Y]").astype("datetime64[D]")).astype(int))
    day = np.floor(instant).astype(np.int64)
    every = np.arange(days)
    return Calendar(
        start,
        days,
        weekday,
        of_year,
        instant,
        _profile((day + weekday) % 7, (every + weekday) % 7, 7) if days >= LEAST_DAYS["weekday"] else (),
        _profile(_month(day + of_year), _month(every + of_year), MONTHS) if days >= LEAST_DAYS["season"] else (),
        () if log.dates_only else _profile((instant * 24).astype(np.int64) % 24, np.arange(24), 24),
    )


def _month(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Twelfth of the year of days counted from a January 1."""
    return ((day + 0.5) % YEAR / YEAR * MONTHS).astype(np.int64)


def _profile(place: NDArray[np.int64], exposed: NDArray[np.int64], length: int) -> tuple[float, ...]:
    """Orders a day (or hour) in each place over the mean of all places."""
    orders = np.bincount(place, minlength=length) / np.maximum(1, np.bincount(exposed, minlength=length))
    return tuple(round(float(x), 4) for x in orders / orders.mean())
