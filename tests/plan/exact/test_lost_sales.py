"""Periodic review under lost sales: Zipkin (2008), Table 3; Bijvank, Bhulai and Huh (2015); other checks.

Poisson demand of mean 5 a period, holding 1, no purchase cost. Published costs have two digits.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from fillrate.errors import InputError
from fillrate.plan.exact import (
    LostSales,
    base_stock_rule,
    best_lost_sales_base_stock,
    capped_base_stock_rule,
    lost_sales_cost,
    optimal_lost_sales,
    reorder_lots_rule,
    reorder_up_to_rule,
)
from fillrate.policy.textbook import newsvendor_poisson, poisson_masses

DEMAND = poisson_masses(5.0)


def item(lead_time: int, shortage: float, order_cost: float = 0.0) -> LostSales:
    return LostSales(DEMAND, lead_time, holding=1.0, shortage=shortage, order_cost=order_cost)


@pytest.mark.parametrize(
    ("shortage", "lead_time", "cost"),
    [(4, 1, 4.04), (4, 2, 4.40), (4, 3, 4.60), (4, 4, 4.73), (9, 1, 5.44), (9, 2, 6.09), (9, 3, 6.53), (9, 4, 6.84)],
)
def test_optimum(shortage: float, lead_time: int, cost: float) -> None:
    best = optimal_lost_sales(item(lead_time, shortage))
    assert best.cost == pytest.approx(cost, abs=5e-3)
    assert lost_sales_cost(item(lead_time, shortage), best.rule).cost == pytest.approx(best.cost, abs=1e-6)


@pytest.mark.parametrize(
    ("shortage", "lead_time", "level", "cost"),
    [
        (4, 1, 12, 4.16),
        (4, 2, 16, 4.64),
        (4, 3, 20, 4.98),
        (4, 4, 25, 5.20),
        (9, 1, 13, 5.55),
        (9, 2, 19, 6.32),
        (9, 3, 23, 6.86),
        (9, 4, 28, 7.27),
    ],
)
def test_best_base_stock(shortage: float, lead_time: int, level: int, cost: float) -> None:
    best = best_lost_sales_base_stock(item(lead_time, shortage))
    assert best.level == level
    # 4.98 is printed where the cost is 4.974996 (the next test): a rounding edge, so the bound is a hair above 0.005.
    assert best.cost == pytest.approx(cost, abs=5.005e-3)


def test_base_stock_by_linear_equations() -> None:
    level, most = 20, 40
    states = [(x, a, b) for x in range(level + 1) for a in range(level + 1 - x) for b in range(level + 1 - x - a)]
    number = {state: i for i, state in enumerate(states)}
    masses = stats.poisson.pmf(np.arange(most), 5.0)
    moves, costs = np.zeros((len(states), len(states))), np.zeros(len(states))
    for (x, a, b), i in number.items():
        for demand, mass in enumerate(masses):
            moves[i, number[max(x - demand, 0) + a, b, level - x - a - b]] += mass
            costs[i] += mass * (max(x - demand, 0) + 4.0 * max(demand - x, 0))
    balance = np.vstack([(moves.T - np.eye(len(states)))[:-1], np.ones(len(states))])
    cost = float(np.linalg.solve(balance, np.eye(len(states))[-1]) @ costs)
    assert cost == pytest.approx(4.974996, abs=5e-7)
    assert lost_sales_cost(item(3, 4), base_stock_rule(level)).cost == pytest.approx(cost, abs=1e-9)


@pytest.mark.parametrize(
    ("lead_time", "level", "cap", "cost"),
    [(1, 12, 6, 4.0654), (2, 17, 5, 4.4057), (3, 21, 5, 4.6308), (4, 26, 5, 4.7978)],
)
def test_capped_base_stock(lead_time: int, level: int, cap: int, cost: float) -> None:
    assert lost_sales_cost(item(lead_time, 4), capped_base_stock_rule(level, cap)).cost == pytest.approx(cost, abs=5e-5)


def test_with_a_cost_per_order() -> None:
    # Bijvank, Bhulai and Huh (2015), European Journal of Operational Research 245(3): L 2, p 14, K 5.
    case = item(2, 14, order_cost=5)
    best = optimal_lost_sales(case)
    assert best.cost == pytest.approx(11.46, abs=5e-3)
    assert lost_sales_cost(case, best.rule).cost == pytest.approx(best.cost, abs=1e-6)
    assert lost_sales_cost(case, reorder_up_to_rule(17, 23)).cost == pytest.approx(11.62, abs=5e-3)
    assert lost_sales_cost(case, reorder_lots_rule(17, 7)).cost == pytest.approx(11.56, abs=5e-3)


def test_the_published_order_cost_rules_are_the_best_of_their_kind() -> None:
    case = item(2, 14, order_cost=5)
    near = [lost_sales_cost(case, reorder_up_to_rule(s, top)).cost for s in (16, 17, 18) for top in (22, 23, 24)]
    assert min(near) == near[4]
    lots = [lost_sales_cost(case, reorder_lots_rule(s, lot)).cost for s in (16, 17, 18) for lot in (6, 7, 8)]
    assert min(lots) == lots[4]


@pytest.mark.parametrize("order_cost", [0.0, 5.0])
def test_a_wider_search_box_finds_nothing_better(order_cost: float) -> None:
    case = item(2, 9, order_cost)
    wide = optimal_lost_sales(case, max_position=60, max_order=40)
    assert wide.cost == pytest.approx(optimal_lost_sales(case).cost, abs=2e-6)


@pytest.mark.parametrize(("order_cost", "level"), [(0.0, 12), (2.0, 12), (20.0, 0), (50.0, 0)])
def test_the_best_base_stock_is_that_of_all_levels(order_cost: float, level: int) -> None:
    """With a cost per order nothing at all may be cheaper, beyond levels that cost more."""
    case = item(1, 4, order_cost)
    costs = [lost_sales_cost(case, base_stock_rule(n)).cost for n in range(20)]
    best = best_lost_sales_base_stock(case)
    assert (best.level, best.cost) == (int(np.argmin(costs)), min(costs))
    assert best.level == level


def test_without_lead_time_base_stock_is_the_newsvendor() -> None:
    case = item(0, 4)
    newsvendor = newsvendor_poisson(5.0, holding=1.0, shortage=4.0)
    assert optimal_lost_sales(case).cost == pytest.approx(newsvendor.cost, abs=1e-6)
    assert best_lost_sales_base_stock(case).level == newsvendor.quantity
    assert lost_sales_cost(case, base_stock_rule(7)).cost == pytest.approx(newsvendor.cost, abs=1e-9)


def test_means_by_simulation_of_the_same_rule() -> None:
    generator = np.random.default_rng(5)
    periods, stock, due, lost, left, orders = 200_000, 0, [0, 0], 0, 0, 0
    for demand in generator.poisson(5.0, periods).tolist():
        stock += due.pop(0)
        quantity = max(16 - stock - sum(due), 0)
        orders += quantity > 0
        due.append(quantity)
        lost += max(demand - stock, 0)
        stock = max(stock - demand, 0)
        left += stock
    exact = lost_sales_cost(item(2, 4), base_stock_rule(16))
    # Half widths of about 0.5 %: means of 200,000 periods with short memory.
    assert left / periods == pytest.approx(exact.on_hand, rel=0.015)
    assert lost / periods == pytest.approx(exact.lost, rel=0.03)
    assert orders / periods == pytest.approx(exact.orders, rel=0.002)


def test_a_period_two_chain_settles() -> None:
    steady = LostSales((0.0, 1.0), lead_time=1, holding=1.0, shortage=4.0)  # one unit every period
    result = lost_sales_cost(steady, reorder_lots_rule(1, 2))  # two units every second period
    assert (result.orders, result.lost, result.on_hand) == pytest.approx((0.5, 0.0, 0.5), abs=1e-9)


def test_wrong_items_and_rules_are_refused() -> None:
    with pytest.raises(InputError, match="a sum of 1"):
        LostSales((0.5, 0.4), 1, 1.0, 4.0)
    with pytest.raises(InputError, match="an order of -1 units"):
        lost_sales_cost(item(1, 4), lambda state: np.full(len(state), -1))
    with pytest.raises(InputError, match="units in one place"):
        lost_sales_cost(item(4, 4), lambda state: np.full(len(state), 40_000))
    with pytest.raises(InputError, match="a smaller box"):
        optimal_lost_sales(item(8, 4))
