"""Waiting orders, found by SKU: they are offered again when stock they need comes in or is released."""

from __future__ import annotations

from fillrate.model.events import BACKLOG
from fillrate.model.kernel.agenda import push
from fillrate.model.kernel.codes import ORDERS
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.stocks import held_change, touch

__all__ = ["add", "any_open", "count_held", "drop", "open_units", "reopen", "schedule", "wake"]


@jit
def open_units(z, o):
    """Units of an order that are neither reserved nor lost."""
    order = z.order[o]
    units = 0
    for n in range(order.lines):
        units += z.line[line_of(z, o, n)].open
    return units


@jit
def line_of(z, o, n):
    """Slot of the n-th line of an order."""
    return z.order_line[o * z.widest + n]


@jit
def any_open(z, l):
    """Whether a line, or one of the same SKU after it, has open units."""
    while l >= 0:
        if z.line[l].open > 0:
            return True
        l = z.line[l].twin
    return False


@jit
def add(z, o):
    """Let an order wait for the SKUs of its open lines, and no longer for those of lines that were filled."""
    order = z.order[o]
    order.waiting = 1
    for n in range(order.lines):
        l = line_of(z, o, n)
        _count_waiting(z, order, l, z.line[l].open)
    for n in range(order.lines):
        l = line_of(z, o, n)
        if z.line[l].head != 0:
            if any_open(z, l):
                _link(z, l)
            else:
                _unlink(z, l)


@jit
def drop(z, o):
    """Forget an order with nothing open."""
    order = z.order[o]
    if order.waiting != 0:
        order.waiting = 0
        for n in range(order.lines):
            l = line_of(z, o, n)
            _count_waiting(z, order, l, 0)
            _unlink(z, l)


@jit
def _link(z, l):
    line = z.line[l]
    if line.waits == 0:
        line.waits = 1
        needed = z.needed[line.sku]
        line.before = -1
        line.next = needed.first
        if needed.first >= 0:
            z.line[needed.first].before = l
        needed.first = l


@jit
def _unlink(z, l):
    line = z.line[l]
    if line.waits != 0:
        line.waits = 0
        if line.before >= 0:
            z.line[line.before].next = line.next
        else:
            z.needed[line.sku].first = line.next
        if line.next >= 0:
            z.line[line.next].before = line.before


@jit
def _count_waiting(z, order, l, units):
    """Open units of orders that wait, whether they were offered yet or not."""
    line = z.line[l]
    z.wanted[line.sku * z.setting.segments + order.segment] += units - line.waiting
    line.waiting = units


@jit
def count_held(z, o, l):
    """Bring the held counts in line with the open units of a line that was offered."""
    line = z.line[l]
    change = line.open - line.held
    if change == 0:
        return
    line.held = line.open
    held_change(z, z.order[o].segment, change)
    if line.home >= 0:
        z.stock[line.home].held += change
        if change > 0:
            touch(z, line.home)


@jit
def wake(z, sku):
    """Stock of a SKU was received or released."""
    needed = z.needed[sku]
    if needed.first >= 0:
        if needed.woken == 0:
            needed.woken = 1
            z.woken_list[z.woken] = sku
            z.woken += 1
        schedule(z)


@jit
def offer_again(z, o):
    """Note an order that is offered again at this instant whatever comes in."""
    if z.order[o].again == 0:
        z.order[o].again = 1
        z.again_list[z.again] = o
        z.again += 1


@jit
def reopen(z, o):
    """A unit of the order was not found: it is offered again now."""
    add(z, o)
    offer_again(z, o)
    schedule(z)


@jit
def schedule(z):
    """One backlog event an instant."""
    if z.scheduled == 0 and z.now < z.horizon:
        z.scheduled = 1
        z.numbers += 1
        push(z, z.now, BACKLOG, z.numbers, -1)


@jit
def gather_woken(z):
    """List the orders to be offered again, each once, and forget what woke them."""
    count = 0
    for n in range(z.again):
        o = z.again_list[n]
        count = _list_once(z, o, count)
    for n in range(z.woken):
        l = z.needed[z.woken_list[n]].first
        while l >= 0:
            count = _list_once(z, z.line[l].order, count)
            l = z.line[l].next
    forget(z)
    return _unmark(z, count)


@jit
def gather_waiting(z, offered):
    """List the waiting orders; with `offered` only those that were offered before."""
    count = 0
    for o in range(z.slots[ORDERS].used):
        order = z.order[o]
        if order.row >= 0 and order.waiting != 0 and (not offered or order.offers > 0):
            z.listed[count] = o
            count += 1
    return count


@jit
def _list_once(z, o, count):
    order = z.order[o]
    if order.listed == 0 and order.offers > 0:
        order.listed = 1
        z.listed[count] = o
        count += 1
    return count


@jit
def _unmark(z, count):
    for n in range(count):
        z.order[z.listed[n]].listed = 0
    return count


@jit
def forget(z):
    """Nothing is woken any more."""
    for n in range(z.again):
        z.order[z.again_list[n]].again = 0
    for n in range(z.woken):
        z.needed[z.woken_list[n]].woken = 0
    z.again = 0
    z.woken = 0
