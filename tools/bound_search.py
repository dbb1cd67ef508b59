"""Look for a policy that exceeds its hindsight bound: over the catalogue, or over random small worlds.

    python tools/bound_search.py catalogue [--traces 100] [--days 0] [--worlds a,b] [--policies a,b]
    python tools/bound_search.py random [--worlds 1000] [--each 100] [--seed 0]

Catalogue worlds are cut to `--days` (0 = a horizon of about 150 orders); every policy that fits (of those named, or
all but `lookahead`) is played on every trace, in the parts that the world's defaults complete; a planned one whose run
takes more than `--most-seconds` is left out and named. `--wave 150` cuts a release of more orders down to as many, and
the stock with it. Random worlds come with the traces and policies of
`fillrate.testing`, and are also played without buying and with a base stock; after `--worlds` of them, only those are
tried that have a feature which fewer than `--each` had. A feature counts where the run's own policy was compared with a
finite bound.
Exit code 1: one was found.
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
from fillrate.plan.bound import Kind
from fillrate.policy import Policy, load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.replenish import Levels
from fillrate.simulate import Replications
from fillrate.trace import Trace, orders_of
from fillrate.world import World, load_world
from fillrate.world.expected import orders_per_day

ORDERS = 150  # of a catalogue world where no days are stated
SLOW = {"lookahead"}
BATCH = 200  # random worlds of one seed of Hypothesis
SAID_EVERY = 20.0  # seconds


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
    """Random runs until each feature was met often enough."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import given as for_all
    from hypothesis import seed as seeded

    from fillrate.testing import FEATURES, features, runs

    checks: Any = list(HealthCheck)
    least = int(given.worlds or 1000)

    def short(names: set[str]) -> set[str]:
        return {name for name in names if found.features[name] < given.each}

    @settings(max_examples=BATCH, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=checks)
    @for_all(runs())
    def each(run: Any) -> None:
        on = features(run)
        found.counts["drawn"] += 1
        if (found.counts["worlds"] < least or short(on)) and _try(run, found):
            found.counts["worlds"] += 1
            found.features.update(on)
        rare = sorted(short(set(FEATURES)), key=found.features.__getitem__)
        few = ", ".join(f"{name} {found.features[name]}" for name in rare[:3])
        found.progress(f"{found.counts['worlds']} worlds, {len(rare)} features below {given.each}: {few}")

    batch = 0
    while found.counts["worlds"] < least or short(set(FEATURES)):
        seeded(given.seed * 1_000_000 + batch)(each)()
        batch += 1


def _try(run: Any, found: Found) -> bool:
    """Compare a random run's policy and variants of it; whether a finite bound was there for the policy itself."""
    others = [replace(run.policy, name="no buying", replenish=None)]
    if run.world.supply.supplier:
        others.append(replace(run.policy, name="base stock", replenish=read_entry("base_stock")))
    finite = False
    try:
        for name, kind, bound, reached in _Compared(run.world, [run.policy, *others], run.trace.seed).on(run.trace):
            good = found.check(f"random {run.trace.hash} {name}", kind, bound, reached)
            finite |= good and name == run.policy.name
    except PolicyError:  # its planner does not fit the world
        found.counts["unfit"] += 1
        return False
    return finite


if __name__ == "__main__":
    sys.exit(main())
