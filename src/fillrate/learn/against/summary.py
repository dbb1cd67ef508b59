"""The last word on a world: paired differences of networks and rules, and the words for them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from fillrate.bench.statistics import mean_interval
from fillrate.learn.against.costs import compared
from fillrate.learn.against.evaluation import LEARNED, UNTUNED, Evaluation
from fillrate.learn.against.headroom import PLANNED

__all__ = ["CLOSE", "COMPARED", "gains_of", "summary_of", "verdict_of"]

Record = dict[str, Any]
COMPARED = ("lookahead", PLANNED, LEARNED, "hindsight")
CLOSE = 0.5  # per cent of controllable cost within which a network is as good as the rule


def summary_of(evaluation: Evaluation) -> Record:
    """Costs, differences and headroom of a world."""
    t, cost, rule = evaluation.training, evaluation.evaluated(), evaluation.best_rule
    return {
        "world": t.world.name,
        "hash": t.place.hash,
        "orders": t.place.orders,
        "used": {"rule": t.on_limits + t.prices()["orders"], "network": t.used(evaluation.shipped)},
        "rules": {name: float(np.mean(cost[name])) for name in t.rules()},
        "untuned": {name: evaluation.judged()["cost"][f"{UNTUNED} {name}"] for name in t.world.defaults.baselines},
        "best_rule": rule,
        "cost": float(np.mean(cost[rule])),
        "bound": {"cost": t.place.bound, "from": t.place.bound_from} if t.place.bound else None,
        "headroom": _headroom(evaluation.headroom()),
        "shipped": evaluation.shipped,
        "seeds": [asdict(compared(cost[f"{LEARNED} {n}"], cost[rule])) for n in range(t.place.seeds)],
        "planner": {name: _beside(cost, name, rule, evaluation.shipped) for name in t.planner()},
        "variants": _variants(evaluation.variants()),
    }


def _headroom(found: Record) -> Record | None:
    """Of looking ahead, planning, knowing all and the network over the best rule, if it was looked for."""
    if not found:
        return None
    others = {name: asdict(compared(found[name], found["rule"])) for name in COMPARED if name in found}
    return {"days": found["days"], "cost": float(np.mean(found["rule"])), "kind": found["kind"], **others}


def gains_of(found: Record) -> Record:
    """The same of a world in which nobody learns."""
    return {**found, "headroom": _headroom(found["headroom"])}


def _beside(cost: dict[str, list[float]], planner: str, rule: str, shipped: int) -> Record:
    """The planner that networks stand on against the best rule, and the network against the planner."""
    planned, network = cost[planner], cost[f"{LEARNED} {shipped}"]
    return {"rule": asdict(compared(planned, cost[rule])), LEARNED: asdict(compared(network, planned))}


def _variants(found: Record) -> Record:
    """Per cent of the rule's cost on each variant, and their mean."""
    shares = [100.0 * (np.mean(each[LEARNED]) / np.mean(each["rule"]) - 1.0) for each in found["cost"]]
    mean = mean_interval(np.array(shares))
    better = int(sum(share < 0.0 for share in shares))
    return {"mean": mean.mean, "low": mean.low, "high": mean.high, "better": better, "per_cent": shares}


def verdict_of(row: Record) -> str:
    """In words: of the network that ships, on all evaluation traces."""
    gap = row["seeds"][row["shipped"]]
    if gap["high"] < 0.0:
        alone = all(found[LEARNED]["high"] < 0.0 for found in row["planner"].values())
        return "the network wins" if alone else "the plan wins, the network adds nothing"
    if gap["low"] <= 0.0:
        return "not shown to differ"
    return "the rule wins" + (", by little" if gap["per_cent"] <= CLOSE else "")
