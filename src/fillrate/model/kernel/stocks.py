"""Stock by pair, and counts whose time integrals are exact."""

from __future__ import annotations

from fillrate.model.kernel.jit import jit

__all__ = ["busy_change", "free_units", "held_change", "move", "position", "touch", "unit_days", "use_quota"]


@jit
def move(z, pair, by):
    """Units physically come in or go out."""
    stock = z.stock[pair]
    stock.area += stock.on_hand * (z.now - stock.since)
    stock.since = z.now
    stock.on_hand += by
    if by > 0 and stock.stocked == 0:
        stock.stocked = 1
        z.stocked_list[z.stocked] = pair
        z.stocked += 1


@jit
def unit_days(z, pair):
    """Integral of a pair's stock on hand up to now."""
    stock = z.stock[pair]
    return stock.area + stock.on_hand * (z.now - stock.since)


@jit
def free_units(z, pair):
    """On hand less reserved."""
    return z.stock[pair].on_hand - z.stock[pair].reserved


@jit
def position(z, pair):
    """Inventory position: on hand - reserved + inbound - held at home."""
    stock = z.stock[pair]
    return stock.on_hand - stock.reserved + stock.inbound - stock.held


@jit
def touch(z, pair):
    """A pair's position fell: it is looked at after this offer, or at the next periodic review."""
    if z.stock[pair].touched == 0:
        z.stock[pair].touched = 1
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
