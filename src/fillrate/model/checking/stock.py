"""Rules of stock: conserved at every row, never promised twice, and all accounted for at the close."""

from __future__ import annotations

import numpy as np

from fillrate.model.checking.evidence import Evidence, Finding, Ints
from fillrate.scorecard.recount import ON_HAND, RESERVED

__all__ = ["RULES"]

INBOUND = {"opening_inbound": 1, "ordered": 1, "expedited": 1, "awaited": 1, "stocked": -1}


def carried(e: Evidence) -> Finding:
    """Stock moves and promises name a location that carries the SKU."""
    rows = e.ledger.rows(*(ON_HAND | RESERVED | INBOUND), "closing")
    yield from e.first(rows, e.pair[rows] < 0, "a location that does not carry the SKU")


def on_hand(e: Evidence) -> Finding:
    """Opening + stocked + returned - dispatched - short-picked - transferred is never below 0."""
    rows = e.ledger.rows(*ON_HAND)
    yield from e.first(rows, e.flow(ON_HAND, e.pair, rows) < 0, "fewer than 0 units on hand")


def inbound(e: Evidence) -> Finding:
    """What is stocked was on its way; a transfer that left is on its way to somewhere."""
    rows = e.ledger.rows(*INBOUND)
    yield from e.first(rows, e.flow(INBOUND, e.pair, rows) < 0, "more units stocked than were on their way")
    l, sent = e.ledger, e.ledger.rows("transferred")
    to = np.minimum(sent + 1, len(l) - 1)
    coming = np.isin(to, l.rows("awaited", "expedited"))
    same = coming & (l.sku[to] == l.sku[sent]) & (l.quantity[to] == l.quantity[sent]) & (l.time[to] == l.time[sent])
    yield from e.first(sent, ~same, "units left for nowhere")
    yield from e.first(l.rows("awaited"), ~np.isin(l.rows("awaited"), to), "units of a transfer that no location sent")


def reserved(e: Evidence) -> Finding:
    """Reserved units are on hand and promised once, at every row."""
    rows = e.ledger.rows(*(ON_HAND | RESERVED))
    promised = e.flow(RESERVED, e.pair, rows)
    yield from e.first(rows, promised < 0, "fewer than 0 units reserved")
    yield from e.first(rows, promised > e.flow(ON_HAND, e.pair, rows), "more units reserved than on hand")


def closing(e: Evidence) -> Finding:
    """The close values what is free or on its way; in the end nothing else is there."""
    pairs = len(e.world.tables.pair_sku)
    left = _by_pair(e, ON_HAND) + _by_pair(e, INBOUND)
    rows = e.ledger.rows("closing")
    valued = np.bincount(e.pair[rows], e.ledger.quantity[rows], pairs).astype(np.int64)
    for pair in np.flatnonzero(left != valued)[:1].tolist():
        yield f"{_name(e, pair)}: {left[pair]} units are left on hand or on their way, {valued[pair]} were valued"
    for pair in np.flatnonzero(_by_pair(e, RESERVED))[:1].tolist():
        yield f"{_name(e, pair)}: units are still reserved at the end"
    yield from e.first(rows, e.ledger.time[rows] != e.trace.days, "valued at another time than the close")


def _by_pair(e: Evidence, signs: dict[str, int]) -> Ints:
    """(pairs,) net units in the end."""
    rows = e.ledger.rows(*signs)
    sums = np.bincount(e.pair[rows], e.ledger.signed(signs)[rows], len(e.world.tables.pair_sku))
    return np.asarray(sums, np.int64)


def _name(e: Evidence, pair: int) -> str:
    tables = e.world.tables
    place, sku = e.world.locations[tables.pair_location[pair]], e.world.skus[tables.pair_sku[pair]]
    return f"sku '{sku.name}' at '{place.name}'"


RULES = {
    "assortment": carried,
    "stock on hand": on_hand,
    "stock on its way": inbound,
    "reserved stock": reserved,
    "stock at the close": closing,
}
