"""What an order came to, counted when its last unit is delivered or lost."""

from __future__ import annotations

from fillrate.model.kernel import codes as c
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.pools import free_cells, give
from fillrate.model.kernel.waiting import line_of
from fillrate.scorecard.totals import TALLY

__all__ = ["finish_order"]

(ORDERS, UNITS, LINES, SHIPPED, IMMEDIATE, FIRST_PASS, LINES_FIRST_PASS, FULL, DELIVERED) = range(len(TALLY))
WIDTH = len(TALLY)


@jit
def finish_order(z, o):
    """Count the outcome once every unit is delivered or lost, and free the order's slots."""
    order = z.order[o]
    if order.pending != 0:
        return
    if order.counted != 0:
        _count(z, o)
    for n in range(order.lines):
        l = line_of(z, o, n)
        free_cells(z, z.line[l].cells)
        give(z, z.line, c.LINES, l)
    free_cells(z, order.sent)
    order.row = -1
    give(z, z.order, c.ORDERS, o)


@jit
def _count(z, o):
    order, segments, regions = z.order[o], z.by_segment, z.by_region
    immediate, first_pass, full_lines = 0, 0, 0
    for n in range(order.lines):
        line = z.line[line_of(z, o, n)]
        immediate += line.immediate
        first_pass += line.first_pass
        full_lines += line.first_pass == line.quantity
        if line.home >= 0:
            _count_home(z, line)
    cycle = order.last_delivery - order.time if order.last_delivery >= 0.0 else -1.0
    z.parcels += order.boxes
    z.sent += order.boxes > 0
    z.split += order.boxes > 1
    z.on_time += order.on_time == order.units
    for side in range(2):
        at = (order.segment if side == 0 else order.region) * WIDTH
        table = segments if side == 0 else regions
        table[at + ORDERS] += 1
        table[at + UNITS] += order.units
        table[at + LINES] += order.lines
        table[at + SHIPPED] += order.shipped
        table[at + IMMEDIATE] += immediate
        table[at + FIRST_PASS] += first_pass
        table[at + LINES_FIRST_PASS] += full_lines
        table[at + FULL] += first_pass == order.units
        table[at + DELIVERED] += cycle >= 0.0
    if cycle >= 0.0:
        z.segment_days[order.segment] += cycle
        z.region_days[order.region] += cycle
        z.cycle[z.cycles] = cycle
        z.cycles += 1


@jit
def _count_home(z, line):
    """Units by the location where they are at home."""
    places = z.setting.places
    at = z.setting.place_of[line.home]
    z.home[at] += line.quantity
    z.home[places + at] += line.first_pass
    z.home[2 * places + at] += line.immediate
    z.home[3 * places + at] += line.placed
