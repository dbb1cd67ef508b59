"""Look for a policy that exceeds its hindsight bound: over the catalogue, or over random small worlds.

    python tools/bound_search.py catalogue [--traces 100] [--days 0] [--worlds a,b] [--seed 0]
    python tools/bound_search.py random [--worlds 1000] [--seed 0]

Catalogue worlds are cut to `--days` (0 = a horizon of about 150 orders); every policy of the catalogue that makes a
decision is played on every trace, in the parts that the world's defaults complete. Random worlds come with the traces
and policies of `fillrate.testing`, and are also played under the parts of the catalogue. Exit code 1: one was found.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fillrate.bench.ceiling import covering
from fillrate.catalogue import entries
from fillrate.errors import FillrateError, InputError, PolicyError
from fillrate.plan.bound import Kind, hindsight
from fillrate.policy import Policy, load_policy
from fillrate.simulate import opening_of, simulate
from fillrate.trace import Trace, orders_of
from fillrate.world import World, load_world
from fillrate.world.expected import orders_per_day

ORDERS = 150  # of a catalogue world where no days are stated
SLOW = {"lookahead"}


def main() -> int:
    """Search, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["catalogue", "random"])
    parser.add_argument("--worlds", default="")
    parser.add_argument("--traces", type=int, default=100)
    parser.add_argument("--days", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    began, found = time.perf_counter(), Counter[str]()
    search = _catalogue(given) if given.what == "catalogue" else _random(given)
    worst = 0.0
    for name, key, over, size in search:
        found[f"checked {key}"] += 1
        worst = min(worst, over)
        if over < 0.0:
            found["violations"] += 1
            print(json.dumps({"violation": name, "kind": key, "by": -over, "orders": size}), flush=True)
    said = {**dict(found), "violations": found["violations"], "worst": worst}
    print(json.dumps({**said, "seconds": round(time.perf_counter() - began, 1)}))
    return 1 if found["violations"] else 0


def _catalogue(given: Any) -> Iterator[tuple[str, str, float, int]]:
    """World, policy and trace; kind; bound less contribution; orders."""
    for name in given.worlds.split(",") if given.worlds else entries("envs"):
        world = load_world(name)
        days = given.days or min(world.days, max(ORDERS / max(orders_per_day(world), 1e-9), 3.0))
        world = world.over(days)
        chosen = list(_policies(world))
        for seed in range(given.seed, given.seed + given.traces):
            yield from _checked(name, world, orders_of(world, seed), chosen)
        print(f"{name}: {len(chosen)} policies, {days:g} days", file=sys.stderr, flush=True)


def _policies(world: World) -> Iterator[Policy]:
    """Every policy of the catalogue that fits a world."""
    from fillrate.policy import bind

    for name in entries("policies"):
        if name in SLOW:
            continue
        try:
            policy = load_policy(name, world)
            bind(policy, world)
        except FillrateError:
            continue
        yield policy


def _checked(name: str, world: World, trace: Trace, policies: list[Policy]) -> Iterator[tuple[str, str, float, int]]:
    opening, bounds = opening_of(world, trace.seed), dict[str, float]()
    for policy in policies:
        kind, levels = covering(world, trace.seed, [policy])
        try:
            reached = simulate(world, trace, policy).scorecard["contribution"]
        except PolicyError:  # its planner does not fit the world
            yield f"{name} {policy.name} {trace.seed}", "unfit", 0.0, len(trace.orders)
            continue
        kinds: list[Kind] = [kind] if kind == "free" else [kind, "free"]
        for wanted in kinds:
            key = f"{wanted} {hash(str(levels)) if wanted in ('rule', 'exogenous') else ''}"
            try:
                if key not in bounds:
                    terms = levels if wanted in ("rule", "exogenous") else None
                    bounds[key] = hindsight(world, trace, wanted, opening, terms).value
            except InputError as refused:
                if "earns without end" not in str(refused):
                    raise
                bounds[key] = float("inf")
            if bounds[key] == float("inf"):
                yield f"{name} {policy.name} {trace.seed}", "refused", 0.0, len(trace.orders)
            else:
                over = bounds[key] - (reached or 0.0)
                yield f"{name} {policy.name} {trace.seed}", wanted, over, len(trace.orders)


def _random(given: Any) -> Iterator[tuple[str, str, float, int]]:
    """Random runs until each feature was met often enough."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis import given as for_all
    from hypothesis import seed as seeded

    from fillrate.testing import features, runs

    checks: Any = list(HealthCheck)
    met, rows = Counter[str](), list[tuple[str, str, float, int]]()

    @seeded(given.seed)
    @settings(
        max_examples=int(given.worlds or 1000),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=checks,
    )
    @for_all(runs())
    def each(run: Any) -> None:
        met.update(features(run))
        rows.extend(_checked(f"random {run.trace.hash}", run.world, run.trace, [run.policy, *_others(run)]))

    each()
    yield from rows
    least = sorted(met.items(), key=lambda row: row[1])[:5]
    print(f"rarest features: {least}", file=sys.stderr)


def _others(run: Any) -> list[Policy]:
    """The same policy without buying."""
    return [replace(run.policy, name="no buying", replenish=None)]


if __name__ == "__main__":
    sys.exit(main())
