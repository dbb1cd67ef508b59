"""The days before t0 under a world's opening policy: their world, and the state that they leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fillrate.model.opening import Opening

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation
    from fillrate.world import World

__all__ = ["days_before", "state_left"]


def days_before(world: World) -> World:
    """The world over the `opening_days` before t0: the calendar set back, without what is stated for dates after t0."""
    header, back = world.header, round(world.header.opening_days)
    earlier: dict[str, Any] = {
        "first_weekday": (header.first_weekday - back) % 7,
        "first_day_of_year": (header.first_day_of_year - back) % 365,
    }
    header = replace(header, horizon_days=header.opening_days, warm_up_days=0.0, opening_policy="", **earlier)
    locations = tuple(replace(p, outage=replace(p.outage, windows=())) for p in world.locations)
    suppliers = tuple(replace(s, outage=replace(s.outage, windows=())) for s in world.supply.supplier)
    return replace(
        world,
        header=header,
        locations=locations,
        supply=replace(world.supply, supplier=suppliers),
        demand=replace(world.demand, promotion=()),
    )


def state_left(sim: Simulation) -> Opening:
    """Free stock now, and what is on its way, in days from now; open orders and what is reserved for them are gone."""
    now, stock = sim.env.now, sim.stock
    inbound = [replace(c, due=c.due - now, expected=c.expected - now) for c in sim.supply.coming.values()]
    return Opening([stock.free(pair) for pair in range(len(stock.on_hand))], tuple(inbound))
