"""The conformance kit: a right connector passes, and each invariant catches connectors that break it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from fillrate.testing import INVARIANTS, Broken, InMemory, Part, Refused, TestShop, check_connector, conformance_machine
from fillrate.testing.connector import Record
from fillrate.testing.in_memory import Line, Order, Place

SHOP = TestShop(eligible=lambda region, location, sku: (region, location, sku) != ("west", "south", "p2"))


class LosesUnits(InMemory):
    """What is held is a unit short where a line is divided."""

    def place(self, order: Order, line: Line, wanted: int) -> int:
        left = super().place(order, line, wanted)
        return max(0, left - 1) if len(line.allocated) > 1 else left


class HoldsAndAllocates(InMemory):
    """The decision says that all is held, though some of it is reserved."""

    def allocate(self, request: Record, key: str) -> dict[str, Any]:
        answer = super().allocate(request, key)
        lines = [{**line, "held": line["quantity"]} for line in answer["lines"]]
        return {**answer, "lines": lines}


class ForgetsTheBatch(InMemory):
    """Lines of a request see the stock as it was before the first of them."""

    def allocate(self, request: Record, key: str) -> dict[str, Any]:
        self.snapshot = {place: self.free(place) for place in self.on_hand} if key not in self.answers else {}
        answer = super().allocate(request, key)
        self.snapshot = {}
        return answer

    def free(self, place: Place) -> int:
        snapshot: dict[Place, int] = getattr(self, "snapshot", {})
        return snapshot.get(place, super().free(place))


class SellsTwice(InMemory):
    """Whoever waits is offered all that is on hand, reserved or not."""

    waking = False

    def offer_again(self, besides: str = "") -> None:
        self.waking = True
        super().offer_again(besides)
        self.waking = False

    def free(self, place: Place) -> int:
        return self.on_hand.get(place, 0) if self.waking else super().free(place)


class Anywhere(InMemory):
    """Looks at no lane and no assortment."""

    def __init__(self, shop: TestShop) -> None:
        super().__init__(replace(shop, eligible=lambda *_: True))


class NoKeys(InMemory):
    """A retry is a new order."""

    def allocate(self, request: Record, key: str) -> dict[str, Any]:
        return super().allocate(request, f"{key}/{len(self.answers)}")


class TellsTheNews(InMemory):
    """A retry reserves nothing, but is told how the order stands now."""

    def allocate(self, request: Record, key: str) -> dict[str, Any]:
        answer = super().allocate(request, key)
        return {**answer, "lines": self.order(request["id"])}


class KeepsReleased(InMemory):
    """Nothing happens on release."""

    def release(self, order: str, parts: Sequence[Part]) -> None:
        self.parts(order, parts)


class ReleasesForTheOrderOnly(InMemory):
    """The order loses its units, the location keeps them reserved."""

    def release(self, order: str, parts: Sequence[Part]) -> None:
        for line, part in self.parts(order, parts):
            line.allocated[part.location] -= part.quantity
            line.rejected += part.quantity


class ReleasesAllOfIt(InMemory):
    """A part is asked for, the whole is released."""

    def release(self, order: str, parts: Sequence[Part]) -> None:
        whole = [Part(p.line, p.location, line.allocated[p.location]) for line, p in self.parts(order, parts)]
        super().release(order, whole)


class ReleasesOntoTheShelf(InMemory):
    """Released units are counted in a second time."""

    def release(self, order: str, parts: Sequence[Part]) -> None:
        for line, part in self.parts(order, parts):
            self.on_hand[part.location, line.sku] += part.quantity
        super().release(order, parts)


class WaitsOn(InMemory):
    """A cancelled order still waits for what it held."""

    def cancel(self, order: str) -> None:
        held = {name: line.held for name, line in self.orders[order].lines.items()}
        super().cancel(order)
        for name, line in self.orders[order].lines.items():
            line.held, line.rejected = held[name], line.rejected - held[name]


class CancelsWhatLeft(InMemory):
    """Cancelling takes back what has shipped."""

    def cancel(self, order: str) -> None:
        super().cancel(order)
        for line in self.orders[order].lines.values():
            line.rejected, line.shipped = line.rejected + sum(line.shipped.values()), {}


class ShipsFromAnywhere(InMemory):
    """Asks whether the order has so many reserved, not whether it has them there."""

    anywhere = False

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        self.anywhere = True
        super().confirm(order, parts)
        self.anywhere = False

    def parts(self, order: str, parts: Sequence[Part]) -> list[tuple[Line, Part]]:
        if not self.anywhere:
            return super().parts(order, parts)
        lines = self.orders[order].lines
        for part in parts:
            if sum(lines[part.line].allocated.values()) < part.quantity:
                raise Refused(str(part))
        return [(lines[part.line], part) for part in parts]


class ShipsTheFirstPart(InMemory):
    """What is confirmed together beyond the first part is forgotten."""

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        self.parts(order, parts)
        super().confirm(order, parts[:1])


class ShipsUntilItCannot(InMemory):
    """Parts ship one after another, until one is refused."""

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        for part in parts:
            super().confirm(order, [part])


class ShipsEachPart(InMemory):
    """Two parts of one place are each compared with all that is reserved there."""

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        for line, part in [self.parts(order, [part])[0] for part in parts]:
            self.move(line, part.location, -part.quantity)
            self.on_hand[part.location, line.sku] -= part.quantity
            line.shipped[part.location] = line.shipped.get(part.location, 0) + part.quantity


class ReceivesTheLast(InMemory):
    """Of two entries of one shelf only the last comes in."""

    def receive(self, entries: Sequence[Record]) -> None:
        super().receive(list({(entry["location"], entry["sku"]): entry for entry in entries}.values()))


class ReleasesWhatIsNot(InMemory):
    """Releases what it is told, reserved or not."""

    def release(self, order: str, parts: Sequence[Part]) -> None:
        for part in parts:
            line = self.orders[order].lines[part.line]
            self.move(line, part.location, -part.quantity)
            line.rejected += part.quantity
        self.offer_again(besides=order)


class ReleasesTheFirstPart(InMemory):
    """What is released together beyond the first part is forgotten."""

    def release(self, order: str, parts: Sequence[Part]) -> None:
        self.parts(order, parts)
        super().release(order, parts[:1])


class WaitsForReleased(InMemory):
    """An order waits again for what it has released."""

    def release(self, order: str, parts: Sequence[Part]) -> None:
        super().release(order, parts)
        for part in parts:
            line = self.orders[order].lines[part.line]
            line.rejected, line.held = line.rejected - part.quantity, line.held + part.quantity


class ReceivesTheFirst(InMemory):
    """Of a receipt of several products the first is booked."""

    def receive(self, entries: Sequence[Record]) -> None:
        super().receive(entries[:1])


class CountsBelow(InMemory):
    """A count is believed, whatever is reserved there."""

    def stock(self, entries: Sequence[Record]) -> None:
        self.on_hand |= {(entry["location"], entry["sku"]): entry["on_hand"] for entry in entries}
        self.offer_again()


class CountsUntilItCannot(InMemory):
    """Shelves are counted one after another, until one is refused."""

    def stock(self, entries: Sequence[Record]) -> None:
        for entry in entries:
            super().stock([entry])


class LeavesOutTheHeld(InMemory):
    """The decision names only lines that get something."""

    def allocate(self, request: Record, key: str) -> dict[str, Any]:
        answer = super().allocate(request, key)
        return {**answer, "lines": [line for line in answer["lines"] if line["allocated"]]}


class RemembersMore(InMemory):
    """An order stands there with a unit more than was ordered."""

    def order(self, order: str) -> list[dict[str, Any]]:
        return [{**line, "quantity": line["quantity"] + 1} for line in super().order(order)]


class RefusesTooLate(InMemory):
    """Says no, after it has done half of it."""

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        try:
            super().confirm(order, parts)
        except Refused:
            self.on_hand[parts[0].location, next(iter(self.orders[order].lines.values())).sku] += 1
            raise


class ShipsOnPaper(InMemory):
    """What has left is still on hand."""

    def confirm(self, order: str, parts: Sequence[Part]) -> None:
        super().confirm(order, parts)
        for line, part in [(self.orders[order].lines[part.line], part) for part in parts]:
            self.on_hand[part.location, line.sku] += part.quantity


class ReceivesTwice(InMemory):
    """A receipt is booked twice."""

    def receive(self, entries: Sequence[Record]) -> None:
        super().receive([*entries, *entries])


class FirstComeFirstServed(InMemory):
    """Who waits longest is offered first, whatever the segment."""

    def waiting(self) -> Iterator[Order]:
        yield from [order for order in self.orders.values() if any(line.held for line in order.lines.values())]


class LastFirst(InMemory):
    """The lowest rank is offered first."""

    def waiting(self) -> Iterator[Order]:
        yield from reversed(list(super().waiting()))


FAULTY: dict[type[InMemory], str] = {
    LosesUnits: "adds_up",
    HoldsAndAllocates: "adds_up",
    ForgetsTheBatch: "not_over_available",
    SellsTwice: "not_over_available",
    Anywhere: "eligible",
    NoKeys: "once",
    TellsTheNews: "once",
    KeepsReleased: "restored",
    ReleasesForTheOrderOnly: "conserved",
    ReleasesAllOfIt: "restored",
    ReleasesOntoTheShelf: "conserved",
    WaitsOn: "restored",
    CancelsWhatLeft: "restored",
    ShipsFromAnywhere: "ships_reserved",
    ShipsTheFirstPart: "ships_reserved",
    ShipsUntilItCannot: "ships_reserved",
    ShipsEachPart: "ships_reserved",
    ReceivesTheLast: "conserved",
    ReleasesWhatIsNot: "restored",
    ReleasesTheFirstPart: "restored",
    WaitsForReleased: "restored",
    ReceivesTheFirst: "conserved",
    CountsBelow: "not_over_available",
    CountsUntilItCannot: "not_over_available",
    LeavesOutTheHeld: "adds_up",
    RemembersMore: "adds_up",
    RefusesTooLate: "ships_reserved",
    ShipsOnPaper: "conserved",
    ReceivesTwice: "conserved",
    FirstComeFirstServed: "in_rank",
    LastFirst: "in_rank",
}  # connector -> the invariant that must catch it

TestInMemory = conformance_machine(lambda: InMemory(SHOP), SHOP).TestCase


@pytest.mark.parametrize("faulty", FAULTY, ids=lambda faulty: faulty.__name__)
def test_a_faulty_connector_is_caught_by_its_invariant(faulty: type[InMemory]) -> None:
    with pytest.raises(Broken) as found:
        check_connector(lambda: faulty(SHOP), SHOP, examples=2_000, shrink=False)
    assert found.value.invariant == FAULTY[faulty]
    assert INVARIANTS[FAULTY[faulty]] in str(found.value)


def test_each_invariant_catches_something() -> None:
    assert set(FAULTY.values()) == set(INVARIANTS)


def test_a_right_connector_passes_in_other_shops_too() -> None:
    one = TestShop(("only",), ("p",), ("here",), ("all",))
    check_connector(lambda: InMemory(one), one, examples=20)


class Tersely(InMemory):
    """Names no empty shelf, and the last line first."""

    def levels(self) -> list[dict[str, Any]]:
        return [row for row in super().levels() if row["on_hand"]]

    def allocate(self, request: Record, key: str) -> dict[str, Any]:
        answer = super().allocate(request, key)
        return {**answer, "lines": answer["lines"][::-1]}


def test_a_right_connector_may_leave_out_empty_shelves_and_name_lines_in_any_order() -> None:
    check_connector(lambda: Tersely(SHOP), SHOP, examples=100)


def test_who_is_first_is_not_asked_where_rank_is_more_than_the_segment() -> None:
    shop = TestShop(ranked=False)
    check_connector(lambda: FirstComeFirstServed(shop), shop, examples=30)


def test_the_shortest_list_of_calls_is_in_the_notes() -> None:
    with pytest.raises(Broken) as found:
        check_connector(lambda: ReceivesTwice(SHOP), SHOP)
    assert "receive" in "\n".join(found.value.__notes__)
