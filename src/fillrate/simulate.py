"""The composition root: world, trace and policy in, result out."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from fillrate.draws import mix, name_key
from fillrate.errors import InputError, TraceError, nearest
from fillrate.model.opening import Coming, Opening, stated_opening
from fillrate.model.opening_policy import days_before, state_left
from fillrate.policy import Policy, bind, load_policy
from fillrate.scorecard.scorecard import Scorecard, Scorecards, score
from fillrate.scorecard.totals import Totals, stack_totals
from fillrate.trace import Trace, sample
from fillrate.trace.checks import check_trace
from fillrate.world import World, load_world

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.lockstep import Lockstep
    from fillrate.policy import Bound

__all__ = ["ENGINES", "Replications", "Result", "able_to_look", "bound_of", "opening_of", "simulate"]

ENGINES = ("compiled", "simpy")
KEPT = 16  # openings in memory: enough for every policy of a comparison to meet the same one
_openings: OrderedDict[tuple[str, str, int], Opening] = OrderedDict()


@dataclass(frozen=True)
class Result:
    """What a run was worth, and what happened in it."""

    scorecard: Scorecard
    totals: Totals  # of one replication: what the scorecard is made of
    journal: pa.Table | None
    orders: int
    days: float
    trace_hash: str
    seconds: float
    policy: Policy


def simulate(
    world: World | str | Path,
    trace: Trace,
    policy: str | Path | Policy | Any,
    engine: Literal["compiled", "simpy"] = "compiled",
    journal: bool = False,
    explain: Callable[..., None] | None = None,
) -> Result:
    """Play a trace under a policy.

    Args:
        world: the world the trace was made for, or its name or path.
        trace: orders and draw seed.
        policy: a name or path, a Policy, or a custom object.
        engine: `simpy`, the model of record, or `compiled`, its twin in machine code: the same journal.
        journal: whether to keep the journal as an Arrow table.
        explain: called at every question with the evaluator, the offer, the line, the legal rows and the answer; by
            the model of record alone, whatever `engine` says.

    Raises:
        InputError: there is no such engine.
        TraceError: the trace belongs to another world, or cannot be played in this one.
        PolicyError: the policy does not fit the world, or answered what is not legal.
    """
    if engine not in ENGINES:
        raise InputError("engine", f"found '{engine}'" + nearest(str(engine), ENGINES), ", ".join(ENGINES))
    world = (world if isinstance(world, World) else load_world(world)).over(trace.days)
    if trace.world and trace.world != world.hash:
        raise TraceError(
            f"trace {trace.hash}", f"was made for world {trace.world}", f"world {world.hash} ({world.name})"
        )
    check_trace(world, trace)
    bound = bound_of(load_policy(policy), world)
    opening = opening_of(world, trace.seed, engine)
    start = time.perf_counter()
    bound = able_to_look(bound, world, trace, opening)
    play = _compiled if engine == "compiled" and explain is None else _by_simpy
    totals, table = play(world, trace, bound, opening, journal, explain)
    seconds = time.perf_counter() - start
    card = score(world, totals)[0]
    return Result(card, totals, table, len(trace.orders), trace.days, trace.hash, seconds, bound.policy)


def _by_simpy(
    world: World, trace: Trace, bound: Bound, opening: Opening, journal: bool, explain: Callable[..., None] | None
) -> tuple[Totals, pa.Table | None]:
    from fillrate.model.simpy_model import Simulation

    sim = Simulation(world, trace, bound, opening, journal, explain)
    sim.run()
    return sim.accounts.totals(), sim.journal.table(world) if sim.journal else None


def _compiled(
    world: World, trace: Trace, bound: Bound, opening: Opening, journal: bool, _: object
) -> tuple[Totals, pa.Table | None]:
    from fillrate.model.kernel.engine import journal_of, play, totals_of
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.setting import Setting

    state = play(Setting(world, bound), Feed(world, trace, opening), journal)
    return totals_of(state), journal_of(world, state) if journal else None


class Replications:
    """Runs of some policies on many traces of a world through the compiled engine, to be shared by threads."""

    def __init__(self, world: World, policies: Mapping[str, Policy | Any]) -> None:
        """Bind every policy to the world, which has its horizon.

        Raises:
            PolicyError: a policy does not fit the world.
        """
        from fillrate.model.kernel.setting import Setting

        bound = {name: bound_of(load_policy(policy), world) for name, policy in policies.items()}
        self.world = world
        self.looking = {name: each for name, each in bound.items() if each.source.method == "lookahead"}
        self.settings = {name: Setting(world, each) for name, each in bound.items() if name not in self.looking}

    def feed(self, trace: Trace) -> Feed:
        """A trace made ready to be played, once for all policies.

        Raises:
            TraceError: the trace cannot be played in this world.
        """
        from fillrate.model.kernel.feed import Feed

        check_trace(self.world, trace)
        return Feed(self.world, trace, opening_of(self.world, trace.seed))

    def lockstep(self, policy: str, traces: Sequence[Trace], columns: tuple[str, ...]) -> Lockstep:
        """Runs side by side whose source decisions are made outside, for all of them at once.

        Args:
            policy: its rank, replenish and limits are kept; its source has to be a custom one, which is not asked.
            traces: at least one.
            columns: of the candidate tables.
        """
        from fillrate.model.kernel.lockstep import Lockstep

        return Lockstep(self.settings[policy], [self.feed(trace) for trace in traces], columns)

    def scorecards(self, policy: str, feeds: Sequence[Feed]) -> Scorecards:
        """What a policy comes to on each of at least one feed; the same whatever else runs beside it."""
        from fillrate.model.kernel.replications import play_all

        if policy in self.looking:  # each run by what it looks ahead with
            return score(self.world, stack_totals([self._looking_ahead(self.looking[policy], feed) for feed in feeds]))
        return score(self.world, play_all(self.settings[policy], feeds))

    def _looking_ahead(self, bound: Bound, feed: Feed) -> Totals:
        able = able_to_look(bound, self.world, feed.trace, feed.opening)
        return _compiled(self.world, feed.trace, able, feed.opening, False, None)[0]


def bound_of(policy: Policy, world: World) -> Bound:
    """A policy bound to a world, with what solves for it if it plans.

    Raises:
        PolicyError: it does not fit the world.
    """
    bound = bind(policy, world)
    if bound.plan is None:
        return bound
    from fillrate.plan.planner import as_played, planner_of

    shares = bound.source.method == "rounding"
    return replace(bound, planner=planner_of(as_played(world, bound), bound.plan, shares))


def able_to_look(bound: Bound, world: World, trace: Trace, opening: Opening) -> Bound:
    """A policy that looks ahead with what it does so by, in this run; any other as it is."""
    if bound.source.method != "lookahead":
        return bound
    from fillrate.plan.lookahead import looking_ahead

    return replace(bound, custom_source=looking_ahead(world, trace, bound, opening))


def opening_of(world: World, seed: int, engine: str = "compiled") -> Opening:
    """Where a run starts: the stated opening stock, or what `[world] opening_policy` leaves after `opening_days`.

    The days before t0 have orders and draws of their own (from a seed made of the run's), so that nothing of the run
    is known from them. Computed once for each world, opening policy and seed, and the same for all policies.

    Args:
        world: the world of the run, with its horizon.
        seed: the trace's seed.
        engine: which one plays those days; the same state to the bit.
    """
    stated = not world.header.opening_policy
    policy = None if stated else load_policy(world.header.opening_policy, world)
    key = world.hash, policy.hash if policy else "", 0 if stated else seed
    if key not in _openings:
        _openings[key] = _played(world, policy, seed, engine) if policy else stated_opening(world)
        while len(_openings) > KEPT:
            _openings.popitem(last=False)
    return _openings[key]


def _played(world: World, policy: Policy, seed: int, engine: str) -> Opening:
    before = days_before(world)
    trace = sample(before, mix(seed & 2**64 - 1, name_key("opening policy")))
    bound, opening = bound_of(policy, before), stated_opening(world)
    if engine == "compiled" and bound.source.method != "lookahead":
        from fillrate.model.kernel.engine import play
        from fillrate.model.kernel.feed import Feed
        from fillrate.model.kernel.leaving import state_left as left_by
        from fillrate.model.kernel.setting import Setting

        units, coming = left_by(play(Setting(before, bound), Feed(before, trace, opening).to_horizon()))
        return Opening(units, tuple(Coming(*each) for each in coming))
    from fillrate.model.simpy_model import Simulation

    sim = Simulation(before, trace, able_to_look(bound, before, trace, opening), opening)
    left: list[Opening] = []
    sim.at_horizon = lambda: left.append(state_left(sim))
    sim.run()
    return left[0]
