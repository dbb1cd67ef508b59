"""Candidate tables as numbers: rows are locations in the region's order, hold is the last."""

from __future__ import annotations

from fillrate.decision.offer import LINE
from fillrate.model.kernel.facts import column
from fillrate.model.kernel.jit import jit

__all__ = ["write_offer", "write_table"]


@jit
def write_table(z, wanted, i):
    """Write the table and the mask of the question at hand; rows that are not there are 0 and not legal."""
    offer = z.offer
    line = offer.state[LINE]
    rows, columns = offer.rows[line], wanted.columns
    first, mask = i * wanted.rows, wanted.mask
    for row in range(wanted.rows - 1):
        mask[first + row] = 0
        for n in range(columns):
            at = (first + row) * columns + n
            wanted.value[at] = column(z, line, row, wanted.name[n]) if row < rows else 0.0
    hold = first + wanted.rows - 1
    for n in range(columns):
        same = wanted.of_order[n] != 0 and rows > 0
        wanted.value[hold * columns + n] = wanted.value[first * columns + n] if same else wanted.hold[n]
    mask[hold] = 1
    for n in range(z.legal):
        mask[first + offer.legal[n]] = 1


@jit
def write_offer(z, wanted, i):
    """Write what a whole offer is: a row a location, means over the lines that it carries.

    Rows follow the world's locations; those that carry nothing of the offer are 0 and not set in the mask.
    """
    offer, columns, first = z.offer, wanted.columns, i * wanted.rows
    for place in range(wanted.rows):
        lines = wanted.mask[first + place] = 0
        for n in range(columns):
            wanted.value[(first + place) * columns + n] = 0.0
        for line in range(offer.lines):
            for row in range(offer.rows[line]):
                if offer.location[line * offer.width + row] == place:
                    lines += 1
                    if offer.available[line * offer.width + row] > 0:
                        wanted.mask[first + place] = 1
                    for n in range(columns):
                        wanted.value[(first + place) * columns + n] += column(z, line, row, wanted.name[n])
        for n in range(columns):
            wanted.value[(first + place) * columns + n] /= max(1, lines)
