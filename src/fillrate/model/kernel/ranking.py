"""Stage 3: rank keys of orders, and sorting by them."""

from __future__ import annotations

from fillrate.decision import columns as shared
from fillrate.decision.columns import ORDER_COLUMNS
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.waiting import line_of, open_units

__all__ = ["earlier", "order_column", "promised", "rank_order", "sort_listed"]

loss_of = lift(shared.avoided_loss)
(
    RECEIVED,
    PRIORITY,
    CONTRACT,
    LOYALTY,
    SHIP_DAYS,
    PROMISE_DAYS,
    WAITED_DAYS,
    UNITS,
    MARGIN,
    VALUE,
    LOSS,
    STORE_SALES,
    FAST,
) = range(len(ORDER_COLUMNS))


@jit
def promised(z, order, place):
    """Promised delivery: the date stated, else receipt + mean transit of the lane (the cheapest if none is chosen)."""
    if order.deliver_by == order.deliver_by:
        return order.deliver_by
    s = z.setting
    if place < 0:
        place = s.region[order.region].first_lane
    lane = (s.segment[order.segment].service * s.regions + order.region) * s.places + place
    return order.time + s.lane[lane].transit_mean


@jit
def order_column(z, o, column):
    """Value of an order column."""
    order, s = z.order[o], z.setting
    segment = s.segment[order.segment]
    if column == RECEIVED:
        return order.time
    if column == PRIORITY:
        return segment.priority
    if column == CONTRACT:
        return segment.contract
    if column == LOYALTY:
        return segment.loyalty
    if column == SHIP_DAYS:
        return order.ship_by - z.now
    if column == PROMISE_DAYS:
        return promised(z, order, -1) - z.now
    if column == WAITED_DAYS:
        return z.now - order.time
    if column == UNITS:
        return float(open_units(z, o))
    if column in (MARGIN, VALUE):
        return _open_money(z, o, column == MARGIN)
    if column == LOSS:
        return loss_of(open_units(z, o), s.loss[order.segment * s.regions + order.region])
    if column == STORE_SALES:
        return s.place[order.pin].sales if order.pin >= 0 else 0.0
    return s.region[order.region].fast


@jit
def _open_money(z, o, margin):
    """Price (less cost) over the open units."""
    total = 0.0
    for n in range(z.order[o].lines):
        line = z.line[line_of(z, o, n)]
        cost = z.setting.sku[line.sku].cost if margin else 0.0
        total += line.open * (line.price - cost)
    return total


@jit
def rank_order(z, o):
    """Write the sort key of an order; the smaller one is offered first."""
    s = z.setting
    for step in range(s.rank_steps):
        total = 0.0
        for n in range(s.rank_step[step], s.rank_step[step + 1]):
            total += s.rank_term[n].weight * order_column(z, o, s.rank_term[n].column)
        z.rank[o * s.rank_steps + step] = -total


@jit
def earlier(z, a, b):
    """Whether order a comes before order b; ties go to the earlier trace row."""
    steps = z.setting.rank_steps
    for step in range(steps):
        x, y = z.rank[a * steps + step], z.rank[b * steps + step]
        if x != y:
            return x < y
    return z.order[a].row < z.order[b].row


@jit
def sort_listed(z, count):
    """Sort the listed orders by their keys: merging runs from the bottom up."""
    width = 1
    while width < count:
        first = 0
        while first < count:
            _merge(z, first, min(first + width, count), min(first + 2 * width, count))
            first += 2 * width
        for n in range(count):
            z.listed[n] = z.sorting[n]
        width *= 2


@jit
def _merge(z, first, middle, last):
    left, right = first, middle
    for at in range(first, last):
        if left < middle and (right >= last or not earlier(z, z.listed[right], z.listed[left])):
            z.sorting[at] = z.listed[left]
            left += 1
        else:
            z.sorting[at] = z.listed[right]
            right += 1
