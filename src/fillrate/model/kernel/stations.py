"""Pick stations: finite servers, the queue in rank order as a skew heap, down while their location is out."""

from __future__ import annotations

from fillrate.draws import snap as _snap
from fillrate.model.delays import mean_service_days
from fillrate.model.events import PICK_END
from fillrate.model.kernel.agenda import log, push
from fillrate.model.kernel.chance import pick_days
from fillrate.model.kernel.codes import NAN, PARCELS, PICKED, PICKING, QUEUED
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.pools import give
from fillrate.model.kernel.stocks import busy_change

__all__ = ["drop_parcel", "finish_pick", "join", "mean_pick", "start", "work_of"]

mean_service, snap = lift(mean_service_days), lift(_snap)


@jit
def mean_pick(z, parcel):
    """Mean service of a parcel, days."""
    terms = z.setting.place[parcel.place]
    if terms.finite == 0:
        return 0.0
    lines, units, c = 0, 0, parcel.pieces
    while c >= 0:
        lines += 1
        units += z.cell[c].n
        c = z.cell[c].next
    return mean_service(terms.setup, terms.line_minutes, terms.unit_minutes, lines, units)


@jit
def work_of(z, parcel):
    """Mean service of a parcel, snapped so that what is added can be taken off again exactly."""
    return snap(mean_pick(z, parcel))


@jit
def join(z, p):
    """Queue a parcel by its order's rank as its units were placed; service begins at once if a server is free."""
    parcel, steps = z.parcel[p], z.setting.rank_steps
    parcel.queued_at = z.now
    site = z.site[parcel.place]
    if z.setting.place[parcel.place].finite != 0:
        log(z, QUEUED, z.order[parcel.order].row, -1, -1, parcel.place, NAN, NAN)
        for step in range(steps):
            z.parcel_rank[p * (steps + 1) + step] = z.rank[parcel.order * steps + step]
        z.parcel_rank[p * (steps + 1) + steps] = float(z.order[parcel.order].row)
    site.work += work_of(z, parcel)
    parcel.left = -1
    parcel.right = -1
    site.queue = _meld(z, site.queue, p)
    start(z, parcel.place)


@jit
def _sooner(z, a, b):
    """Whether parcel a is picked before parcel b."""
    if z.setting.place[z.parcel[a].place].finite != 0:
        width = z.setting.rank_steps + 1
        for n in range(width):
            x, y = z.parcel_rank[a * width + n], z.parcel_rank[b * width + n]
            if x != y:
                return x < y
    return z.parcel[a].number < z.parcel[b].number


@jit
def _meld(z, a, b):
    """One skew heap of two; returns its root (Sleator and Tarjan 1986, "Self-adjusting heaps")."""
    if a < 0 or b < 0:
        return max(a, b)
    if _sooner(z, b, a):
        a, b = b, a
    root = a
    while b >= 0:  # walk down the right spine, swapping children on the way
        parcel = z.parcel[a]
        following = parcel.right
        parcel.right = parcel.left
        if following < 0:
            parcel.left = b
            break
        if _sooner(z, b, following):
            b, following = following, b
        parcel.left = following
        a = following
    return root


@jit
def start(z, place):
    """Begin as many services as servers are free."""
    site, servers = z.site[place], z.setting.place[place].servers
    while site.queue >= 0 and site.in_service < servers and site.down == 0:
        p = site.queue
        parcel = z.parcel[p]
        site.queue = _meld(z, parcel.left, parcel.right)
        if parcel.dropped == 0:
            _begin(z, p)
        else:
            give(z, z.parcel, PARCELS, p)


@jit
def _begin(z, p):
    parcel = z.parcel[p]
    order, site = z.order[parcel.order], z.site[parcel.place]
    parcel.started = 1
    parcel.begun = z.now
    site.in_service += 1
    service = 0.0
    if z.setting.place[parcel.place].finite != 0:
        busy_change(z, parcel.place, 1)
        service = pick_days(z, order, parcel.place, parcel.nth, mean_pick(z, parcel))
        log(z, PICKING, order.row, -1, -1, parcel.place, NAN, NAN)
        if order.counted != 0:
            days = z.now - parcel.queued_at
            z.parcels_picked += 1
            z.station_wait += days
            if days > 0.0:
                z.parcels_waited += 1
    push(z, z.now + service, PICK_END, parcel.number, p)


@jit
def finish_pick(z, p):
    """A service ended: free the server."""
    parcel = z.parcel[p]
    site = z.site[parcel.place]
    site.in_service -= 1
    site.work -= work_of(z, parcel)
    if z.setting.place[parcel.place].finite != 0:
        busy_change(z, parcel.place, -1)
        log(z, PICKED, z.order[parcel.order].row, -1, -1, parcel.place, NAN, NAN)
    start(z, parcel.place)


@jit
def drop_parcel(z, p):
    """Take an unpicked parcel out of the queue; its slot is free when its turn has come."""
    parcel = z.parcel[p]
    parcel.dropped = 1
    z.site[parcel.place].work -= work_of(z, parcel)
