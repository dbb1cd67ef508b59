"""Critical levels: class k is served only if on hand > its level; lost sales, one unit reordered for each unit sold.

With exponential lead times the stock on hand is a birth and death process (Dekker, Hill, Kleijn and Teunter 2002, On
the (S-1, S) lost sales inventory model with multiple demand classes, Naval Research Logistics 49(6)).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, positive, whole

__all__ = ["BestCriticalLevels", "CriticalLevels", "best_critical_levels", "critical_levels", "critical_levels_cost"]


@dataclass(frozen=True)
class CriticalLevels:
    """Steady state: share of each class's units that is lost, and mean units on hand."""

    lost: tuple[float, ...]
    on_hand: float


@dataclass(frozen=True)
class BestCriticalLevels:
    """The cheapest base stock and critical level by class (units), and their mean cost per unit of time."""

    base_stock: int
    levels: tuple[int, ...]
    cost: float


def critical_levels(rates: Sequence[float], lead_time: float, base_stock: int, levels: Sequence[int]) -> CriticalLevels:
    """Lost shares and stock under a critical level per class.

    Args:
        rates: units demanded per day by class, Poisson.
        lead_time: mean days, exponential.
        base_stock: units.
        levels: units by class; a class is served if the stock on hand is above its level (0: always).

    >>> result = critical_levels([1.0, 1.0], 2.0, 4, [0, 1])
    >>> [round(share, 6) for share in result.lost], round(result.on_hand, 6)
    ([0.183908, 0.551724], 1.471264)
    """
    not_negative("critical_levels rates", *rates)
    positive("critical_levels lead_time", lead_time)
    whole("critical_levels base_stock", base_stock)
    if len(levels) != len(rates):
        raise InputError("critical_levels levels", f"{len(levels)} levels, {len(rates)} rates", "one each per class")
    masses = _on_hand_masses(rates, lead_time, base_stock, levels)
    lost = tuple(min(1.0, math.fsum(masses[: max(level, 0) + 1])) for level in levels)
    return CriticalLevels(lost, math.fsum(n * mass for n, mass in enumerate(masses)))


def _on_hand_masses(rates: Sequence[float], lead_time: float, base_stock: int, levels: Sequence[int]) -> list[float]:
    """P(on hand = n), n = 0..base stock: down at the rate of the classes served, up at units on order / lead time.

    In logarithms, so that thousands of units neither overflow nor underflow.
    """
    logs = [0.0]
    for n in range(base_stock, 0, -1):
        down = sum(rate for rate, level in zip(rates, levels, strict=True) if n > level)
        up = (base_stock - n + 1) / lead_time
        logs.append(logs[-1] + math.log(down / up) if down > 0.0 else -math.inf)
    highest = max(logs)
    weights = [math.exp(log - highest) for log in reversed(logs)]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def critical_levels_cost(
    rates: Sequence[float],
    lead_time: float,
    base_stock: int,
    levels: Sequence[int],
    *,
    holding: float,
    losses: Sequence[float],
) -> float:
    """Mean cost per unit of time: holding × on hand + Σ loss × rate × lost share.

    >>> round(critical_levels_cost([1.0, 1.0], 2.0, 8, [0, 1], holding=1.0, losses=[40.0, 5.0]), 6)
    5.189261
    """
    state = critical_levels(rates, lead_time, base_stock, levels)
    lost = sum(loss * rate * share for loss, rate, share in zip(losses, rates, state.lost, strict=True))
    return holding * state.on_hand + lost


def best_critical_levels(
    rates: Sequence[float], lead_time: float, *, holding: float, losses: Sequence[float]
) -> BestCriticalLevels:
    """The cheapest base stock and levels, by enumeration; classes stand in falling order of their loss per unit.

    The first class has level 0 and levels never fall from class to class. The search ends where holding the stock that
    is never on order alone costs more than the best found.

    Raises:
        InputError: the losses are not in falling order.

    >>> best = best_critical_levels([1.0, 1.0], 2.0, holding=1.0, losses=[40.0, 5.0])
    >>> best.base_stock, best.levels, round(best.cost, 6)
    (8, (0, 1), 5.189261)
    """
    positive("best_critical_levels holding", holding)
    if list(losses) != sorted(losses, reverse=True):
        raise InputError("best_critical_levels losses", f"{list(losses)}", "falling order, the dearest class first")
    best = BestCriticalLevels(0, (0,) * len(rates), math.inf)
    on_order, base_stock = sum(rates) * lead_time, 0
    while holding * (base_stock - on_order) < best.cost:
        for levels in _rising_levels(len(rates), base_stock):
            cost = critical_levels_cost(rates, lead_time, base_stock, levels, holding=holding, losses=losses)
            if cost < best.cost:
                best = BestCriticalLevels(base_stock, levels, cost)
        base_stock += 1
    return best


def _rising_levels(classes: int, base_stock: int) -> Iterator[tuple[int, ...]]:
    for rest in combinations_with_replacement(range(base_stock + 1), classes - 1):
        yield (0, *rest)
