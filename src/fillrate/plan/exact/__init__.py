"""Exact solutions of small problems: Markov chains and dynamic programs that rules, learners and the model are held to.

For backlogged (s, S) see `fillrate.policy.textbook.best_reorder_up_to`, which is exact too and given here as well.
"""

from __future__ import annotations

from fillrate.plan.exact.fulfilment import (
    Arrival,
    Option,
    myopic_cost,
    one_item_arrivals,
    optimal_cost,
    optimal_costs,
    whole_order_arrivals,
)
from fillrate.plan.exact.lost_sales import (
    LostSales,
    OrderRule,
    base_stock_rule,
    capped_base_stock_rule,
    reorder_lots_rule,
    reorder_up_to_rule,
)
from fillrate.plan.exact.lost_sales_cost import BaseStock, LostSalesCost, best_lost_sales_base_stock, lost_sales_cost
from fillrate.plan.exact.lost_sales_optimum import LostSalesOptimum, optimal_lost_sales
from fillrate.plan.exact.rationing import Rationing, Worth, ration
from fillrate.plan.exact.rationing_poisson import ration_poisson
from fillrate.plan.exact.sharing import Sharing, sharing
from fillrate.policy.textbook.setup_cost import ReorderUpTo, best_reorder_up_to, reorder_up_to_cost

__all__ = [
    "Arrival",
    "BaseStock",
    "LostSales",
    "LostSalesCost",
    "LostSalesOptimum",
    "Option",
    "OrderRule",
    "Rationing",
    "ReorderUpTo",
    "Sharing",
    "Worth",
    "base_stock_rule",
    "best_lost_sales_base_stock",
    "best_reorder_up_to",
    "capped_base_stock_rule",
    "lost_sales_cost",
    "myopic_cost",
    "one_item_arrivals",
    "optimal_cost",
    "optimal_costs",
    "optimal_lost_sales",
    "ration",
    "ration_poisson",
    "reorder_lots_rule",
    "reorder_up_to_cost",
    "reorder_up_to_rule",
    "sharing",
    "whole_order_arrivals",
]
