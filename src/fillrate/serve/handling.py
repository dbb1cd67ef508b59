"""What becomes of an order after its decision: picked, shipped, released, cancelled, lapsed or out of patience."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.orders import (
    Line,
    Reservation,
    begin_picking,
    count_waiting,
    due,
    lines_of,
    move_line,
    reservations_of,
    set_deadline,
    take_from_reservation,
)
from fillrate.serve.ledger.quotas import use
from fillrate.serve.ledger.stock import change, ship, unreserve
from fillrate.serve.refusals import conflict, invalid, unknown

__all__ = ["cancel", "confirm", "lapse", "pick", "release"]

Answer = dict[str, Any]


def _parts_of(book: Book, order: str, asked: Sequence[Mapping[str, Any]] | None) -> list[tuple[Reservation, int]]:
    """The reservations that a request names, and units of each: all that is open if it names none.

    Raises:
        Refused: there is no such order, or less is reserved there.
    """
    if book.order(order) is None:
        raise unknown("order", order)
    there = [r for r in reservations_of(book, order) if r.open]
    if not asked:
        return [(r, r.open) for r in there]
    left, found = {r.id: r.open for r in there}, []
    for part in asked:
        line, location, missing = str(part["line"]), part["location"], part["quantity"]
        for r in there:
            units = min(missing, left[r.id]) if (r.line, r.location) == (line, location) else 0
            if units:
                left[r.id] -= units
                missing -= units
                found.append((r, units))
        if missing:
            place, wanted = f"order {order}, line {line} at {location}", part["quantity"]
            raise conflict(place, f"{wanted} units asked", f"{wanted - missing}, which are reserved there")
    return found


def _touch(book: Book, parts: Sequence[tuple[Reservation, int]], shipped: bool, now: float) -> None:
    for r, units in parts:
        if not shipped and book.quota_days is not None:
            row: Any = book.order(r.order)
            use(book, r.sku, row["segment"], -units, now)
        move = ship if shipped else unreserve
        if not move(book, r.sku, r.location, units) or not take_from_reservation(book, r.id, units, shipped):
            raise RuntimeError(f"reservation {r.id}: ledger and reservation disagree")  # the transaction is undone


def _written(parts: Sequence[tuple[Reservation, int]]) -> list[Answer]:
    return [{"line": r.line, "sku": r.sku, "location": r.location, "quantity": units} for r, units in parts]


def confirm(book: Book, order: str, asked: Sequence[Mapping[str, Any]] | None, now: float) -> Answer:
    """Reserved units have left: they are no longer on hand."""
    parts = _parts_of(book, order, asked)
    if not parts:
        raise conflict(f"order {order}", "nothing of it is reserved", "an order with reserved units")
    _touch(book, parts, shipped=True, now=now)
    for r, units in parts:
        move_line(book, order, r.line, -units, units, 0, 0)
    done = {"order": order, "shipped": _written(parts)}
    book.tell("shipment", done)
    book.write("shipment", "", now, order, done)
    return done


def pick(book: Book, order: str, location: str, now: float) -> Answer:
    """Picking has begun at a location: what is placed there later needs a parcel of its own."""
    if book.order(order) is None:
        raise unknown("order", order)
    count = begin_picking(book, order, location)
    if not count:
        raise conflict(f"order {order} at {location}", "nothing of it is reserved there", "a location that has some")
    done = {"order": order, "location": location, "reservations": count}
    book.write("picking", "", now, order, done)
    return done


def release(
    book: Book, order: str, asked: Sequence[Mapping[str, Any]] | None, waits: bool, missing: bool, now: float
) -> Answer:
    """Reserved units go back into the pool.

    Args:
        book: the transaction.
        order: order.
        asked: lines, locations and units; None = all.
        waits: whether the order waits for the units again; else they are dropped.
        missing: whether they were not found: then they are no longer on hand.
        now: days after t0.
    """
    parts = _parts_of(book, order, asked)
    _touch(book, parts, shipped=False, now=now)
    for r, units in parts:
        if missing and not change(book, r.sku, r.location, -units, now):
            raise conflict(f"{r.sku} at {r.location}", f"{units} units cannot be missing", "what is on hand")
    row: Any = book.order(order)
    over = row["patience"] is not None and now >= row["patience"]
    held = waits and (missing or not over)  # what was not found is offered once more, whatever the hour
    for r, units in parts:
        move_line(book, order, r.line, -units, 0, units if held else 0, 0 if held else units)
        count_waiting(book, r.sku, row["segment"], units if held else 0)
    if held and parts:
        set_deadline(book, order, row["patience"])
    done = {"order": order, "released": _written(parts), "waits": held}
    book.write("release", "", now, order, {**done, "missing": missing})
    return done


def cancel(book: Book, order: str, asked: Sequence[Mapping[str, Any]] | None, now: float) -> Answer:
    """Units that have not shipped are given up: held ones first, then reserved ones.

    Raises:
        Refused: there is no such order, or less of a line can be cancelled.
    """
    row = book.order(order)
    if row is None:
        raise unknown("order", order)
    lines = {line.line: line for line in lines_of(book, order)}
    wanted = {name: line.held + line.reserved for name, line in lines.items()}
    if asked:
        wanted = _wanted(lines, order, asked)
    done, freed = [], []
    for name, units in wanted.items():
        line = lines[name]
        held = min(units, line.held)
        taken = _last(reservations_of(book, order), name, units - held)
        freed += taken
        move_line(book, order, name, held - units, 0, -held, units)
        count_waiting(book, line.sku, row["segment"], -held)
        done.append({"line": name, "sku": line.sku, "quantity": units})
    _touch(book, freed, shipped=False, now=now)
    if not any(line.held for line in lines_of(book, order)):
        set_deadline(book, order, None)
    answer = {"order": order, "cancelled": [d for d in done if d["quantity"]], "released": _written(freed)}
    book.write("cancel", "", now, order, answer)
    return answer


def _wanted(lines: Mapping[str, Line], order: str, asked: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Units by line, each line once."""
    wanted: dict[str, int] = {}
    for a in asked:
        name = str(a["line"])
        if name not in lines:
            raise invalid(f"order {order}: line {name}", "there is none", ", ".join(lines))
        most = lines[name].held + lines[name].reserved
        wanted[name] = wanted.get(name, 0) + (most if a.get("quantity") is None else a["quantity"])
        if wanted[name] > most:
            raise conflict(f"order {order}: line {name}", f"{wanted[name]} units", f"{most}, which have not shipped")
    return wanted


