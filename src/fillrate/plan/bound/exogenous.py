"""Purchases that no decision changes: a constant order at every review."""

from __future__ import annotations

from fillrate.draws import name_key, snap
from fillrate.model.chance import Chance, outage_key, outage_windows
from fillrate.model.purchasing import NO_LIMIT, trimmed, whole_lots
from fillrate.plan.bound.case import Case
from fillrate.plan.bound.clock import due_times
from fillrate.plan.bound.purchases import Source, extra_cost, sources
from fillrate.policy.replenish import ALWAYS, Levels, order_quantity
from fillrate.world import World

__all__ = ["constant_fault", "constant_receipts"]


def constant_fault(world: World, levels: Levels) -> str:
    """Why these levels under this world's terms do not buy the same whatever a policy does; empty if they do."""
    own = sources(world)
    faults = {
        "a rule that looks at the stock": any(levels.s[s.pair] < ALWAYS for s in own),
        "fast orders": any(levels.expedite[s.pair] > -ALWAYS for s in own),
        "transfers": any(s.sender >= 0 for s in own),
        "purchases cut by storage": world.supply.caps_at_storage and any(p.storage_units for p in world.locations),
        "purchases cut by cash": world.money.opening_cash is not None,
        "continuous reviews": world.supply.review_days == 0.0,
    }
    return next((fault for fault, found in faults.items() if found), "")


def constant_receipts(case: Case, levels: Levels) -> tuple[list[tuple[int, float, int]], float]:
    """Pair, day of receipt and units of every purchase, and what they cost besides unit costs, money."""
    world, received, paid = case.world, list[tuple[int, float, int]](), 0.0
    today: dict[tuple[int, int], int] = {}
    for now in due_times(world.supply.review_days, world.days).tolist():
        left = [s.capacity_units or NO_LIMIT for s in world.supply.supplier]
        for source in sources(world):
            units = _units(source, levels, left[source.supplier])
            if units:
                left[source.supplier] -= units
                nth = today.get((source.pair, int(now)), 0)
                today[source.pair, int(now)] = nth + 1
                received.append((source.pair, _due(case, source, now, nth), units))
                paid += units * extra_cost(world, source) + snap(source.terms.order_cost)
    return received, paid


def _units(source: Source, levels: Levels, most: int) -> int:
    pair, terms = source.pair, source.terms
    wanted = order_quantity(0, levels.s[pair], levels.S[pair], levels.lot[pair], levels.cap[pair])
    if wanted <= 0:
        return 0
    wanted = whole_lots(wanted, terms.minimum_units, terms.lot_units, levels.cap[pair])
    return trimmed(wanted, most, terms.minimum_units, terms.lot_units)


def _due(case: Case, source: Source, now: float, nth: int) -> float:
    world, terms, chance = case.world, source.terms, Chance(case.world, case.seed)
    sku, place = int(world.tables.pair_sku[source.pair]), int(world.tables.pair_location[source.pair])
    outages = outage_windows(terms.outage, outage_key("supplier", terms.name), chance, world.days)
    start = max([now, *[end for begin, end in outages if begin <= now < end]])
    return start + chance.lead_time("purchase", name_key(terms.name), place, sku, int(now), nth, terms.lead_time_days)
