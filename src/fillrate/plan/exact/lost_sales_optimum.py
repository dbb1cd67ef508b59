"""The optimal order rule under lost sales, by value iteration over stock and pipeline.

States and timing are those of `lost_sales`. The work grows with (largest order + 1) to the power of the lead time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.plan.exact.lost_sales import LostSales
from fillrate.policy.textbook.checks import positive

__all__ = ["LostSalesOptimum", "optimal_lost_sales"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
STEP = 0.95  # share of a value-iteration step that is taken: below 1, so that periodic chains settle too
FLAT = 1e-9  # orders whose values differ by less tie, and the smallest wins


@dataclass(frozen=True)
class LostSalesOptimum:
    """The optimal mean cost per period and the optimal rule.

    Attributes:
        cost: holding, shortage and ordering per period.
        orders: (on hand, due by period …) units to order in each state of the search box.
    """

    cost: float
    orders: Ints

    def rule(self, state: Ints) -> Ints:
        """(n, width) states -> (n,) units to order: an `OrderRule`, for states that the optimum reaches."""
        return np.asarray(self.orders[tuple(state.T)], dtype=np.int64)


def optimal_lost_sales(
    item: LostSales,
    *,
    max_position: int | None = None,
    max_order: int | None = None,
    precision: float = 1e-6,
) -> LostSalesOptimum:
    """The cheapest rule of all, with its cost to within `precision`.

    Relative value iteration with upper and lower bounds on the gain (MacQueen 1966; Puterman 1994, section 8.5). The
    search box: without an order cost no optimal order lifts the position above the newsvendor fractile
    shortage / (shortage + holding) of the demand of L + 1 periods, nor exceeds that of one period (Morton 1969, Zipkin
    2008). With an order cost the box is widened by three economic lots, which is generous but no theorem; state
    `max_position` and `max_order` for another.

    Raises:
        InputError: holding is free, or the box has more than five million entries.

    >>> from fillrate.policy.textbook import poisson_masses
    >>> item = LostSales(poisson_masses(5.0), lead_time=1, holding=1.0, shortage=4.0)
    >>> round(optimal_lost_sales(item).cost, 2)
    4.04
    """
    position, order = _box(item, max_position, max_order)
    demand = np.array(item.demand)
    keep = _after_demand(position, demand)  # (on hand, left) probabilities
    fixed = _order_costs(item, position, order)
    gather = np.minimum(np.arange(position + 1)[:, None] + np.arange(order + 1), position)  # (left, units received)
    cost = item.period_cost(np.arange(position + 1))
    values = np.zeros((position + 1,) + (order + 1,) * max(item.lead_time - 1, 0))
    while True:
        by_order = _by_order(values, item.lead_time, keep, gather, cost) + fixed
        change = by_order.min(axis=-1) - values
        if change.max() - change.min() < precision:
            near = by_order <= by_order.min(axis=-1, keepdims=True) + FLAT
            return LostSalesOptimum(float(change.max() + change.min()) / 2.0, near.argmax(axis=-1))
        values += STEP * (change - change.flat[0])


def _by_order(values: Floats, lead_time: int, keep: Floats, gather: Ints, cost: Floats) -> Floats:
    """(on hand, due …, order) expected cost of a period and value of the state that follows."""
    if lead_time == 0:  # what is ordered meets the demand of the same period
        return np.asarray((cost + keep @ values)[gather], dtype=np.float64)
    following = values[gather]  # (left, due first, due …, order)
    expected = np.tensordot(keep, following, axes=(1, 0))
    return np.asarray(cost.reshape(-1, *(1,) * (following.ndim - 1)) + expected, dtype=np.float64)


def _box(item: LostSales, max_position: int | None, max_order: int | None) -> tuple[int, int]:
    positive("optimal_lost_sales holding", item.holding)
    demand = np.array(item.demand)
    ratio = item.shortage / (item.shortage + item.holding)
    together = np.array([1.0])
    for _ in range(item.lead_time + 1):
        together = np.convolve(together, demand)
    mean = float(demand @ np.arange(len(demand)))
    lots = round(3.0 * (2.0 * item.order_cost * mean / item.holding) ** 0.5) if item.order_cost > 0.0 else 0
    position = _fractile(together, ratio) + lots if max_position is None else max_position
    reach = _fractile(demand, ratio) if lots == 0 and item.lead_time > 0 else position
    order = min(reach, position) if max_order is None else min(max_order, position)
    entries = (position + 1) * (order + 1) ** max(item.lead_time, 1)
    if entries > 5_000_000:
        raise InputError("optimal_lost_sales", f"{entries} states times orders", "a smaller box, at most 5000000")
    return position, order


def _fractile(masses: Floats, ratio: float) -> int:
    return int(np.searchsorted(np.cumsum(masses), ratio - 1e-12))


def _after_demand(position: int, demand: Floats) -> Floats:
    """(on hand, left) probability that `left` units are left of `on hand` after a period's demand."""
    keep = np.zeros((position + 1, position + 1))
    for units, mass in enumerate(demand):
        stock = np.arange(position + 1)
        np.add.at(keep, (stock, np.maximum(stock - units, 0)), mass)
    return keep


def _order_costs(item: LostSales, position: int, order: int) -> Floats:
    """(on hand, due …, order) order cost, infinite for an order that lifts the position above the box."""
    box = np.indices((position + 1,) + (order + 1,) * max(item.lead_time, 1))
    placed = box[-1] > 0
    return np.where(placed & (box.sum(axis=0) > position), np.inf, item.order_cost * placed)
