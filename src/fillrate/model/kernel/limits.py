"""What a row may give, and a segment may take: free stock less what the policy's limits keep back."""

from __future__ import annotations

from fillrate.decision import limits as shared
from fillrate.model.kernel.codes import NO_LIMIT, ORDERS
from fillrate.model.kernel.facts import home_pair
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.waiting import line_of

__all__ = ["begin_period", "deal", "quota_left", "row_available"]

period_of, planned_quota, shared_quota, fair_quota = (
    lift(f) for f in (shared.period_of, shared.planned_quota, shared.shared_quota, shared.fair_quota)
)


@jit
def row_available(z, o, l, pair):
    """Whole units that a line (its trace lines of one SKU, the first of which is l) may take from a pair.

    To a pinned order its location is at home, whoever's home that is.
    """
    order, s = z.order[o], z.setting
    place = s.place_of[pair]
    if (order.pin >= 0 and place != order.pin) or (s.any_outage != 0 and z.site[place].down != 0):
        return 0
    if s.segment[order.segment].split == 1 and _elsewhere(z, l, place):
        return 0
    units = z.free[pair]
    if s.has_reserves != 0:
        foreign = pair != home_pair(z, order.region, z.line[l].sku) and place != order.pin
        period = period_of(z.now, s.reserve_days, s.reserve_periods)
        row = (period * s.segments + order.segment) * 2 + (1 if foreign else 0)
        units = int(units - s.reserve[row * s.pairs + pair])
    return max(0, units)


@jit
def _elsewhere(z, l, place):
    """Whether the units of a line that have a location have another one."""
    found = False
    while l >= 0:
        c = z.line[l].cells
        while c >= 0:
            if z.cell[c].n > 0:
                if z.cell[c].a == place:
                    return False
                found = True
            c = z.cell[c].next
        l = z.line[l].twin
    return found


@jit
def quota_left(z, segment, sku):
    """Units that a segment may still take of a SKU."""
    s = z.setting
    if s.has_quotas == 0 or s.limited[segment * s.skus + sku] == 0:
        return NO_LIMIT
    free = 0
    for pair in range(s.sku[sku].first, s.sku[sku].last):
        free += max(0, z.free[pair])
    table = (z.quota_period * s.segments) * s.skus + sku
    w = z.quota_work
    for n in range(s.segments):
        quota, row = z.quota[n * s.skus + sku], s.quota[table + n * s.skus]
        w.used[n] = quota.used
        w.now[n] = quota.now
        w.asked[n] = quota.asked
        w.rest[n] = row.rest
        w.weight[n] = row.weight
        w.soon[n] = row.soon if s.sku[sku].bought != 0 else max(0, row.soon - quota.now)
    if s.pro_rata == 0:
        kept = 0
        for n in range(s.segments):
            if s.segment[n].priority > s.segment[segment].priority:
                kept += max(0, w.rest[n] - w.now[n])
        return planned_quota(
            s.quota[table + segment * s.skus].granted, w.used[segment], s.sku[sku].bought != 0, free, kept
        )
    if s.wave != 0:
        now = 0
        for n in range(s.segments):
            now += w.now[n]
        share = fair_quota(segment, free + now, w.asked, s.segments, w.part, w.over)
        return max(0, share - w.now[segment])
    return shared_quota(segment, free, w.used, w.weight, w.soon, s.segments, w.part, w.over)


@jit
def begin_period(z, n):
    """A new period of quotas; what was planned and not used carries over."""
    s = z.setting
    z.quota_period = min(n, s.quota_periods - 1)
    for at in range(len(z.quota)):
        z.quota[at].now = 0


@jit
def deal(z):
    """A wave: what is there is shared out pro rata to the units that wait."""
    s = z.setting
    if s.has_quotas == 0 or s.pro_rata == 0:
        return
    for at in range(len(z.quota)):
        z.quota[at].now = 0
        z.quota[at].asked = 0
    for o in range(z.slots[ORDERS].used):
        order = z.order[o]
        if order.row >= 0 and order.waiting != 0:
            for n in range(order.lines):
                line = z.line[line_of(z, o, n)]
                z.quota[order.segment * s.skus + line.sku].asked += line.open
