"""Stage 5: parcels from reservation to delivery, short picks and returns."""

from __future__ import annotations

from fillrate.model import costs
from fillrate.model.events import CUT_OFF, DELIVERY, RECEIPT
from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import book, goods, log_units, money_of, push
from fillrate.model.kernel.certain import count_certain, expect_late, expect_late_unpicked, forget_late
from fillrate.model.kernel.chance import comes_back, return_days, short, transit
from fillrate.model.kernel.facts import freight_of, lane_of, next_cut_off
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.pools import add_cell, free_cells, give, take
from fillrate.model.kernel.ranking import promised
from fillrate.model.kernel.release import cell_at, give_back, lose
from fillrate.model.kernel.stations import finish_pick, join, work_of
from fillrate.model.kernel.stocks import move
from fillrate.model.kernel.tally import finish_order
from fillrate.model.kernel.waiting import count_held, reopen, wake

__all__ = ["begin_parcels", "come_back", "deliver", "leave", "picked", "put", "take_off"]

charge, late_days = lift(costs.charge), lift(costs.late_days)


@jit
def put(z, l, place, pair, units):
    """Add reserved units to the order's unpicked parcel at the location, or to a new one."""
    o = z.line[l].order
    p = z.order[o].parcels
    while p >= 0 and (z.parcel[p].place != place or z.parcel[p].started != 0):
        p = z.parcel[p].next
    if p < 0:
        p = _open(z, o, place)
        if p < 0:
            return
    count_certain(z, p, -1)
    parcel = z.parcel[p]
    queued = parcel.queued_at >= 0.0
    before = work_of(z, parcel) if queued else 0.0
    piece = parcel.pieces
    while piece >= 0 and z.cell[piece].a != l:
        piece = z.cell[piece].next
    if piece >= 0:
        z.cell[piece].n += units
    else:
        parcel.pieces = add_cell(z, parcel.pieces, l, pair, units)
    count_certain(z, p, 1)
    if queued:
        z.site[place].work += work_of(z, parcel) - before
    expect_late_unpicked(z, p)


@jit
def _open(z, o, place):
    """A new parcel of the order, the n-th at this location."""
    p = take(z, z.parcel, c.PARCELS)
    if p < 0:
        return p
    order, parcel = z.order[o], z.parcel[p]
    cell = order.sent
    while cell >= 0 and z.cell[cell].a != place:
        cell = z.cell[cell].next
    parcel.nth = z.cell[cell].n if cell >= 0 else 0
    if cell >= 0:
        z.cell[cell].n += 1
    else:
        order.sent = add_cell(z, order.sent, place, -1, 1)
    parcel.number = z.parcel_numbers
    z.parcel_numbers += 1
    parcel.order = o
    parcel.place = place
    parcel.pieces = -1
    parcel.next = -1
    parcel.queued_at = -1.0
    parcel.started = 0
    parcel.dropped = 0
    parcel.late = 0.0
    _append(z, order, p)
    z.fresh_list[z.fresh] = p
    z.fresh += 1
    return p


@jit
def _append(z, order, p):
    if order.parcels < 0:
        order.parcels = p
        return
    last = order.parcels
    while z.parcel[last].next >= 0:
        last = z.parcel[last].next
    z.parcel[last].next = p


@jit
def take_off(z, order, p):
    """Take a parcel out of its order's list."""
    if order.parcels == p:
        order.parcels = z.parcel[p].next
    else:
        before = order.parcels
        while z.parcel[before].next != p:
            before = z.parcel[before].next
        z.parcel[before].next = z.parcel[p].next


@jit
def begin_parcels(z):
    """Send the parcels opened by this offer to their stations."""
    count = z.fresh
    z.fresh = 0
    for n in range(count):
        join(z, z.fresh_list[n])


@jit
def picked(z, p):
    """A pick service ends: short picks, then the parcel leaves with the next cut-off."""
    parcel = z.parcel[p]
    place = parcel.place
    finish_pick(z, p)
    if _short_picks(z, p):
        return
    terms = z.setting.place[place]
    if terms.hours > 0:
        push(z, next_cut_off(z.now, z.setting.hour, terms.first_hour, terms.hours), CUT_OFF, parcel.number, p)
    else:
        leave(z, p)


@jit
def _short_picks(z, p):
    """With the location's probability exactly one unit of a line is not found; whether nothing is left to send."""
    parcel = z.parcel[p]
    place, o = parcel.place, parcel.order
    if z.setting.place[place].short_pick <= 0.0:
        return False
    missed = False
    count_certain(z, p, -1)
    piece = parcel.pieces
    while piece >= 0:
        l = z.cell[piece].a
        at = cell_at(z, l, place)
        nth = z.cell[at].m
        z.cell[at].m = nth + 1
        if short(z, z.line[l], place, nth):
            z.cell[piece].n -= 1
            missed = True
            _miss(z, o, l, z.cell[piece].b, place)
        piece = z.cell[piece].next
    if missed:
        _drop_empty(z, parcel)
    count_certain(z, p, 1)
    expect_late_unpicked(z, p)
    empty = parcel.pieces < 0
    if empty:
        take_off(z, z.order[o], p)
        give(z, z.parcel, c.PARCELS, p)
    if missed:
        if z.closed != 0:
            lose(z, o)
        else:
            reopen(z, o)
    return empty


