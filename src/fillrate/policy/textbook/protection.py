"""Protection levels: units kept back from a class for dearer classes still to come (Littlewood 1972, Belobaba 1989).

A unit is sold to the cheaper class only while the expected revenue of keeping it is below the fare in hand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, positive
from fillrate.policy.textbook.normal import normal_quantile
from fillrate.policy.textbook.poisson import poisson_quantile

__all__ = ["emsr_b", "emsr_b_poisson", "littlewood_normal", "littlewood_poisson"]


def littlewood_poisson(mean: float, fare: float, lower_fare: float) -> int:
    """Whole units to protect for a class of Poisson(mean) demand at `fare` from one at `lower_fare`.

    The largest y with P(demand ≥ y) > lower fare / fare (Littlewood 1972).

    >>> littlewood_poisson(10.0, fare=100.0, lower_fare=60.0)
    9
    """
    not_negative("littlewood mean", mean)
    kept = _kept_share(fare, lower_fare)
    return poisson_quantile(kept, mean) if 0.0 < kept < 1.0 else 0


def littlewood_normal(mean: float, deviation: float, fare: float, lower_fare: float) -> float:
    """Units to protect for a class of normal demand, at least 0: P(demand > y) = lower fare / fare.

    >>> round(littlewood_normal(17.3, 5.8, fare=1050.0, lower_fare=567.0), 2)
    16.72
    """
    kept = _kept_share(fare, lower_fare)
    return max(0.0, normal_quantile(kept, mean, deviation)) if 0.0 < kept < 1.0 else 0.0


def emsr_b(fares: Sequence[float], means: Sequence[float], deviations: Sequence[float]) -> tuple[float, ...]:
    """Protection levels of classes 1, 1..2, …, 1..n−1 for n classes of normal demand, dearest first (EMSR-b).

    The classes above are merged into one, with their summed demand and their mean fare weighted by demand, and
    Littlewood's rule is applied against the next (Belobaba 1992; Talluri and van Ryzin 2004, section 2.2.4.2). The
    cheapest class needs no protection, so its demand plays no part.

    >>> fares, means, deviations = [1050, 567, 534, 520], [17.3, 45.1, 39.6, 34.0], [5.8, 15.0, 13.2, 11.3]
    >>> [round(level, 2) for level in emsr_b(fares, means, deviations)]
    [16.72, 50.94, 83.15]
    """
    _falling(fares, len(means), len(deviations))
    variances = accumulate(deviation**2 for deviation in deviations)
    merged = zip(accumulate(means), variances, _mean_fares(fares, means), fares[1:], strict=False)
    return tuple(littlewood_normal(mean, math.sqrt(variance), fare, lower) for mean, variance, fare, lower in merged)


def emsr_b_poisson(fares: Sequence[float], means: Sequence[float]) -> tuple[int, ...]:
    """EMSR-b for Poisson demand, in whole units.

    >>> emsr_b_poisson([100.0, 60.0, 30.0], [10.0, 20.0, 30.0])
    (9, 31)
    """
    _falling(fares, len(means), len(fares))
    merged = zip(accumulate(means), _mean_fares(fares, means), fares[1:], strict=False)
    return tuple(littlewood_poisson(mean, fare, lower) for mean, fare, lower in merged)


def _mean_fares(fares: Sequence[float], means: Sequence[float]) -> list[float]:
    """Mean fare of classes 1..j by demand; the first fare where none of them has any."""
    not_negative("emsr_b means", *means)
    money = accumulate(fare * mean for fare, mean in zip(fares, means, strict=True))
    return [amount / units if units > 0.0 else fares[0] for amount, units in zip(money, accumulate(means), strict=True)]


def _kept_share(fare: float, lower_fare: float) -> float:
    positive("littlewood fare", fare)
    not_negative("littlewood lower_fare", lower_fare)
    return 1.0 - lower_fare / fare


def _falling(fares: Sequence[float], means: int, deviations: int) -> None:
    if list(fares) != sorted(fares, reverse=True):
        raise InputError("emsr_b fares", f"{list(fares)}", "falling order, the dearest class first")
    if not len(fares) == means == deviations:
        raise InputError("emsr_b", f"{len(fares)} fares, {means} means, {deviations} deviations", "one each per class")
