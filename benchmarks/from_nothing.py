"""From nothing to a network that beats the best tuned rule: how long it takes, and by how much.

Usage: python benchmarks/from_nothing.py [--json] [--world NAME] [--seeds N] [--traces N]

A world of experiments/learned_against_rules.toml with its budgets, in an empty folder, on all cores: rules are tuned,
networks are trained on top (seeds 0 to N - 1), the best rule and the best state of a network are chosen. Then both play
the evaluation's traces, which nobody was tuned, trained or chosen on; that is not counted. Per cent are of the rule's
controllable cost; below 0 the network pays less.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from _command import run

from fillrate.learn.against.costs import compared
from fillrate.learn.against.evaluation import LEARNED, Evaluation
from fillrate.learn.against.plan import load_contest
from fillrate.learn.against.training import Training


def measure(world: str, seeds: int, traces: int) -> dict[str, Any]:
    """Tune and train, then compare."""
    plan = load_contest("learned_against_rules")
    place = replace(next(place for place in plan.contest.world if place.name == world), seeds=seeds)
    with tempfile.TemporaryDirectory() as folder:
        training = Training(plan.world(place), place, plan.contest, Path(folder))
        start = time.monotonic()
        training.prices()
        for rule in place.rules:
            training.rule(rule)
        tuned = time.monotonic()
        training.everything()
        evaluation = Evaluation(training, replace(plan.said, replications=traces))
        rule, shipped = evaluation.best_rule, f"{LEARNED} {evaluation.shipped}"
        ready, cost = time.monotonic(), evaluation.evaluated()
    found = compared(cost[shipped], cost[rule])
    return {
        "world": world,
        "rule": rule,
        "orders_each": place.orders,
        "tuning_seconds": round(tuned - start, 1),
        "network_seconds": round(ready - tuned, 1),
        "seconds": round(ready - start, 1),
        "per_cent": round(found.per_cent, 2),
        "low": round(found.low_per_cent, 2),
        "high": round(found.high_per_cent, 2),
        "traces": traces,
    }


if __name__ == "__main__":
    run(__doc__, measure, world="peak_season", seeds=1, traces=100)
