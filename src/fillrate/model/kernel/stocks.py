"""Stock by pair, and counts whose time integrals are exact."""

from __future__ import annotations

from fillrate.model import costs
from fillrate.model.kernel.codes import BLOCK
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift

__all__ = [
    "add_charge",
    "busy_change",
    "held_change",
    "move",
    "position",
    "single_out",
    "touch",
    "unit_days",
    "use_quota",
]

charge_of = lift(costs.charge)


@jit
def move(z, pair, by):
    """Units physically come in or go out."""
    stock = z.stock[pair]
    if stock.moved == 0:
        single_out(z, pair)
    stock.area += stock.on_hand * (z.now - stock.since)
    stock.since = z.now
    stock.on_hand += by
    z.free[pair] += by


@jit
def single_out(z, pair):
    """Stock is about to move: it is charged by itself next time, and no longer with what its location repeats."""
    stock = z.stock[pair]
    stock.moved = 1
    z.moved_list[z.moved] = pair
    z.moved += 1
    stock.charged = stock.area + stock.on_hand * (z.charged_until - stock.since)
    add_charge(z, pair, -stock.on_hand * z.usual_days)


@jit
def add_charge(z, pair, unit_days):
    """Add to what stock of a location costs in a period; amounts are snapped, so that they can be taken off again."""
    own, place = z.setting.pair[pair], z.setting.place_of[pair]
    z.place_holding[place] += charge_of(unit_days, own.holding)
    z.place_capital[place] += charge_of(unit_days, own.capital)


@jit
def unit_days(z, pair):
    """Integral of a pair's stock on hand up to now."""
    stock = z.stock[pair]
    return stock.area + stock.on_hand * (z.now - stock.since)


@jit
def position(z, pair):
    """Inventory position: on hand - reserved + inbound - held at home."""
    stock = z.stock[pair]
    return z.free[pair] + stock.inbound - stock.held


@jit
def touch(z, pair):
    """A pair's position fell: it is looked at after this offer, or at the next periodic review."""
    if z.due[pair] == 0:
        z.due[pair] = 1
        z.due_in[pair // BLOCK] += 1
        if z.setting.continuous != 0:
            z.touched_list[z.touched] = pair
            z.touched += 1


@jit
def held_change(z, segment, by):
    """Units of a segment begin or cease to wait."""
    count = z.waiter[segment]
    count.area += count.count * (z.now - count.since)
    count.since = z.now
    count.count += by


@jit
def busy_change(z, place, by):
    """Servers of a station begin or end a service."""
    site = z.site[place]
    site.area += site.busy * (z.now - site.since)
    site.since = z.now
    site.busy += by


@jit
def use_quota(z, segment, sku, units):
    """Use up a quota (or give it back)."""
    if z.setting.has_quotas != 0:
        quota = z.quota[segment * z.setting.skus + sku]
        quota.used += units
        quota.now += units
