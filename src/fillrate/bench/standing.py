"""In which order a comparison is shown: policies by the metric that decides, and the metrics worth a column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fillrate.bench import figures
from fillrate.bench.comparison import Comparison
from fillrate.bench.statistics import Estimate
from fillrate.bench.verdicts import Better, Definitions, better, unit
from fillrate.scorecard.metrics import METRICS

__all__ = ["KEY_METRICS", "Cell", "cells", "is_defined", "key_metrics", "ranking", "shared_decimals"]

KEY_METRICS = (
    "contribution",
    "controllable_cost",
    "unit_fill_rate",
    "on_time_in_full",
    "order_cycle_time_days",
    "shipping_cost_per_order",
    "split_rate",
    "lost_units",
    "on_hand_units",
    "gap_to_bound",
)


def ranking(comparison: Comparison, definitions: Definitions = METRICS) -> list[str]:
    """Policies, best mean of the deciding metric first, those without one last."""
    metric, policies = comparison.best.metric, comparison.policies
    sign = -1.0 if better(metric, definitions) == "more" else 1.0
    means = {name: policies[name][metric].mean for name in policies}
    return sorted(policies, key=lambda name: float("inf") if (mean := means[name]) is None else sign * mean)


def key_metrics(comparison: Comparison) -> list[str]:
    """The metrics of the main table: the deciding one first, then those of `KEY_METRICS` that are defined."""
    deciding = comparison.best.metric
    return [deciding, *(key for key in KEY_METRICS if key != deciding and is_defined(comparison, key))]


def is_defined(comparison: Comparison, metric: str) -> bool:
    """Whether any policy has a value of the metric."""
    return any(metric in e and e[metric].mean is not None for e in comparison.policies.values())


@dataclass(frozen=True)
class Cell:
    """One policy's mean of one metric, as text.

    Attributes:
        mean: the mean, with the decimals of its column.
        half_width: half of its interval; empty without one.
        best: whether it is the best mean of the column.
        tied: whether it is not shown to differ from the best one.
    """

    mean: str
    half_width: str
    best: bool
    tied: bool


def cells(
    comparison: Comparison, key: str, names: Iterable[str], definitions: Definitions = METRICS
) -> dict[str, Cell]:
    """A column of the main table: cells of one metric by policy, all with the same number of decimals."""
    factor = figures.scale_of(unit(key, definitions)).factor
    estimates = {name: comparison.policies[name][key] for name in names}
    top = _best_mean(estimates.values(), better(key, definitions))
    best = next((name for name, e in estimates.items() if top is not None and e.mean == top), None)
    decimals = shared_decimals(estimates.values(), factor)
    return {
        name: Cell(
            mean=figures.text(None if e.mean is None else e.mean * factor, decimals),
            half_width="" if (half := e.half_width) is None else figures.text(half * factor, decimals),
            best=top is not None and e.mean == top,
            tied=None not in (best, e.mean) and name != best and _tied(comparison, name, best or "", key),
        )
        for name, e in estimates.items()
    }


def _best_mean(estimates: Iterable[Estimate], direction: Better) -> float | None:
    """The best mean; None where no direction is good or all policies have the same."""
    means = [e.mean for e in estimates if e.mean is not None]
    if direction == "neither" or len(set(means)) < 2:
        return None
    return max(means) if direction == "more" else min(means)


def _tied(comparison: Comparison, name: str, best: str, key: str) -> bool:
    return comparison.pair(name, best, key).verdict == "not_shown"


def shared_decimals(estimates: Iterable[Estimate], factor: float) -> int:
    """Decimal places for a column of estimates that are shown times a factor."""
    defined = [e for e in estimates if e.mean is not None]
    return figures.shared_places((e.mean and e.mean * factor, e.half_width and e.half_width * factor) for e in defined)
