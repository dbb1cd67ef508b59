"""Base stock with backorders, one unit ordered for each unit demanded: Palm's theorem, and levels from a target."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fillrate.policy.textbook.checks import fraction, not_negative, positive
from fillrate.policy.textbook.gamma import gamma_quantile
from fillrate.policy.textbook.poisson import poisson_cdf, poisson_loss, poisson_quantile

__all__ = [
    "Backorders",
    "base_stock_backorders",
    "base_stock_by_factor",
    "base_stock_for_fill_rate",
    "base_stock_level",
    "periodic_fill_rate",
]


@dataclass(frozen=True)
class Backorders:
    """Steady state of one item with backorders.

    Attributes:
        fill_rate: share of units shipped from stock at once.
        backorders: mean units waiting.
        wait: mean wait over all units, in the time unit of the rate (Little's law).
        on_hand: mean units on hand.
    """

    fill_rate: float
    backorders: float
    wait: float
    on_hand: float


def base_stock_backorders(rate: float, lead_time: float, base_stock: int) -> Backorders:
    """(S−1, S) under Poisson demand: the units on order are Poisson(rate × lead time) for any lead-time law.

    Palm (1938); Zipkin (2000), Foundations of Inventory Management, section 6.2. `lead_time` is the mean.

    >>> result = base_stock_backorders(rate=1.0, lead_time=2.0, base_stock=3)
    >>> round(result.fill_rate, 6), round(result.backorders, 6), round(result.on_hand, 6)
    (0.676676, 0.218018, 1.218018)
    """
    positive("base_stock_backorders rate", rate)
    not_negative("base_stock_backorders lead_time", lead_time)
    on_order = rate * lead_time
    waiting = poisson_loss(base_stock, on_order)
    fill = poisson_cdf(base_stock - 1, on_order)
    return Backorders(fill, waiting, waiting / rate, base_stock - on_order + waiting)


def base_stock_level(
    mean_rate: float,
    lead_time: float,
    review: float,
    critical_ratio: float,
    variance_rate: float | None = None,
) -> int:
    """The smallest S that covers the demand of `lead_time + review` with probability `critical_ratio`.

    The newsvendor solution over the protection interval, optimal with backorders: critical ratio = p / (p + h), p the
    cost of a unit short and h of a unit held for a period (Zipkin 2000, section 9.4; Silver, Pyke and Thomas 2017,
    section 6.9). Without stock-outs carried over (lost sales) it is an upper bound on the best level.

    Args:
        mean_rate: units per day.
        lead_time: days from order to receipt.
        review: days between orders; 0 for continuous review.
        critical_ratio: wanted probability of no shortage, between 0 and 1.
        variance_rate: variance of demand per day, if it is not Poisson; then a gamma law of the same two moments.

    >>> base_stock_level(5.0, 4.0, 1.0, 0.8)
    29
    >>> base_stock_level(5.0, 4.0, 1.0, 0.8, variance_rate=20.0)
    33
    """
    fraction("base_stock_level critical_ratio", critical_ratio)
    not_negative("base_stock_level rate and times", mean_rate, lead_time, review)
    span = lead_time + review
    if variance_rate is None or mean_rate * span == 0.0:
        return poisson_quantile(critical_ratio, mean_rate * span)
    positive("base_stock_level variance_rate", variance_rate)
    return math.ceil(gamma_quantile(critical_ratio, mean_rate * span, math.sqrt(variance_rate * span)))


def base_stock_by_factor(
    mean_rate: float, variance_rate: float, lead_time: float, review: float, safety_factor: float
) -> int:
    """Mean demand of `lead_time + review` plus a number of its standard deviations, to the nearest unit, at least 0.

    The safety factor k of Silver, Pyke and Thomas (2017), section 6.7. It suits slow movers whose customers ask for
    several units at a time, where a quantile jumps from none to many.

    Args:
        mean_rate: units per day.
        variance_rate: variance of demand per day, units²; rate of lines × E[units²] of a line if they are Poisson.
        lead_time: days from order to receipt.
        review: days between orders; 0 for continuous review.
        safety_factor: standard deviations above the mean, or below it if negative.

    >>> base_stock_by_factor(5.0, 20.0, 4.0, 1.0, 0.8)
    33
    """
    not_negative("base_stock_by_factor rates and times", mean_rate, variance_rate, lead_time, review)
    span = lead_time + review
    return max(0, round(span * mean_rate + safety_factor * math.sqrt(span * variance_rate)))


def periodic_fill_rate(mean_rate: float, lead_time: float, review: float, base_stock: int) -> float:
    """Share of units shipped at once under base stock, Poisson demand, backorders and a constant lead time.

    1 − (backorders at the end − at the start of a cycle) / demand of the cycle (Silver, Pyke and Thomas 2017,
    section 6.9; exact, not the usual approximation that neglects the start). `review` = 0 is Palm's fill rate.

    >>> round(periodic_fill_rate(1.0, 2.0, 0.0, 3), 6)
    0.676676
    """
    not_negative("periodic_fill_rate times", lead_time, review)
    if review == 0.0:
        return base_stock_backorders(mean_rate, lead_time, base_stock).fill_rate
    positive("periodic_fill_rate mean_rate", mean_rate)
    end = poisson_loss(base_stock, mean_rate * (lead_time + review))
    start = poisson_loss(base_stock, mean_rate * lead_time)
    return 1.0 - (end - start) / (mean_rate * review)


def base_stock_for_fill_rate(mean_rate: float, lead_time: float, review: float, fill_rate: float) -> int:
    """The smallest S whose `periodic_fill_rate` reaches the wanted share of units shipped at once.

    >>> base_stock_for_fill_rate(1.0, 2.0, 0.0, 0.67), base_stock_for_fill_rate(1.0, 2.0, 0.0, 0.68)
    (3, 4)
    """
    fraction("base_stock_for_fill_rate fill_rate", fill_rate)
    level = math.floor(mean_rate * (lead_time + review))
    while level > 0 and periodic_fill_rate(mean_rate, lead_time, review, level - 1) >= fill_rate:
        level -= 1
    while periodic_fill_rate(mean_rate, lead_time, review, level) < fill_rate:
        level += 1
    return level