def _last(reservations: Sequence[Reservation], line: str, units: int) -> list[tuple[Reservation, int]]:
    """Units of a line's reservations, the newest first."""
    found = []
    for r in reversed(reservations):
        part = min(units, r.open) if r.line == line else 0
        if part:
            units -= part
            found.append((r, part))
    return found


def _in_vain(book: Book, order: str, short: Collection[str], aside: int) -> list[tuple[Reservation, int]]:
    """Units kept aside for what will not come: of the SKUs that are short, or of the whole order.

    What a warehouse has begun to pick or to ship was handed over: it is not kept aside any more.
    """
    if not aside:
        return []
    there = [r for r in reservations_of(book, order) if aside == 2 or r.sku in short]
    begun = {r.sku for r in there if r.picking or r.shipped}
    return [(r, r.open) for r in there if r.open and not (begun if aside == 2 else r.sku in begun)]


def _give_up(book: Book, order: str, when: float, now: float, aside: Callable[[Mapping[str, Any]], int]) -> set[str]:
    """An order waits no longer: its held units are lost; the reservations that go back, as kept for them in vain."""
    lost = [line for line in lines_of(book, order) if line.held]
    if not lost:
        return set()
    row: Any = book.order(order)
    vain = _in_vain(book, order, {line.sku for line in lost}, aside(json.loads(row["request"])))
    _touch(book, vain, shipped=False, now=now)
    for line in lost:
        move_line(book, order, line.line, 0, 0, -line.held, line.held)
        count_waiting(book, line.sku, row["segment"], -line.held)
    for r, units in vain:
        move_line(book, order, r.line, -units, 0, 0, units)
    set_deadline(book, order, None)
    gone = [{"line": line.line, "sku": line.sku, "quantity": line.held} for line in lost]
    book.write("lost", "", when, order, {"order": order, "lost": gone, "released": _written(vain)})
    return {r.id for r, _ in vain}


def lapse(book: Book, now: float, aside: Callable[[Mapping[str, Any]], int]) -> float | None:
    """Units whose time is over: held ones out of patience are lost, expired reservations go back into the pool.

    Who lets a reservation expire has abandoned the order: it would else wait for its own units, and get them first.

    Args:
        book: the transaction.
        now: days after t0.
        aside: what an order keeps reserved units for while it waits: 0 nothing, 1 the rest of the line, 2 of the order.

    Returns:
        The earliest instant at which something of this was due; None if nothing was.
    """
    impatient, expired = due(book, now)
    ends = [*impatient, *((r.order, r.expires or now) for r in expired)]
    given_up = {name for order, when in ends for name in _give_up(book, order, when, now, aside)}
    for r in (r for r in expired if r.id not in given_up):
        _touch(book, [(r, r.open)], shipped=False, now=now)
        move_line(book, r.order, r.line, -r.open, 0, 0, r.open)
        book.write("expired", "", r.expires or now, r.order, {"order": r.order, "released": _written([(r, r.open)])})
    return min((when for _, when in ends), default=None)
