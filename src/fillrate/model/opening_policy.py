"""The state that a world's opening policy leaves: where its runs start, whatever the policy under test."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fillrate.draws import mix, name_key
from fillrate.model.opening import Opening, stated_opening
from fillrate.policy import bind, load_policy
from fillrate.trace import sample

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation
    from fillrate.policy import Policy
    from fillrate.world import World

__all__ = ["days_before", "opening_of", "state_left"]

KEPT = 16  # openings in memory: enough for every policy of a comparison to meet the same one
_openings: OrderedDict[tuple[str, str, int], Opening] = OrderedDict()


def opening_of(world: World, seed: int) -> Opening:
    """Where a run starts: the stated opening stock, or what `[world] opening_policy` leaves after `opening_days`.

    The days before t0 have orders and draws of their own (from a seed made of the run's), so that nothing of the run
    is known from them. Computed once for each world, opening policy and seed, and the same for all policies.

    Args:
        world: the world of the run, with its horizon.
        seed: the trace's seed.
    """
    if not world.header.opening_policy:
        return stated_opening(world)
    policy = load_policy(world.header.opening_policy)
    key = world.hash, policy.hash, seed
    if key not in _openings:
        _openings[key] = _played(world, policy, seed)
        while len(_openings) > KEPT:
            _openings.popitem(last=False)
    return _openings[key]


def _played(world: World, policy: Policy, seed: int) -> Opening:
    from fillrate.model.simpy_model.simulation import Simulation

    before = days_before(world)
    trace = sample(before, mix(seed & 2**64 - 1, name_key("opening policy")))
    sim = Simulation(before, trace, bind(policy, before), stated_opening(world))
    left: list[Opening] = []
    sim.at_horizon = lambda: left.append(state_left(sim))
    sim.run()
    return left[0]


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
