"""Textbook formulas: the closed forms behind the rules' default tables, and oracles for tests of the model.

Pure functions of plain numbers; every one cites its source. Exact dynamic programs stand in `fillrate.plan.exact`.
"""

from __future__ import annotations

from fillrate.policy.textbook.base_stock import (
    Backorders,
    base_stock_backorders,
    base_stock_by_factor,
    base_stock_for_fill_rate,
    base_stock_level,
    periodic_fill_rate,
)
from fillrate.policy.textbook.critical_level import (
    BestCriticalLevels,
    CriticalLevels,
    best_critical_levels,
    critical_levels,
    critical_levels_cost,
)
from fillrate.policy.textbook.fair_share import FairShare, fair_share, fair_share_units
from fillrate.policy.textbook.gamma import gamma_cdf, gamma_loss, gamma_pdf, gamma_quantile
from fillrate.policy.textbook.lot_size import (
    LotSize,
    best_lot_size,
    economic_order_quantity,
    lot_size_backorders,
    lot_size_cost,
    reorder_levels,
)
from fillrate.policy.textbook.newsvendor import (
    NormalNewsvendor,
    PoissonNewsvendor,
    newsvendor_cost_normal,
    newsvendor_cost_poisson,
    newsvendor_normal,
    newsvendor_poisson,
)
from fillrate.policy.textbook.normal import normal_cdf, normal_loss, normal_pdf, normal_quantile
from fillrate.policy.textbook.order_fill import OrderFill, order_fill_rates
from fillrate.policy.textbook.poisson import (
    poisson_cdf,
    poisson_loss,
    poisson_masses,
    poisson_pmf,
    poisson_quantile,
    poisson_survival,
)
from fillrate.policy.textbook.protection import emsr_b, emsr_b_poisson, littlewood_normal, littlewood_poisson
from fillrate.policy.textbook.queues import (
    QueueWait,
    erlang_b,
    erlang_c,
    md1_wait,
    mg1_wait,
    mmc_wait,
    priority_mg1_waits,
    priority_waits,
)
from fillrate.policy.textbook.setup_cost import ReorderUpTo, best_reorder_up_to, reorder_up_to_cost
from fillrate.policy.textbook.shares import largest_remainder, take_in_order

__all__ = [
    "Backorders",
    "BestCriticalLevels",
    "CriticalLevels",
    "FairShare",
    "LotSize",
    "NormalNewsvendor",
    "OrderFill",
    "PoissonNewsvendor",
    "QueueWait",
    "ReorderUpTo",
    "base_stock_backorders",
    "base_stock_by_factor",
    "base_stock_for_fill_rate",
    "base_stock_level",
    "best_critical_levels",
    "best_lot_size",
    "best_reorder_up_to",
    "critical_levels",
    "critical_levels_cost",
    "economic_order_quantity",
    "emsr_b",
    "emsr_b_poisson",
    "erlang_b",
    "erlang_c",
    "fair_share",
    "fair_share_units",
    "gamma_cdf",
    "gamma_loss",
    "gamma_pdf",
    "gamma_quantile",
    "largest_remainder",
    "littlewood_normal",
    "littlewood_poisson",
    "lot_size_backorders",
    "lot_size_cost",
    "md1_wait",
    "mg1_wait",
    "mmc_wait",
    "newsvendor_cost_normal",
    "newsvendor_cost_poisson",
    "newsvendor_normal",
    "newsvendor_poisson",
    "normal_cdf",
    "normal_loss",
    "normal_pdf",
    "normal_quantile",
    "order_fill_rates",
    "periodic_fill_rate",
    "poisson_cdf",
    "poisson_loss",
    "poisson_masses",
    "poisson_pmf",
    "poisson_quantile",
    "poisson_survival",
    "priority_mg1_waits",
    "priority_waits",
    "reorder_levels",
    "reorder_up_to_cost",
    "take_in_order",
]
