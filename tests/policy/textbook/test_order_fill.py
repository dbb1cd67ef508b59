"""Order fill rates of several items: Song (1998), and independent sums over the common demand."""

from __future__ import annotations

import pytest
from scipy import stats

from fillrate.errors import InputError
from fillrate.policy.textbook import base_stock_backorders, order_fill_rates

TYPES = {(0,): 1.0, (1,): 1.0, (0, 1): 1.0}


def test_equal_lead_times() -> None:
    fill = order_fill_rates(TYPES, [2.0, 2.0], [6, 6])
    assert fill.by_type[(0,)] == pytest.approx(0.785130, abs=5e-7)
    assert fill.by_type[(1,)] == pytest.approx(0.785130, abs=5e-7)
    assert fill.by_type[(0, 1)] == pytest.approx(0.670816, abs=5e-7)
    assert fill.overall == pytest.approx(0.747026, abs=5e-7)


def test_single_items_are_palms() -> None:
    fill = order_fill_rates(TYPES, [2.0, 3.5], [6, 9])
    assert fill.by_type[(0,)] == pytest.approx(base_stock_backorders(2.0, 2.0, 6).fill_rate, rel=1e-12)
    assert fill.by_type[(1,)] == pytest.approx(base_stock_backorders(2.0, 3.5, 9).fill_rate, rel=1e-12)


def test_different_lead_times_by_conditioning_on_the_common_orders() -> None:
    rates = {(0,): 0.7, (1,): 1.2, (0, 1): 0.5}
    first, second, base = 1.5, 4.0, (4, 9)
    alone = stats.poisson(0.7 * first)
    other = stats.poisson(1.2 * second + 0.5 * (second - first))  # own orders, and common ones before the shorter span
    expected = sum(
        stats.poisson.pmf(both, 0.5 * first) * alone.cdf(base[0] - 1 - both) * other.cdf(base[1] - 1 - both)
        for both in range(min(base))
    )
    fill = order_fill_rates(rates, [first, second], base)
    assert fill.by_type[(0, 1)] == pytest.approx(expected, rel=1e-12)


def test_three_items_with_nothing_in_common_are_independent() -> None:
    fill = order_fill_rates({(0,): 1.0, (1,): 2.0, (2,): 0.5, (0, 1, 2): 1e-12}, [2.0, 1.0, 4.0], [3, 4, 4])
    product = fill.by_type[(0,)] * fill.by_type[(1,)] * fill.by_type[(2,)]
    assert fill.by_type[(0, 1, 2)] == pytest.approx(product, rel=1e-9)


def test_two_units_of_an_item_need_two() -> None:
    fill = order_fill_rates({(0, 0): 1.0}, [1.0], [5])  # demand 2 N, N Poisson(1): 2 N + 2 <= 5
    assert fill.overall == pytest.approx(stats.poisson.cdf(1, 1.0), rel=1e-12)


def test_more_stock_is_never_worse_and_no_stock_fills_nothing() -> None:
    fills = [order_fill_rates(TYPES, [2.0, 2.0], [stock, 6]).by_type[(0, 1)] for stock in range(9)]
    assert fills[0] == 0.0
    assert fills == sorted(fills)


@pytest.mark.parametrize("types", [{(0, 2): 1.0}, {(): 1.0}, {(0,): 0.0}, {(0,): -1.0}])
def test_wrong_types_are_refused(types: dict[tuple[int, ...], float]) -> None:
    with pytest.raises(InputError, match="order_fill_rates"):
        order_fill_rates(types, [1.0, 1.0], [2, 2])
