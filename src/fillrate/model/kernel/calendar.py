"""Clocks of a run: opening, charges, outages, warm-up, the close."""

from __future__ import annotations

from fillrate.draws import snap as _snap
from fillrate.model import costs
from fillrate.model.events import BACKLOG as BACKLOG_KIND
from fillrate.model.events import CHARGE, CLOSE, OUTAGE, PLAN, REEVALUATION, REVIEW, WAVE
from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import book, log, log_units, push
from fillrate.model.kernel.ahead import fetch_pair
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.limits import begin_period
from fillrate.model.kernel.ranking import sort_listed
from fillrate.model.kernel.release import lose
from fillrate.model.kernel.stations import start
from fillrate.model.kernel.stocks import add_charge, single_out, unit_days
from fillrate.model.kernel.supply import on_its_way
from fillrate.model.kernel.waiting import gather_waiting, line_of, wake

__all__ = [
    "charge_event",
    "close",
    "open_run",
    "outage_event",
    "schedule_each",
    "schedule_plan",
    "schedule_reassignment",
]

snap, charge_of, leftover_loss = lift(_snap), lift(costs.charge), lift(costs.leftover_loss)
AHEAD = 8  # pairs


@jit
def open_run(z):
    """The opening state, its value, and every clock that the world and the policy ask for."""
    s, t = z.setting, z.feed
    for n in range(t.comings):
        coming = t.coming[n]
        on_its_way(z, coming.pair, coming.units, coming.due, coming.expected)
    for pair in range(s.pairs):
        _opening(z, pair, z.stock[pair].on_hand, c.OPENING)
    for pair in range(s.pairs):
        _opening(z, pair, z.stock[pair].inbound, c.OPENING_INBOUND)
    z.steady_on = s.warm_up == 0.0
    if s.has_quotas != 0:
        begin_period(z, 0)
    _next_charge(z, 1)
    if s.warm_up_raw > 0.0:
        push(z, s.warm_up, CHARGE, c.AFTER_ALL, -1)
    if s.active != 0:
        schedule_each(z, s.review_days if s.review_days > 0.0 else z.horizon, REVIEW, 0)
    if s.wave != 0:
        schedule_each(z, s.wave_days, WAVE, 0)
    if s.reoffer_days > 0.0:
        schedule_each(z, s.reoffer_days, BACKLOG_KIND, 1)
    if s.reevaluate_days > 0.0:
        schedule_each(z, s.reevaluate_days, REEVALUATION, 1)
    if s.has_quotas != 0:
        schedule_each(z, s.quota_days, PLAN, 0)
    if s.plans != 0:
        schedule_plan(z, 0)
    if s.reassign_days > 0.0:
        schedule_reassignment(z, 1)
    for place in range(s.places):
        z.site[place].window = t.first_window[place]
        _next_outage(z, place)
    push(z, z.horizon, CLOSE, 0, -1)


@jit
def schedule_each(z, every, kind, n):
    """The n-th instant of a clock, if it is before the horizon; the number travels in the slot."""
    time = snap(n * every)
    if time < z.horizon:
        push(z, time, kind, 0 if kind == BACKLOG_KIND else n, n)


@jit
def schedule_plan(z, n):
    """The n-th strike of the planner's clock, after the quotas of this instant."""
    time = snap(n * z.setting.plan_days)
    if time < z.horizon and (n == 0 or z.setting.plan_days > 0.0):
        push(z, time, PLAN, c.AFTER_ALL + n, n)


@jit
def schedule_reassignment(z, n):
    """The n-th strike of the clock at which orders are assigned anew, after the world's own re-evaluation."""
    time = snap(n * z.setting.reassign_days)
    if time < z.horizon:
        push(z, time, REEVALUATION, c.AFTER_ALL + n, n)


@jit
def _opening(z, pair, units, kind):
    if units != 0:
        sku, place = z.setting.pair[pair].sku, z.setting.place_of[pair]
        log_units(z, kind, -1, -1, sku, place, units)
        book(z, c.OPENING_VALUE, _leftover(z, sku, units), -1, -1, sku, place)


@jit
def _leftover(z, sku, units):
    return leftover_loss(units, z.setting.sku[sku].cost, z.setting.salvage)


@jit
def _next_charge(z, n):
    push(z, min(snap(n * z.setting.charge_days), z.horizon), CHARGE, n, n)


@jit
def charge_event(z, n):
    """The end of a period, or of the warm-up (n < 0): a running charge is split there."""
    if n >= 0:
        _charge(z)
        if z.now < z.horizon:
            _next_charge(z, n + 1)
        return
    if z.setting.at_end == 0:
        _charge(z)
    _take_averages(z, -1.0)
    z.steady_on = 1


