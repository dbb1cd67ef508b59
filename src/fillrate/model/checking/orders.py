"""Rules of orders: every unit received is reserved, sent, delivered or lost, each in its turn and at its time."""

from __future__ import annotations

import numpy as np

from fillrate.model.checking.evidence import Evidence, Finding, Floats
from fillrate.scorecard.recount import RESERVED

__all__ = ["RULES"]

OPEN = {"received": 1, "reserved": -1, "released": 1, "short_picked": 1, "lost": -1}


BY_LINE = (
    *("received", "checked", "reserved", "held", "released", "lost", "short_picked", "dispatched", "delivered"),
    *("returned", "revenue", "goods", "write_off", "lateness", "refund", "goods_back", "return_fee", "loss"),
)


def named(e: Evidence) -> Finding:
    """Orders, lines and SKUs are those of the trace."""
    l, o = e.ledger, e.trace.orders
    rows = np.arange(len(l))
    yield from e.first(rows, (l.order < -1) | (l.order >= len(o)), "no order of the trace")
    rows = l.rows(*BY_LINE)
    unknown = (l.line[rows] < 0) | (l.line[rows] >= o.lines)
    yield from e.first(rows, unknown, "no line of the trace")
    line = np.where(unknown, 0, l.line[rows])
    if o.lines:
        yield from e.first(rows, ~unknown & (l.order[rows] != e.promises.order_of[line]), "the line of another order")
        yield from e.first(rows, ~unknown & (l.sku[rows] != o.sku[line]), "not the SKU of its line")
    rows = l.rows("ranked", *PARCELS)
    yield from e.first(rows, l.order[rows] < 0, "no order")
    rows = l.rows("outage_began", "outage_ended", *PARCELS)
    yield from e.first(rows, l.location[rows] < 0, "no location")


PARCELS = ("queued", "picking", "picked", "shipped", "freight", "handling", "fee")


def received(e: Evidence) -> Finding:
    """Every line of the trace comes in once, with its units, at its time."""
    l, o = e.ledger, e.trace.orders
    rows = l.rows("received")
    if not np.array_equal(l.line[rows], np.arange(o.lines)):
        yield f"{len(rows)} lines came in, the trace has {o.lines}"
        return
    yield from e.first(rows, l.time[rows] != o.time[e.promises.order_of], "not at the time of its order")
    yield from e.first(rows, l.quantity[rows] != o.quantity, "not the quantity of the trace")


def open_units(e: Evidence) -> Finding:
    """Units that are neither reserved nor lost are never fewer than 0, and 0 in the end."""
    rows = e.ledger.rows(*OPEN)
    yield from e.first(rows, e.flow(OPEN, e.ledger.line, rows) < 0, "more units promised or lost than are open")
    left = np.bincount(e.ledger.line[rows], e.ledger.signed(OPEN)[rows], e.trace.orders.lines)
    for line in np.flatnonzero(left)[:1].tolist():
        yield f"line {line}: {left[line]:g} units are still open at the end"


def sent(e: Evidence) -> Finding:
    """Units leave a location only if they are reserved there, arrive if they left, come back only if they arrived."""
    for signs, words in (
        (RESERVED, "units that were not reserved there"),
        ({"dispatched": 1, "delivered": -1}, "units that were not dispatched there"),
        ({"delivered": 1, "returned": -1}, "units that were not delivered from there"),
    ):
        rows = e.ledger.rows(*signs)
        yield from e.first(rows, e.flow(signs, e.line_place, rows) < 0, words)
    for signs, words in (
        (RESERVED, "are still reserved"),
        ({"dispatched": 1, "delivered": -1}, "never arrived"),
    ):
        rows = e.ledger.rows(*signs)
        left = np.bincount(e.ledger.line[rows], e.ledger.signed(signs)[rows], e.trace.orders.lines)
        for line in np.flatnonzero(left)[:1].tolist():
            yield f"line {line}: {left[line]:g} units {words} at the end"


def eligible(e: Evidence) -> Finding:
    """Units are promised from locations among the candidates of region and SKU, and where the order is pinned.

    A pinned order has its location as its only candidate, wherever that stands in the region's order.
    """
    l, o, world = e.ledger, e.trace.orders, e.world
    rows = l.rows("reserved")
    region, skus, places = o.region[l.order[rows]].astype(np.int64), len(world.skus), len(world.locations)
    pin = o.pin[l.order[rows]]
    code = ((region * skus + l.sku[rows]) * places + l.location[rows]) * 2 + (pin >= 0)
    asked, at = np.unique(code, return_inverse=True)
    legal = np.array([_candidate(e, c // 2 // places, c // 2 % places, bool(c % 2)) for c in asked.tolist()])
    yield from e.first(rows, ~legal[at] if len(rows) else np.zeros(0, np.bool_), "not among the candidates")
    yield from e.first(rows, (pin >= 0) & (pin != l.location[rows]), "not where the order is pinned")


def _candidate(e: Evidence, line: int, place: int, pinned: bool) -> bool:
    """Whether a location is a candidate of a (region, SKU), as one number."""
    found = [location for location, _ in e.world.tables.candidates(*divmod(line, len(e.world.skus)))]
    return place in (found if pinned else found[: e.world.header.max_candidates])


def split(e: Evidence) -> Finding:
    """`split = none` ships an order from one location, `lines` a line (of one SKU) from one."""
    l, segments = e.ledger, e.world.segments
    rows = l.rows("dispatched")
    rule = np.array([s.split for s in segments])[e.trace.orders.segment[l.order[rows]]]
    for name, what in (("none", l.order), ("lines", l.order * len(e.world.skus) + l.sku)):
        chosen = rows[rule == name]
        chosen = chosen[np.argsort(what[chosen], kind="stable")]
        same = np.diff(what[chosen], prepend=-1) == 0
        moved = same & (np.diff(l.location[chosen], prepend=-1) != 0)
        yield from e.first(chosen, moved, f"from a second location, although split = {name}")


def patience(e: Evidence) -> Finding:
    """Units are lost when patience has run out, counted from the first offer, and held no longer."""
    l, deadline = e.ledger, _deadlines(e)
    held = l.rows("held")
    yield from e.first(held, l.time[held] > deadline[l.order[held]], "held after the order's patience has run out")
    lost = l.rows("lost")
    lost = lost[l.time[lost] < e.trace.days]
    yield from e.first(lost, l.time[lost] < deadline[l.order[lost]], "lost before the order's patience has run out")


def _deadlines(e: Evidence) -> Floats:
    """(orders,) first offer + patience; inf if never offered or patient for ever."""
    o, segments = e.trace.orders, e.world.segments
    deadline = np.full(len(o), np.inf)
    for row, (key, segment) in enumerate(zip(o.key.tolist(), o.segment.tolist(), strict=True)):
        if not segments[segment].waits_forever and np.isfinite(e.first_offer[row]):
            deadline[row] = e.first_offer[row] + e.chance.patience(key, segments[segment].patience_days)
    return deadline


RULES = {
    "names": named,
    "orders received": received,
    "open units": open_units,
    "units of a line": sent,
    "candidates": eligible,
    "split": split,
    "patience": patience,
}
