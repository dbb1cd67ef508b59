"""Rules of time: it never goes back, kinds at one instant keep their order, nothing new begins at the horizon."""

from __future__ import annotations

import numpy as np

from fillrate.draws import TICKS
from fillrate.model.checking.evidence import Evidence, Finding
from fillrate.scorecard.journal import BOOKINGS, KIND_CODE

__all__ = ["RULES"]

CHARGES = ("holding", "capital", "backorder")
OUTAGES = ("outage_began", "outage_ended")
OPENING = ("opening", "opening_inbound", "opening_value")
BEFORE_T = ("received", "checked", "ranked", "reserved", "held", "ordered", "expedited", "transferred", "awaited")
UP_TO_T = ("stocked", "returned", "opening", "opening_inbound", "closing", "write_down", *CHARGES)
NO_UNITS = ("queued", "picking", "picked", "outage_began", "outage_ended")
AT_THE_CLOSE = ("released", "lost", "loss", "closing", "write_down")


def forwards(e: Evidence) -> Finding:
    """Times never go back, start at 0 and lie on the grid of 2**-20 days."""
    time, rows = e.ledger.time, np.arange(len(e.ledger))
    yield from e.first(rows, np.diff(time, prepend=0.0) < 0.0, "time goes back")
    yield from e.first(rows, np.rint(time * TICKS) != time * TICKS, "time is no multiple of 2**-20 days")


def kinds_in_order(e: Evidence) -> Finding:
    """At one instant charges come first, then outages; orders come in by trace row; the close is last."""
    l = e.ledger
    same = np.diff(l.time, prepend=-1.0) == 0.0
    before = np.roll(l.kind, 1)
    for kinds, after in ((CHARGES, CHARGES), (OUTAGES, (*OPENING, *CHARGES, *OUTAGES, "picking"))):
        rows = l.rows(*kinds)
        late = same[rows] & ~np.isin(before[rows], [KIND_CODE[kind] for kind in after])
        yield from e.first(rows, late, "after an event of a later kind at the same time")
    came = l.rows("received")
    yield from e.first(came, np.diff(l.line[came], prepend=-1) <= 0, "orders came in out of trace order")
    rest = np.arange(e.closed, len(l))
    rest = rest[l.time[rest] <= e.trace.days]
    closing = np.isin(l.kind[rest], [KIND_CODE[kind] for kind in AT_THE_CLOSE])
    yield from e.first(rest, ~closing, "at the horizon, but after the close")


def horizon(e: Evidence) -> Finding:
    """No arrival, offer or purchase at the horizon or after it; no receipt or time charge after it."""
    l, end = e.ledger, e.trace.days
    rows = l.rows(*BEFORE_T)
    yield from e.first(rows, l.time[rows] >= end, f"at or after the horizon of {end:g} days")
    rows = l.rows(*UP_TO_T)
    yield from e.first(rows, l.time[rows] > end, f"after the horizon of {end:g} days")


def written(e: Evidence) -> Finding:
    """An event has no money and a booking no quantity; no booking is 0; money lies on the grid of 2**-20."""
    l = e.ledger
    rows, booking = np.arange(len(l)), np.isin(l.kind, [KIND_CODE[kind] for kind in BOOKINGS])
    has = ~np.isnan(l.money)
    yield from e.first(rows, has != booking, "money where none belongs, or none where it does")
    yield from e.first(rows, booking & ~np.isnan(l.quantity), "a booking with a quantity")
    money = np.where(has, l.money, 1.0)
    yield from e.first(rows, np.rint(money * TICKS) != money * TICKS, "money is no multiple of 2**-20")
    yield from e.first(rows, money == 0.0, "a booking of nothing")
    silent = np.isin(l.kind, [KIND_CODE[kind] for kind in NO_UNITS])
    yield from e.first(
        rows, ~booking & (np.isnan(l.quantity) != silent), "units where none belong, or none where they do"
    )
    units = np.where(np.isnan(l.quantity), 0.0, l.quantity)
    yield from e.first(rows, (units < 0) | (np.rint(units) != units), "units are not whole, or negative")


RULES = {
    "time": forwards,
    "kinds at one time": kinds_in_order,
    "horizon": horizon,
    "what a row holds": written,
}
