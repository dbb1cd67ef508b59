"""Slots of tables: freed ones are taken again before new ones.

A table with few slots left is *tight*: the run pauses before its next step, is copied to larger tables and goes on. One
that is *full* in the middle of a step stops the run, which starts again with larger tables.
"""

from __future__ import annotations

from fillrate.model.kernel.codes import CELLS
from fillrate.model.kernel.jit import jit

__all__ = ["add_cell", "free_cells", "give", "new_cell", "take"]


@jit
def take(z, table, n):
    """A free slot of the n-th kind of table, -1 if it is full."""
    slots = z.slots[n]
    slot = slots.free
    if slot >= 0:
        slots.free = table[slot].next
        return slot
    slot = slots.used
    if slot >= len(table):
        z.full |= 1 << n
        return -1
    slots.used = slot + 1
    if slot + z.spare >= len(table):
        z.tight |= 1 << n
    return slot


@jit
def give(z, table, n, slot):
    """Give a slot back."""
    table[slot].next = z.slots[n].free
    z.slots[n].free = slot


@jit
def new_cell(z, a, b, n):
    """A cell of a list; -1 if there is none."""
    slot = take(z, z.cell, CELLS)
    if slot >= 0:
        cell = z.cell[slot]
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
        give(z, z.cell, CELLS, first)
        first = following
