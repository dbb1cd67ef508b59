"""A comparison of policies over the same traces: estimates, every pair's verdict, the best; and its JSON.

The policies meet the same orders and draws in every replication, so differences are paired by replication. Holm's
correction runs over the pairs within a metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.matrix import GAP, Matrix
from fillrate.bench.precision import Precision
from fillrate.bench.selection import Selection
from fillrate.bench.statistics import (
    Difference,
    Estimate,
    Method,
    holm,
    mean_interval,
    numbers,
    paired_difference,
    probability_best,
)
from fillrate.bench.tails import worst
from fillrate.bench.verdicts import ALPHA, Better, Verdict, better, definition_of, verdict
from fillrate.errors import InputError, nearest

__all__ = ["Best", "Bound", "Comparison", "Pair", "Scores", "compare_scores"]

Scores = Mapping[str, Sequence[Mapping[str, float | None]]]
"""Scorecards by policy; position i of every policy is the replication with trace seed S + i."""

Columns = Mapping[str, Mapping[str, NDArray[np.float64]]]
"""(replications,) values by policy and metric, nan where one is undefined or a policy had left."""

OPPOSITE: Mapping[Verdict, Verdict] = {"a_better": "b_better", "b_better": "a_better", "not_shown": "not_shown"}


@dataclass(frozen=True)
class Pair:
    """Two policies on one metric.

    Attributes:
        a, b: the policies, in the order in which they were given.
        metric: key of the scorecard.
        difference: mean of a − b over the replications in which both are defined; None without one.
        low, high: 95 % interval of this one difference; None with fewer than two such replications.
        p_value: of "no difference", corrected by Holm's method over the pairs of the metric.
        verdict: who is better, or that it is not shown.
    """

    a: str
    b: str
    metric: str
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    verdict: Verdict

    def turned(self) -> Pair:
        """The same pair seen from b: the difference is b − a."""
        low, high, difference = (None if x is None else -x for x in (self.high, self.low, self.difference))
        word = OPPOSITE[self.verdict]
        return replace(self, a=self.b, b=self.a, difference=difference, low=low, high=high, verdict=word)


@dataclass(frozen=True)
class Best:
    """The policy with the best mean, and a lower bound on the probability that it truly is the best."""

    policy: str
    metric: str
    probability: float | None


@dataclass(frozen=True)
class Bound:
    """What no policy can beat, as a mean over the replications, with the kind of bound."""

    kind: str
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Comparison:
    """Everything that a comparison found.

    Attributes:
        world: name of the world.
        seed: trace seed S of the first replication.
        days: horizon of each run.
        replications: number of runs per policy, with trace seeds S, S + 1, ...
        policies: estimate by policy and metric.
        pairs: every pair of policies on every metric.
        best: the best policy on the metric that decides.
        bound: bound on that metric, if it was computed.
        interval: how intervals were made.
        selection: how the best was selected, if it was; then a policy that left early has fewer runs.
        precision: the half-width that was wanted, if the runs were chosen by one.
        replayed: whether all runs play the world's stored orders, so that only the other draws differ.
        robustness: the same policies in shifted worlds, if they were played there.
        unshifted: shifts that were left out there, with the reason.
        tails: mean of the worst tenth of the runs by policy, on the deciding metric.
        columns: the values behind it.
        currency: what money is counted in; empty if nobody said.
    """

    world: str
    seed: int
    days: float
    replications: int
    policies: Mapping[str, Mapping[str, Estimate]]
    pairs: tuple[Pair, ...]
    best: Best
    bound: Bound | None = None
    interval: Method = "t"
    selection: Selection | None = None
    precision: Precision | None = None
    replayed: bool = False
    robustness: Matrix | None = None
    unshifted: Mapping[str, str] = field(default_factory=dict)
    tails: Mapping[str, float | None] = field(default_factory=dict)
    columns: Columns = field(default_factory=dict, repr=False, compare=False)
    currency: str = ""

    def __str__(self) -> str:
        """Say the verdict, one sentence a line."""
        from fillrate.bench.sentences import headline

        said = headline(self)
        return "\n".join([f"{said.line}.", *said.sentences])

    def to_json(self) -> dict[str, Any]:
        """The output of `compare --json`; plain types, undefined numbers None."""
        return {
            "world": self.world,
            "seed": self.seed,
            "days": self.days,
            "replications": self.replications,
            "policies": {
                name: {key: self._shown(key, e) for key, e in estimates.items()}
                for name, estimates in self.policies.items()
            },
            "pairs": [dict(vars(pair)) for pair in self.pairs],
            "best": dict(vars(self.best)),
            "bound": None if self.bound is None else dict(vars(self.bound)),
            "interval": self.interval,
            "selection": None if self.selection is None else self.selection.to_json(),
            "half_width": None
            if self.precision is None
            else vars(self.precision) | {"reached": self.precision.reached},
            "worst_tenth": dict(self.tails),
            "robustness": None if self.robustness is None else self.robustness.to_json(),
            "unshifted": dict(self.unshifted),
            "orders": "stored" if self.replayed else "drawn",
        }

    def _shown(self, key: str, e: Estimate) -> dict[str, Any]:
        """An estimate as JSON; a gap to the bound says of which kind."""
        kind = {"kind": self.bound.kind} if self.bound is not None and key == GAP else {}
        return {"mean": e.mean, "low": e.low, "high": e.high, **kind}

    def pair(self, a: str, b: str, metric: str) -> Pair:
        """The pair of two policies on a metric, turned so that its difference is a − b.

        Raises:
            InputError: no such pair.
        """
        if (found := self._by_names.get((a, b, metric))) is not None:
            return found
        if (found := self._by_names.get((b, a, metric))) is not None:
            return found.turned()
        raise self._no_pair(a, b, metric)

    def _no_pair(self, a: str, b: str, metric: str) -> InputError:
        """What is wrong with the names of a pair."""
        for name in (a, b):
            if name not in self.policies:
                found = f"found '{name}'" + nearest(str(name), self.policies)
                return InputError("pair: policy", found, ", ".join(self.policies))
        if a == b:
            return InputError("pair: policies", f"found '{a}' twice", "two that differ")
        known = self.policies[a]
        whole = ", ".join(key for key in known if "[" not in key)
        return InputError("pair: metric", f"found '{metric}'" + nearest(str(metric), known), whole)

    @cached_property
    def _by_names(self) -> dict[tuple[str, str, str], Pair]:
        return {(pair.a, pair.b, pair.metric): pair for pair in self.pairs}


def compare_scores(
    world: str,
    seed: int,
    days: float,
    scores: Scores,
    metric: str = "contribution",
    method: Method = "t",
    selection: Selection | None = None,
) -> Comparison:
    """Compare policies by their scorecards over the same replications.

    Args:
        world: name of the world.
        seed: trace seed of the first replication.
        days: horizon of each run.
        scores: scorecards by policy, one per replication; after a selection fewer of those that left early.
        metric: the metric that decides who is best.
        method: how intervals are made.
        selection: how the best was selected; without one it is the policy with the best mean.

    Raises:
        InputError: there is no policy or no replication, the policies differ in their number of replications, or the
            deciding metric is unknown, has no good direction or is defined for no policy.
    """
    replications = _replications(scores, uneven=selection is not None)
    keys = list(dict.fromkeys(key for cards in scores.values() for card in cards for key in card))
    _check_metric(metric, keys)
    columns = {name: {key: _column(cards, key, replications) for key in keys} for name, cards in scores.items()}
    policies = {
        name: {key: mean_interval(_level(columns, name, key, selection), method=method) for key in keys}
        for name in columns
    }
    differences = {
        key: {
            (a, b): paired_difference(columns[a][key], columns[b][key], method=method)
            for a, b in combinations(columns, 2)
        }
        for key in keys
    }
    direction = better(metric)
    pairs = tuple(pair for key in keys for pair in _pairs(key, differences[key], better(key)))
    best = _best(policies, differences[metric], metric, direction, selection)
    tails = {name: worst(_level(columns, name, metric, selection), direction) for name in columns}
    return Comparison(
        world, seed, days, replications, policies, pairs, best,
        interval=method, selection=selection, tails=tails, columns=columns,
    )  # fmt: skip


def _column(cards: Sequence[Mapping[str, float | None]], key: str, length: int) -> NDArray[np.float64]:
    """(replications,) a metric of a policy, nan after its last run."""
    values = numbers([card.get(key) for card in cards])
    return np.concatenate([values, np.full(length - len(values), np.nan)])


def _level(columns: Columns, name: str, key: str, selection: Selection | None) -> NDArray[np.float64]:
    """A policy's values as its mean is made of them.

    Of a policy that left early they are moved by what the runs that it missed are expected to mean to it, by regression
    on the selected policy over the runs that both played (a control variate; Law 2015, section 11.4): its mean then is
    not the luck of the first runs.
    """
    values = columns[name][key]
    if selection is None or selection.entrants[name].replications == len(values):
        return values
    full = columns[selection.best][key]
    both = np.isfinite(values) & np.isfinite(full)
    if both.sum() < 2 or np.ptp(full[both]) == 0.0:
        return values
    x, y = full[both], values[both]
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    mean = float(np.nanmean(values))
    moved = mean + slope * (float(np.nanmean(full)) - float(x.mean()))
    least, most = found.range if (found := definition_of(key)) else (-np.inf, np.inf)
    return values + (min(max(moved, least), most) - mean)


def _replications(scores: Scores, *, uneven: bool) -> int:
    counts = {name: len(cards) for name, cards in scores.items()}
    if not counts or (len(set(counts.values())) > 1 and not uneven) or 0 in counts.values():
        allowed = "one or more policies, with equally many runs each"
        raise InputError("compare", f"replications by policy are {counts}", allowed)
    return max(counts.values())


def _check_metric(metric: str, keys: Sequence[str]) -> None:
    if metric not in keys:
        raise InputError("metric", f"{metric!r} is not in the scorecards{nearest(metric, keys)}", ", ".join(keys))
    if better(metric) == "neither":
        raise InputError("metric", f"{metric!r} has no good direction", "a metric of which more or less is better")


def _pairs(metric: str, found: Mapping[tuple[str, str], Difference], direction: Better) -> list[Pair]:
    corrected = holm([difference.p_value for difference in found.values()])
    return [
        Pair(a, b, metric, d.mean, d.low, d.high, p, verdict(d.mean, p, direction, ALPHA))
        for ((a, b), d), p in zip(found.items(), corrected, strict=True)
    ]


def _best(
    policies: Mapping[str, Mapping[str, Estimate]],
    found: Mapping[tuple[str, str], Difference],
    metric: str,
    direction: Better,
    selection: Selection | None,
) -> Best:
    """The policy that was selected, else the first with the best mean; its leads are positive where it is ahead."""
    sign = 1.0 if direction == "more" else -1.0
    means = {name: mean for name, estimates in policies.items() if (mean := estimates[metric].mean) is not None}
    if not means:
        raise InputError("metric", f"{metric!r} is undefined for every policy", "a metric with a value")
    best = selection.best if selection else max(means, key=lambda name: sign * means[name])
    leads = [
        replace(d, mean=None if d.mean is None else d.mean * sign * (1.0 if a == best else -1.0))
        for (a, b), d in found.items()
        if best in (a, b)
    ]
    return Best(best, metric, probability_best(leads))
