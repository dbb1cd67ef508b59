"""Base stock, (r, Q), (s, S) and newsvendor with backorders: published and exact numbers, then independent sums."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from fillrate.errors import InputError
from fillrate.policy import textbook


@pytest.mark.parametrize(
    ("rate", "lead_time", "base_stock", "expected"),
    [  # Palm (1938): Poisson(rate × lead time) units on order
        (1.0, 2.0, 3, (0.676676, 0.218018, 0.218018, 1.218018)),
        (2.0, 2.0, 6, (0.785130, 0.195435, 0.097717, 2.195435)),
    ],
)
def test_base_stock(rate: float, lead_time: float, base_stock: int, expected: tuple[float, ...]) -> None:
    result = textbook.base_stock_backorders(rate, lead_time, base_stock)
    found = (result.fill_rate, result.backorders, result.wait, result.on_hand)
    assert found == pytest.approx(expected, abs=6e-7)


def test_lot_size() -> None:
    result = textbook.lot_size_backorders(2.0, 3.0, 5, 4)  # Hadley and Whitin (1963), section 4-7
    found = (result.fill_rate, result.backorders, result.on_hand)
    assert found == pytest.approx((0.660800, 0.502265, 2.002265), abs=5e-7)
    assert result.wait == pytest.approx(result.backorders / 2.0)  # Little's law


def test_a_lot_of_one_is_base_stock() -> None:
    assert textbook.lot_size_backorders(1.3, 2.0, 3, 1) == textbook.base_stock_backorders(1.3, 2.0, 4)


def test_best_lot_size() -> None:
    best = textbook.best_lot_size(1.5, 2.0, holding=20.0, backorder=150.0, order_cost=100.0)
    assert (best.reorder_point, best.lot) == (3, 5)  # Federgruen and Zheng (1992)
    assert best.cost == pytest.approx(107.923581, abs=5e-7)


@pytest.mark.parametrize(("rate", "lead_time", "order_cost"), [(1.5, 2.0, 100.0), (6.0, 0.5, 3.0), (0.4, 5.0, 40.0)])
def test_best_lot_size_by_enumeration(rate: float, lead_time: float, order_cost: float) -> None:
    costs = {"holding": 2.0, "backorder": 25.0, "order_cost": order_cost}
    best = textbook.best_lot_size(rate, lead_time, **costs)
    grid = [textbook.lot_size_cost(rate, lead_time, r, q, **costs) for r in range(-10, 25) for q in range(1, 40)]
    assert best.cost == pytest.approx(min(grid), rel=1e-12)
    assert best.cost == pytest.approx(textbook.lot_size_cost(rate, lead_time, best.reorder_point, best.lot, **costs))


@pytest.mark.parametrize(
    ("mean", "levels", "cost"),
    [(10.0, (6, 40), 35.022), (20.0, (14, 62), 49.173), (64.0, (55, 74), 78.402)],
)
def test_reorder_up_to(mean: float, levels: tuple[int, int], cost: float) -> None:
    # Zheng and Federgruen (1991), Operations Research 39(4), Table I: L 0, h 1, p 9, K 64.
    best = textbook.best_reorder_up_to(mean, 0, holding=1.0, backorder=9.0, order_cost=64.0)
    assert (best.reorder_point, best.order_up_to) == levels
    assert best.cost == pytest.approx(cost, abs=5e-4)


@pytest.mark.parametrize(("mean", "lead_time", "order_cost"), [(3.0, 2, 20.0), (0.7, 1, 10.0), (5.0, 0, 0.0)])
def test_reorder_up_to_by_enumeration(mean: float, lead_time: int, order_cost: float) -> None:
    costs = {"holding": 1.0, "backorder": 7.0, "order_cost": order_cost}
    best = textbook.best_reorder_up_to(mean, lead_time, **costs)
    pairs = [(s, top) for s in range(-5, 20) for top in range(s + 1, 45)]
    grid = [textbook.reorder_up_to_cost(mean, lead_time, s, top, **costs) for s, top in pairs]
    assert best.cost == pytest.approx(min(grid), rel=1e-12)


def test_reorder_up_to_with_free_orders_is_the_newsvendor() -> None:
    best = textbook.best_reorder_up_to(5.0, 2, holding=1.0, backorder=4.0, order_cost=0.0)
    newsvendor = textbook.newsvendor_poisson(15.0, 1.0, 4.0)
    assert (best.order_up_to, best.reorder_point) == (newsvendor.quantity, newsvendor.quantity - 1)
    assert best.cost == pytest.approx(newsvendor.cost, rel=1e-9)


def test_newsvendor() -> None:
    poisson = textbook.newsvendor_poisson(6.0, holding=1.0, shortage=4.0)  # Arrow, Harris and Marschak (1951)
    assert poisson.quantity == 8
    assert poisson.cost == pytest.approx(3.570107, abs=5e-7)
    normal = textbook.newsvendor_normal(50.0, 8.0, holding=0.18, shortage=0.7)
    assert normal.quantity == pytest.approx(56.603956, abs=5e-7)
    assert normal.cost == pytest.approx(1.997605, abs=5e-7)
    z = (normal.quantity - 50.0) / 8.0
    assert normal.cost == pytest.approx(0.88 * 8.0 * stats.norm.pdf(z), rel=1e-12)


@pytest.mark.parametrize("quantity", range(4, 13))
def test_newsvendor_cost_is_least_at_its_quantity(quantity: int) -> None:
    assert textbook.newsvendor_cost_poisson(quantity, 6.0, 1.0, 4.0) >= textbook.newsvendor_poisson(6.0, 1.0, 4.0).cost


@pytest.mark.parametrize("ratio", [0.3, 0.8, 0.99])
@pytest.mark.parametrize("review", [0.0, 1.0, 7.0])
def test_base_stock_level_is_the_smallest_that_covers(ratio: float, review: float) -> None:
    level = textbook.base_stock_level(5.0, 4.0, review, ratio)
    demand = stats.poisson(5.0 * (4.0 + review))
    assert demand.cdf(level) >= ratio > demand.cdf(level - 1)


def test_base_stock_level_without_demand_is_zero() -> None:
    assert textbook.base_stock_level(0.0, 4.0, 1.0, 0.9) == 0
    assert textbook.base_stock_level(0.0, 4.0, 1.0, 0.9, variance_rate=3.0) == 0


def test_base_stock_level_follows_the_variance() -> None:
    levels = [textbook.base_stock_level(5.0, 4.0, 1.0, 0.95, variance_rate=v) for v in (1.0, 5.0, 20.0, 80.0)]
    assert levels == sorted(set(levels))
    assert abs(levels[1] - textbook.base_stock_level(5.0, 4.0, 1.0, 0.95)) <= 1  # the same two moments as Poisson


@pytest.mark.parametrize(("lead_time", "review", "base_stock"), [(2.0, 1.0, 8), (0.0, 3.0, 7), (1.5, 0.5, 5)])
def test_periodic_fill_rate_by_conditioning(lead_time: float, review: float, base_stock: int) -> None:
    rate = 2.0
    before = stats.poisson.pmf(np.arange(60), rate * lead_time)
    during = stats.poisson.pmf(np.arange(60), rate * review)
    shipped = np.minimum(np.arange(60), np.maximum(base_stock - np.arange(60)[:, None], 0))  # (before, during)
    found = textbook.periodic_fill_rate(rate, lead_time, review, base_stock)
    assert found == pytest.approx(before @ shipped @ during / (rate * review), rel=1e-9)


@pytest.mark.parametrize("target", [0.2, 0.9, 0.995])
@pytest.mark.parametrize("review", [0.0, 2.0])
def test_base_stock_for_fill_rate_is_the_smallest(target: float, review: float) -> None:
    level = textbook.base_stock_for_fill_rate(2.0, 3.0, review, target)
    assert textbook.periodic_fill_rate(2.0, 3.0, review, level) >= target
    assert level == 0 or textbook.periodic_fill_rate(2.0, 3.0, review, level - 1) < target


def test_reorder_levels_protect_like_base_stock_and_order_economic_lots() -> None:
    low, high = textbook.reorder_levels(5.0, 4.0, 1.0, 0.8, order_cost=64.0, holding=1.0)
    assert low + 1 == textbook.base_stock_level(5.0, 4.0, 1.0, 0.8)
    assert high - low == round(textbook.economic_order_quantity(5.0, 64.0, 1.0)) == round(math.sqrt(640.0))
    assert textbook.reorder_levels(0.0, 4.0, 1.0, 0.8, order_cost=64.0, holding=1.0) == (-1, 0)


def test_wrong_numbers_are_named() -> None:
    with pytest.raises(InputError, match=r"lot: 0; allowed: a whole number, 1 or above"):
        textbook.lot_size_backorders(1.0, 1.0, 2, 0)
    with pytest.raises(InputError, match=r"critical_ratio: 1\.0"):
        textbook.base_stock_level(1.0, 1.0, 1.0, 1.0)
    with pytest.raises(InputError, match="above the reorder point 5"):
        textbook.reorder_up_to_cost(1.0, 0, 5, 5, holding=1.0, backorder=1.0, order_cost=1.0)
