"""Amounts that are certain once a parcel is placed: they are booked at its dispatch, a reward counts them before."""

from __future__ import annotations

from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import money_of
from fillrate.model.kernel.facts import freight_of, lane_of
from fillrate.model.kernel.jit import jit

__all__ = ["count_certain"]


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
