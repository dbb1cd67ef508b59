"""Clocks of a run: charges, reviews, waves, further offers, re-evaluation, quotas, outages, warm-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.model.chance import outage_key, outage_windows
from fillrate.model.events import BACKLOG, CHARGE, OUTAGE, PLAN, REEVALUATION, REVIEW, WAVE
from fillrate.model.simpy_model.clock import Process, Timed, after_all, at_each, begin
from fillrate.model.simpy_model.reevaluation import reevaluate

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["start_calendar"]


def start_calendar(sim: Simulation) -> None:
    """Start every clock that the world and the policy ask for."""
    world, until, env = sim.world, sim.horizon, sim.env
    timing, supply = world.timing, world.supply
    begin(_charges(sim))
    if world.header.warm_up_days > 0.0:
        begin(_warm_up(sim))
    if sim.supply.active:
        every = supply.review_days or until
        begin(at_each(env, every, until, REVIEW, sim.supply.review_all))
    if timing.mode == "wave":
        begin(at_each(env, timing.wave_hours / 24.0, until, WAVE, lambda _: _wave(sim)))
    if timing.reoffer_hours > 0.0:
        # before the numbered ones of its instant: it does their work too
        begin(at_each(env, timing.reoffer_hours / 24.0, until, BACKLOG, lambda _: sim.backlog.tick(), 1, lambda _: 0))
    if timing.reevaluate_hours > 0.0:
        begin(at_each(env, timing.reevaluate_hours / 24.0, until, REEVALUATION, lambda _: reevaluate(sim), 1))
    if sim.policy.quotas is not None:
        every = sim.policy.quotas.period_days
        begin(at_each(env, every, until, PLAN, sim.desk.limits.begin_period))
    if sim.policy.planner is not None:
        begin(at_each(env, sim.policy.plan_days or until, until, PLAN, sim.planning.plan, entity=after_all))
    if (every := sim.policy.reassign_days) > 0.0:
        begin(at_each(env, every, until, REEVALUATION, lambda _: reevaluate(sim, together=True), 1, after_all))
    for place in range(len(world.locations)):
        begin(_outages(sim, place))


def _charges(sim: Simulation) -> Process:
    """Book time charges at the end of every period, the last one at the horizon."""
    yield from at_each(sim.env, sim.world.money.period_days, sim.horizon, CHARGE, sim.books.charge_period, first=1)
    yield Timed(sim.env, sim.horizon, CHARGE, 0)
    sim.books.charge_period()


def _warm_up(sim: Simulation) -> Process:
    """Steady-state sums begin; what was charged until now is left out, so a running charge is split here."""
    yield Timed(sim.env, sim.accounts.warm_up, CHARGE, after_all(0))
    if sim.world.money.charge == "time_average":
        sim.books.charge_period()
    sim.mark_warm_up()


def _wave(sim: Simulation) -> None:
    if sim.planning.assigns:
        sim.planning.aim(sim.backlog.waiting.values())
    elif sim.planning.at_waves:
        sim.planning.plan(wave=True)
    sim.desk.limits.deal()
    sim.backlog.offer_all()
    sim.planning.aiming = False


def _outages(sim: Simulation, place: int) -> Process:
    """A location goes down and comes up again; its stock may be promised again then."""
    key = outage_key("location", sim.world.locations[place].name)
    station = sim.stations[place]
    for start, end in outage_windows(sim.world.locations[place].outage, key, sim.chance, sim.horizon):
        yield Timed(sim.env, start, OUTAGE, place)
        sim.log(start, "outage_began", -1, -1, -1, place)
        station.set_down(True)
        yield Timed(sim.env, end, OUTAGE, place)
        sim.log(end, "outage_ended", -1, -1, -1, place)
        station.set_down(False)
        if end < sim.horizon:
            for pair, at in enumerate(sim.books.pair_location):
                if at == place and sim.stock.free(pair) > 0:
                    sim.backlog.wake(sim.books.pair_sku[pair])
