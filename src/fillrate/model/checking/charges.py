"""Time charges computed again from the path of stock and of held units."""

from __future__ import annotations

import numpy as np

from fillrate.draws import TICKS, snap
from fillrate.model.checking.evidence import Evidence, Floats, Ints
from fillrate.scorecard.recount import ON_HAND

__all__ = ["charge_instants", "expected_charges"]

HELD = {"reserved": -1, "released": 1, "short_picked": 1, "lost": -1}


def charge_instants(e: Evidence) -> list[float]:
    """When time charges are booked: period ends, the horizon, and where a running charge is split at the warm-up."""
    money, end, warm_up = e.world.money, e.trace.days, e.world.header.warm_up_days
    instants = {end} | ({warm_up} if money.charge == "time_average" and warm_up > 0.0 else set())
    n = 1
    while (time := snap(n * money.period_days)) < end:
        instants.add(time)
        n += 1
    return sorted(instants)


def expected_charges(e: Evidence, account: str) -> tuple[Floats, Ints, Floats]:
    """Instants, locations (-1 for backorders) and amounts of one account's charges, negative."""
    if account == "backorder":
        time, group, change, size = _held(e)
        rates = np.array([snap(s.backorder_per_unit_day) for s in e.world.segments])
        owner, owners = np.full(size, -1), 1
    else:
        rows = e.ledger.rows(*ON_HAND)
        time, group, change = e.ledger.time[rows], e.pair[rows], e.ledger.signed(ON_HAND)[rows]
        rates = _rates(e, account)
        size, owner, owners = len(rates), e.world.tables.pair_location.astype(np.int64), len(e.world.locations)
    instants = charge_instants(e)
    money = np.zeros((len(instants), owners))
    at_end = e.world.money.charge == "period_end"
    for n, units in enumerate(_unit_days(time, group, change, size, instants, at_end)):
        each = np.rint(units * rates * TICKS) / TICKS
        money[n] = np.bincount(np.maximum(owner, 0), each, owners)
    place = np.tile(np.arange(owners) if account != "backorder" else np.array([-1]), len(instants))
    return np.repeat(instants, owners), place, -money.ravel()


def _rates(e: Evidence, account: str) -> Floats:
    """(pairs,) money/unit/day."""
    money, skus = e.world.money, e.world.skus
    if account == "capital":
        each = [snap(money.capital_rate_per_year * s.cost / 365.0) for s in skus]
    else:
        general = [money.holding_per_day + money.holding_rate_per_year * s.cost / 365.0 for s in skus]
        own = [s.holding_per_day for s in skus]
        each = [snap(g if h is None else h) for g, h in zip(general, own, strict=True)]
    return np.array(each)[e.world.tables.pair_sku]


def _held(e: Evidence) -> tuple[Floats, Ints, Ints, int]:
    """Changes of the held units by segment: open units, from the first offer of their order on."""
    o, l = e.trace.orders, e.ledger
    offered = np.flatnonzero(np.isfinite(e.first_offer))
    units = np.bincount(e.promises.order_of, e.promises.quantity, len(o)).astype(np.int64)
    rows = l.rows(*HELD)
    rows = rows[np.isfinite(e.first_offer)[l.order[rows]]]
    time = np.append(e.first_offer[offered], l.time[rows])
    order = np.append(offered, l.order[rows])
    change = np.append(units[offered], l.signed(HELD)[rows])
    rising = np.argsort(time, kind="stable")
    return time[rising], o.segment[order[rising]].astype(np.int64), change[rising], len(e.world.segments)


def _unit_days(time: Floats, group: Ints, change: Ints, size: int, instants: list[float], at_end: bool) -> list[Floats]:
    """(size,) unit-days charged at each instant: in the time since the last one, or what stands times that time."""
    standing, last, found = np.zeros(size, np.int64), 0.0, []
    for instant in instants:
        now = slice(np.searchsorted(time, last), np.searchsorted(time, instant))  # changes at the instant come later
        since = np.bincount(group[now], change[now] * (instant - time[now]), size)
        area = np.asarray(standing * (instant - last) + since, np.float64)
        standing = standing + np.bincount(group[now], change[now], size).astype(np.int64)
        found.append(np.asarray(standing * (instant - last) if at_end else area, np.float64))
        last = instant
    return found
