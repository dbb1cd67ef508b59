"""How much a world leaves above the best rule: what looks ahead, plans or knows the future pays on the same orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fillrate.bench.ceiling import bound_on, reassigning, usual
from fillrate.learn.against.costs import METRIC, costs_of
from fillrate.learn.against.kept import kept
from fillrate.learn.against.training import PRICES, Training
from fillrate.learn.course import JUDGED_FROM
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry
from fillrate.simulate import simulate
from fillrate.trace.replay import orders_of
from fillrate.world import World

__all__ = ["PLANNED", "headroom_of", "without_networks"]

HEADROOM_FROM = 4_000_000
PLANNED = "bid_price"
Record = dict[str, Any]


def headroom_of(training: Training, policies: Mapping[str, Any], path: Path) -> Record:
    """Costs on short runs, none where no trace is played.

    Args:
        training: of the world.
        policies: the best `rule` and what else is to be compared with it.
        path: of the file that keeps them.
    """
    place = training.place
    world = training.world.over(min(place.headroom_days, training.world.days))

    def make() -> Record:
        found: Record = {"days": world.days}
        if place.headroom_rollouts:
            found["lookahead"] = _ahead(world, training)
        both = {**policies, PLANNED: load_policy(PLANNED)}
        cost = costs_of(world, both, HEADROOM_FROM, place.headroom_traces)
        found |= {name: each.round(2).tolist() for name, each in cost.items()}
        return found | _bounds(world, both, place.headroom_traces)

    return kept(path, make) if place.headroom_traces else {}


def without_networks(training: Training) -> Record:
    """Of a world in which nobody learns: the best rule, tuned or of its baselines, and its headroom."""
    rules = training.rules() | {name: load_policy(name) for name in training.world.defaults.baselines}

    def judged() -> Record:
        found = costs_of(training.world, rules, JUDGED_FROM, training.contest.judged)
        return {name: float(np.mean(each)) for name, each in found.items()}

    cost = kept(training.folder / "rules.json", judged)
    best = min(cost, key=lambda name: cost[name])
    found = headroom_of(training, {"rule": rules[best]}, training.folder / "headroom.json")
    return {"best_rule": best, "cost": cost[best], "headroom": found}


def _ahead(world: World, training: Training) -> list[float]:
    """What looking ahead over the tuned prices pays."""
    place, base = training.place, training.rules()[PRICES]
    entry = read_entry("lookahead")
    if entry.source is None or base.source is None:
        raise TypeError("rules without a source")
    terms: Record = {"candidates": min(32, len(world.locations) + 2), "days": place.headroom_ahead}
    over: Record = {"value": base.source.value, "box": base.source.box, "rollouts": place.headroom_rollouts}
    ahead = load_policy(Entry(entry.policy, source=replace(entry.source, steps=(), **terms, **over), limit=base.limit))
    runs = (simulate(world, orders_of(world, HEADROOM_FROM + n), ahead) for n in range(place.headroom_traces))
    return [round(float(run.scorecard[METRIC] or np.nan), 2) for run in runs]


def _bounds(world: World, policies: Mapping[str, Any], traces: int) -> Record:
    """What none of the policies pays less than, knowing everything beforehand."""
    kind, levels = usual(world, HEADROOM_FROM, policies.values())
    moved = reassigning(world, policies.values())
    seeds = range(HEADROOM_FROM, HEADROOM_FROM + traces)
    cost = [round(bound_on(world, orders_of(world, seed), kind, levels, moved).cost, 2) for seed in seeds]
    return {"hindsight": cost, "kind": kind}
