"""Running accounts of one simulation: counts and sums, handed over as totals at the end."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.scorecard.journal import BOOKINGS
from fillrate.scorecard.totals import COUNTS, HOME, SUMS, TALLY, Totals

__all__ = ["Accounts", "Tally"]


@dataclass(slots=True)
class Tally:
    """What became of the orders of one segment and region that have ended; the fields are those of `TALLY`."""

    orders: int = 0
    units: int = 0
    lines: int = 0
    shipped: int = 0
    immediate: int = 0
    first_pass: int = 0
    lines_first_pass: int = 0
    full: int = 0
    delivered: int = 0
    days: float = 0.0  # cycle days of those delivered


@dataclass
class Accounts:
    """Sums by what happened; orders count from the warm-up on, money always. See `totals` for the meaning of each."""

    segments: int
    regions: int
    locations: int
    warm_up: float
    horizon: float
    money: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOOKINGS, 0.0))
    steady: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOOKINGS, 0.0))
    steady_on: bool = False  # from the end of the warm-up to the close, neither opening value nor close included
    served: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOOKINGS, 0.0))
    tallies: list[list[Tally]] = field(init=False)  # [segment][region]
    cycles: array[float] = field(default_factory=lambda: array("d"))  # days of delivered orders, as these ended
    parcels: int = 0
    sent: int = 0
    split: int = 0
    on_time: int = 0
    received: int = 0
    allocated: int = 0
    lost: int = 0
    open_at_end: int = 0
    parcels_picked: int = 0
    parcels_waited: int = 0
    dispatched: int = 0
    cut_tables: int = 0
    masked_offers: int = 0
    stopped_searches: int = 0
    margin: float = 0.0
    waited: float = 0.0
    station_wait: float = 0.0
    dispatched_cost: float = 0.0
    backorders: float = 0.0  # known at the horizon, as the next two
    on_hand: list[float] = field(default_factory=list)  # (pairs,)
    busy: list[float] = field(default_factory=list)  # (locations,)
    home: dict[str, list[int]] = field(init=False)  # key of `HOME` -> (locations,) units
    region_sent: list[int] = field(init=False)  # (regions,) units dispatched
    region_sent_home: list[int] = field(init=False)  # of them from home

    def __post_init__(self) -> None:
        """Size the lists."""
        self.tallies = [[Tally() for _ in range(self.regions)] for _ in range(self.segments)]
        self.home = {key: [0] * self.locations for key in HOME}
        self.region_sent, self.region_sent_home = [0] * self.regions, [0] * self.regions

    def book(self, account: str, amount: float, served: bool) -> None:
        """Add one amount; the only way money comes in.

        Args:
            account: a key of `BOOKINGS`.
            amount: snapped, positive = earned.
            served: whether it is what counted orders brought or cost: it carries one, or it is a charge for time after
                the warm-up.
        """
        self.money[account] += amount
        if self.steady_on:
            self.steady[account] += amount
        if served:
            self.served[account] += amount

    def totals(self) -> Totals:
        """The accounts of a finished run, as totals of one replication."""
        tally = np.array([[[getattr(t, key) for key in TALLY] for t in row] for row in self.tallies], np.int64)
        days = np.array([[t.days for t in row] for row in self.tallies], np.float64)  # sums of it are exact
        return Totals(
            **{name: _floats(list(getattr(self, name).values())) for name in ("money", "steady", "served")},
            by_segment=tally.sum(axis=1)[None],
            by_region=tally.sum(axis=0)[None],
            segment_days=days.sum(axis=1)[None],
            region_days=days.sum(axis=0)[None],
            counts=_whole([getattr(self, key) for key in COUNTS]),
            sums=_floats([getattr(self, key) for key in SUMS]),
            home=_whole([self.home[key] for key in HOME]),
            region_sent=_whole([self.region_sent, self.region_sent_home]),
            on_hand=_floats(self.on_hand),
            busy=_floats(self.busy),
            cycles=_floats(self.cycles),
        )


def _floats(values: Any) -> NDArray[np.float64]:
    """(1, ...) a copy."""
    return np.array(values, np.float64)[None]


def _whole(values: Any) -> NDArray[np.int64]:
    """(1, ...) a copy."""
    return np.array(values, np.int64)[None]