@jit
def _charge(z):
    """Book holding, capital and backorder costs of the time since the last charge."""
    s, days = z.setting, z.now - z.charged_until
    if days > 0.0 and s.rated != 0:
        _charge_stock(z, days)
    money = 0.0
    for segment in range(s.segments):
        count = z.waiter[segment]
        until = count.area + count.count * (z.now - count.since)
        units = count.count * days if s.at_end != 0 else until - count.charged
        money += charge_of(units, s.segment[segment].waiting_rate)
        count.charged = until
    book(z, c.BACKORDER, -money, -1, -1, -1, -1)
    z.charged_until = z.now


@jit
def _charge_stock(z, days):
    """Book holding and capital costs since the last charge, by location; only pairs that moved are looked at.

    What the others cost repeats from charge to charge, as long as these are equally far apart.
    """
    s = z.setting
    if days != z.usual_days:
        for pair in range(s.pairs):
            if z.stock[pair].moved == 0:
                single_out(z, pair)
        z.usual_days = days
    for n in range(z.moved):
        fetch_pair(z, z.moved_list[min(n + AHEAD, z.moved - 1)])
        add_charge(z, z.moved_list[n], _to_charge(z, z.moved_list[n], days))
    for place in range(s.places):
        book(z, c.HOLDING, -z.place_holding[place], -1, -1, -1, place)
    for place in range(s.places):
        book(z, c.CAPITAL, -z.place_capital[place], -1, -1, -1, place)
    for n in range(z.moved):
        pair = z.moved_list[n]
        fetch_pair(z, z.moved_list[min(n + AHEAD, z.moved - 1)])
        stock = z.stock[pair]
        add_charge(z, pair, -_to_charge(z, pair, days))
        add_charge(z, pair, stock.on_hand * days)
        stock.moved = 0
    z.moved = 0


@jit
def _to_charge(z, pair, days):
    """Unit-days of a pair since the last charge, or its units times the days of the period."""
    return z.stock[pair].on_hand * days if z.setting.at_end != 0 else unit_days(z, pair) - z.stock[pair].charged


@jit
def _take_averages(z, sign):
    """Add the integrals up to now to the time averages, or take them off (at the end of the warm-up)."""
    s = z.setting
    for pair in range(s.pairs):
        z.stock[pair].average += sign * unit_days(z, pair)
    held = 0.0
    for segment in range(s.segments):
        count = z.waiter[segment]
        held += count.area + count.count * (z.now - count.since)
    z.backorders += sign * held
    for place in range(s.places):
        site = z.site[place]
        z.busy[place] += sign * (site.area + site.busy * (z.now - site.since))


@jit
def _next_outage(z, place):
    site = z.site[place]
    if site.window < z.feed.first_window[place + 1]:
        push(z, z.feed.window[site.window].start, OUTAGE, place, place)


@jit
def outage_event(z, place):
    """A location goes down or comes up again; its stock may be promised again then."""
    site = z.site[place]
    if site.down == 0:
        log(z, c.OUTAGE_BEGAN, -1, -1, -1, place, c.NAN, c.NAN)
        site.down = 1
        push(z, z.feed.window[site.window].end, OUTAGE, place, place)
        return
    log(z, c.OUTAGE_ENDED, -1, -1, -1, place, c.NAN, c.NAN)
    site.down = 0
    start(z, place)
    if z.now < z.horizon:
        for pair in range(z.setting.pairs):
            if z.setting.place_of[pair] == place and z.free[pair] > 0:
                wake(z, z.setting.pair[pair].sku)
    site.window += 1
    _next_outage(z, place)


@jit
def close(z):
    """No more orders, offers or reviews; held units are lost, leftovers valued, parcels run out."""
    z.steady_on = 0
    _take_averages(z, 1.0)
    count = gather_waiting(z, False)
    units = 0
    for n in range(count):
        o = z.listed[n]
        for at in range(z.order[o].lines):
            units += z.line[line_of(z, o, at)].open
        for step in range(z.setting.rank_steps):
            z.rank[o * z.setting.rank_steps + step] = 0.0  # so that the sort is by trace row
    z.open_at_end = units
    z.closed = 1
    sort_listed(z, count)
    for n in range(count):
        lose(z, z.listed[n])
    for pair in range(z.setting.pairs):
        left = z.free[pair] + z.stock[pair].inbound
        if left != 0:
            sku, place = z.setting.pair[pair].sku, z.setting.place_of[pair]
            log_units(z, c.CLOSING, -1, -1, sku, place, left)
            book(z, c.WRITE_DOWN, -_leftover(z, sku, left), -1, -1, sku, place)
