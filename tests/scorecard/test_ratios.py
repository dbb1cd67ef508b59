"""Ratios with worked examples, and what they refuse."""

from __future__ import annotations

import doctest

import pytest

from fillrate.errors import InputError
from fillrate.scorecard import ratios
from fillrate.scorecard.ratios import allocate_price, cash_to_cash, fill_rates


def test_fill_rates_of_two_orders_with_six_lines() -> None:
    # 200 units, of which 170 units and 4 lines and 0 orders complete at first pass: 85 %, 67 %, 0 %.
    rates = fill_rates([50, 40, 30, 40, 20, 20], [50, 40, 15, 40, 20, 5], ["a", "a", "a", "b", "b", "b"])
    assert rates.unit == pytest.approx(0.85)
    assert rates.line == pytest.approx(4 / 6)
    assert rates.order == 0.0


def test_an_order_counts_only_if_all_its_lines_are_there() -> None:
    rates = fill_rates([1, 1, 1, 1], [1, 1, 1, 0], [7, 3, 3, 9])
    assert rates.unit == rates.line == 0.75
    assert rates.order == pytest.approx(2 / 3)


def test_nothing_ordered_has_no_fill_rate() -> None:
    rates = fill_rates([], [], [])
    assert (rates.unit, rates.line, rates.order) == (None, None, None)


def test_impossible_fills_are_refused() -> None:
    with pytest.raises(InputError, match="above those ordered"):
        fill_rates([1, 2], [1, 3], [0, 0])
    with pytest.raises(InputError, match="0 to what was ordered"):
        fill_rates([1, 2], [1, float("nan")], [0, 0])
    with pytest.raises(InputError, match="one number each per line"):
        fill_rates([1, 2], [1], [0, 0])


def test_cash_to_cash() -> None:
    cycle = cash_to_cash(
        inventory=(1600, 2500), receivables=(680, 640), payables=(1100, 1300), cost_of_goods=4000, revenue=12000
    )
    parts = [round(days, 1) for days in (cycle.inventory_days, cycle.receivable_days, cycle.payable_days)]
    assert parts == [187.1, 20.1, 109.5]
    assert round(parts[0] + parts[1] - parts[2], 1) == 97.7  # as published: the sum of the rounded parts
    assert cycle.days == pytest.approx(97.6375)
    assert cash_to_cash(
        inventory=(0, 0), receivables=(0, 0), payables=(100, 100), cost_of_goods=365, revenue=1
    ).days == pytest.approx(-100.0)


def test_cash_to_cash_refuses_a_year_without_sales() -> None:
    with pytest.raises(InputError, match="above 0"):
        cash_to_cash(inventory=(1, 1), receivables=(1, 1), payables=(1, 1), cost_of_goods=1, revenue=0)


def test_transaction_price_by_relative_standalone_prices() -> None:
    # ASC 606 / IFRS 15: 50, 25 and 75 sold together for 100; seven equal goods for 1.00.
    assert allocate_price(100, [50, 25, 75]) == (33, 17, 50)
    assert allocate_price(100, [9.99] * 7) == (15, 15, 14, 14, 14, 14, 14)
    assert sum(allocate_price(99_999, [0.1, 19.99, 3.5])) == 99_999


def test_examples_hold() -> None:
    assert doctest.testmod(ratios).failed == 0
