"""Periodic review (s, S) with backorders and a cost per order: exact cost and optimum for Poisson demand.

At each review an order up to S is placed if the position is at or below s. It arrives after `lead_time` reviews, and a
period's cost falls at its end, after its demand: holding per unit on hand, backorder per unit waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, positive, whole
from fillrate.policy.textbook.newsvendor import newsvendor_cost_poisson, newsvendor_poisson
from fillrate.policy.textbook.poisson import poisson_masses

__all__ = ["ReorderUpTo", "best_reorder_up_to", "reorder_up_to_cost"]


@dataclass(frozen=True)
class ReorderUpTo:
    """Order up to `order_up_to` (S) when the position is at or below `reorder_point` (s); mean cost per period."""

    reorder_point: int
    order_up_to: int
    cost: float


def reorder_up_to_cost(
    mean: float,
    lead_time: int,
    reorder_point: int,
    order_up_to: int,
    *,
    holding: float,
    backorder: float,
    order_cost: float,
) -> float:
    """Mean cost per period of (s, S), Poisson(mean) demand a period (Veinott and Wagner 1965, by renewal theory).

    >>> round(reorder_up_to_cost(10.0, 0, 6, 40, holding=1.0, backorder=9.0, order_cost=64.0), 3)
    35.022
    """
    if order_up_to <= reorder_point:
        raise InputError("reorder_up_to_cost order_up_to", f"{order_up_to}", f"above the reorder point {reorder_point}")
    cost = _cost_function(mean, lead_time, holding, backorder, order_cost)
    return cost(reorder_point, order_up_to)


def best_reorder_up_to(
    mean: float, lead_time: int, *, holding: float, backorder: float, order_cost: float
) -> ReorderUpTo:
    """The cost-optimal (s, S): Zheng and Federgruen (1991), Operations Research 39(4), 654-665.

    >>> best = best_reorder_up_to(10.0, 0, holding=1.0, backorder=9.0, order_cost=64.0)
    >>> best.reorder_point, best.order_up_to, round(best.cost, 3)
    (6, 40, 35.022)
    """
    cost = _cost_function(mean, lead_time, holding, backorder, order_cost)

    def period_cost(position: int) -> float:
        return newsvendor_cost_poisson(position, mean * (lead_time + 1), holding, backorder)

    top = newsvendor_poisson(mean * (lead_time + 1), holding, backorder).quantity
    low = top - 1
    while cost(low, top) > period_cost(low):
        low -= 1
    best, high = ReorderUpTo(low, top, cost(low, top)), top + 1
    while period_cost(high) <= best.cost:
        if cost(low, high) < best.cost:
            while cost(low, high) <= period_cost(low + 1):
                low += 1
            best = ReorderUpTo(low, high, cost(low, high))
        high += 1
    return best


def _cost_function(
    mean: float, lead_time: int, holding: float, backorder: float, order_cost: float
) -> Callable[[int, int], float]:
    """c(s, S) = (K + Σ m(j) G(S − j)) / Σ m(j), j = 0..S−s−1.

    K is the order cost, G the period cost by position, m(j) the expected visits to position S − j between orders.
    """
    positive("(s, S) mean, holding and backorder", mean, holding, backorder)
    not_negative("(s, S) order_cost", order_cost)
    whole("(s, S) lead_time in reviews", lead_time)
    masses = poisson_masses(mean)
    visits = [1.0 / (1.0 - masses[0])]
    period_costs: dict[int, float] = {}

    def visits_to(depth: int) -> float:
        while len(visits) <= depth:
            j = len(visits)
            lags = range(1, min(j, len(masses) - 1) + 1)
            visits.append(sum(masses[lag] * visits[j - lag] for lag in lags) / (1.0 - masses[0]))
        return visits[depth]

    def period_cost(position: int) -> float:
        if position not in period_costs:
            period_costs[position] = newsvendor_cost_poisson(position, mean * (lead_time + 1), holding, backorder)
        return period_costs[position]

    def cost(low: int, high: int) -> float:
        weights = [visits_to(depth) for depth in range(high - low)]
        stock = sum(weight * period_cost(high - depth) for depth, weight in enumerate(weights))
        return (order_cost + stock) / sum(weights)

    return cost
