"""One order for one period of uncertain demand: the newsvendor (Arrow, Harris and Marschak 1951).

The best quantity is the critical fractile p / (p + h) of demand, h the cost of a unit left over, p of a unit short.
"""

from __future__ import annotations

from dataclasses import dataclass

from fillrate.policy.textbook.checks import positive
from fillrate.policy.textbook.normal import normal_loss, normal_quantile
from fillrate.policy.textbook.poisson import poisson_loss, poisson_quantile

__all__ = [
    "NormalNewsvendor",
    "PoissonNewsvendor",
    "newsvendor_cost_normal",
    "newsvendor_cost_poisson",
    "newsvendor_normal",
    "newsvendor_poisson",
]


@dataclass(frozen=True)
class PoissonNewsvendor:
    """The best whole quantity (units) and its expected cost."""

    quantity: int
    cost: float


@dataclass(frozen=True)
class NormalNewsvendor:
    """The best real quantity (units) and its expected cost."""

    quantity: float
    cost: float


def newsvendor_cost_poisson(quantity: int, mean: float, holding: float, shortage: float) -> float:
    """Expected cost: holding × E[(q − D)⁺] + shortage × E[(D − q)⁺] for D Poisson(mean).

    >>> round(newsvendor_cost_poisson(8, 6.0, 1.0, 4.0), 6)
    3.570107
    """
    short = poisson_loss(quantity, mean)
    return holding * (quantity - mean + short) + shortage * short


def newsvendor_cost_normal(quantity: float, mean: float, deviation: float, holding: float, shortage: float) -> float:
    """Expected cost: holding × E[(q − D)⁺] + shortage × E[(D − q)⁺] for D normal.

    >>> round(newsvendor_cost_normal(50.0, 50.0, 8.0, 0.18, 0.7), 6)
    2.808554
    """
    short = normal_loss(quantity, mean, deviation)
    return holding * (quantity - mean + short) + shortage * short


def newsvendor_poisson(mean: float, holding: float, shortage: float) -> PoissonNewsvendor:
    """Best quantity for Poisson demand.

    >>> best = newsvendor_poisson(6.0, holding=1.0, shortage=4.0)
    >>> best.quantity, round(best.cost, 6)
    (8, 3.570107)
    """
    positive("newsvendor holding and shortage", holding, shortage)
    quantity = poisson_quantile(shortage / (shortage + holding), mean)
    return PoissonNewsvendor(quantity, newsvendor_cost_poisson(quantity, mean, holding, shortage))


def newsvendor_normal(mean: float, deviation: float, holding: float, shortage: float) -> NormalNewsvendor:
    """Best quantity for normal demand; its cost is (holding + shortage) × deviation × φ(z) at the fractile z.

    >>> best = newsvendor_normal(50.0, 8.0, holding=0.18, shortage=0.7)
    >>> round(best.quantity, 6), round(best.cost, 6)
    (56.603956, 1.997605)
    """
    positive("newsvendor holding and shortage", holding, shortage)
    quantity = normal_quantile(shortage / (shortage + holding), mean, deviation)
    return NormalNewsvendor(quantity, newsvendor_cost_normal(quantity, mean, deviation, holding, shortage))
