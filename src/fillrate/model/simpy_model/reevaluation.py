"""Re-evaluation: unpicked reservations go back into the pool and are dealt anew by the segments' strategies.

The strategies are those of backorder processing in SAP's advanced ATP, for an order that asks q: win q, first; gain at
least what it has; improve what it has, if orders above leave it; redistribute 0 to q; fill 0 to what it has; lose 0,
last; skip is not in the pool. What the pool leaves over is offered to the other waiting orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.model.simpy_model.entities import Line, Order

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["reevaluate"]

PLACE = {"win": 0, "gain": 1, "improve": 2, "redistribute": 3, "fill": 4, "lose": 5}
Kept = list[tuple[Line, int, int, int]]  # line, location, pair, units reserved before


def reevaluate(sim: Simulation, together: bool = False) -> None:
    """Free what is unpicked in scope, give floors back, then offer in rank order up to the caps.

    Args:
        sim: the run.
        together: every segment is in scope, and the policy's planner assigns the orders of the pool first.
    """
    pool = _pool(sim, together)
    before = {order.row: _free(sim, order) for order in pool}
    if together and pool:
        sim.planning.aim(pool)
    ranked = sim.ranking.sort(list(pool))
    place = [PLACE[_strategy(sim, order)] for order in ranked]
    ranked = [order for _, order in sorted(zip(place, ranked, strict=True), key=lambda p: p[0])]
    for order in ranked:
        if _strategy(sim, order) == "gain":  # a floor holds against everyone
            _keep(sim, order, before[order.row])
    for order in ranked:
        if _strategy(sim, order) == "improve":  # what better placed orders left of it
            _keep(sim, order, before[order.row])
        sim.desk.offer(order, _caps(sim, order, before[order.row]))
    sim.planning.aiming = False
    released = {line.sku: None for had in before.values() for line, *_ in had}
    sim.backlog.release(released, besides=set(before))  # the pool was offered, with its caps


def _strategy(sim: Simulation, order: Order) -> str:
    return sim.world.segments[order.segment].strategy if sim.policy.strategies else "redistribute"


def _pool(sim: Simulation, everyone: bool) -> list[Order]:
    """Orders in scope with something unpicked or open."""
    scope = sim.world.timing.reevaluate_segments
    chosen = {n for n, s in enumerate(sim.world.segments) if everyone or "*" in scope or s.name in scope}
    queued = [entry[2].order for station in sim.stations for entry in station.queue if not entry[2].dropped]
    found = {order.row: order for order in [*queued, *sim.backlog.waiting.values()]}
    live = [found[row] for row in sorted(found)]
    return [o for o in live if o.offers and o.segment in chosen and _strategy(sim, o) != "skip"]


def _free(sim: Simulation, order: Order) -> Kept:
    """Take unpicked parcels and kept-aside units apart; what they had reserved."""
    had: Kept = []
    for parcel in [p for p in order.parcels if not p.started]:
        order.parcels.remove(parcel)
        sim.stations[parcel.location].drop(parcel)
        sim.parcels.count_certain(parcel, -1)
        sim.parcels.forget_late(parcel)
        for line, pair, units in parcel.pieces:
            had.append((line, parcel.location, pair, units))
            sim.desk.release(line, parcel.location, pair, units)
    for line in order.lines:
        had += [(line, *kept) for kept in line.committed]
        sim.parcels.set_free(line)
    return had


def _keep(sim: Simulation, order: Order, had: Kept) -> None:
    """Give an order its own reservations back, as far as they are still free; a ship-complete one all or nothing."""
    segment = order.segment
    if sim.policy.complete[segment] and not sim.policy.commit[segment] and not _all_free(sim, had):
        return
    order.rank = sim.ranking.key(order)
    for line, place, pair, units in had:
        again = min(units, line.open, max(0, sim.stock.free(pair)))
        if again:
            sim.desk.keep(line, place, pair, again)
    sim.parcels.begin()


def _all_free(sim: Simulation, had: Kept) -> bool:
    wanted: dict[int, int] = {}
    for _, _, pair, units in had:
        wanted[pair] = wanted.get(pair, 0) + units
    return all(sim.stock.free(pair) >= units for pair, units in wanted.items())


def _caps(sim: Simulation, order: Order, had: Kept) -> dict[int, int]:
    """Most units by SKU that the strategy allows on top of what was kept."""
    strategy, caps = _strategy(sim, order), dict.fromkeys((line.sku for line in order.lines), 0)
    for line in order.lines:
        caps[line.sku] += line.open
    if strategy == "lose":
        return dict.fromkeys(caps, 0)
    if strategy == "fill":
        current = dict.fromkeys(caps, 0)
        for line, _, _, units in had:
            current[line.sku] += units
        return {sku: min(units, current[sku]) for sku, units in caps.items()}
    return caps