@jit
def _drop_empty(z, parcel):
    """Take pieces without units out of a parcel."""
    before, piece = -1, parcel.pieces
    while piece >= 0:
        following = z.cell[piece].next
        if z.cell[piece].n == 0:
            if before < 0:
                parcel.pieces = following
            else:
                z.cell[before].next = following
            z.cell[piece].next = -1
            free_cells(z, piece)
        else:
            before = piece
        piece = following


@jit
def _miss(z, o, l, pair, place):
    order, line = z.order[o], z.line[l]
    move(z, pair, -1)
    log_units(z, c.SHORT_PICKED, order.row, line.row, line.sku, place, 1)
    goods(z, c.WRITE_OFF, -1, line.sku, 1, order.row, line.row, place)
    give_back(z, o, l, place, pair, 1)
    if z.closed == 0:
        count_held(z, o, l)


@jit
def leave(z, p):
    """Goods leave: revenue, cost of goods, freight, handling and fees are booked; delivery is drawn."""
    parcel = z.parcel[p]
    order, place, s = z.order[parcel.order], parcel.place, z.setting
    count_certain(z, p, -1)
    take_off(z, order, p)
    order.boxes += 1
    lane = lane_of(z, order, place)
    units, freight = 0, lane.box
    piece = parcel.pieces
    while piece >= 0:
        cell = z.cell[piece]
        units += cell.n
        freight += _send(z, order, z.line[cell.a], lane, place, cell.b, cell.n)
        piece = cell.next
    order.shipped += units
    log_units(z, c.SHIPPED, order.row, -1, -1, place, units)
    terms = s.place[place]
    book(z, c.FREIGHT, -freight, order.row, -1, -1, place)
    book(z, c.HANDLING, -(terms.handling_box + money_of(units, terms.handling_unit)), order.row, -1, -1, place)
    book(z, c.FEE, -(terms.fee_box + money_of(units, terms.fee_unit)), order.row, -1, -1, place)
    days = transit(z, order, place, lane.transit_law) if lane.transit_law >= 0 else 0.0
    expect_late(z, p, lane.transit_mean)
    push(z, z.now + days, DELIVERY, parcel.number, p)


@jit
def _send(z, order, line, lane, place, pair, units):
    """A line's units leave; returns their freight."""
    sku = z.setting.sku[line.sku]
    move(z, pair, -units)
    z.free[pair] += units
    log_units(z, c.DISPATCHED, order.row, line.row, line.sku, place, units)
    cost = money_of(units, sku.cost)
    book(z, c.REVENUE, money_of(units, line.price), order.row, line.row, line.sku, place)
    book(z, c.GOODS, -cost, order.row, line.row, line.sku, place)
    if z.now <= order.ship_by:
        line.first_pass += units
    if z.setting.warm_up <= z.now <= z.horizon:
        z.dispatched += units
        z.dispatched_cost += cost
    if order.counted != 0:
        z.region_sent[order.region] += units
        if pair == line.home:
            z.region_sent[z.setting.regions + order.region] += units
    return money_of(units, freight_of(lane.rate, lane.per_kg, sku.weight))


@jit
def deliver(z, p):
    """Goods arrive: lateness is booked, returns are drawn."""
    parcel = z.parcel[p]
    o, place = parcel.order, parcel.place
    order = z.order[o]
    terms = z.setting.segment[order.segment]
    due = promised(z, order, place)
    late = late_days(z.now, due)
    forget_late(z, p)
    piece = parcel.pieces
    while piece >= 0:
        cell = z.cell[piece]
        line = z.line[cell.a]
        log_units(z, c.DELIVERED, order.row, line.row, line.sku, place, cell.n)
        order.pending -= cell.n
        if z.now <= due:
            order.on_time += cell.n
        book(z, c.LATENESS, -charge(late * cell.n, terms.late_rate), order.row, line.row, line.sku, place)
        if terms.return_chance > 0.0:
            _maybe_returned(z, order, line, cell.b, cell.n, parcel.nth, terms.return_chance)
        piece = cell.next
    order.last_delivery = z.now
    free_cells(z, parcel.pieces)
    give(z, z.parcel, c.PARCELS, p)
    finish_order(z, o)


@jit
def _maybe_returned(z, order, line, pair, units, nth, probability):
    place = z.setting.place_of[pair]
    if comes_back(z, line, place, nth, probability):
        due = z.now + return_days(z, line, place, nth)
        if due <= z.horizon:
            z.receipts += 1
            slot = take(z, z.coming, c.COMINGS)
            if slot >= 0:
                coming = z.coming[slot]
                coming.order = order.row
                coming.line = line.row
                coming.pair = pair
                coming.units = units
                push(z, due, RECEIPT, z.receipts, slot)


@jit
def come_back(z, slot):
    """The whole quantity of a line comes back: refund, goods back at cost, return fee."""
    coming = z.coming[slot]
    pair, units, row, line = coming.pair, coming.units, coming.order, coming.line
    sku, place = z.setting.pair[pair].sku, z.setting.place_of[pair]
    move(z, pair, units)
    log_units(z, c.RETURNED, row, line, sku, place, units)
    book(z, c.REFUND, -money_of(units, z.feed.price[line]), row, line, sku, place)
    goods(z, c.GOODS_BACK, 1, sku, units, row, line, place)
    book(z, c.RETURN_FEE, -money_of(units, z.setting.return_fee), row, line, sku, place)
    give(z, z.coming, c.COMINGS, slot)
    wake(z, sku)
