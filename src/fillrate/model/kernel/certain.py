"""What placed parcels will book: certain at their dispatch, expected at their delivery. Rewards count it before."""

from __future__ import annotations

from fillrate.model import costs
from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import money_of
from fillrate.model.kernel.facts import freight_of, lane_of, next_cut_off
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.ranking import promised
from fillrate.model.kernel.stations import mean_pick

__all__ = ["count_certain", "expect_late", "expect_late_unpicked", "forget_late"]

charge, late_days = lift(costs.charge), lift(costs.late_days)


@jit
def count_certain(z, p, sign):
    """Add what an undispatched parcel will book (sign 1), or take it back (-1) before the parcel changes."""
    parcel, s = z.parcel[p], z.setting
    if s.foresees == 0 or parcel.pieces < 0:
        return
    order, place = z.order[parcel.order], s.place[parcel.place]
    lane = lane_of(z, order, parcel.place)
    units, freight, piece = 0, lane.box, parcel.pieces
    while piece >= 0:
        count, line = z.cell[piece].n, z.line[z.cell[piece].a]
        sku = s.sku[line.sku]
        units += count
        freight += money_of(count, freight_of(lane.rate, lane.per_kg, sku.weight))
        z.certain[c.REVENUE] += sign * money_of(count, line.price)
        z.certain[c.GOODS] -= sign * money_of(count, sku.cost)
        piece = z.cell[piece].next
    z.certain[c.FREIGHT] -= sign * freight
    z.certain[c.HANDLING] -= sign * (place.handling_box + money_of(units, place.handling_unit))
    z.certain[c.FEE] -= sign * (place.fee_box + money_of(units, place.fee_unit))


@jit
def expect_late(z, p, days):
    """Count the lateness that a parcel is expected to book in so many days, in place of what was expected before."""
    if z.setting.foresees == 0:
        return
    parcel = z.parcel[p]
    order = z.order[parcel.order]
    units, piece = 0, parcel.pieces
    while piece >= 0:
        units += z.cell[piece].n
        piece = z.cell[piece].next
    late = late_days(z.now + days, promised(z, order, parcel.place))
    forget_late(z, p)
    parcel.late = charge(late * units, z.setting.segment[order.segment].late_rate)
    z.certain[c.LATENESS] -= parcel.late


@jit
def expect_late_unpicked(z, p):
    """The same of a parcel that has not left, as its site stands now."""
    if z.setting.foresees != 0:
        expect_late(z, p, _days_to_delivery(z, p))


@jit
def _days_to_delivery(z, p):
    """Mean days until an unpicked parcel arrives, by the queue, its pick, the next cut-off and the transit."""
    parcel = z.parcel[p]
    terms = z.setting.place[parcel.place]
    mine = mean_pick(z, parcel) if parcel.queued_at < 0.0 else 0.0  # else it is part of the queue's work
    picked = z.now + z.site[parcel.place].work / terms.servers + mine
    leaves = next_cut_off(picked, z.setting.hour, terms.first_hour, terms.hours)
    return leaves + lane_of(z, z.order[parcel.order], parcel.place).transit_mean - z.now


@jit
def forget_late(z, p):
    """A parcel arrives, or is taken apart: nothing is expected of it any more."""
    z.certain[c.LATENESS] += z.parcel[p].late
    z.parcel[p].late = 0.0
