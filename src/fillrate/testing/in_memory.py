"""A connector that keeps every invariant, in a few dictionaries: a pattern to follow, and one to break in tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from fillrate.testing.connector import Part, Record, Refused, TestShop

__all__ = ["InMemory", "Line", "Order"]

Place = tuple[str, str]  # location, SKU


@dataclass
class Line:
    """Where the units of a line are."""

    line: str
    sku: str
    quantity: int
    held: int
    rejected: int = 0
    allocated: dict[str, int] = field(default_factory=dict)  # location -> units reserved
    shipped: dict[str, int] = field(default_factory=dict)  # location -> units

    def record(self) -> dict[str, Any]:
        """As `Connector.order` wants it."""
        told: dict[str, Any] = {name: getattr(self, name) for name in ("line", "sku", "quantity", "held", "rejected")}
        for name in ("allocated", "shipped"):
            told[name] = [{"location": at, "quantity": n} for at, n in getattr(self, name).items() if n]
        return told


@dataclass
class Order:
    """An order at its place in the queue."""

    id: str
    region: str
    rank: int  # of its segment, 0 = first
    lines: dict[str, Line]


class InMemory:
    """Fills from the shop's locations in their order; who waits is offered again by segment, then by arrival."""

    def __init__(self, shop: TestShop) -> None:
        """An empty shop."""
        self.shop = shop
        self.on_hand: dict[Place, int] = {}
        self.reserved: dict[Place, int] = {}
        self.orders: dict[str, Order] = {}
        self.answers: dict[str, tuple[Record, dict[str, Any]]] = {}  # key -> request, decision

    def stock(self, entries: Sequence[Record]) -> None:
        """Set what is on hand."""
        counted = {(entry["location"], entry["sku"]): entry["on_hand"] for entry in entries}
        for place, units in counted.items():
            if units < self.reserved.get(place, 0):
                raise Refused(f"{place}: more is reserved")
        self.on_hand |= counted
        self.offer_again()

    def receive(self, entries: Sequence[Record]) -> None:
        """Add what came in."""
        for entry in entries:
            place = entry["location"], entry["sku"]
            self.on_hand[place] = self.on_hand.get(place, 0) + entry["quantity"]
        self.offer_again()

    def allocate(self, request: Record, key: str) -> dict[str, Any]:
        """Decide and reserve, once for a key."""
        if key in self.answers:
            before, answer = self.answers[key]
            if before != request:
                raise Refused(f"key {key}: used for another request")
            return answer
        lines = {asked["line"]: Line(asked["line"], asked["sku"], asked["quantity"], 0) for asked in request["lines"]}
        order = Order(request["id"], request["region"], self.shop.segments.index(request["segment"]), lines)
        self.orders[order.id] = order
        for line in lines.values():
            line.held = self.place(order, line, line.quantity)
        answer = {"id": order.id, "lines": [line.record() for line in lines.values()]}
        self.answers[key] = dict(request), answer
        return answer

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        """Reserved units have left."""
        for line, part in self.parts(order, parts):
            self.move(line, part.location, -part.quantity)
            self.on_hand[part.location, line.sku] -= part.quantity
            line.shipped[part.location] = line.shipped.get(part.location, 0) + part.quantity

    def release(self, order: str, parts: Sequence[Part]) -> None:
        """Reserved units go back into the pool."""
        for line, part in self.parts(order, parts):
            self.move(line, part.location, -part.quantity)
            line.rejected += part.quantity
        self.offer_again(besides=order)

    def cancel(self, order: str) -> None:
        """Give up all units that have not left."""
        for line in self.orders[order].lines.values():
            for location, units in line.allocated.items():
                self.move(line, location, -units)
                line.rejected += units
            line.rejected, line.held = line.rejected + line.held, 0
        self.offer_again(besides=order)

    def levels(self) -> list[dict[str, Any]]:
        """All stock."""
        return [
            {"location": at, "sku": sku, "on_hand": units, "reserved": self.reserved.get((at, sku), 0)}
            for (at, sku), units in self.on_hand.items()
        ]

    def order(self, order: str) -> list[dict[str, Any]]:
        """How an order stands."""
        return [line.record() for line in self.orders[order].lines.values()]

    def candidates(self, order: Order, line: Line) -> Iterable[str]:
        """Locations to try, in this order."""
        return [at for at in self.shop.locations if self.shop.eligible(order.region, at, line.sku)]

    def free(self, place: Place) -> int:
        """Units that may be promised."""
        return self.on_hand.get(place, 0) - self.reserved.get(place, 0)

    def place(self, order: Order, line: Line, wanted: int) -> int:
        """Reserve units of a line; those that are left."""
        for location in self.candidates(order, line):
            units = min(wanted, self.free((location, line.sku)))
            if units > 0:
                self.move(line, location, units)
                wanted -= units
        return wanted

    def move(self, line: Line, location: str, units: int) -> None:
        """Reserve units of a line at a location, or (negative) take them off."""
        place = location, line.sku
        self.reserved[place] = self.reserved.get(place, 0) + units
        line.allocated[location] = line.allocated.get(location, 0) + units

    def parts(self, order: str, parts: Sequence[Part]) -> list[tuple[Line, Part]]:
        """Lines of parts that are reserved there, all of them, or none is touched."""
        lines, found = self.orders[order].lines, []
        left = {(name, at): units for name, line in lines.items() for at, units in line.allocated.items()}
        for part in parts:
            key = part.line, part.location
            left[key] = left.get(key, 0) - part.quantity
            if left[key] < 0:
                raise Refused(f"{part}: less is reserved there")
            found.append((lines[part.line], part))
        return found

    def waiting(self) -> Iterator[Order]:
        """Orders that hold units, highest rank first."""
        held = [order for order in self.orders.values() if any(line.held for line in order.lines.values())]
        yield from sorted(held, key=lambda order: order.rank)

    def offer_again(self, besides: str = "") -> None:
        """Offer what is free to those who wait."""
        for order in self.waiting():
            if order.id != besides:
                for line in order.lines.values():
                    line.held = self.place(order, line, line.held)
