"""The last word on a world: paired differences of networks and rules, and the words for them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from fillrate.bench.statistics import mean_interval
from fillrate.learn.against.costs import compared
from fillrate.learn.against.evaluation import LEARNED, UNTUNED, Evaluation

__all__ = ["CLOSE", "summary_of", "verdict_of"]

Record = dict[str, Any]
CLOSE = 0.5  # per cent of controllable cost within which a network is as good as the rule


def summary_of(evaluation: Evaluation) -> Record:
    """Costs, differences and headroom of a world."""
    t, cost, rule = evaluation.training, evaluation.evaluated(), evaluation.best_rule
    return {
        "world": t.world.name,
        "hash": t.world.hash,
        "orders": t.place.orders,
        "used": {"rule": t.on_limits + t.under()["orders"], "network": t.used(evaluation.shipped)},
        "rules": _on_common_traces({name: cost[name] for name in t.rules()}),
        "untuned": {name: evaluation.judged()["cost"][f"{UNTUNED} {name}"] for name in t.untuned},
        "best_rule": rule,
        "cost": float(np.mean(cost[rule])),
        "bound": {"cost": t.place.bound, "from": t.place.bound_from} if t.place.bound else None,
        "headroom": _headroom(evaluation.headroom()),
        "shipped": evaluation.shipped,
        "seeds": [asdict(compared(*_same(cost[f"{LEARNED} {n}"], cost[rule]))) for n in range(t.place.seeds)],
        "variants": _variants(evaluation.variants()),
    }


def _headroom(found: Record) -> Record | None:
    """Of looking ahead and of the network over the best rule, if it was looked for."""
    if not found:
        return None
    both = {name: asdict(compared(found[name], found["rule"])) for name in ("lookahead", LEARNED)}
    return {"days": found["days"], **both}


def _on_common_traces(cost: dict[str, list[float]]) -> dict[str, float]:
    """Mean costs of rules, on the traces that all of them have played."""
    least = min(len(each) for each in cost.values())
    return {name: float(np.mean(each[:least])) for name, each in cost.items()}


def _same(some: list[float], more: list[float]) -> tuple[list[float], list[float]]:
    """Costs on the same traces."""
    return some, more[: len(some)]


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
        return "the network wins"
    if gap["low"] <= 0.0:
        return "not shown to differ"
    return "the rule wins" + (", by little" if gap["per_cent"] <= CLOSE else "")
