"""The event heap by the total key (time, kind, entity), the journal, and the one function that books money."""

from __future__ import annotations

from fillrate.model.costs import amount
from fillrate.model.events import ARRIVAL, DELIVERY, PICK_END, RECEIPT
from fillrate.model.kernel.codes import ACCOUNTS, ENTRIES, EVENTS, FIRST, FIRST_ACCOUNT, MOVES_CASH, NAN
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.typed import fetch

__all__ = ["book", "entity_of", "goods", "kind_of", "log", "log_units", "pop", "push", "slot_of"]

money_of = lift(amount)
SLOT, KIND = 24, 58  # bits of a code below which slot and entity stand: 16 million slots, entities as in `events`
SOON = 4  # orders
A_STEP = 16  # rows of the journal that a step may well write, for each of another table


@jit
def push(z, time, kind, entity, slot):
    """Put an event on the heap."""
    at = z.events
    if at + FIRST >= len(z.event):
        z.full |= 1 << EVENTS
        return
    if at + FIRST + z.spare >= len(z.event):
        z.tight |= 1 << EVENTS
    z.events = at + 1
    heap = z.event
    code = (kind << KIND) + (entity << SLOT) + slot + 1
    while at > 0:
        above = (at - 1) // 4
        if _before(heap, above + FIRST, time, code):
            break
        _copy(heap, at + FIRST, above + FIRST)
        at = above
    heap[at + FIRST].time = time
    heap[at + FIRST].code = code


@jit
def _before(heap, n, time, code):
    """Whether an event comes before an instant and code."""
    return (heap[n].time < time) | ((heap[n].time == time) & (heap[n].code < code))  # no branch to be guessed


@jit
def _sooner(heap, a, b):
    """The one of two events that comes first."""
    return b if _before(heap, b + FIRST, heap[a + FIRST].time, heap[a + FIRST].code) else a


@jit
def _copy(heap, to, n):
    heap[to].time = heap[n].time
    heap[to].code = heap[n].code


@jit
def kind_of(code):
    """Kind of an event."""
    return code >> KIND


@jit
def entity_of(code):
    """Entity of an event."""
    return (code >> SLOT) & ((1 << (KIND - SLOT)) - 1)


@jit
def slot_of(code):
    """Slot of an event, -1 for none."""
    return (code & ((1 << SLOT) - 1)) - 1


@jit
def pop(z):
    """Take the next event off; time goes to its instant.

    Returns:
        kind, entity and slot; kind -1 if nothing is left. Orders of the feed come in without being on the heap.
    """
    t, row, top = z.feed, z.next_order, z.event[FIRST]
    if row < t.orders:
        time = t.time[row]
        if z.events == 0 or time < top.time or (time == top.time and top.code >= ARRIVAL << KIND):
            z.next_order = row + 1
            z.now = time
            _fetch_arrivals(z)
            return ARRIVAL, row, -1
    if z.events == 0:
        return -1, 0, -1
    code = top.code
    z.now = top.time
    _take_first(z)
    _fetch_next(z)
    return kind_of(code), entity_of(code), slot_of(code)


@jit
def _fetch_next(z):
    """Ask for what the next event will look at."""
    code = z.event[FIRST].code
    if code >= PICK_END << KIND:
        parcel = z.parcel[slot_of(code)]
        fetch(z.order, parcel.order)
        fetch(z.cell, parcel.pieces)
        if kind_of(code) != DELIVERY and parcel.pieces >= 0:
            fetch(z.stock, z.cell[parcel.pieces].b)
    elif kind_of(code) == RECEIPT:
        pair = z.coming[slot_of(code)].pair
        fetch(z.stock, pair)
        fetch(z.setting.pair, pair)


@jit
def _fetch_arrivals(z):
    """Ask for what orders that come in soon will look at: their first SKU, then its rows and stock."""
    t, s = z.feed, z.setting
    if z.next_order + SOON < t.orders:
        fetch(s.sku, t.sku[t.first_line[z.next_order + SOON]])
        row = z.next_order + SOON // 2
        sku = s.sku[t.sku[t.first_line[row]]]
        _fetch_rows(z, t.region[row], sku.first)
        _fetch_rows(z, t.region[row], sku.last - 1)  # they may stand in two cache lines


@jit
def _fetch_rows(z, region, pair):
    fetch(z.setting.row, region * z.setting.pairs + pair)
    fetch(z.setting.place_of, pair)
    fetch(z.free, pair)
    fetch(z.due, pair)


@jit
def _take_first(z):
    """Move the last event to the hole at the top, then down to where it belongs."""
    last = z.events - 1
    z.events = last
    heap = z.event
    time, code = heap[last + FIRST].time, heap[last + FIRST].code
    at = 0
    while True:
        below = 4 * at + 1
        if below >= last:
            break
        if below + 4 <= last:
            first = _sooner(heap, _sooner(heap, below, below + 1), _sooner(heap, below + 2, below + 3))
        else:
            first = below
            for other in range(below + 1, last):
                first = _sooner(heap, first, other)
        if not _before(heap, first + FIRST, time, code):
            break
        _copy(heap, at + FIRST, first + FIRST)
        at = first
    heap[at + FIRST].time = time
    heap[at + FIRST].code = code


@jit
def log(z, kind, order, line, sku, place, quantity, money):
    """Append a row to the journal, if there is one; -1 and nan stand for null."""
    if z.journal == 0:
        return
    n = z.entries
    if n >= len(z.entry):
        z.full |= 1 << ENTRIES
        return
    if n + A_STEP * z.spare >= len(z.entry):
        z.tight |= 1 << ENTRIES
    z.entries = n + 1
    row = z.entry[n]
    row.time = z.now
    row.kind = kind
    row.order = order
    row.line = line
    row.sku = sku
    row.place = place
    row.quantity = quantity
    row.money = money


@jit
def log_units(z, kind, order, line, sku, place, units):
    """A row of units."""
    log(z, kind, order, line, sku, place, float(units), NAN)


@jit
def book(z, account, money, order, line, sku, place):
    """Book one snapped amount, positive = earned."""
    if money == 0.0:
        return
    z.money[account] += money
    if z.steady_on != 0:
        z.money[ACCOUNTS + account] += money
    served = order >= z.feed.first_counted if order >= 0 else z.steady_on != 0
    if served:
        z.money[2 * ACCOUNTS + account] += money
    if z.setting.has_cash != 0 and MOVES_CASH[account]:
        z.cash += money
    log(z, FIRST_ACCOUNT + account, order, line, sku, place, NAN, money)


@jit
def goods(z, account, sign, sku, units, order, line, place):
    """Book units at cost."""
    book(z, account, sign * money_of(units, z.setting.sku[sku].cost), order, line, sku, place)
