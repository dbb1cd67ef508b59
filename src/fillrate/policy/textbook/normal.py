"""The normal law: density, distribution, quantile and loss (expected shortage)."""

from __future__ import annotations

import math

from fillrate.draws.laws import normal_quantile as standard_quantile
from fillrate.policy.textbook.checks import fraction, positive

__all__ = ["normal_cdf", "normal_loss", "normal_pdf", "normal_quantile"]


def normal_pdf(x: float, mean: float = 0.0, deviation: float = 1.0) -> float:
    """Density at x.

    >>> round(normal_pdf(0.0), 6)
    0.398942
    """
    z = _standard(x, mean, deviation)
    return math.exp(-0.5 * z * z) / (deviation * math.sqrt(2.0 * math.pi))


def normal_cdf(x: float, mean: float = 0.0, deviation: float = 1.0) -> float:
    """P(X ≤ x), by the complementary error function, so that tails keep their digits.

    >>> round(normal_cdf(1.959964), 6)
    0.975
    """
    return 0.5 * math.erfc(-_standard(x, mean, deviation) / math.sqrt(2.0))


def normal_quantile(probability: float, mean: float = 0.0, deviation: float = 1.0) -> float:
    """The x with P(X ≤ x) = probability.

    >>> round(normal_quantile(0.7 / 0.88, 50.0, 8.0), 6)
    56.603956
    """
    fraction("normal_quantile probability", probability)
    positive("normal deviation", deviation)
    return mean + deviation * standard_quantile(probability)


def normal_loss(x: float, mean: float = 0.0, deviation: float = 1.0) -> float:
    """E[(X − x)⁺] = σ (φ(z) − z (1 − Φ(z))), z = (x − μ) / σ.

    φ and Φ are the standard density and distribution, μ the mean, σ the deviation (Zipkin 2000, Foundations of
    Inventory Management, C.2.3.9).

    >>> round(normal_loss(0.0), 6)
    0.398942
    """
    z = _standard(x, mean, deviation)
    return deviation * (normal_pdf(z) - z * normal_cdf(-z))


def _standard(x: float, mean: float, deviation: float) -> float:
    positive("normal deviation", deviation)
    return (x - mean) / deviation
