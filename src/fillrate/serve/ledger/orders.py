"""Orders and their lines: every unit ordered is reserved, shipped, held or dropped, and the tables say which."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal_column, null, select, update

from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.tables import LINES, ORDERS, RESERVATIONS, WAITING
from fillrate.serve.ledger.texts import as_json

__all__ = [
    "Line",
    "Reservation",
    "Waiting",
    "begin_picking",
    "count_waiting",
    "due",
    "lines_of",
    "move_line",
    "open_order",
    "reservations_of",
]
__all__ += ["set_deadline", "soonest", "take_from_reservation", "waiting", "who_waits"]

_L, _R, _W = LINES.c, RESERVATIONS.c, WAITING.c
_NONE: ColumnElement[int] = literal_column("0")  # a parameter hides from SQLite that a partial index will do
_LINE = (_L.order_id, _L.line, _L.sku, _L.ordered, _L.reserved, _L.shipped, _L.held, _L.dropped)
_LINES = select(*_LINE).where(_L.order_id == bindparam("of")).order_by(_L.position)
_O = ORDERS.c
_OPEN = (
    select(_O.id, _O.nth, _O.segment, _O.received, _O.patience, _O.offers, _O.request, _L.line, _L.sku, _L.held)
    .join_from(LINES, ORDERS, _L.order_id == _O.id)
    .where(_L.held > _NONE)
    .order_by(_O.nth, _L.position)
)
_OF_SKU = LINES.alias("of_sku")
_WAIT_FOR = _OPEN.where(
    _L.order_id.in_(select(_OF_SKU.c.order_id).where(_OF_SKU.c.sku == bindparam("k"), _OF_SKU.c.held > _NONE))
)
_MOVE = (
    update(LINES)
    .where(_L.order_id == bindparam("of"), _L.line == bindparam("at"))
    .values(
        reserved=_L.reserved + bindparam("r"),
        shipped=_L.shipped + bindparam("s"),
        held=_L.held + bindparam("h"),
        dropped=_L.dropped + bindparam("d"),
    )
)
_WAITING = select(_W.segment, _W.units).where(_W.sku == bindparam("k"), _W.units > 0)
_COUNT = (
    update(WAITING)
    .where(_W.sku == bindparam("k"), _W.segment == bindparam("g"))
    .values(units=_W.units + bindparam("n"))
)
_RESERVATION = (_R.id, _R.order_id, _R.line, _R.sku, _R.location, _R.units, _R.open, _R.shipped, _R.picking, _R.expires)
_RESERVATIONS = select(*_RESERVATION).where(_R.order_id == bindparam("of"))
_LAPSED = select(*_RESERVATION).where(_R.open > _NONE, _R.expires <= bindparam("now")).order_by(_R.expires, _R.id)
_TAKE = (
    update(RESERVATIONS)
    .where(_R.id == bindparam("of"), _R.open >= bindparam("n"))
    .values(open=_R.open - bindparam("n"), shipped=_R.shipped + bindparam("s"))
)
_PICK = (
    update(RESERVATIONS)
    .where(_R.order_id == bindparam("of"), _R.location == bindparam("at"), _R.open > _NONE)
    .values(picking=1, expires=null())  # what is in a picker's hands is nobody else's
)
_IMPATIENT = (
    select(ORDERS.c.id, ORDERS.c.deadline)
    .where(ORDERS.c.deadline <= bindparam("now"))
    .order_by(ORDERS.c.deadline, ORDERS.c.received, ORDERS.c.id)
)
_SOONEST = select(
    select(func.min(ORDERS.c.deadline)).where(ORDERS.c.deadline.is_not(None)).scalar_subquery(),
    select(func.min(_R.expires)).where(_R.open > _NONE).scalar_subquery(),
)
_SET = {
    column: update(ORDERS).where(ORDERS.c.id == bindparam("of")).values({column: bindparam("value")})
    for column in ("deadline", "offers")
}


class Line(NamedTuple):
    """An order line."""

    order: str
    line: str
    sku: str
    ordered: int
    reserved: int
    shipped: int
    held: int
    dropped: int


class Reservation(NamedTuple):
    """Units of a line promised from a location."""

    id: str
    order: str
    line: str
    sku: str
    location: str
    units: int
    open: int  # neither shipped nor released
    shipped: int
    picking: int  # 1 once its pick has begun
    expires: float | None  # days after t0


class Waiting(NamedTuple):
    """An order with held units."""

    id: str
    nth: int  # order of arrival
    segment: str
    received: float
    patience: float | None  # when it ends, None = never
    offers: int  # so far
    request: str  # JSON
    open: dict[str, tuple[str, int]]  # line -> SKU and held units


def open_order(
    book: Book, request: Mapping[str, Any], received: float, patience: float | None, fingerprint: str
) -> None:
    """Enter an order, all of whose units are held until something is reserved."""
    name = str(request["id"])
    terms = {"segment": str(request.get("segment") or ""), "received": received, "patience": patience}
    terms["fingerprint"] = fingerprint
    text = as_json(request)
    book.add_order({"id": name, "nth": book.seq + 1, "offers": 0, "deadline": None, "request": text, **terms})
    for position, line in enumerate(request["lines"]):
        units = {"ordered": line["quantity"], "reserved": 0, "shipped": 0, "held": line["quantity"], "dropped": 0}
        book.add_line({"order_id": name, "line": str(line["line"]), "position": position, "sku": line["sku"], **units})


def lines_of(book: Book, order: str) -> list[Line]:
    """Lines of an order, as they were asked."""
    book.flush(LINES)
    return [Line(*row) for row in book.run.rows(_LINES, of=order)]


def move_line(
    book: Book, order: str, line: str, reserved: int = 0, shipped: int = 0, held: int = 0, dropped: int = 0
) -> None:
    """Change what has become of a line's units; the changes add up to nothing."""
    if (row := book.lines.get((order, line))) is not None:  # still to be inserted: an update less
        row["reserved"] += reserved
        row["shipped"] += shipped
        row["held"] += held
        row["dropped"] += dropped
        return
    book.run.run(_MOVE, of=order, at=line, r=reserved, s=shipped, h=held, d=dropped)


