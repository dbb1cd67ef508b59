"""Policies by cases in one matrix: how far each is behind the best of the case, and how bad that gets.

A case is a world, a shifted world or an instance. What a policy is behind is its regret; the policy whose worst regret
is smallest is the choice of who does not know which case will come (Savage 1951, "The theory of statistical decision",
Journal of the American Statistical Association 46(253)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fillrate.bench.verdicts import better, title

if TYPE_CHECKING:
    from fillrate.bench.comparison import Comparison

__all__ = ["GAP", "Cell", "Matrix", "matrix_of"]

COST, GAP = "controllable_cost", "gap_to_bound"
NEAR = 0.1  # share up to which a policy is not far behind


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
    def measure(self) -> str:
        """What shares are of: the best policy's controllable cost, or its mean of another metric that decides."""
        return "controllable cost" if self.metric == "contribution" else title(self.metric).lower()

    def winners(self, case: str) -> list[str]:
        """The policies with the best mean of a case, which may be equal."""
        return [policy for policy in self.policies if (c := self.cells.get((policy, case))) and c.behind == 0.0]

    @property
    def sentence(self) -> str:
        """Whether the best policy is the best everywhere, and which one has the smallest worst case."""
        number = len(self.cases)
        if len(self.policies) == 1:
            return f"{self.policies[0]} was run alone, so nobody is ahead of it."
        best = [self.winners(case) for case in self.cases]
        if always := [name for name in best[0] if all(name in winners for winners in best)]:
            over = "the one case" if number == 1 else f"all {number} cases"
            return f"{' and '.join(always)} {'has' if len(always) == 1 else 'have'} the best mean in {over}."
        changing = dict.fromkeys(self.best(case) for case in self.cases)
        said, robust = f"The best mean changes with the case: {', '.join(changing)}.", self.policies[0]
        if (worst := self.worst(robust)) is None:
            return said
        percent = 100 * worst[1]
        share = f"{percent:.2g}" if percent < 10 else f"{percent:,.0f}"
        if worst[1] <= NEAR:
            return f"{said} {robust} is never far behind: at most {share} %, with {worst[0]}."
        return f"{said} {robust} has the smallest worst case: {share} % behind, with {worst[0]}."

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
