"""One item under periodic review with lost sales, and the usual rules that buy it.

In each period the order due is received, a new order is placed, demand comes, and the period's cost falls at its end.
An order placed in period t is received in period t + L. The state before ordering is (on hand, order due next period,
…, order due in L − 1 periods); Zipkin (2008), Old and new methods for lost-sales inventory systems, Operations
Research 56(5), with the timing of his Table 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, whole

__all__ = [
    "LostSales",
    "OrderRule",
    "base_stock_rule",
    "capped_base_stock_rule",
    "reorder_lots_rule",
    "reorder_up_to_rule",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
OrderRule = Callable[[Ints], Ints]  # (states, max(L, 1)) units on hand and due by period -> (states,) units to order


@dataclass(frozen=True)
class LostSales:
    """The item.

    Attributes:
        demand: probabilities of 0, 1, 2, … units demanded in a period, summing to 1 (see `poisson_masses`).
        lead_time: periods L from ordering to receipt; 0 is received at once.
        holding: cost per unit left at the end of a period.
        shortage: cost per unit of demand lost.
        order_cost: cost per order, whatever its size.
    """

    demand: tuple[float, ...]
    lead_time: int
    holding: float
    shortage: float
    order_cost: float = 0.0

    def __post_init__(self) -> None:
        """Check ranges; raises InputError."""
        whole("LostSales lead_time", self.lead_time)
        not_negative("LostSales costs", self.holding, self.shortage, self.order_cost)
        not_negative("LostSales demand", *self.demand)
        if abs(sum(self.demand) - 1.0) > 1e-9:
            raise InputError("LostSales demand", f"probabilities that sum to {sum(self.demand)}", "a sum of 1")

    def period_cost(self, stock: Ints) -> Floats:
        """(n,) expected holding and shortage cost of a period whose demand meets `stock` (n,) units."""
        left = stock[:, None] - np.arange(len(self.demand))
        cost = self.holding * np.maximum(left, 0) + self.shortage * np.maximum(-left, 0)
        return np.asarray(cost @ np.array(self.demand), dtype=np.float64)


def base_stock_rule(base_stock: int) -> OrderRule:
    """Order what lifts the position (on hand and on order) to `base_stock`."""
    return lambda state: np.maximum(base_stock - state.sum(axis=1), 0)


def capped_base_stock_rule(base_stock: int, cap: int) -> OrderRule:
    """The same, but at most `cap` units a period (Johansen and Thorstenson 2008; Xin 2021)."""
    return lambda state: np.clip(base_stock - state.sum(axis=1), 0, cap)


def reorder_up_to_rule(reorder_point: int, order_up_to: int) -> OrderRule:
    """(s, S): order up to S if the position is at or below s."""

    def rule(state: Ints) -> Ints:
        position = state.sum(axis=1)
        return np.where(position <= reorder_point, order_up_to - position, 0)

    return rule


def reorder_lots_rule(reorder_point: int, lot: int) -> OrderRule:
    """(s, nQ): the smallest multiple of the lot Q that lifts the position above s."""

    def rule(state: Ints) -> Ints:
        lots = (reorder_point - state.sum(axis=1)) // lot + 1
        return np.asarray(lot * np.maximum(lots, 0), dtype=np.int64)

    return rule
