"""Paired statistics of replications: t and BCa intervals, Holm's correction, the probability that the best is the best.

An undefined value (None, or not finite) of a replication is left out: of a mean alone, of a paired difference together
with its partner, so that a pair always compares the same replications. Differences within rounding error of their
operands count as zero; without that, 0.1 + 0.2 against 0.3 in every replication would be a certain difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from fillrate.bench.bootstrap import ROUNDING, resampled
from fillrate.errors import InputError, nearest

__all__ = [
    "METHODS",
    "Difference",
    "Estimate",
    "Method",
    "check_method",
    "holm",
    "mean_interval",
    "numbers",
    "paired_difference",
    "probability_best",
]

Values: TypeAlias = Sequence[float | None] | NDArray[np.float64]
Method = Literal["t", "bca"]
METHODS: tuple[Method, ...] = get_args(Method)  # of intervals: Student's t, or the BCa bootstrap


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with its confidence interval; None where undefined.

    Attributes:
        mean: in the unit of the metric; None without a defined value.
        low: lower end of the interval; None with fewer than two values.
        high: upper end of the interval.
        n: number of defined values behind it.
    """

    mean: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def half_width(self) -> float | None:
        """Half the width of the interval; None without one."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


@dataclass(frozen=True)
class Difference(Estimate):
    """A mean paired difference a − b with its interval, and the two-sided p-value of "no difference"."""

    p_value: float | None


def check_method(method: str) -> Method:
    """The kind of interval of this name.

    Raises:
        InputError: there is none.
    """
    for known in METHODS:
        if method == known:
            return known
    raise InputError("interval", f"found '{method}'" + nearest(method, METHODS), ", ".join(METHODS))


def mean_interval(values: Values, level: float = 0.95, method: Method = "t") -> Estimate:
    """Mean and interval of the defined values (Law 2015, Simulation Modeling and Analysis, section 9.4.1; `bootstrap`).

    With fewer than five values the interval is Student's t, whatever the method.

    >>> found = mean_interval([1.0, 2.0, None, 3.0])
    >>> found.mean, round(found.low, 3), round(found.high, 3), found.n
    (2.0, -0.484, 4.484, 3)
    >>> mean_interval([5.0])
    Estimate(mean=5.0, low=None, high=None, n=1)
    """
    defined = numbers(values)
    defined = defined[np.isfinite(defined)]
    if not len(defined):
        return Estimate(None, None, None, 0)
    mean, error = _mean_and_error(defined, float(np.abs(defined).max()))
    if method == "bca" and error and (found := resampled(defined)):
        return Estimate(mean, *found.interval(level), len(defined))
    half = _half_width(error, len(defined), level)
    return Estimate(mean, *_ends(mean, half), len(defined))


def paired_difference(a: Values, b: Values, level: float = 0.95, method: Method = "t") -> Difference:
    """Mean of a − b over the replications in which both are defined, with the paired interval and p-value.

    Both come from the same traces in the same order (common random numbers; Law 2015, section 10.2.1). Differences that
    are all the same leave a t-test nothing to go by, so their p is that of the exact sign test, 2^(1 - n), and 1 for no
    difference (Conover 1999, Practical Nonparametric Statistics, section 3.4). The interval is then the difference
    itself, and undefined where so few of them prove nothing at this level. With fewer than two pairs there is neither.

    >>> paired_difference([3.0, 4.0, None], [1.0, 2.0, 9.0])
    Difference(mean=2.0, low=None, high=None, n=2, p_value=0.5)
    >>> paired_difference([3.0] * 6, [1.0] * 6)
    Difference(mean=2.0, low=2.0, high=2.0, n=6, p_value=0.03125)
    """
    x, y = numbers(a), numbers(b)
    if len(x) != len(y):
        raise InputError("paired_difference", f"{len(x)} and {len(y)} replications", "equally many")
    both = np.isfinite(x) & np.isfinite(y)
    x, y, n = x[both], y[both], int(both.sum())
    if not n:
        return Difference(None, None, None, 0, None)
    size = np.maximum(np.abs(x), np.abs(y))
    differences = np.where(np.abs(x - y) <= ROUNDING * size, 0.0, x - y)
    mean, error = _mean_and_error(differences, float(size.max()))
    if method == "bca" and error and (found := resampled(differences)):
        return Difference(mean, *found.interval(level), n, found.p_value())
    p = _p_value(mean, error, n)
    too_few = error == 0.0 and p is not None and 1.0 - level < p < 1.0
    half = None if too_few else _half_width(error, n, level)
    return Difference(mean, *_ends(mean, half), n, p)


def numbers(values: Values) -> NDArray[np.float64]:
    """(replications,) values with nan where one is None."""
    return values if isinstance(values, np.ndarray) else np.array(values, np.float64)


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """P-values corrected for their number by Holm's step-down method (1979, Scand. J. Statistics 6(2)).

    An undefined p-value stays None and is not counted as a test.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    defined = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, i) in enumerate(defined):
        largest = max(largest, min(1.0, p * (len(defined) - rank)))
        corrected[i] = largest
    return tuple(corrected)


def probability_best(leads: Sequence[Difference]) -> float | None:
    """Lower bound on the probability that the policy with these leads over each rival is truly the best.

    Bonferroni's bound over the paired posteriors, which are Student t (Chick and Inoue 2001, Management Science 47(8),
    common random numbers). A lead is positive where the policy is ahead. None if a lead has no interval or there is
    no rival. Rivals that tie exactly count as half, as they could go either way.
    """
    losses = [_probability_behind(lead) for lead in leads]
    known = [loss for loss in losses if loss is not None]
    if not losses or len(known) < len(losses):
        return None
    return max(0.0, 1.0 - math.fsum(known))


def _mean_and_error(values: NDArray[np.float64], scale: float) -> tuple[float, float | None]:
    """Mean and standard error; the error is None for one value, and 0 where the spread is float noise of `scale`."""
    mean, n = math.fsum(values.tolist()) / len(values), len(values)
    if n < 2:
        return mean, None
    low, high = float(values.min()), float(values.max())
    if high - low <= ROUNDING * scale:
        return (float(values[0]) if high == low else mean), 0.0
    return mean, math.sqrt(math.fsum(((values - mean) ** 2).tolist()) / (n - 1) / n)


def _half_width(error: float | None, n: int, level: float) -> float | None:
    return None if error is None else float(special.stdtrit(n - 1, 0.5 + level / 2)) * error


def _ends(mean: float, half: float | None) -> tuple[float | None, float | None]:
    return (None, None) if half is None else (mean - half, mean + half)


def _p_value(mean: float, error: float | None, n: int) -> float | None:
    if error is None:
        return None
    if error == 0.0:
        return 1.0 if mean == 0.0 else math.ldexp(1.0, 1 - n)
    return 2.0 * float(special.stdtr(n - 1, -abs(mean) / error))


def _probability_behind(lead: Difference) -> float | None:
    """P(true lead < 0), from the one-sided half of the two-sided p-value."""
    if lead.p_value is None or lead.mean is None:
        return None
    return 1.0 - lead.p_value / 2 if lead.mean < 0 else lead.p_value / 2
