"""Rules of money: every booking follows from its event, none is missing, none is booked twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fillrate.draws import TICKS, snap
from fillrate.model.checking.charges import expected_charges
from fillrate.model.checking.evidence import Evidence, Finding, Floats, Ints
from fillrate.scorecard.journal import BOOKINGS

__all__ = ["RULES"]


@dataclass(frozen=True)
class Due:
    """Bookings that some events call for."""

    time: Floats
    ids: Ints  # (bookings, 4) order, line, SKU, location; -1 where the booking names none
    money: Floats


def bookings(e: Evidence) -> Finding:
    """Compare what is booked with what the events call for, account by account."""
    for account in BOOKINGS:
        yield from _compare(e, account, due(e, account))


def due(e: Evidence, account: str) -> Due:
    """What the events of a journal call for on one account."""
    if account in {"holding", "capital", "backorder"}:
        time, place, money = expected_charges(e, account)
        nothing = np.full(len(time), -1)
        return Due(time, np.column_stack([nothing, nothing, nothing, place]).astype(np.int64), money)
    if account in {"freight", "handling", "fee"}:
        return _of(e, e.ledger.rows("shipped"), _parcel_cost(e, account), "order", "location")
    return _stock_due(e, account) or _line_due(e, account)


def _of(e: Evidence, rows: Ints, money: Floats, *named: str) -> Due:
    ids = [getattr(e.ledger, key)[rows] if key in named else np.full(len(rows), -1) for key in IDS]
    return Due(e.ledger.time[rows], np.column_stack(ids).astype(np.int64), money)


IDS = ("order", "line", "sku", "location")


def _line_due(e: Evidence, account: str) -> Due:
    """Bookings by line: at dispatch, pick end, delivery, return and loss."""
    l, segments = e.ledger, e.world.segments
    kind, sign = LINES[account]
    rows = l.rows(kind)
    segment = e.trace.orders.segment[l.order[rows]]
    if account in {"revenue", "refund"}:
        each = e.trace.orders.price[l.line[rows]]
    elif account == "return_fee":
        each = np.full(len(rows), snap(e.world.money.return_fee))
    elif account == "loss":
        each = np.array(e.world.tables.loss)[segment, e.trace.orders.region[l.order[rows]]]
    elif account == "lateness":
        rate = np.array([snap(s.lateness_per_unit_day) for s in segments])[segment]
        late = np.maximum(0.0, l.time[rows] - e.promises.promised_at(l.order[rows], l.location[rows]))
        cost = np.rint(late * l.quantity[rows] * rate * TICKS) / TICKS
        return _of(e, rows, sign * cost, *IDS)
    else:
        each = np.array(e.world.tables.unit_cost)[l.sku[rows]]
    return _of(e, rows, sign * l.quantity[rows] * each, *(IDS[:3] if account == "loss" else IDS))


LINES = {
    "revenue": ("dispatched", 1),
    "goods": ("dispatched", -1),
    "write_off": ("short_picked", -1),
    "lateness": ("delivered", -1),
    "refund": ("returned", -1),
    "goods_back": ("returned", 1),
    "return_fee": ("returned", -1),
    "loss": ("lost", -1),
}


def _parcel_cost(e: Evidence, account: str) -> Floats:
    """(parcels,) box and units of each parcel that left, negative."""
    l, sites = e.ledger, e.world.locations
    rows = l.rows("shipped")
    place = l.location[rows]
    if account != "freight":
        terms = np.array([[snap(getattr(p, f"{account}_per_{of}")) for of in ("parcel", "unit")] for p in sites])
        return np.asarray(-(terms[place, 0] + l.quantity[rows] * terms[place, 1]), np.float64)
    tables, order = e.world.tables, l.order[rows]
    box = tables.box[e.promises.service[order], e.trace.orders.region[order], place]
    sent = l.rows("dispatched")
    parcel = np.searchsorted(rows, sent)  # the lines of a parcel stand before it
    lane = e.promises.service[l.order[sent]], e.trace.orders.region[l.order[sent]], l.location[sent]
    kg = np.array([s.weight_kg for s in e.world.skus])[l.sku[sent]]
    each = np.rint((tables.rate[lane] + tables.rate_per_kg[lane] * kg) * TICKS) / TICKS
    return np.asarray(-(box + np.bincount(parcel, l.quantity[sent] * each, len(rows))), np.float64)


def _stock_due(e: Evidence, account: str) -> Due | None:
    """Bookings by SKU and location: opening and closing value, purchases and transfers."""
    l, cost = e.ledger, np.array(e.world.tables.unit_cost)
    if account in {"opening_value", "write_down"}:
        rows = l.rows("closing") if account == "write_down" else l.rows("opening", "opening_inbound")
        worth = np.rint(l.quantity[rows] * cost[l.sku[rows]] * (1.0 - e.world.money.salvage) * TICKS) / TICKS
        return _of(e, rows, -worth if account == "write_down" else worth, "sku", "location")
    if account not in SUPPLY:
        return None
    rows = l.rows("expedited") if account == "expedite" else l.rows("ordered", "expedited", "awaited")
    terms = [e.world.supply.supplier[s] for s in e.world.tables.supplier[e.pair[rows]].tolist()]
    units, moved = l.quantity[rows], np.array([bool(s.from_location) for s in terms], np.bool_)
    if account == "order_cost":
        money = np.array([snap(s.order_cost) for s in terms])
    elif account == "purchase_variance":
        price = [snap(e.world.skus[k].cost * s.cost_factor) for k, s in zip(l.sku[rows].tolist(), terms, strict=True)]
        money = np.where(moved, 0.0, units * (np.array(price) - cost[l.sku[rows]]))
    else:
        key = "expedite_per_unit" if account == "expedite" else "freight_per_unit"
        each = np.array([snap(getattr(s, key)) for s in terms])
        money = np.where(moved | (account == "expedite"), units * each, 0.0)
    return _of(e, rows, -money, "sku", "location")


SUPPLY = {"order_cost", "purchase_variance", "expedite", "transfer_freight"}


def _compare(e: Evidence, account: str, called: Due) -> Finding:
    """Where the sum by instant, order, line, SKU and location differs."""
    l, rows = e.ledger, e.ledger.rows(account)
    booked = _of(e, rows, l.money[rows], *IDS)
    some = called.money != 0.0
    key = np.column_stack([np.append(called.time[some], booked.time), np.vstack([called.ids[some], booked.ids])])
    if not len(key):
        return
    found, at = np.unique(key, axis=0, return_inverse=True)
    want = np.bincount(at.ravel(), np.append(called.money[some], np.zeros(len(rows))), len(found))
    have = np.bincount(at.ravel(), np.append(np.zeros(some.sum()), booked.money), len(found))
    off = np.flatnonzero(want != have)
    if len(off):
        time, order, line, sku, place = found[off[0]]
        where = f"t={time:.6f} order {order:g} line {line:g} sku {sku:g} location {place:g}"
        yield f"{account}: {have[off[0]]} is booked, {want[off[0]]} is due ({where}; {len(off)} such)"


RULES = {"bookings": bookings}
