"""Selecting the best policy, run by run, with a stated probability of being right.

The procedure of Kim and Nelson (2001), "A fully sequential procedure for indifference-zone selection in simulation",
ACM Transactions on Modeling and Computer Simulation 11(3), with c = 1. Every policy plays a first stage; the variances
of the paired differences are estimated from it, which is where common random numbers help. From then on a policy leaves
as soon as it is behind another by more than the two would drift apart by chance. If the best is ahead of all others by
the indifference zone or more, and the metric is normal over runs, the best is selected with at least the stated
probability. That holds too where one looks only now and then, as here: after a tenth more runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from fillrate.bench.precision import check_half_width
from fillrate.errors import InputError

__all__ = ["FIRST_STAGE", "Entrant", "Rule", "Selection", "check_rule", "next_look", "select"]

FIRST_STAGE = 10  # runs of each policy before one may leave
Floats = NDArray[np.float64]
Play = Callable[[Sequence[str], int, int], Mapping[str, Floats]]
"""Plays some policies from run number ... up to but without run number ...; larger results are better."""


@dataclass(frozen=True)
class Rule:
    """What is promised, and when to stop.

    Attributes:
        probability: of selecting the best, where it is ahead by the indifference zone.
        indifference: smallest difference worth finding, in the unit of the metric.
        most: runs of a policy after which the search ends even if several are left.
        first: runs of the first stage.
    """

    probability: float
    indifference: float
    most: int
    first: int = FIRST_STAGE


@dataclass(frozen=True)
class Entrant:
    """How far a policy came: its runs, and the policy that it lost to (empty if it stayed)."""

    replications: int
    lost_to: str


@dataclass(frozen=True)
class Selection:
    """The policy that was selected, and what that rests on.

    Attributes:
        best: the policy selected.
        rule: what was promised.
        reached: whether the promise was kept; False if the most runs were played and several policies were left.
        entrants: by policy, in the order given.
        fixed: runs of each policy that a fixed design with the same promise asks for, from the same first stage.
    """

    best: str
    rule: Rule
    reached: bool
    entrants: Mapping[str, Entrant]
    fixed: int

    @property
    def runs(self) -> int:
        """Runs of all policies together."""
        return sum(entrant.replications for entrant in self.entrants.values())

    @property
    def stayed(self) -> list[str]:
        """Policies that did not leave; the selected one alone if the promise was kept."""
        return [name for name, entrant in self.entrants.items() if not entrant.lost_to]

    def to_json(self) -> dict[str, Any]:
        """Plain types."""
        return {
            "procedure": "Kim and Nelson (2001)",
            "best": self.best,
            "probability": self.rule.probability,
            "indifference": self.rule.indifference,
            "reached": self.reached,
            "stayed": self.stayed,
            "replications": {name: entrant.replications for name, entrant in self.entrants.items()},
            "lost_to": {name: entrant.lost_to for name, entrant in self.entrants.items() if entrant.lost_to},
            "runs": self.runs,
            "fixed_design_runs": self.fixed * len(self.entrants),
        }


def select(names: Sequence[str], play: Play, rule: Rule) -> Selection:
    """Play policies until one is left.

    Args:
        names: two policies or more.
        play: plays some of them on the next runs; a policy's results come in the order of the runs.
        rule: what is promised.

    Raises:
        InputError: there is nothing to select from, a promise makes no sense, or a result is undefined.
    """
    check_rule(names, rule)
    results = dict(play(names, 0, rule.first))
    _defined(results)
    spread = _spread(np.array([results[name] for name in names]))
    alive, lost, runs = list(range(len(names))), dict[int, str](), dict.fromkeys(range(len(names)), rule.first)
    n = rule.first
    while True:
        sums = np.array([results[names[i]].sum() for i in alive])
        beaten, final = _beaten(sums, spread[np.ix_(alive, alive)], n, len(names), rule)
        lost |= {alive[i]: names[alive[j]] for i, j in beaten.items()}
        alive = [i for i in alive if i not in lost]
        if len(alive) == 1 or final or n >= rule.most:
            break
        upto = min(rule.most, next_look(n))
        found = play([names[i] for i in alive], n, upto)
        _defined(found)
        results |= {name: np.concatenate([results[name], values]) for name, values in found.items()}
        n = upto
        runs |= dict.fromkeys(alive, n)
    best = max(alive, key=lambda i: float(results[names[i]].sum()))
    entrants = {name: Entrant(runs[i], lost.get(i, "")) for i, name in enumerate(names)}
    return Selection(names[best], rule, len(alive) == 1, entrants, _fixed(spread, rule))


def next_look(n: int) -> int:
    """After how many runs to look again: a tenth more, at least two.

    >>> next_look(10), next_look(100)
    (12, 110)
    """
    return n + max(2, n // 10)


def check_rule(names: Sequence[str], rule: Rule) -> None:
    """Raise InputError unless there is something to select from, and the promise makes sense."""
    if len(names) < 2:
        raise InputError("select", f"found {len(names)} policy", "two policies or more")
    if not 1.0 / len(names) < rule.probability < 1.0:
        raise InputError("select", f"found {rule.probability:g}", f"a probability over {1 / len(names):.3g}, below 1")
    check_half_width(rule.indifference, "indifference")
    if rule.most < rule.first:
        raise InputError("replications", f"found {rule.most}", f"at least {rule.first}, the runs of the first stage")


def _defined(results: Mapping[str, Floats]) -> None:
    for name, values in results.items():
        if not np.isfinite(values).all():
            raise InputError("select", f"the metric is undefined in a run of {name}", "a metric that every run has")


def _spread(results: Floats) -> Floats:
    """(policies, policies) variance of the paired differences; results are (policies, runs)."""
    covariance = np.cov(results)
    own = np.diag(covariance)
    return np.maximum(0.0, own[:, None] + own[None, :] - 2.0 * covariance)


def _risk(policies: int, rule: Rule) -> float:
    """Bonferroni's share of the risk for each rival of the best."""
    return (1.0 - rule.probability) / (policies - 1)


