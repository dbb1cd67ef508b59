"""The scene of a SimPy run, read from its objects while the run pauses at a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.gym.render.scene import Candidate, Decision, Market, Scene, Site

if TYPE_CHECKING:
    from fillrate.gym.reference import Reference
    from fillrate.model.simpy_model import Simulation
    from fillrate.model.simpy_model.stations import Station

__all__ = ["decision_of", "scene_of"]


def scene_of(reference: Reference) -> Scene:
    """How the episode stands."""
    decision, sim = decision_of(reference), _run(reference)
    waiting = [0] * len(sim.world.regions)
    for order in sim.backlog.waiting.values():
        waiting[order.region] += sum(line.waiting for line in order.lines)
    return Scene(
        now=float(reference.now[0]),
        orders=sim.desk.offered,
        contribution=float(reference.account[0].sum()),
        sites=tuple(_site(sim, n, -1 if decision is None else decision.sku) for n in range(len(sim.world.locations))),
        markets=tuple(map(Market, waiting)),
        decision=decision,
    )


def decision_of(reference: Reference) -> Decision | None:
    """The question at hand, None at the end."""
    if not reference.asking[0]:
        return None
    facts = _run(reference).desk.answers.facts
    order, line = facts.order, facts.line
    columns = (facts.column(name) for name in ("unit_shipping_cost", "box_cost", "transit_days"))
    rows = zip(facts.rows.location, reference.mask[0].tolist(), facts.available, *columns, strict=False)
    return Decision(
        order=order.row,
        region=order.region,
        segment=order.segment,
        line=line,
        lines=facts.offer.lines,
        sku=facts.group[0].sku,
        quantity=facts.left,
        waited_days=float(reference.now[0]) - order.time,
        candidates=tuple(
            Candidate(place, legal, int(units), float(unit), float(box), float(days))
            for place, legal, units, unit, box, days in rows
        ),
    )


def _site(sim: Simulation, place: int, sku: int) -> Site:
    station, stock = sim.stations[place], sim.stock
    pairs = [p for p, at in enumerate(sim.books.pair_location) if at == place]
    pair = sim.tables.pair_of.get((place, sku), -1)
    return Site(
        on_hand=sum(stock.on_hand[p] for p in pairs),
        on_hand_sku=stock.on_hand[pair] if pair >= 0 else 0,
        inbound=sum(stock.inbound[p] for p in pairs),
        inbound_sku=stock.inbound[pair] if pair >= 0 else 0,
        queued=_queued(station),
        picking=station.busy.value,
        down=station.down,
    )


def _queued(station: Station) -> int:
    return sum(not parcel.dropped for _, _, parcel in station.queue)


def _run(reference: Reference) -> Simulation:
    if reference.sim is None:
        raise RuntimeError("no episode has begun: call reset() first")
    return reference.sim
