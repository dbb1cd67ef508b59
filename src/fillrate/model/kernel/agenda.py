"""What happens next, by the total key (time, kind, entity), the journal, and the one function that books money."""

from __future__ import annotations

from fillrate.model.costs import amount
from fillrate.model.events import ARRIVAL
from fillrate.model.kernel.ahead import fetch_arrivals, fetch_next
from fillrate.model.kernel.codes import ACCOUNTS, ENTRIES, EVENTS, FIRST, FIRST_ACCOUNT, MOVES_CASH, NAN
from fillrate.model.kernel.heap import code_of, entity_of, insert, kind_of, slot_of, take_first
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift

__all__ = ["book", "goods", "log", "log_units", "pop", "push"]

money_of = lift(amount)
A_STEP = 16  # rows of the journal that a step may well write, for each of another table


@jit
def push(z, time, kind, entity, slot):
    """Put an event on the heap; one that comes before all others stands in front of it, for it is soon taken off."""
    code = code_of(kind, entity, slot)
    first = z.event[FIRST - z.front]
    if z.events + z.front == 0 or time < first.time or (time == first.time and code < first.code):
        former_time, former_code = first.time, first.code
        front = z.event[FIRST - 1]
        front.time = time
        front.code = code
        if z.front == 0:
            z.front = 1
            return
        time, code = former_time, former_code
    at = z.events
    if at + FIRST >= len(z.event):
        z.full |= 1 << EVENTS
        return
    if at + FIRST + z.spare >= len(z.event):
        z.tight |= 1 << EVENTS
    z.events = at + 1
    insert(z.event, at, time, code)


@jit
def pop(z):
    """Take the next event off; time goes to its instant.

    Returns:
        kind, entity and slot; kind -1 if nothing is left. Orders of the feed come in without being on the heap.
    """
    t, row, top = z.feed, z.next_order, z.event[FIRST - z.front]
    if row < t.orders:
        time = t.time[row]
        if z.events + z.front == 0 or time < top.time or (time == top.time and top.code >= code_of(ARRIVAL, 0, -1)):
            z.next_order = row + 1
            z.now = time
            fetch_arrivals(z)
            return ARRIVAL, row, -1
    if z.events + z.front == 0:
        return -1, 0, -1
    code = top.code
    z.now = top.time
    if z.front != 0:
        z.front = 0
    else:
        z.events -= 1
        take_first(z.event, z.events)
    fetch_next(z)
    return kind_of(code), entity_of(code), slot_of(code)


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
