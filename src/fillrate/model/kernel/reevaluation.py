"""Re-evaluation: unpicked reservations go back into the pool and are dealt anew by the segments' strategies."""

from __future__ import annotations

from fillrate.model.kernel import codes as c
from fillrate.model.kernel.certain import count_certain, forget_late
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.parcels import begin_parcels, take_off
from fillrate.model.kernel.placing import keeps_aside, reserve
from fillrate.model.kernel.pools import free_cells
from fillrate.model.kernel.ranking import rank_order
from fillrate.model.kernel.release import release, set_free
from fillrate.model.kernel.stations import drop_parcel
from fillrate.model.kernel.waiting import count_held, line_of, offer_again, schedule

__all__ = ["by_strategy", "free_pool", "keep_floor", "offer_others", "set_caps"]


@jit
def strategy(z, o):
    """The strategy of an order's segment."""
    s = z.setting
    return s.segment[z.order[o].segment].strategy if s.strategies != 0 else c.REDISTRIBUTE


@jit
def free_pool(z, all_segments):
    """Take apart what is unpicked of the orders in scope, in order of trace rows; returns how many orders there are."""
    count = 0
    for o in range(z.slots[c.ORDERS].used):
        order = z.order[o]
        if order.row < 0 or order.offers == 0 or not (all_segments or z.setting.segment[order.segment].in_scope != 0):
            continue
        if strategy(z, o) != c.SKIP and (order.waiting != 0 or _has_unpicked(z, order)):
            at = count
            while at > 0 and z.order[z.listed[at - 1]].row > order.row:
                z.listed[at] = z.listed[at - 1]
                at -= 1
            z.listed[at] = o
            count += 1
    z.kept = 0
    for n in range(count):
        z.order[z.listed[n]].listed = 1
        _free(z, z.listed[n])
    return count


@jit
def _has_unpicked(z, order):
    p = order.parcels
    while p >= 0:
        if z.parcel[p].started == 0:
            return True
        p = z.parcel[p].next
    return False


@jit
def _free(z, o):
    """Take unpicked parcels and kept-aside units apart, noting what they had reserved."""
    order = z.order[o]
    p = order.parcels
    while p >= 0:
        following = z.parcel[p].next
        if z.parcel[p].started == 0:
            take_off(z, order, p)
            drop_parcel(z, p)
            _unpack(z, o, p)
        p = following
    for n in range(order.lines):
        l = line_of(z, o, n)
        cell = z.line[l].kept
        while cell >= 0:
            _note(z, o, l, z.cell[cell].a, z.cell[cell].b, z.cell[cell].n)
            cell = z.cell[cell].next
        set_free(z, o, l)


@jit
def _unpack(z, o, p):
    count_certain(z, p, -1)
    forget_late(z, p)
    parcel = z.parcel[p]
    piece = parcel.pieces
    while piece >= 0:
        cell = z.cell[piece]
        _note(z, o, cell.a, parcel.place, cell.b, cell.n)
        release(z, o, cell.a, parcel.place, cell.b, cell.n)
        piece = cell.next
    free_cells(z, parcel.pieces)
    parcel.pieces = -1


@jit
def _note(z, o, l, place, pair, units):
    n = z.kept
    if n >= len(z.had):
        z.full |= 1 << c.HAD
        return
    z.kept = n + 1
    had = z.had[n]
    had.order = o
    had.line = l
    had.place = place
    had.pair = pair
    had.units = units
    had.sku = z.line[l].sku


@jit
def by_strategy(z, count):
    """Sort the listed orders by the turn of their strategy; equal turns stay in rank order."""
    at = 0
    for turn in range(c.SKIP):
        for n in range(count):
            if strategy(z, z.listed[n]) == turn:
                z.sorting[at] = z.listed[n]
                at += 1
    for n in range(count):
        z.listed[n] = z.sorting[n]


@jit
def keep_floor(z, o):
    """Give an order its own reservations back, as far as they are still free; a ship-complete one all or nothing."""
    order = z.order[o]
    terms = z.setting.segment[order.segment]
    if terms.complete != 0 and terms.commit == 0 and not _all_free(z, o):
        return
    rank_order(z, o)
    aside = keeps_aside(z, order)
    for n in range(z.kept):
        had = z.had[n]
        if had.order == o:
            again = min(had.units, z.line[had.line].open, max(0, z.free[had.pair]))
            if again > 0:
                reserve(z, o, had.line, had.place, had.pair, again, aside, True)
                count_held(z, o, had.line)
    begin_parcels(z)


@jit
def _all_free(z, o):
    for n in range(z.kept):
        if z.had[n].order == o:
            wanted = 0
            for m in range(z.kept):
                if z.had[m].order == o and z.had[m].pair == z.had[n].pair:
                    wanted += z.had[m].units
            if z.free[z.had[n].pair] < wanted:
                return False
    return True


@jit
def set_caps(z, o):
    """Most units of each line (merged by SKU) that the strategy allows on top of what was kept."""
    order, turn = z.order[o], strategy(z, o)
    for n in range(order.lines):
        l = line_of(z, o, n)
        if z.line[l].head != 0:
            units, twin = 0, l
            while twin >= 0:
                units += z.line[twin].open
                twin = z.line[twin].twin
            if turn == c.LOSE:
                units = 0
            elif turn == c.FILL:
                units = min(units, _had(z, o, z.line[l].sku))
            z.line[l].cap = units


@jit
def _had(z, o, sku):
    units = 0
    for n in range(z.kept):
        if z.had[n].order == o and z.had[n].sku == sku:
            units += z.had[n].units
    return units


@jit
def offer_others(z):
    """What the pool left over is offered to the other orders that wait for it."""
    found = False
    for n in range(z.kept):
        l = z.needed[z.had[n].sku].first
        while l >= 0:
            o = z.line[l].order
            if z.order[o].listed == 0:
                offer_again(z, o)
                found = True
            l = z.line[l].next
    if found:
        schedule(z)