def _beaten(sums: Floats, spread: Floats, n: int, policies: int, rule: Rule) -> tuple[dict[int, int], bool]:
    """Who leaves after n runs and to whom, and whether this was the last look.

    With first-stage variance S², a policy is beaten when its sum is behind by more than
    W = max(0, δ/2 (h² S²/δ² − n)), h² = 2 η (n0 − 1), η = ((2 risk)^(−2/(n0 − 1)) − 1) / 2. Where W is 0 for all pairs,
    the best mean wins, the first of equals.
    """
    delta, freedom = rule.indifference, rule.first - 1
    h2 = ((2.0 * _risk(policies, rule)) ** (-2.0 / freedom) - 1.0) * freedom
    margin = np.maximum(0.0, delta / 2.0 * (h2 * spread / delta**2 - n))
    final = bool((margin == 0.0).all())
    ahead = sums[None, :] - sums[:, None] - margin  # [i, j]: by how much j beats i
    leader = int(sums.argmax())
    if final:
        return {i: leader for i in range(len(sums)) if i != leader}, True
    gone = [i for i in range(len(sums)) if ahead[i].max() > 0.0]
    return {i: leader if ahead[i, leader] > 0.0 else int(ahead[i].argmax()) for i in gone}, False


def _fixed(spread: Floats, rule: Rule) -> int:
    """Runs of each policy in the two-stage design of Clark and Yang (1986): paired differences, Bonferroni.

    N = ⌈(t S / δ)²⌉ with t the quantile of Student's t at the risk of a rival, S the largest spread of a pair. Source:
    G. M. Clark, W. Yang, "A Bonferroni selection procedure when using common random numbers with unknown variances",
    Winter Simulation Conference 1986.
    """
    t = float(special.stdtrit(rule.first - 1, 1.0 - _risk(len(spread), rule)))
    return max(rule.first, math.ceil(t * t * float(spread.max()) / rule.indifference**2))
