"""Running accounts of one simulation: counts and sums from which the scorecard is made."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fillrate.scorecard.journal import BOOKINGS

__all__ = ["HOME", "Accounts", "Averages", "Outcome", "Outcomes"]

HOME = ("asked", "first_pass", "immediate", "shipped")
"""What is counted in units by home location."""


class Outcome(NamedTuple):
    """What became of one order; made when its last unit is delivered or lost."""

    segment: int
    region: int
    units: int
    lines: int
    shipped: int  # units dispatched in the end
    immediate: int  # units allocated at the instant of receipt
    first_pass: int  # units dispatched by the ship date
    lines_first_pass: int
    on_time: int  # units delivered by the delivery date
    parcels: int
    cycle_days: float  # last delivery - receipt; negative if nothing was delivered


class Outcomes:
    """Outcomes as columns: as many entries as orders that came in after the warm-up and have ended."""

    def __init__(self) -> None:
        """Start empty."""
        self._cells = array("d")  # one outcome after the other; counts are exact in it

    def append(self, outcome: Outcome) -> None:
        """Add one order."""
        self._cells.extend(outcome)

    def __len__(self) -> int:
        """Return the number of orders."""
        return len(self._cells) // len(Outcome._fields)

    def column(self, name: str) -> NDArray[Any]:
        """(orders,) one field of `Outcome`, copied: whole numbers, but for `cycle_days`."""
        cells = np.array(self._cells).reshape(-1, len(Outcome._fields))[:, Outcome._fields.index(name)]
        return cells if name == "cycle_days" else cells.astype(np.int64)


@dataclass
class Averages:
    """Time integrals between warm-up and horizon, in unit-days (or server-days)."""

    on_hand: list[float]  # (pairs,)
    backorders: float
    busy: list[float]  # (locations,) busy servers


@dataclass
class Accounts:
    """Sums by what happened; orders count from the warm-up on, money always."""

    segments: int
    regions: int
    locations: int
    warm_up: float
    horizon: float
    money: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOOKINGS, 0.0))
    steady: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOOKINGS, 0.0))
    steady_on: bool = False  # from the end of the warm-up to the close, neither opening value nor close included
    served: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOOKINGS, 0.0))
    outcomes: Outcomes = field(default_factory=Outcomes)
    margin: float = 0.0  # price - cost over all ordered units
    received: int = 0  # orders from the warm-up on
    allocated: int = 0
    waited: float = 0.0  # unit-days from receipt to allocation
    lost: int = 0
    open_at_end: int = 0
    parcels_picked: int = 0
    parcels_waited: int = 0
    station_wait: float = 0.0
    dispatched: int = 0  # units between warm-up and horizon
    dispatched_cost: float = 0.0  # their cost
    cut_tables: int = 0
    masked_offers: int = 0
    stopped_searches: int = 0
    home: dict[str, list[int]] = field(default_factory=dict)  # key of `HOME` -> (locations,) units
    region_sent: list[int] = field(default_factory=list)  # (regions,) units dispatched
    region_sent_home: list[int] = field(default_factory=list)  # of them from home

    def __post_init__(self) -> None:
        """Size the lists."""
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
