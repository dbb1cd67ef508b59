"""Continuous review (r, Q) with backorders: Q units are ordered whenever the position falls to r.

D is the demand of a lead time, Poisson with mean rate × lead time; the inventory position is uniform on r+1..r+Q.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fillrate.policy.textbook.base_stock import Backorders, base_stock_backorders, base_stock_level
from fillrate.policy.textbook.checks import not_negative, positive, whole
from fillrate.policy.textbook.newsvendor import newsvendor_cost_poisson, newsvendor_poisson

__all__ = [
    "LotSize",
    "best_lot_size",
    "economic_order_quantity",
    "lot_size_backorders",
    "lot_size_cost",
    "reorder_levels",
]


@dataclass(frozen=True)
class LotSize:
    """A reorder point r, a lot Q (units), and their mean cost per unit of time."""

    reorder_point: int
    lot: int
    cost: float


def lot_size_backorders(rate: float, lead_time: float, reorder_point: int, lot: int) -> Backorders:
    """Steady state of (r, Q), Poisson demand, constant lead time: the mean of Palm's results over the position.

    Hadley and Whitin (1963), section 4-7; Zipkin (2000), Foundations of Inventory Management, section 6.4.

    >>> result = lot_size_backorders(rate=2.0, lead_time=3.0, reorder_point=5, lot=4)
    >>> round(result.fill_rate, 6), round(result.backorders, 6), round(result.on_hand, 6)
    (0.6608, 0.502265, 2.002265)
    """
    whole("lot_size_backorders lot", lot, least=1)
    positions = range(reorder_point + 1, reorder_point + lot + 1)
    states = [base_stock_backorders(rate, lead_time, position) for position in positions]
    return Backorders(
        sum(state.fill_rate for state in states) / lot,
        sum(state.backorders for state in states) / lot,
        sum(state.wait for state in states) / lot,
        sum(state.on_hand for state in states) / lot,
    )


def lot_size_cost(
    rate: float, lead_time: float, reorder_point: int, lot: int, *, holding: float, backorder: float, order_cost: float
) -> float:
    """Mean cost per unit of time: (order cost × rate + Σ G(y)) / Q over the positions y = r+1..r+Q.

    G(y) = holding × E[(y − D)⁺] + backorder × E[(D − y)⁺], both per unit and unit of time; order cost per lot
    (Federgruen and Zheng 1992).

    >>> round(lot_size_cost(1.5, 2.0, 3, 5, holding=20.0, backorder=150.0, order_cost=100.0), 6)
    107.923581
    """
    whole("lot_size_cost lot", lot, least=1)
    positions = range(reorder_point + 1, reorder_point + lot + 1)
    stock_cost = sum(newsvendor_cost_poisson(y, rate * lead_time, holding, backorder) for y in positions)
    return (order_cost * rate + stock_cost) / lot


def best_lot_size(rate: float, lead_time: float, *, holding: float, backorder: float, order_cost: float) -> LotSize:
    """The cost-optimal (r, Q): positions are added to the cheaper side while that lowers the mean.

    Federgruen and Zheng (1992), Operations Research 40(4), 808-813: G is convex, so the best window of Q positions
    grows by one neighbour at a time.

    >>> best = best_lot_size(1.5, 2.0, holding=20.0, backorder=150.0, order_cost=100.0)
    >>> best.reorder_point, best.lot, round(best.cost, 6)
    (3, 5, 107.923581)
    """
    positive("best_lot_size rate", rate)
    not_negative("best_lot_size order_cost", order_cost)
    mean = rate * lead_time

    def stock_cost(position: int) -> float:
        return newsvendor_cost_poisson(position, mean, holding, backorder)

    start = newsvendor_poisson(mean, holding, backorder)
    low, high, total = start.quantity, start.quantity, order_cost * rate + start.cost
    while (added := min(stock_cost(low - 1), stock_cost(high + 1))) < total / (high - low + 1):
        total += added
        if stock_cost(low - 1) <= stock_cost(high + 1):
            low -= 1
        else:
            high += 1
    return LotSize(low - 1, high - low + 1, total / (high - low + 1))


def economic_order_quantity(rate: float, order_cost: float, holding: float) -> float:
    """√(2 × order cost × rate / holding), the lot that balances ordering and holding (Harris 1913).

    >>> economic_order_quantity(100.0, 8.0, 1.0)
    40.0
    """
    positive("economic_order_quantity rate and holding", rate, holding)
    not_negative("economic_order_quantity order_cost", order_cost)
    return math.sqrt(2.0 * order_cost * rate / holding)


def reorder_levels(
    mean_rate: float,
    lead_time: float,
    review: float,
    critical_ratio: float,
    *,
    order_cost: float,
    holding: float,
    variance_rate: float | None = None,
) -> tuple[int, int]:
    """A sound (s, S) where none is given: s protects the stock, S − s is the economic order quantity, at least 1.

    Order up to S when the position is at or below s; s + 1 is the `base_stock_level` of the same target (Silver, Pyke
    and Thomas 2017, section 6.10, sequential determination). The lot of an (r, Q) rule with r = s is S − s. Free
    orders give base stock. For the exact optimum see `best_reorder_up_to` and `best_lot_size`.

    >>> reorder_levels(5.0, 4.0, 1.0, 0.8, order_cost=0.0, holding=1.0)
    (28, 29)
    >>> reorder_levels(5.0, 4.0, 1.0, 0.8, order_cost=64.0, holding=1.0)
    (28, 53)
    """
    reorder_point = base_stock_level(mean_rate, lead_time, review, critical_ratio, variance_rate) - 1
    if mean_rate == 0.0:
        return reorder_point, reorder_point + 1
    lot = max(1, round(economic_order_quantity(mean_rate, order_cost, holding)))
    return reorder_point, reorder_point + lot
