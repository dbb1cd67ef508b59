"""Stage 4: what was taken is reserved, what is complete handed over, and the rest waits or is lost."""

from __future__ import annotations

from fillrate.model.events import PATIENCE
from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import log_units, push
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.parcels import put
from fillrate.model.kernel.pools import add_cell, free_cells, new_cell
from fillrate.model.kernel.release import lose
from fillrate.model.kernel.stocks import touch, use_quota
from fillrate.model.kernel.waiting import add, any_open, count_held, drop, line_of, open_units

__all__ = ["hold", "keeps_aside", "place", "release_complete", "reserve"]


@jit
def keeps_aside(z, order):
    """Whether reserved units wait for the rest of their line or order."""
    terms = z.setting.segment[order.segment]
    return terms.commit != 0 and terms.complete > 0


@jit
def place(z, o):
    """Reserve what was taken: into parcels, or kept aside while a ship-complete order waits."""
    offer = z.offer
    aside = keeps_aside(z, z.order[o])
    for line in range(offer.lines):
        for row in range(offer.rows[line]):
            at = line * offer.width + row
            if offer.take[at] > 0:
                reserve(z, o, offer.group[line], offer.location[at], offer.pair[at], offer.take[at], aside, False)


@jit
def reserve(z, o, l, place, pair, units, aside, alone):
    """Promise units from a location; merged lines take them in trace order (with `alone` only the line itself)."""
    order = z.order[o]
    z.free[pair] -= units
    touch(z, pair)
    use_quota(z, order.segment, z.line[l].sku, units)
    while l >= 0:
        line = z.line[l]
        part = min(units, line.open)
        if part > 0:
            units -= part
            line.open -= part
            line.placed += part
            _count_at(z, line, place, part)
            log_units(z, c.RESERVED, order.row, line.row, line.sku, place, part)
            _count_reserved(z, order, line)
            if aside:
                line.kept = add_cell(z, line.kept, place, pair, part)
            else:
                put(z, l, place, pair, part)
        l = -1 if alone else line.twin


@jit
def _count_at(z, line, place, units):
    """Note where units of a line are."""
    cell = line.cells
    while cell >= 0 and z.cell[cell].a != place:
        cell = z.cell[cell].next
    if cell >= 0:
        z.cell[cell].n += units
        return
    slot = new_cell(z, place, -1, units)
    if slot >= 0:
        z.cell[slot].next = line.cells
        line.cells = slot


@jit
def _count_reserved(z, order, line):
    """Count the wait of units that were never reserved before: a unit's first allocation."""
    units = line.placed - line.counted
    if units <= 0:
        return
    line.counted = line.placed
    if z.now == order.time:
        line.immediate = line.placed
    if order.counted != 0:
        z.allocated += units
        z.waited += units * (z.now - order.time)


@jit
def release_complete(z, o):
    """Hand over what is complete: a line (of one SKU), or the order, with nothing open."""
    order = z.order[o]
    if not keeps_aside(z, order):
        return
    if z.setting.segment[order.segment].complete == 2 and open_units(z, o) > 0:
        return
    for n in range(order.lines):
        l = line_of(z, o, n)
        if z.line[l].head != 0 and not any_open(z, l):
            while l >= 0:
                _hand_over(z, l)
                l = z.line[l].twin


@jit
def _hand_over(z, l):
    first = z.line[l].kept
    cell = first
    while cell >= 0:
        put(z, l, z.cell[cell].a, z.cell[cell].b, z.cell[cell].n)
        cell = z.cell[cell].next
    z.line[l].kept = -1
    free_cells(z, first)


@jit
def hold(z, o):
    """What was not taken waits, or is lost where patience has run out."""
    order = z.order[o]
    units = open_units(z, o)
    if z.now >= order.deadline and order.patient == 0 and units > 0:
        lose(z, o)
        return
    for n in range(order.lines):
        l = line_of(z, o, n)
        line = z.line[l]
        if line.open > 0:
            log_units(z, c.HELD, order.row, line.row, line.sku, -1, line.open)
        count_held(z, o, l)
    if units == 0:
        drop(z, o)
        return
    add(z, o)
    if order.deadline < z.horizon and order.patient == 0:
        order.patient = 1
        push(z, order.deadline, PATIENCE, order.row, o)
