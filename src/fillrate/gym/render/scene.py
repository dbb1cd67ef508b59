"""What is seen of a run between two decisions: plain numbers, the same to the value from both engines."""

from __future__ import annotations

from dataclasses import dataclass, field

from fillrate.decision.columns import cost_per_unit

__all__ = ["HOLD", "Candidate", "Decision", "Market", "Scene", "Site", "Taken"]

HOLD = -1  # the location of units that are not placed


@dataclass(frozen=True)
class Candidate:
    """A row of the candidate table: what this location could do for the line."""

    location: int
    legal: bool
    available: int  # units, after limits and earlier answers of the offer
    unit_cost: float  # freight, handling and fee, money/unit
    box_cost: float  # parcel that it would open, money; 0 if the units join one
    transit_days: float  # mean

    def cost_per_unit(self, quantity: int) -> float:
        """What a unit costs from here, its share of the box included, money/unit."""
        return cost_per_unit(self.box_cost, self.unit_cost, float(self.available), float(quantity))


@dataclass(frozen=True)
class Decision:
    """The question at hand; ids are positions in the world."""

    order: int  # trace row
    region: int
    segment: int
    line: int  # of the offer, from 0
    lines: int  # of the offer
    sku: int
    quantity: int  # units still to be placed
    waited_days: float  # since receipt
    candidates: tuple[Candidate, ...]  # in the region's order, hold left out

    @property
    def best(self) -> Candidate | None:
        """The legal row with the lowest cost per unit, if any is legal."""
        legal = [row for row in self.candidates if row.legal]
        return min(legal, key=lambda row: row.cost_per_unit(self.quantity), default=None)


@dataclass(frozen=True)
class Taken:
    """The answer to a question."""

    order: int  # trace row
    region: int
    sku: int
    location: int  # HOLD where it was held
    units: int  # that the row could give; of a hold, those that stay open


@dataclass(frozen=True)
class Site:
    """A location now."""

    on_hand: int  # units of all SKUs, reserved ones included
    on_hand_sku: int  # of the SKU at hand
    inbound: int  # units of all SKUs on order or on their way
    inbound_sku: int
    queued: int  # parcels that wait for a picker
    picking: int  # parcels in service at its pick station
    down: bool  # out of service


@dataclass(frozen=True)
class Market:
    """A region now."""

    waiting: int  # open units of orders in the backlog


@dataclass(frozen=True)
class Scene:
    """A run at one instant."""

    now: float  # days after t0
    orders: int  # offered at least once
    contribution: float  # money so far, what is certain taken forward
    sites: tuple[Site, ...]  # (locations,)
    markets: tuple[Market, ...]  # (regions,)
    decision: Decision | None  # None at the end
    taken: Taken | None = None  # the last answer
    flows: tuple[tuple[float, ...], ...] = ()  # (locations, regions) units taken, fading
    fullest: int = 1  # units on hand of the fullest location as the episode began
    history: tuple[tuple[float, float], ...] = field(default=((0.0, 0.0),), repr=False)  # (days, contribution so far)
