"""Asking memory for rows before they are needed: what is looked at, and when, changes nothing but the speed."""

from __future__ import annotations

from fillrate.model.events import DELIVERY, PICK_END, RECEIPT
from fillrate.model.kernel.codes import FIRST
from fillrate.model.kernel.heap import kind_of, slot_of
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.typed import fetch

__all__ = ["fetch_arrivals", "fetch_next", "fetch_pair"]

SOON = 4  # orders


@jit
def fetch_next(z):
    """Ask for what the next event will look at."""
    code = z.event[FIRST].code
    if kind_of(code) >= PICK_END:
        parcel = z.parcel[slot_of(code)]
        fetch(z.order, parcel.order)
        fetch(z.cell, parcel.pieces)
        if kind_of(code) != DELIVERY and parcel.pieces >= 0:
            fetch(z.stock, z.cell[parcel.pieces].b)
    elif kind_of(code) == RECEIPT:
        pair = z.coming[slot_of(code)].pair
        fetch(z.stock, pair)
        fetch(z.setting.pair, pair)


@jit
def fetch_arrivals(z):
    """Ask for what orders that come in soon will look at: their first SKU, then its rows and stock."""
    t, s = z.feed, z.setting
    if z.next_order + SOON < t.orders:
        fetch(s.sku, t.sku[t.first_line[z.next_order + SOON]])
        row = z.next_order + SOON // 2
        sku = s.sku[t.sku[t.first_line[row]]]
        _fetch_rows(z, t.region[row], sku.first)
        _fetch_rows(z, t.region[row], sku.last - 1)  # they may stand in two cache lines


@jit
def _fetch_rows(z, region, pair):
    fetch(z.setting.row, region * z.setting.pairs + pair)
    fetch(z.setting.place_of, pair)
    fetch(z.free, pair)
    fetch(z.due, pair)


@jit
def fetch_pair(z, pair):
    """Ask for what is known of a pair before it is looked at."""
    fetch(z.stock, pair)
    fetch(z.setting.pair, pair)
