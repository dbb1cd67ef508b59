"""Policies by cases in one matrix: how far each is behind the best of the case, and how bad that gets.

A case is a world, a shifted world or an instance. What a policy is behind is its regret; the policy whose worst regret
is smallest is the choice of who does not know which case will come (Savage 1951, "The theory of statistical decision",
Journal of the American Statistical Association 46(253)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fillrate.bench.verdicts import better

if TYPE_CHECKING:
    from fillrate.bench.comparison import Comparison

__all__ = ["GAP", "Cell", "Matrix", "matrix_of"]

COST, GAP = "controllable_cost", "gap_to_bound"


@dataclass(frozen=True)
class Cell:
    """A policy in a case.

    Attributes:
        mean: of the deciding metric; None if it is undefined.
        half_width: of its 95 % interval.
        behind: how far it is behind the best mean of the case, paired; 0 for the best.
        low, high: 95 % interval of that.
        share: the same over the controllable cost of the best (over its mean, for another metric than contribution).
        worse: whether it is shown to be worse than the best.
        cost: mean controllable cost; None if it is undefined.
        gap: mean gap to the bound, a share of the controllable cost; None without a bound.
        runs: replications.
    """

    mean: float | None
    half_width: float | None
    behind: float | None
    low: float | None
    high: float | None
    share: float | None
    worse: bool
    cost: float | None
    gap: float | None
    runs: int


@dataclass(frozen=True)
class Matrix:
    """Cells by policy and case.

    Attributes:
        metric: that decides.
        cases: names, in the order in which they were compared.
        policies: names, smallest worst share first, those that miss a case last.
        cells: by (policy, case); a policy that does not fit a case has none there.
        skipped: reason by (policy, case).
        bounds: kind and mean of the bound by case.
    """

    metric: str
    cases: tuple[str, ...]
    policies: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    skipped: Mapping[tuple[str, str], str] = field(default_factory=dict)
    bounds: Mapping[str, tuple[str, float | None]] = field(default_factory=dict)

    def row(self, policy: str) -> dict[str, Cell]:
        """The cells of a policy, by case."""
        return {case: self.cells[policy, case] for case in self.cases if (policy, case) in self.cells}

    def worst(self, policy: str) -> tuple[str, float] | None:
        """The case in which a policy is farthest behind, as a share; None if it misses a case or a share."""
        shares = {case: cell.share for case, cell in self.row(policy).items() if cell.share is not None}
        if len(shares) < len(self.cases):
            return None
        case = max(shares, key=lambda name: shares[name])
        return case, shares[case]

    def best(self, case: str) -> str:
        """The policy with the best mean of a case."""
        return next(policy for (policy, at), cell in self.cells.items() if at == case and cell.behind == 0.0)

    @property
    def sentence(self) -> str:
        """Whether the best policy is the best everywhere, and which one is never far behind."""
        winners = list(dict.fromkeys(self.best(case) for case in self.cases))
        robust, number = self.policies[0], len(self.cases)
        worst = self.worst(robust)
        if len(winners) == 1:
            return f"{winners[0]} has the best mean in all {number} cases."
        said = f"The best mean changes with the case: {', '.join(winners)}."
        if worst is None:
            return said
        return f"{said} {robust} is never far behind: at most {100 * worst[1]:.2g} %, with {worst[0]}."

    def to_json(self) -> dict[str, Any]:
        """Plain types, undefined numbers None."""
        rows = []
        for policy in self.policies:
            for case in self.cases:
                said: dict[str, Any] = {"policy": policy, "case": case}
                if (cell := self.cells.get((policy, case))) is not None:
                    rows.append({**said, **vars(cell)})
                elif (policy, case) in self.skipped:
                    rows.append({**said, "skipped": self.skipped[policy, case]})
        bounds = {case: {"kind": kind, "mean": mean} for case, (kind, mean) in self.bounds.items()}
        return {
            "metric": self.metric,
            "cases": list(self.cases),
            "sentence": self.sentence,
            "bounds": bounds,
            "cells": rows,
        }


def matrix_of(found: Mapping[str, Comparison], skipped: Mapping[tuple[str, str], str] | None = None) -> Matrix:
    """Bring comparisons together.

    Args:
        found: comparison by case, at least one, all decided by the same metric.
        skipped: reason by (policy, case) where a policy was not run.
    """
    cells: dict[tuple[str, str], Cell] = {}
    for case, comparison in found.items():
        cells |= {(policy, case): cell for policy, cell in _column(comparison).items()}
    skipped = skipped or {}
    names = list(dict.fromkeys(policy for policy, _ in [*cells, *skipped]))
    cases = tuple(found)
    shares = {name: [c.share for case in cases if (c := cells.get((name, case))) is not None] for name in names}

    def rank(name: str) -> tuple[int, float]:
        known = [share for share in shares[name] if share is not None]
        return len(cases) - len(known), max(known, default=0.0)

    bounds = {case: (c.bound.kind, c.bound.mean) for case, c in found.items() if c.bound is not None}
    metric = next(iter(found.values())).best.metric
    return Matrix(metric, cases, tuple(sorted(names, key=rank)), cells, skipped, bounds)


def _column(comparison: Comparison) -> dict[str, Cell]:
    """The cells of a case."""
    best, metric = comparison.best.policy, comparison.best.metric
    sign = -1.0 if better(metric) == "less" else 1.0
    top = comparison.policies[best]
    usual = top[COST].mean if metric == "contribution" and COST in top else top[metric].mean
    found = {}
    for name, estimates in comparison.policies.items():
        behind = low = high = None
        worse = False
        if name == best:
            behind = 0.0
        elif (pair := comparison.pair(best, name, metric)).difference is not None:
            ends = [None if end is None else sign * end for end in (pair.low, pair.high)]
            low, high = ends if sign > 0 else ends[::-1]
            behind, worse = sign * pair.difference, pair.verdict == "a_better"
        found[name] = Cell(
            estimates[metric].mean, estimates[metric].half_width, behind, low, high,
            behind / abs(usual) if behind is not None and usual else None, worse,
            _mean(estimates, COST), _mean(estimates, GAP), estimates[metric].n,
        )  # fmt: skip
    return found


def _mean(estimates: Mapping[str, Any], key: str) -> float | None:
    found: float | None = estimates[key].mean if key in estimates else None
    return found
