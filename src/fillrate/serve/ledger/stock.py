"""Stock by (SKU, location). Every change is one conditional update, so that no race can promise a unit twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, bindparam, select, update
from sqlalchemy.sql import Update

from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.statements import Runner
from fillrate.serve.ledger.tables import STOCK

__all__ = [
    "Expected",
    "Level",
    "all_levels",
    "change",
    "levels",
    "receive",
    "reserve",
    "set_level",
    "set_price",
    "ship",
    "unreserve",
]

Expected = tuple[int, float | None]  # units on their way, and when the next receipt is expected

_C = STOCK.c
_N: Any = bindparam("n")
_LEVEL = (_C.location, _C.on_hand, _C.reserved, _C.safety, _C.inbound, _C.next_receipt, _C.as_of, _C.opportunity)
_OF_SKU = select(*_LEVEL).where(_C.sku == bindparam("k")).order_by(_C.location)
_ALL = select(_C.sku, *_LEVEL).order_by(_C.sku, _C.location)


def _update() -> Update:
    return update(STOCK).where(_C.sku == bindparam("k"), _C.location == bindparam("l"))


_AFTER = (_C.on_hand, _C.reserved, _C.safety)
_RESERVE = (
    _update().where(_C.on_hand - _C.reserved - _C.safety >= _N).values(reserved=_C.reserved + _N).returning(*_AFTER)
)
_UNRESERVE = _update().where(_C.reserved >= _N).values(reserved=_C.reserved - _N).returning(*_AFTER)
_SHIP = (
    _update()
    .where(_C.reserved >= _N, _C.on_hand >= _N)
    .values(reserved=_C.reserved - _N, on_hand=_C.on_hand - _N)
    .returning(*_AFTER)
)
_CHANGE = (
    _update()
    .where(_C.on_hand + _N >= _C.reserved)
    .values(on_hand=_C.on_hand + _N, as_of=bindparam("now"))
    .returning(*_AFTER)
)
_EXPECT = _update().values(inbound=bindparam("units_inbound"), next_receipt=bindparam("next"))
_PRICE = _update().values(opportunity=bindparam("price"))
_SAFETY = _update().values(safety=bindparam("units_safety")).returning(*_AFTER)


class Level(NamedTuple):
    """What a location has of a SKU."""

    location: str
    on_hand: int
    reserved: int
    safety: int
    inbound: int
    next_receipt: float | None  # days after t0
    as_of: float  # days after t0
    opportunity: float | None = None  # money/unit, a planner's price of a unit here

    @property
    def free(self) -> int:
        """Units that may be promised."""
        return max(0, self.on_hand - self.reserved - self.safety)


def levels(book: Book, sku: str) -> list[Level]:
    """Stock of a SKU, by location."""
    return [Level(*row) for row in book.run.rows(_OF_SKU, k=sku)]


def all_levels(run: Runner) -> Iterable[tuple[str, Level]]:
    """(SKU, level) of every pair."""
    return [(row[0], Level(*row[1:])) for row in run.rows(_ALL)]


def reserve(book: Book, sku: str, location: str, units: int) -> bool:
    """Promise free units; False, and nothing changed, if there are not so many."""
    return _moved(book, _RESERVE, sku, location, units, 0, units)


def unreserve(book: Book, sku: str, location: str, units: int) -> bool:
    """Put promised units back into the pool, and wake who waits for them."""
    done = _moved(book, _UNRESERVE, sku, location, units, 0, -units)
    if done:
        book.woken[sku] = None
    return done


def ship(book: Book, sku: str, location: str, units: int) -> bool:
    """Promised units leave."""
    return _moved(book, _SHIP, sku, location, units, -units, -units)


def change(book: Book, sku: str, location: str, units: int, now: float) -> bool:
    """Units are found or missed; False if fewer would be there than are promised."""
    rows = book.run.rows(_CHANGE, k=sku, l=location, n=units, now=now)
    if rows:
        _note(book, sku, location, units, 0, rows[0])
        if units > 0:
            book.woken[sku] = None
    return bool(rows)


def receive(book: Book, sku: str, location: str, units: int, now: float) -> None:
    """Units come in, of a pair that may be new."""
    if not change(book, sku, location, units, now):
        _create(book, sku, location, units, 0, (0, None), now)


def set_level(
    book: Book, sku: str, location: str, on_hand: int | None, safety: int | None, expected: Expected | None, now: float
) -> bool:
    """State what there is; what is None stays. False if fewer are there than are promised.

    Args:
        book: the transaction.
        sku: SKU.
        location: location.
        on_hand: units, reserved ones included.
        safety: units that are never promised.
        expected: units on their way and when the next receipt is expected, in days after t0.
        now: days after t0.
    """
    there = next((level for level in levels(book, sku) if level.location == location), None)
    if there is None:
        _create(book, sku, location, on_hand or 0, safety or 0, expected or (0, None), now)
        return True
    if on_hand is not None and not change(book, sku, location, on_hand - there.on_hand, now):
        return False
    if safety is not None and safety != there.safety:
        _note(book, sku, location, 0, 0, book.run.rows(_SAFETY, k=sku, l=location, units_safety=safety)[0])
        if safety < there.safety:
            book.woken[sku] = None
    if expected is not None:
        book.run.run(_EXPECT, k=sku, l=location, units_inbound=expected[0], next=expected[1])
    return True


def set_price(book: Book, sku: str, location: str, price: float) -> None:
    """State what a unit is worth to later orders, in money, of a pair that is there. It wakes nobody."""
    book.run.run(_PRICE, k=sku, l=location, price=price)


def _create(book: Book, sku: str, location: str, on_hand: int, safety: int, expected: Expected, now: float) -> None:
    units = {"on_hand": on_hand, "reserved": 0, "safety": safety, "inbound": expected[0], "next_receipt": expected[1]}
    book.add(STOCK, sku=sku, location=location, as_of=now, **units)
    book.flush(STOCK)
    _note(book, sku, location, on_hand, 0, (on_hand, 0, safety))
    book.woken[sku] = None


def _moved(
    book: Book, statement: ClauseElement, sku: str, location: str, units: int, on_hand: int, reserved: int
) -> bool:
    rows = book.run.rows(statement, k=sku, l=location, n=units)
    if rows:
        _note(book, sku, location, on_hand, reserved, rows[0])
    return bool(rows)


def _note(book: Book, sku: str, location: str, on_hand: int, reserved: int, after: tuple[int, ...]) -> None:
    book.moved(sku, location, on_hand, reserved)
    there, promised, kept = after
    free = max(0, there - promised - kept)
    book.tell("stock", {"sku": sku, "location": location, "on_hand": there, "reserved": promised, "available": free})
