"""Drift: how far what a policy sees, and what it decides, has moved from what it was checked on.

Measured by the population stability index over bins of the reference: Σ (now − then) ln(now / then). Below 0.1 is
taken for stable, above 0.25 for a shift that wants looking at (Siddiqi 2006, Credit Risk Scorecards, chapter 7).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fillrate.deploy.allocator import Allocator

__all__ = ["Drift", "columns_seen", "outcomes", "psi", "reference_of"]

BINS = 10
LEAST = 1e-4  # share that an empty bin counts as

Seen = dict[str, list[float]]


class Drift:
    """Counts what is seen and decided, in the bins of a reference."""

    def __init__(self, reference: Mapping[str, Any]) -> None:
        """Nothing is counted yet; `reference` as `reference_of` made it."""
        self.inputs: Mapping[str, Any] = reference["inputs"]
        self.decisions: Mapping[str, float] = reference["decisions"]
        self._seen = {name: [0] * len(said["shares"]) for name, said in self.inputs.items()}
        self._decided: Counter[str] = Counter()

    def count(self, seen: Mapping[str, Sequence[float]], decision: Mapping[str, Any]) -> None:
        """Count one request.

        Args:
            seen: values of the policy's columns; see `columns_seen`.
            decision: what was answered.
        """
        for name, values in seen.items():
            counts, edges = self._seen[name], self.inputs[name]["edges"]
            for value in values:
                counts[bisect_left(edges, value)] += 1
        self._decided.update(outcomes(decision))

    def report(self) -> dict[str, float | None]:
        """Index by column and of the mix of decisions (`decisions`); None where nothing was counted."""
        found = {name: _index(said["shares"], self._seen[name]) for name, said in self.inputs.items()}
        names = list(dict.fromkeys([*self.decisions, *self._decided]))
        then = [self.decisions.get(name, 0.0) for name in names]
        return {**found, "decisions": _index(then, [self._decided[name] for name in names])}


def psi(then: Sequence[float], now: Sequence[float]) -> float:
    """Population stability index of two lists of shares.

    >>> psi([0.5, 0.5], [0.5, 0.5]), round(psi([0.5, 0.5], [0.75, 0.25]), 4)
    (0.0, 0.2747)
    """
    pairs = [(max(a, LEAST), max(b, LEAST)) for a, b in zip(then, now, strict=True)]
    return sum((b - a) * math.log(b / a) for a, b in pairs)


def _index(then: Sequence[float], counts: Sequence[int]) -> float | None:
    total = sum(counts)
    return psi(then, [n / total for n in counts]) if total else None


def outcomes(decision: Mapping[str, Any]) -> dict[str, int]:
    """Units by where they come from, `held` and `fallback` (all units that the fallback decided about) beside."""
    units: Counter[str] = Counter()
    for line in decision["lines"]:
        for part in line["allocated"]:
            units[f"from {part['location']}"] += part["quantity"]
        units["held"] += line["held"]
        if decision["decided_by"] == "fallback":
            units["fallback"] += line["quantity"]
    return {name: n for name, n in units.items() if n}


def columns_seen(allocator: Allocator, request: Mapping[str, Any]) -> Seen:
    """Values of the columns that the policy looks at, over the rows of every line of a request.

    Raises:
        RequestError: the request is wrong.
    """
    asked, desk, rule = allocator.read(request), allocator.desk(), allocator.bundle.rule
    seen: Seen = {name: [] for name in rule.columns}
    groups = [group for group in asked.groups if group.units and group.block is not None and group.block.location]
    if groups:
        offer = desk.offer(asked, groups, [group.units for group in groups], rule)
        for line in range(len(groups)):
            desk.facts.look_at(asked, groups, offer, line, 0)
            for name in rule.columns:
                seen[name] += map(float, desk.facts.column(name))
    return seen


def reference_of(seen: Sequence[Seen], decisions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Bins of what was seen and decided, as `drift.json` says it: at most ten a column, at its quantiles.

    Where the first bin would hold the least value alone, there is one more below it, for what was never seen.

    >>> reference_of([{"open": [5.0, 5.0]}], [])["inputs"]
    {'open': {'edges': [4.999999999999999, 5.0], 'shares': [0.0, 1.0, 0.0]}}
    """
    inputs = {}
    for name in seen[0] if seen else ():
        values = np.array([value for each in seen for value in each[name]], np.float64)
        if len(values):
            edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS, method="inverted_cdf"))
            if edges[0] == (least := values.min()):
                edges = np.insert(edges, 0, np.nextafter(least, -np.inf))
            counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
            inputs[name] = {"edges": edges.tolist(), "shares": (counts / len(values)).tolist()}
    units: Counter[str] = Counter()
    for decision in decisions:
        units.update(outcomes(decision))
    total = sum(units.values())
    shares = {name: units[name] / total for name in sorted(units)}
    return {"requests": len(decisions), "inputs": inputs, "decisions": shares}