def count_waiting(book: Book, sku: str, segment: str, units: int) -> None:
    """Keep the sum of held units."""
    if units and not book.run.run(_COUNT, k=sku, g=segment, n=units):
        book.add(WAITING, sku=sku, segment=segment, units=units)
        book.flush(WAITING)


def waiting(book: Book, sku: str) -> dict[str, int]:
    """Held units of a SKU by segment."""
    return {segment: int(units) for segment, units in book.run.rows(_WAITING, k=sku)}


def who_waits(book: Book, skus: Sequence[str] | None) -> list[Waiting]:
    """Orders with held units, of these SKUs or of any, in order of arrival."""
    book.flush(ORDERS, LINES)
    queries = [(_OPEN, {})] if skus is None else [(_WAIT_FOR, {"k": sku}) for sku in skus]
    found: dict[str, Waiting] = {}
    for query, values in queries:
        fresh: dict[str, Waiting] = {}
        for name, nth, segment, received, patience, offers, request, line, sku, held in book.run.rows(query, **values):
            if name not in found:
                head = Waiting(name, nth, segment, received, patience, offers, request, {})
                fresh.setdefault(name, head).open[line] = (sku, int(held))
        found |= fresh
    return sorted(found.values(), key=lambda order: order.nth)


def reservations_of(book: Book, order: str) -> list[Reservation]:
    """Reservations of an order, oldest first."""
    book.flush(RESERVATIONS)
    found = [Reservation(*row) for row in book.run.rows(_RESERVATIONS, of=order)]
    return sorted(found, key=lambda r: [int(n) for n in r.id.rsplit("/", 2)[1:]])


def begin_picking(book: Book, order: str, location: str) -> int:
    """What is reserved at a location is being picked; how many reservations that is."""
    book.flush(RESERVATIONS)
    return book.run.run(_PICK, of=order, at=location)


def take_from_reservation(book: Book, reservation: str, units: int, shipped: bool) -> bool:
    """Units leave a reservation, shipped or not; False if it has not so many."""
    return bool(book.run.run(_TAKE, of=reservation, n=units, s=units if shipped else 0))


def soonest(book: Book) -> float:
    """When the next patience or reservation ends; infinite if none does. Looked up once a transaction."""
    if book.soonest is None:
        book.flush(ORDERS, RESERVATIONS)
        ends = book.run.rows(_SOONEST)[0]
        book.soonest = min((float(end) for end in ends if end is not None), default=math.inf)
    return book.soonest


def due(book: Book, now: float) -> tuple[list[tuple[str, float]], list[Reservation]]:
    """Orders whose patience has ended, in that order, and reservations that have expired."""
    if soonest(book) > now:
        return [], []
    book.soonest = None
    book.flush(ORDERS, RESERVATIONS)
    impatient = [(str(name), float(when)) for name, when in book.run.rows(_IMPATIENT, now=now)]
    return impatient, [Reservation(*row) for row in book.run.rows(_LAPSED, now=now)]


def set_deadline(book: Book, order: str, deadline: float | None) -> None:
    """From now on units of the order wait until then, or none does."""
    book.ends(deadline)
    _change(book, order, "deadline", deadline)


def count_offer(book: Book, order: str, nth: int) -> None:
    """The order was offered for the n-th time."""
    _change(book, order, "offers", nth)


def _change(book: Book, order: str, column: str, value: float | None) -> None:
    """Change a column of an order: of the row that is still to be inserted, or by an update."""
    row = book.order(order)
    if row is None or row[column] == value:
        return
    row[column] = value  # the dict that waits to be inserted, if it does
    if order not in book.fresh:
        book.run.run(_SET[column], of=order, value=value)
