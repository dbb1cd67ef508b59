"""Slots of tables: taken from a list of free ones and given back. A table that is full asks for a larger one."""

from __future__ import annotations

from fillrate.model.kernel.codes import CELLS, COMINGS, LINES, ORDERS, PARCELS
from fillrate.model.kernel.jit import jit

__all__ = ["add_cell", "free_cells", "new_cell", "new_coming", "new_line", "new_order", "new_parcel"]


@jit
def new_order(z):
    """A free slot, -1 if there is none: then the run stops, and starts again with a larger table."""
    slot = z.free_orders
    if slot < 0:
        z.error |= ORDERS
    else:
        z.free_orders = z.order[slot].next
    return slot


@jit
def new_line(z):
    """Like `new_order`."""
    slot = z.free_lines
    if slot < 0:
        z.error |= LINES
    else:
        z.free_lines = z.line[slot].next
    return slot


@jit
def new_parcel(z):
    """Like `new_order`."""
    slot = z.free_parcels
    if slot < 0:
        z.error |= PARCELS
    else:
        z.free_parcels = z.parcel[slot].next
    return slot


@jit
def new_coming(z):
    """Like `new_order`."""
    slot = z.free_comings
    if slot < 0:
        z.error |= COMINGS
    else:
        z.free_comings = z.coming[slot].next
    return slot


@jit
def new_cell(z, a, b, n):
    """A cell of a list; -1 if there is none."""
    slot = z.free_cells
    if slot < 0:
        z.error |= CELLS
        return slot
    cell = z.cell[slot]
    z.free_cells = cell.next
    cell.a = a
    cell.b = b
    cell.n = n
    cell.m = 0
    cell.next = -1
    return slot


@jit
def add_cell(z, first, a, b, n):
    """Append a cell to a list; returns the list's first cell."""
    slot = new_cell(z, a, b, n)
    if slot < 0 or first < 0:
        return max(slot, first)
    last = first
    while z.cell[last].next >= 0:
        last = z.cell[last].next
    z.cell[last].next = slot
    return first


@jit
def free_cells(z, first):
    """Give a list of cells back."""
    while first >= 0:
        following = z.cell[first].next
        z.cell[first].next = z.free_cells
        z.free_cells = first
        first = following
