"""The state of a run before its first event."""

from __future__ import annotations

from fillrate.model.kernel.calendar import open_run
from fillrate.model.kernel.codes import NEXT_EVENT, POOLS
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.stocks import touch

__all__ = ["reset"]


@jit
def reset(z):
    """Forget everything, take the feed's opening stock, and set the clocks."""
    z.now = z.charged_until = z.usual_days = z.cash = 0.0
    z.horizon = z.feed.days
    if z.setting.has_cash != 0:
        z.cash = z.setting.opening_cash
    z.full = z.tight = z.closed = z.steady_on = z.next_order = z.events = z.front = z.entries = z.cycles = 0
    z.doing = z.then = NEXT_EVENT
    z.queue = z.at = z.pool = z.kept = z.numbers = z.receipts = z.parcel_numbers = z.scheduled = 0
    z.ranked_one = z.ranked_list = z.legal = z.low = z.low_listed = z.fresh = z.woken = z.again = z.asked_nth = 0
    z.levied = 0
    z.quota_period = z.touched = z.at_wave = z.aiming = 0
    z.planned_at = -1.0
    z.under = -1
    _clear_sums(z)
    for n in range(POOLS):
        z.slots[n].free = -1
        z.slots[n].used = 0
    _clear_places(z)
    _open_stock(z)
    open_run(z)


@jit
def _clear_sums(z):
    z.margin = z.waited = z.station_wait = z.dispatched_cost = z.backorders = 0.0
    z.parcels = z.sent = z.split = z.on_time = z.received = z.allocated = z.lost = z.open_at_end = 0
    z.parcels_picked = z.parcels_waited = z.dispatched = z.cut_tables = z.masked_offers = z.stopped_searches = 0
    z.offered = 0
    for n in range(len(z.due_in)):
        z.due_in[n] = 0
    for table in (z.place_holding, z.place_capital, z.money, z.certain, z.segment_days, z.region_days, z.busy):
        for n in range(len(table)):
            table[n] = 0.0
    for table in (z.home, z.region_sent, z.by_segment, z.by_region):
        for n in range(len(table)):
            table[n] = 0


@jit
def _clear_places(z):
    """Stations, waiting lists and quotas stand empty."""
    for n in range(len(z.site)):
        site = z.site[n]
        site.in_service = site.busy = 0
        site.area = site.since = site.work = 0.0
        site.queue = -1
        site.down = 0
    for n in range(len(z.needed)):
        z.needed[n].first = -1
        z.needed[n].woken = 0
    for n in range(len(z.wanted)):
        z.wanted[n] = 0
    for n in range(len(z.waiter)):
        count = z.waiter[n]
        count.count = 0
        count.area = count.since = count.charged = 0.0
    for n in range(len(z.planner)):
        z.planner[n] = 0
    for n in range(len(z.planned_free)):
        z.planned_free[n] = 0
    for n in range(len(z.quota)):
        z.quota[n].used = z.quota[n].now = z.quota[n].asked = 0


@jit
def _open_stock(z):
    """The opening stock; every pair is looked at by the first review."""
    for pair in range(z.setting.pairs):
        stock = z.stock[pair]
        stock.on_hand = z.feed.opening[pair]
        z.free[pair] = stock.on_hand
        stock.inbound = stock.held = stock.nth = 0
        stock.coming = stock.day = -1
        stock.low = stock.low_listed = 0
        stock.area = stock.since = stock.charged = stock.average = 0.0
        stock.moved = 1  # from nothing
        z.moved_list[pair] = pair
        z.due[pair] = 0
        touch(z, pair)
    z.moved = z.setting.pairs
