"""What moves through the model: orders, their lines, and parcels."""

from __future__ import annotations

from typing import Any

__all__ = ["Line", "Order", "Parcel"]


class Line:
    """A trace line of an order."""

    __slots__ = (
        "aim",
        "at",
        "committed",
        "counted",
        "first_pass",
        "held",
        "home",
        "immediate",
        "key",
        "open",
        "order",
        "picks",
        "price",
        "quantity",
        "row",
        "sku",
        "waiting",
    )

    def __init__(self, order: Order, row: int, key: int, sku: int, quantity: int, price: float, home: int) -> None:
        """All units are open at first."""
        self.order, self.row, self.key, self.sku, self.price, self.home = order, row, key, sku, price, home
        self.quantity = self.open = quantity  # open: units neither reserved nor lost
        self.waiting = 0  # open units of an order that waits, offered yet or not
        self.held = 0  # open units counted as backorders, from the first offer on
        self.counted = 0  # most units ever reserved or shipped at one time: their wait for stock is counted
        self.immediate = 0  # units of them reserved at the instant of receipt, and not lost at it
        self.first_pass = 0  # units dispatched by the ship date
        self.at: dict[int, int] = {}  # units reserved at or shipped from each location
        self.committed: list[tuple[int, int, int]] = []  # (location, pair, units) reserved while the rest waits
        self.aim = -1  # location that a planner assigned, -1 = none
        self.picks: dict[int, int] | None = None  # picks so far by location


class Order:
    """An order in the model."""

    __slots__ = (
        "boxes",
        "channel",
        "counted",
        "deadline",
        "deliver_by",
        "groups",
        "key",
        "last_delivery",
        "lines",
        "offered",
        "offers",
        "on_time",
        "parcels",
        "patient",
        "pending",
        "pin",
        "rank",
        "region",
        "row",
        "segment",
        "sent",
        "ship_by",
        "shipped",
        "time",
        "units",
        "waiting",
    )

    def __init__(self, row: int, key: int, time: float, region: int, segment: int, channel: int, pin: int) -> None:
        """Receive an order without lines."""
        self.row, self.key, self.time, self.region = row, key, time, region
        self.segment, self.channel, self.pin = segment, channel, pin
        self.lines: list[Line] = []
        self.groups: list[list[Line]] = []  # lines by SKU, merged for the decision
        self.units = self.pending = 0  # pending: units neither delivered nor lost
        self.offers = 0
        self.offered = 0.0  # instant of the first offer
        self.deadline = -1.0  # end of its patience, drawn when units are first held
        self.patient = False  # the end of its patience is on the clock
        self.waiting = False  # in the backlog
        self.parcels: list[Parcel] = []  # that are not dispatched
        self.sent: list[int] = []  # location of every parcel opened so far
        self.shipped = self.on_time = self.boxes = 0  # boxes: parcels dispatched
        self.last_delivery = -1.0
        self.ship_by = self.deliver_by = 0.0  # deliver_by nan: receipt + mean transit of the lane
        self.counted = True  # received after the warm-up
        self.rank: tuple[float, ...] | None = None  # its key in the ranking just before units were last placed

    @property
    def open_units(self) -> int:
        """Units neither reserved nor lost."""
        return sum([line.open for line in self.lines])

    @property
    def opened(self) -> list[int]:
        """Locations that it ships or has shipped from, in order of their first reservation by line."""
        return list(dict.fromkeys([place for line in self.lines for place in line.at]))


class Parcel:
    """What one location sends for an order."""

    __slots__ = ("dropped", "late", "location", "nth", "number", "order", "picked", "pieces", "queued_at", "started")

    def __init__(self, number: int, order: Order, location: int, nth: int) -> None:
        """An empty parcel, the n-th of its order at this location."""
        self.number, self.order, self.location, self.nth = number, order, location, nth
        self.pieces: list[list[Any]] = []  # [line, pair, units]
        self.queued_at = 0.0
        self.late = 0.0  # money of the lateness that is expected of it
        self.started = False  # its pick service has begun
        self.dropped = False  # taken apart by a re-evaluation
        self.picked: Any = None  # event: end of the pick service, once it is queued for one
