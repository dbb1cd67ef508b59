"""Price and cost of a unit."""

from __future__ import annotations

import numpy as np
import pytest

from fillrate.trace.logs.money import unit_money

NAN = float("nan")


def money(quantity: list[int], **amounts: list[float]):  # type: ignore[no-untyped-def]  # noqa: ANN201
    return unit_money(
        {role: np.array(values, float) for role, values in amounts.items()},
        np.array(quantity),
        np.arange(len(quantity), dtype=np.int32),
    )


def test_totals_are_divided_and_never_rounded() -> None:
    found = money([3, 2], line_total=[10.0, 5.0], profit=[1.0, -1.0])
    assert found.price.tolist() == [10 / 3, 2.5]
    assert found.cost.tolist() == [10 / 3 - 1 / 3, 3.0]
    assert not found.problems


def test_a_unit_price_goes_before_a_total_and_a_cost_before_a_profit() -> None:
    found = money([2], unit_price=[4.0], line_total=[10.0], unit_cost=[1.0], line_cost=[6.0], profit=[5.0])
    assert (found.price[0], found.cost[0]) == (4.0, 1.0)
    assert found.notes == ("rows whose line total is not quantity x unit price, of which the price counts: 1 of 1",)


@pytest.mark.parametrize(
    ("discounts", "totals", "how"),
    [
        ([2.0, 0.0, 6.0], [18.0, 10.0, 24.0], "an amount a line"),
        ([-2.0, 0.0, -6.0], [18.0, 10.0, 24.0], "an amount a line"),
        ([1.0, 0.0, 2.0], [18.0, 10.0, 24.0], "an amount a unit"),
        ([0.1, 0.0, 0.2], [18.0, 10.0, 24.0], "a share"),
        ([10.0, 0.0, 20.0], [18.0, 10.0, 24.0], "a percentage"),
    ],
)
def test_a_total_that_is_less_by_the_discount_is_what_was_paid(
    discounts: list[float], totals: list[float], how: str
) -> None:
    found = money([2, 1, 3], unit_price=[10.0] * 3, line_total=totals, discount=discounts)
    assert found.price.tolist() == [9.0, 10.0, 8.0]
    assert not found.apart.any()
    said = (
        f"rows whose line total is quantity x unit price less the discount ({how}), which is what was paid and counts"
    )
    assert found.notes == (f"{said}: 2 of 3", "the log has no costs")


def test_a_total_that_no_discount_explains_does_not_count() -> None:
    amounts = {"unit_price": [10.0, 10.0, 10.0, NAN], "line_total": [18.0, 23.8, 21.0, 7.0]}
    found = money([2, 2, 2, 1], **amounts, discount=[2.0, 0.0, NAN, 0.5])
    assert found.price.tolist() == [9.0, 10.0, 10.0, 7.0]
    assert found.apart.tolist() == [False, True, True, False]
    assert "rows whose line total is not quantity x unit price, of which the price counts: 2 of 3" in found.notes
    alone = money([2], unit_price=[10.0], discount=[2.0])
    assert alone.price.tolist() == [10.0]
    assert "prices and line totals are taken as paid: the discount is kept, not taken off again" in alone.notes


def test_a_blank_price_falls_back_to_the_total_of_its_line() -> None:
    found = money([2, 2], unit_price=[NAN, NAN], line_total=[10.0, NAN])
    assert found.price[0] == 5.0
    assert found.problems == {1: "has no price"}


def test_a_missing_price_is_the_median_of_the_product_and_adds_no_cost() -> None:
    amounts = {"unit_price": [NAN, 2.0, 4.0, -9.0, NAN, NAN], "profit": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]}
    found = unit_money(
        {role: np.array(values) for role, values in amounts.items()},
        np.array([1, 1, 1, 1, 1, 1]),
        np.array([0, 0, 0, 0, 1, -1], dtype=np.int32),
    )
    assert found.price.tolist()[:4] == [3.0, 2.0, 4.0, -9.0]
    assert found.filled.tolist() == [True, False, False, False, False, False]
    assert np.isnan(found.cost[0])
    assert {row for row, reason in found.problems.items() if reason == "has no price"} == {4, 5}


def test_line_costs_are_divided() -> None:
    assert money([4], unit_price=[9.0], line_cost=[6.0]).cost.tolist() == [1.5]


def test_a_cost_that_rounding_made_negative_is_nothing() -> None:
    found = money([3], unit_price=[0.1], profit=[0.30000000000000004])
    assert found.cost.tolist() == [0.0]
    assert not found.problems


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        ({"unit_price": [-1.0]}, "the price of a unit is -1, below 0"),
        ({"unit_price": [1.0], "unit_cost": [-2.0]}, "the cost of a unit is -2, below 0"),
        ({"line_total": [4.0], "profit": [6.0]}, "the cost of a unit is -1, below 0"),
    ],
)
def test_negative_money_is_a_problem(amounts: dict[str, list[float]], reason: str) -> None:
    assert money([2], **amounts).problems == {0: reason}


def test_what_is_missing_is_said() -> None:
    assert money([1]).notes == ("the log has no prices", "the log has no costs")
    assert not money([1]).problems  # a log without prices is no reason to reject its rows
    found = money([1, 1], unit_price=[1.0, 1.0], unit_cost=[0.5, NAN])
    assert found.notes == ("rows with a price but no cost, which stays open: 1",)
