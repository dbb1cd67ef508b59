"""The event heap by the total key (time, kind, entity), the journal, and the one function that books money."""

from __future__ import annotations

from fillrate.model.costs import amount
from fillrate.model.events import ARRIVAL, KIND_BITS
from fillrate.model.kernel.codes import ACCOUNTS, ENTRIES, EVENTS_FULL, FIRST_ACCOUNT, MOVES_CASH, NAN
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift

__all__ = ["book", "goods", "log", "log_units", "pop", "push"]

money_of = lift(amount)


@jit
def push(z, time, kind, entity, slot):
    """Put an event on the heap."""
    at = z.events
    if at >= len(z.event):
        z.error |= EVENTS_FULL
        return
    z.events = at + 1
    heap = z.event
    key = (kind << KIND_BITS) + entity
    while at > 0:
        above = (at - 1) >> 1
        if heap[above].time < time or (heap[above].time == time and heap[above].key < key):
            break
        heap[at].time = heap[above].time
        heap[at].key = heap[above].key
        heap[at].slot = heap[above].slot
        at = above
    heap[at].time = time
    heap[at].key = key
    heap[at].slot = slot


@jit
def pop(z):
    """Take the next event off; time goes to its instant.

    Returns:
        kind, entity and slot; kind -1 if nothing is left. Orders of the feed come in without being on the heap.
    """
    t, row = z.feed, z.next_order
    if row < t.orders:
        time = t.time[row]
        if (
            z.events == 0
            or time < z.event[0].time
            or (time == z.event[0].time and z.event[0].key >= ARRIVAL << KIND_BITS)
        ):
            z.next_order = row + 1
            z.now = time
            return ARRIVAL, row, -1
    if z.events == 0:
        return -1, 0, -1
    key, slot = z.event[0].key, z.event[0].slot
    z.now = z.event[0].time
    _take_first(z)
    return key >> KIND_BITS, key & ((1 << KIND_BITS) - 1), slot


@jit
def _take_first(z):
    """Move the last event to the hole at the top, then down to where it belongs."""
    last = z.events - 1
    z.events = last
    heap = z.event
    time, key, slot = heap[last].time, heap[last].key, heap[last].slot
    at = 0
    while True:
        below = 2 * at + 1
        if below >= last:
            break
        other = below + 1
        if other < last and (
            heap[other].time < heap[below].time
            or (heap[other].time == heap[below].time and heap[other].key < heap[below].key)
        ):
            below = other
        if time < heap[below].time or (time == heap[below].time and key < heap[below].key):
            break
        heap[at].time = heap[below].time
        heap[at].key = heap[below].key
        heap[at].slot = heap[below].slot
        at = below
    heap[at].time = time
    heap[at].key = key
    heap[at].slot = slot


@jit
def log(z, kind, order, line, sku, place, quantity, money):
    """Append a row to the journal, if there is one; -1 and nan stand for null."""
    if z.journal == 0:
        return
    n = z.entries
    if n >= len(z.entry):
        z.error |= ENTRIES
        return
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
