"""Running accounts of one simulation: counts and sums from which the scorecard is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from fillrate.scorecard.journal import BOOKINGS

__all__ = ["Accounts", "Averages", "Outcome"]


@dataclass
class Outcome:
    """What became of one order; made when its last unit is delivered or lost."""

    segment: int
    region: int
    units: int
    lines: int
    shipped: int  # units dispatched in the end
    first_pass: int  # units dispatched by the ship date
    lines_first_pass: int
    on_time: int  # units delivered by the delivery date
    parcels: int
    cycle_days: float  # last delivery - receipt; negative if nothing was delivered


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
    outcomes: list[Outcome] = field(default_factory=list)
    margin: float = 0.0  # price - cost over all ordered units
    received: int = 0
    immediate: int = 0
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
    home_asked: list[int] = field(default_factory=list)  # (locations,) units by home location
    home_first_pass: list[int] = field(default_factory=list)
    region_sent: list[int] = field(default_factory=list)  # (regions,) units dispatched
    region_sent_home: list[int] = field(default_factory=list)  # of them from home

    def __post_init__(self) -> None:
        """Size the lists."""
        self.home_asked, self.home_first_pass = [0] * self.locations, [0] * self.locations
        self.region_sent, self.region_sent_home = [0] * self.regions, [0] * self.regions

    def book(self, account: str, amount: float) -> None:
        """Add one amount; the only way money comes in."""
        self.money[account] += amount
        if self.steady_on:
            self.steady[account] += amount
