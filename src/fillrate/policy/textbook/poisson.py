"""The Poisson law: mass, distribution, quantile and loss (expected shortage), for means from 0 to millions."""

from __future__ import annotations

import math

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import fraction, not_negative
from fillrate.policy.textbook.gamma import lower_gamma, upper_gamma

__all__ = ["poisson_cdf", "poisson_loss", "poisson_masses", "poisson_pmf", "poisson_quantile", "poisson_survival"]


def poisson_pmf(k: int, mean: float) -> float:
    """P(N = k).

    >>> round(poisson_pmf(0, 2.0), 6)
    0.135335
    """
    not_negative("poisson mean", mean)
    if k < 0 or mean == 0.0:
        return 1.0 if k == 0 else 0.0
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1.0))


def poisson_cdf(k: int, mean: float) -> float:
    """P(N ≤ k), as an incomplete gamma function (Abramowitz and Stegun 1964, 26.4.21).

    >>> round(poisson_cdf(2, 2.0), 6)
    0.676676
    """
    not_negative("poisson mean", mean)
    return 0.0 if k < 0 else upper_gamma(k + 1.0, mean)


def poisson_survival(k: int, mean: float) -> float:
    """P(N > k), with all its digits in the tail.

    >>> round(poisson_survival(2, 2.0), 6)
    0.323324
    """
    not_negative("poisson mean", mean)
    return 1.0 if k < 0 else lower_gamma(k + 1.0, mean)


def poisson_quantile(probability: float, mean: float) -> int:
    """The smallest k with P(N ≤ k) ≥ probability, by bisection.

    >>> poisson_quantile(0.8, 6.0)
    8
    """
    fraction("poisson_quantile probability", probability)
    not_negative("poisson mean", mean)
    below, enough = -1, math.ceil(mean)
    while poisson_cdf(enough, mean) < probability:
        below, enough = enough, 2 * enough + 1
    while enough - below > 1:
        middle = (below + enough) // 2
        if poisson_cdf(middle, mean) < probability:
            below = middle
        else:
            enough = middle
    return enough


def poisson_loss(k: int, mean: float) -> float:
    """E[(N − k)⁺] = λ P(N ≥ k) − k P(N > k), λ the mean (Zipkin 2000, Foundations of Inventory Management, C.2.3.5).

    >>> round(poisson_loss(3, 2.0), 6)
    0.218018
    """
    if k <= 0:
        return mean - k
    return max(0.0, mean * poisson_survival(k - 1, mean) - k * poisson_survival(k, mean))


def poisson_masses(mean: float, tail: float = 1e-13) -> tuple[float, ...]:
    """Masses of 0, 1, …, n with at most `tail` beyond n; that rest is added to n, so that they sum to 1.

    >>> [round(p, 3) for p in poisson_masses(0.5, tail=0.02)]
    [0.607, 0.303, 0.09]
    """
    if not 0.0 < tail < 1.0:
        raise InputError("poisson_masses tail", f"{tail!r}", "a number above 0 and below 1")
    masses = [poisson_pmf(0, mean)]
    while poisson_survival(len(masses) - 1, mean) > tail:
        masses.append(poisson_pmf(len(masses), mean))
    masses[-1] += poisson_survival(len(masses) - 1, mean)
    total = math.fsum(masses)  # 1 but for rounding
    return tuple(mass / total for mass in masses)
