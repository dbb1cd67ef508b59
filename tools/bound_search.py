"""Look for a policy that exceeds its hindsight bound: over the catalogue, or over random small worlds.

    python tools/bound_search.py catalogue [--traces 100] [--days 0] [--worlds a,b] [--policies a,b]
    python tools/bound_search.py random [--worlds 1000] [--each 100] [--pairs 20] [--minutes 0] [--seed 0]

Catalogue worlds are cut to `--days` (0 = a horizon of about 150 orders); every policy that fits (of those named, or
all but `lookahead`) is played on every trace, in the parts that the world's defaults complete; a planned one whose run
takes more than `--most-seconds` is left out and named. `--wave 150` cuts a release of more orders down to as many, and
the stock with it. Random worlds come with the traces and policies of
`fillrate.testing`, and are made fit for each kind of bound (`fillrate.testing.fitted`): without buying, with a base
stock, with a constant order, and assigning anew. Each is also solved in whole units, for `SECONDS` at most: that bound
is to be above the contribution, and its point below the bound without whole units. After `--worlds` of them, only what
is still wanted is tried: every feature, kind, kind with whole units and kind that assigns anew `--each` times, every
feature with every kind that it goes with `--pairs` times; `--minutes` ends the search, and what was met too seldom is
said. It counts where a run's policy was compared with a finite bound of its own kind.
Exit code 1: one was found, or a program that was not solved.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from fillrate.bench.ceiling import bound_on, covering, reassigning
from fillrate.bench.fitting import fitting
from fillrate.catalogue import entries
from fillrate.errors import InputError, PolicyError
from fillrate.plan.bound import KINDS, Kind, hindsight
from fillrate.policy import Policy, load_policy
from fillrate.policy.replenish import Levels
from fillrate.simulate import Replications, opening_of
from fillrate.trace import Trace, orders_of
from fillrate.world import World, load_world
from fillrate.world.expected import orders_per_day

ORDERS = 150  # of a catalogue world where no days are stated
SLOW = {"lookahead"}
BATCH = 10  # random worlds of one seed of Hypothesis, which varies what it has found: of many it repeats some
SAID_EVERY = 20.0  # seconds
SECONDS = 1.0  # of the search for whole units; its bound is one wherever it stops


@dataclass
class Found:
    """What was compared."""

    counts: Counter[str] = field(default_factory=Counter)
    features: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.perf_counter)
    said: float = 0.0

    def check(self, name: str, kind: str, bound: float, reached: float) -> bool:
        """Count a comparison, and report it where the bound was exceeded; whether the bound is finite."""
        if bound == float("inf"):
            self.counts["refused"] += 1
            return False
        self.counts[f"checked {kind}"] += 1
        if bound < reached:
            self.counts["violations"] += 1
            print(json.dumps({"violation": name, "kind": kind, "by": reached - bound}), flush=True)
        return True

    def progress(self, where: str) -> None:
        """A line on stderr, now and then."""
        seconds = time.perf_counter() - self.began
        if seconds - self.said > SAID_EVERY:
            self.said = seconds
            print(f"{seconds:6.0f} s  {where}, {self.counts['violations']} violations", file=sys.stderr, flush=True)


def main() -> int:
    """Search, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["catalogue", "random"])
    parser.add_argument("--worlds", default="")
    parser.add_argument("--policies", default="")
    parser.add_argument("--traces", type=int, default=100)
    parser.add_argument("--days", type=float, default=0.0)
    parser.add_argument("--wave", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--most-seconds", type=float, default=20.0)
    given, found = parser.parse_args(), Found()
    (_catalogue if given.what == "catalogue" else _random)(given, found)
    said: dict[str, Any] = {**dict(found.counts), "violations": found.counts["violations"]}
    if found.features:
        said["features"] = dict(sorted(found.features.items(), key=lambda row: row[1]))
    print(json.dumps({**said, "seconds": round(time.perf_counter() - found.began, 1)}))
    return 1 if found.counts["violations"] else 0


def _catalogue(given: Any, found: Found) -> None:
    wanted = given.policies.split(",") if given.policies else [p for p in entries("policies") if p not in SLOW]
    for name in given.worlds.split(",") if given.worlds else entries("envs"):
        world = _released(load_world(name), given.wave)
        days = given.days or min(world.days, max(ORDERS / max(orders_per_day(world), 1e-9), 3.0))
        world = world.over(days)
        fit, left = fitting(wanted, world, given.most_seconds)
        print(f"{name}: {len(fit)} policies, {days:g} days; left out: {json.dumps(left)}", file=sys.stderr, flush=True)
        compared = _Compared(world, [load_policy(policy, world) for policy in fit], given.seed)
        for seed in range(given.seed, given.seed + given.traces):
            for policy, kind, bound, reached in compared.on(orders_of(world, seed)):
                found.check(f"{name} {policy} {seed}", kind, bound, reached)
            found.counts["traces"] += 1
            found.progress(f"{name} trace {seed}")


def _released(world: World, most: int) -> World:
    """The world with at most so many orders in a period (0 = as they are), and stock as scarce as it was."""
    demand = world.demand
    if not most or demand.process != "periodic" or demand.count.mean <= most:
        return world
    part = most / demand.count.mean
    items = tuple(replace(i, units=i.units and max(1, round(i.units * part))) for i in world.supply.item)
    count = replace(demand.count, mean=float(most))
    return replace(world, demand=replace(demand, count=count), supply=replace(world.supply, item=items))


class _Compared:
    """Policies of a world, each with the bounds that cover it: its own kind, and the one that covers every policy."""

    def __init__(self, world: World, policies: list[Policy], seed: int) -> None:
        self.world, self.policies = world, {p.name: p for p in policies}
        self.played = Replications(world, self.policies)
        self.kinds = {p.name: covering(world, seed, [p]) for p in policies}
        self.moved = {p.name: reassigning(world, [p]) for p in policies}
        self.said = {p: f"{kind} {levels} {self.moved[p]}" for p, (kind, levels) in self.kinds.items()}

    def on(self, trace: Trace) -> Iterator[tuple[str, str, float, float]]:
        """Policy, kind, bound and contribution; a bound is computed once for all policies that it covers."""
        feed, bounds = self.played.feed(trace), dict[str, float]()
        for name, (kind, levels) in self.kinds.items():
            reached = self.played.scorecards(name, [feed])[0]["contribution"] or 0.0
            own: tuple[Kind, Levels | None, bool] = kind, levels, self.moved[name]
            every: tuple[Kind, Levels | None, bool] = "free", None, True
            for key, (wanted, kept, moved) in {self.said[name]: own, "free": every}.items():
                if key not in bounds:
                    bounds[key] = self._bound(trace, wanted, kept, moved)
                yield name, wanted, bounds[key], reached

    def _bound(self, trace: Trace, kind: Kind, levels: Levels | None, moved: bool) -> float:
        """The bound; infinite where buying without end earns without end."""
        try:
            return bound_on(self.world, trace, kind, levels, moved).value
        except InputError as refused:
            if "earns without end" not in str(refused):
                raise
            return float("inf")


def _random(given: Any, found: Found) -> None:
    """Random runs until each feature, kind and pair of these was met often enough."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import given as for_all
    from hypothesis import seed as seeded

    from fillrate.testing import runs

    checks: Any = list(HealthCheck)
    least, wanted = int(given.worlds or 1000), _wanted(given)
    ends = time.perf_counter() + 60.0 * (given.minutes or float("inf"))

    def short() -> set[str]:
        if time.perf_counter() > ends:
            return set()
        return _short(wanted, found)

    @settings(max_examples=BATCH, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=checks)
    @for_all(runs())
    def each(run: Any) -> None:
        found.counts["drawn"] += 1
        if time.perf_counter() < ends:
            found.counts["worlds"] += _try(run, found, None if found.counts["worlds"] < least else short())
        rare = sorted(short(), key=found.features.__getitem__)
        few = ", ".join(f"{name} {found.features[name]}" for name in rare[:3])
        found.progress(f"{found.counts['worlds']} worlds, {len(rare)} too seldom: {few}")

    batch = 0
    while time.perf_counter() < ends and (found.counts["worlds"] < least or short()):
        seeded(given.seed * 1_000_000 + batch)(each)()
        batch += 1
    print(json.dumps({"too seldom": {name: found.features[name] for name in sorted(_short(wanted, found))}}))


def _short(wanted: dict[str, int], found: Found) -> set[str]:
    return {name for name, least in wanted.items() if found.features[name] < least}


def _wanted(given: Any) -> dict[str, int]:
    """How often each thing has to be met."""
    from fillrate.testing import FEATURES
    from fillrate.testing.fitted import NEVER

    names = [*FEATURES, *(f"bound {kind}" for kind in KINDS), *(f"bound {kind}, whole" for kind in KINDS)]
    names += [f"bound {kind}, anew" for kind in KINDS if kind != "rule"]
    pairs = [f"{name} x {kind}" for kind in KINDS for name in FEATURES if name not in NEVER[kind]]
    return {**dict.fromkeys(names, int(given.each)), **dict.fromkeys(pairs, int(given.pairs))}


def _try(run: Any, found: Found, wanted: set[str] | None) -> bool:
    """Compare a random run and those made from it, where something wanted is met; whether a finite bound was there."""
    from fillrate.testing.fitted import fitted

    finite = False
    for one in fitted(run):
        try:
            compared = _Compared(one.world, [one.policy], one.trace.seed)
            met = _met(one, compared)
            if (wanted is None or met & wanted) and _whole(one, compared, found):
                found.features.update(met)
                finite = True
        except PolicyError:  # its planner does not fit the world
            found.counts["unfit"] += 1
        except InputError as failed:  # the solver did
            found.counts["violations"] += 1
            print(json.dumps({"failure": _name(one), "error": str(failed)}), flush=True)
    return finite


def _met(run: Any, compared: _Compared) -> set[str]:
    """What a comparison counts for: features, the kind of bound, and both together."""
    from fillrate.testing import features

    kind, on = compared.kinds[run.policy.name][0], features(run)
    anew = {f"bound {kind}, anew"} if compared.moved[run.policy.name] else set()
    return {*on, f"bound {kind}", f"bound {kind}, whole", *anew, *(f"{name} x {kind}" for name in on)}


def _name(run: Any) -> str:
    return f"random {run.trace.hash} {run.world.hash} {run.policy.name}"


def _whole(run: Any, compared: _Compared, found: Found) -> bool:
    """Compare a run with its bounds, and those with whole units; whether the bound of its own kind is finite."""
    checked = [(found.check(_name(run), kind, bound, reached), bound, reached)
               for _, kind, bound, reached in compared.on(run.trace)]  # fmt: skip
    finite, bound, reached = checked[0]
    if finite:
        (kind, levels), moved = compared.kinds[run.policy.name], compared.moved[run.policy.name]
        opening = opening_of(run.world, run.trace.seed)
        whole = hindsight(run.world, run.trace, kind, opening, levels, True, SECONDS, reassigned=moved)
        found.check(_name(run), f"{kind}, whole", whole.value, reached)
        found.check(_name(run), f"{kind}, over the whole point", bound, whole.reached)
    return finite


if __name__ == "__main__":
    sys.exit(main())
