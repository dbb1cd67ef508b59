"""The search: Optuna proposes numbers, the compiled engine plays them, all on the same traces.

What counts is the mean difference to the untouched policy, trace by trace: most of what days differ by drops
out. A proposal that is behind the best after some of the traces, and not by chance, or plays the very same, is not
played on the rest. Every second proposal changes a few numbers of the best; the others come from the whole range.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.learn.presets import bounded
from fillrate.learn.tune.playing import Playground
from fillrate.learn.tune.space import Space, Values, with_values
from fillrate.policy import Policy
from fillrate.policy.spec import Entry

__all__ = ["Limits", "Search", "Tried", "search", "simplify"]

Floats: TypeAlias = NDArray[np.float64]
LEAST = 4  # a proposal is judged after so many traces, after twice as many, and so on
SURE = 2.0  # standard errors by which it must be behind
STARTUP = 16  # proposals at random, before any is learnt from
CHANGED = 2.0  # numbers that a proposal near the best changes, on average
STEP = 0.15  # standard deviation of a change, as a share of the scale


@dataclass(frozen=True)
class Limits:
    """When a search ends, whichever comes first."""

    trials: int  # the untouched policy is the first
    orders: int | None = None  # simulated orders, all traces together


@dataclass(frozen=True)
class Tried:
    """One trial: the numbers, and what they gained over the untouched policy on each trace that was played."""

    values: Values
    gains: Floats  # (traces played,) in the unit of the metric, more is better

    @property
    def mean(self) -> float:
        """Mean gain; -inf where the metric is defined nowhere."""
        known = self.gains[np.isfinite(self.gains)]
        return float(np.mean(known)) if known.size else -np.inf


@dataclass
class Search:
    """A search under way, and then what came of it."""

    space: Space
    entry: Entry
    ground: Playground
    limits: Limits
    sign: float  # -1 where less of the metric is better
    untouched: Floats  # (traces,) the metric under the policy as it is
    best: Tried
    trials: int = 1
    orders: int = 0
    interrupted: bool = False
    known: dict[tuple[float | None, ...], Tried] = field(default_factory=dict)

    @property
    def full_cost(self) -> int:
        """Orders of all traces."""
        return sum(self.ground.orders)

    @property
    def is_short(self) -> bool:
        """Whether the orders that are left do not suffice for another proposal."""
        return self.limits.orders is not None and self.orders + self.full_cost > self.limits.orders

    def attempt(self, values: Values, wholly: bool = False) -> Tried:
        """Play some numbers, if they have not been played yet, and keep the best.

        Args:
            values: by name.
            wholly: on all traces, even if they are out of the race.
        """
        key, count = tuple(values.values()), len(self.untouched)
        if key not in self.known or (wholly and len(self.known[key].gains) < count):
            self.known[key] = self._played(values, count if wholly else LEAST)
        tried = self.known[key]
        if len(tried.gains) == count and tried.mean > self.best.mean:
            self.best = tried
        return tried

    def _played(self, values: Values, end: int) -> Tried:
        """Play numbers on the traces before `end`, then on ever more while they are in the race."""
        policy, count = with_values(self.entry, self.space, values), len(self.untouched)
        gains = self._gains(policy, 0, min(end, count))
        while end < count and not out_of_race(gains, self.best.gains[:end]):
            start, end = end, 2 * end
            gains = np.concatenate([gains, self._gains(policy, start, min(end, count))])
        return Tried(values, gains)

    def _gains(self, policy: Entry, first: int, last: int) -> Floats:
        self.orders += sum(self.ground.orders[first:last])
        return np.asarray(self.sign * (self.ground.play(policy, first, last) - self.untouched[first:last]))


def out_of_race(gains: Floats, best: Floats) -> bool:
    """Whether gains on some traces are the very same as those of the best, or behind by more than chance may make.

    >>> best = np.array([9.0, 11.0, 10.0, 10.0])
    >>> out_of_race(best - [5.0, 6.0, 5.0, 6.0], best), out_of_race(best - [5.0, -6.0, 5.0, 6.0], best)
    (True, False)
    """
    behind = (best - gains)[np.isfinite(best - gains)]
    if len(behind) < LEAST:
        return False
    error = np.std(behind, ddof=1) / np.sqrt(len(behind))
    return not behind.any() or bool(np.mean(behind) > SURE * error)


def search(
    policy: Policy,
    entry: Entry,
    space: Space,
    ground: Playground,
    limits: Limits,
    sign: float,
    seed: int,
    told: Callable[[int, str], None],
) -> Search:
    """Look for better numbers; the same seed finds the same. Ctrl-C ends it with what was found so far.

    Args:
        policy: the untouched policy, which is the first trial.
        entry: the same as one entry.
        space: its numbers.
        ground: the training traces.
        limits: when to end.
        sign: 1 if more of the metric is better, -1 if less is.
        seed: of the proposals.
        told: called after each trial with 1 and a note on the best so far.

    Raises:
        InputError: the metric is undefined in every run, or the budget is too small for a single proposal.
    """
    _check_budget(ground, limits)
    values = {p.name: p.value for p in space}
    played = ground.play(policy)
    if not np.isfinite(played).any():
        raise InputError("metric", f"'{ground.metric}' is undefined in every run", "a metric with values in this world")
    first = Tried(values, np.zeros(len(played)))
    found = Search(space, entry, ground, limits, sign, played, first, orders=sum(ground.orders))
    found.known[tuple(values.values())] = first
    told(1, "")
    try:
        _propose(found, seed, told)
        simplify(found)
    except KeyboardInterrupt:
        found.interrupted = True
    return found


def _check_budget(ground: Playground, limits: Limits) -> None:
    least = 2 * sum(ground.orders)
    if limits.orders is not None and limits.orders < least:
        runs = f"{len(ground.seeds)} traces of the untouched policy and of one other"
        raise InputError("budget_orders", f"found {limits.orders:,}", f"{least:,} or more: {runs}")


def _propose(found: Search, seed: int, told: Callable[[int, str], None]) -> None:
    """Ask for numbers and tell what they are worth, until trials or orders are used up."""
    study, scales, random = _study(seed), _scales(found.space), np.random.default_rng(seed)
    study.enqueue_trial({p.name: p.range.coordinate(p.value) for p in found.space})
    study.tell(study.ask(scales), 0.0)
    while found.trials < found.limits.trials and not found.is_short:
        if found.trials % 2:
            study.enqueue_trial(_near(found.space, found.best.values, random))
        trial = study.ask(scales)
        tried = found.attempt({p.name: p.range.value(trial.params[p.name]) for p in found.space})
        found.trials += 1
        _tell(study, trial, tried.mean)
        told(1, f"better by {found.best.mean:,.4g} so far")


def _near(space: Space, values: Values, random: np.random.Generator) -> dict[str, float]:
    """Coordinates of some values, a few of them changed."""
    chosen = random.random(len(space)) < CHANGED / len(space)
    chosen[random.integers(len(space))] = True
    steps = random.normal(0.0, STEP, len(space)) * chosen
    found = {}
    for p, step in zip(space, steps.tolist(), strict=True):
        low, high = p.range.span
        found[p.name] = min(high, max(low, p.range.coordinate(values[p.name]) + step * (high - low)))
    return found


def _study(seed: int) -> Any:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(multivariate=True, n_startup_trials=STARTUP, seed=bounded(seed))
    return optuna.create_study(direction="maximize", sampler=sampler)


def _scales(space: Space) -> dict[str, Any]:
    from optuna.distributions import FloatDistribution

    return {p.name: FloatDistribution(*p.range.span) for p in space}


def _tell(study: Any, trial: Any, mean: float) -> None:
    from optuna.trial import TrialState

    if np.isfinite(mean):
        study.tell(trial, mean)
    else:
        study.tell(trial, state=TrialState.FAIL)


def simplify(found: Search) -> None:
    """Take back each change that gains nothing: what is left is what it takes."""
    for p in found.space:
        if found.best.values[p.name] == p.value or found.is_short:
            continue
        kept = found.best
        tried = found.attempt({**kept.values, p.name: p.value}, wholly=True)
        if tried.mean >= kept.mean:
            found.best = tried
