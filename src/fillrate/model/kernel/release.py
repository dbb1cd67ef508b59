"""Reservations that end without a dispatch, and units that are given up."""

from __future__ import annotations

from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import book, log_units, money_of
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.pools import free_cells
from fillrate.model.kernel.stocks import use_quota
from fillrate.model.kernel.tally import finish_order
from fillrate.model.kernel.waiting import any_open, count_held, drop, line_of, wake

__all__ = ["cell_at", "give_back", "lose", "release", "set_free"]


@jit
def cell_at(z, l, place):
    """The cell of a line at a location where it has had units."""
    at = z.line[l].cells
    while z.cell[at].a != place:
        at = z.cell[at].next
    return at


@jit
def give_back(z, o, l, place, pair, units):
    """A reservation ends without a dispatch: the units are open again, and their quota is free."""
    line = z.line[l]
    line.open += units
    line.placed -= units
    z.cell[cell_at(z, l, place)].n -= units
    z.free[pair] += units
    use_quota(z, z.order[o].segment, line.sku, -units)


@jit
def release(z, o, l, place, pair, units):
    """Put reserved units back into the pool."""
    give_back(z, o, l, place, pair, units)
    line = z.line[l]
    log_units(z, c.RELEASED, z.order[o].row, line.row, line.sku, place, units)


@jit
def set_free(z, o, l):
    """Put what a waiting line had reserved back into the pool."""
    first = z.line[l].kept
    cell = first
    while cell >= 0:
        release(z, o, l, z.cell[cell].a, z.cell[cell].b, z.cell[cell].n)
        cell = z.cell[cell].next
    z.line[l].kept = -1
    free_cells(z, first)


@jit
def lose(z, o):
    """Give up all open units, with what ship-complete kept reserved for them."""
    order = z.order[o]
    _free_in_vain(z, o)
    loss = z.setting.loss[order.segment * z.setting.regions + order.region]
    for n in range(order.lines):
        l = line_of(z, o, n)
        line = z.line[l]
        units = line.open
        line.open = 0
        if z.now == order.time:
            line.immediate = min(line.immediate, line.placed)
        count_held(z, o, l)
        if units == 0:
            continue
        log_units(z, c.LOST, order.row, line.row, line.sku, -1, units)
        book(z, c.LOSS, -money_of(units, loss), order.row, line.row, line.sku, -1)
        order.pending -= units
        if order.counted != 0:
            z.lost += units
    drop(z, o)
    finish_order(z, o)


@jit
def _free_in_vain(z, o):
    """Free units kept aside for what will not come: of the same SKU, or of the whole order."""
    whole = z.setting.segment[z.order[o].segment].complete == 2
    for n in range(z.order[o].lines):
        l = line_of(z, o, n)
        if z.line[l].head != 0 and (whole or any_open(z, l)):
            while l >= 0:
                if z.line[l].kept >= 0:
                    set_free(z, o, l)
                    wake(z, z.line[l].sku)
                l = z.line[l].twin
