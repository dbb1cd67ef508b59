"""The gamma law by mean and standard deviation, and the incomplete gamma function behind it and the Poisson law.

Shape k = (mean / deviation)², scale = deviation² / mean. Series and continued fraction of the regularised incomplete
gamma function: Abramowitz and Stegun (1964), 6.5.29 and 6.5.31.
"""

from __future__ import annotations

import math

from fillrate.draws.laws import gamma as gamma_by_cv
from fillrate.policy.textbook.checks import fraction, positive

__all__ = ["gamma_cdf", "gamma_loss", "gamma_pdf", "gamma_quantile", "lower_gamma", "upper_gamma"]

EPSILON = 1e-17  # relative size of the first term that no longer counts
TINY = 1e-300  # stands for a zero denominator in the continued fraction (Lentz's method)


def lower_gamma(shape: float, x: float) -> float:
    """P(shape, x) = ∫₀ˣ tˢ⁻¹ e⁻ᵗ dt / Γ(shape), s = shape: also P(Poisson(x) ≥ shape) for a whole shape.

    >>> round(lower_gamma(3.0, 2.0), 6)
    0.323324
    """
    if x <= 0.0:
        return 0.0
    return _series(shape, x) if x < shape + 1.0 else 1.0 - _continued_fraction(shape, x)


def upper_gamma(shape: float, x: float) -> float:
    """1 − P(shape, x), without the cancellation: also P(Poisson(x) < shape) for a whole shape.

    >>> round(upper_gamma(3.0, 2.0), 6)
    0.676676
    """
    if x <= 0.0:
        return 1.0
    return 1.0 - _series(shape, x) if x < shape + 1.0 else _continued_fraction(shape, x)


def _front(shape: float, x: float) -> float:
    return math.exp(shape * math.log(x) - x - math.lgamma(shape))


def _series(shape: float, x: float) -> float:
    term = total = 1.0 / shape
    n = shape
    while term > total * EPSILON:
        n += 1.0
        term *= x / n
        total += term
    return _front(shape, x) * total


def _continued_fraction(shape: float, x: float) -> float:
    b = x + 1.0 - shape
    c, d = 1.0 / TINY, 1.0 / (b or TINY)
    fraction_so_far, change, i = d, 2.0, 0
    while abs(change - 1.0) > 1e-16 and i < 100_000:
        i += 1
        a = -i * (i - shape)
        b += 2.0
        d = 1.0 / ((a * d + b) or TINY)
        c = (b + a / c) or TINY
        change = c * d
        fraction_so_far *= change
    return _front(shape, x) * fraction_so_far


def gamma_pdf(x: float, mean: float, deviation: float) -> float:
    """Density at x.

    >>> round(gamma_pdf(1.0, mean=2.0, deviation=2.0), 6)  # exponential with mean 2
    0.303265
    """
    shape, scale = _shape_scale(mean, deviation)
    return 0.0 if x <= 0.0 else _front(shape, x / scale) / x


def gamma_cdf(x: float, mean: float, deviation: float) -> float:
    """P(X ≤ x).

    >>> round(gamma_cdf(2.0, mean=2.0, deviation=2.0), 6)  # 1 - 1/e
    0.632121
    """
    shape, scale = _shape_scale(mean, deviation)
    return lower_gamma(shape, x / scale)


def gamma_quantile(probability: float, mean: float, deviation: float) -> float:
    """The x with P(X ≤ x) = probability.

    >>> round(gamma_quantile(0.5, mean=2.0, deviation=2.0), 6)  # 2 ln 2
    1.386294
    """
    fraction("gamma_quantile probability", probability)
    positive("gamma mean and deviation", mean, deviation)
    return gamma_by_cv(probability, mean, deviation / mean)


def gamma_loss(x: float, mean: float, deviation: float) -> float:
    """E[(X − x)⁺], the expected shortage of a stock x (Zipkin 2000, Foundations of Inventory Management, C.2.3.8).

    >>> round(gamma_loss(2.0, mean=2.0, deviation=2.0), 6)  # 2/e
    0.735759
    """
    shape, scale = _shape_scale(mean, deviation)
    if x <= 0.0:
        return mean - x
    return mean * upper_gamma(shape + 1.0, x / scale) - x * upper_gamma(shape, x / scale)


def _shape_scale(mean: float, deviation: float) -> tuple[float, float]:
    positive("gamma mean and deviation", mean, deviation)
    return (mean / deviation) ** 2, deviation * deviation / mean
