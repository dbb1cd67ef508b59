"""Small fulfilment problems: exact optima, checked against a recursion that is written plainly."""

from __future__ import annotations

from functools import cache

import pytest

from fillrate.errors import InputError
from fillrate.plan.exact import (
    Arrival,
    Option,
    myopic_cost,
    one_item_arrivals,
    optimal_cost,
    optimal_costs,
    whole_order_arrivals,
)


@pytest.mark.parametrize(
    ("chances", "costs", "lost", "stock", "optimal", "myopic", "hindsight"),
    [  # T 20; the last column is the expected cost of the hindsight linear program, below every policy
        ((0.4, 0.4), [[1, 4], [3, 1]], 10, (5, 5), 70.541939, 73.081507, 70.359861),
        ((0.5, 0.3), [[1, 2], [6, 1]], 12, (8, 6), 43.893241, 45.359348, 43.235332),
    ],
)
def test_one_item(
    chances: tuple[float, ...],
    costs: list[list[float]],
    lost: float,
    stock: tuple[int, int],
    optimal: float,
    myopic: float,
    hindsight: float,
) -> None:
    arrivals = one_item_arrivals(chances, costs, lost)
    assert optimal_cost(arrivals, stock, 20) == pytest.approx(optimal, abs=5e-7)
    assert myopic_cost(arrivals, stock, 20) == pytest.approx(myopic, abs=5e-7)
    assert hindsight < optimal < myopic


def test_two_items_in_whole_orders() -> None:
    arrivals = whole_order_arrivals(
        [0.3, 0.2, 0.4], [(0,), (1,), (0, 1)], items=2, boxes=(3, 4), units=(1, 1), lost_cost=15
    )
    assert optimal_cost(arrivals, (4, 2, 3, 5), 15) == pytest.approx(132.344583, abs=5e-7)
    assert myopic_cost(arrivals, (4, 2, 3, 5), 15) == pytest.approx(135.24, abs=5e-3)


def test_against_a_plain_recursion() -> None:
    chances, costs, lost = (0.5, 0.2), [[2.0, 5.0], [6.0, 1.0], [3.0, 3.0]], 9.0

    @cache
    def least(periods: int, stock: tuple[int, ...]) -> float:
        if periods == 0:
            return 0.0
        total = (1 - sum(chances)) * least(periods - 1, stock)
        for j, chance in enumerate(chances):
            ways = [lost + least(periods - 1, stock)]
            for k, units in enumerate(stock):
                left = (*stock[:k], units - 1, *stock[k + 1 :])
                ways += [costs[k][j] + least(periods - 1, left)] if units else []
            total += chance * min(ways)
        return total

    table = optimal_costs(one_item_arrivals(chances, costs, lost), (2, 1, 2), 7)
    assert table.shape == (8, 3, 2, 3)
    for periods, stock in ((7, (2, 1, 2)), (4, (0, 1, 2)), (1, (0, 0, 0))):
        assert table[(periods, *stock)] == pytest.approx(least(periods, stock), rel=1e-12)


def test_ample_stock_needs_no_foresight_and_no_stock_loses_all() -> None:
    arrivals = one_item_arrivals((0.4, 0.4), [[1, 4], [3, 1]], 10)
    assert optimal_cost(arrivals, (20, 20), 20) == pytest.approx(20 * 0.8 * 1)
    assert myopic_cost(arrivals, (20, 20), 20) == pytest.approx(20 * 0.8 * 1)
    assert optimal_cost(arrivals, (0, 0), 20) == pytest.approx(20 * 0.8 * 10)


def test_more_stock_is_never_worse() -> None:
    table = optimal_costs(one_item_arrivals((0.4, 0.4), [[1, 4], [3, 1]], 10), (5, 5), 20)[-1]
    assert (table[1:] <= table[:-1] + 1e-12).all()
    assert (table[:, 1:] <= table[:, :-1] + 1e-12).all()


def test_the_first_of_equal_options_is_the_myopic_choice() -> None:
    # Both stocks cost the same, but the second type can only use the first stock.
    tie = (Option(1.0, (0, 1)), Option(1.0, (1, 0)), Option(9.0, (0, 0)))
    only = (Option(1.0, (1, 0)), Option(9.0, (0, 0)))
    keeps = myopic_cost([Arrival(0.5, tie), Arrival(0.5, only)], (1, 1), 2)
    spends = myopic_cost([Arrival(0.5, (tie[1], tie[0], tie[2])), Arrival(0.5, only)], (1, 1), 2)
    assert keeps == pytest.approx(2.0 + 0.25 * 8.0)  # lost only if the second type comes twice
    assert spends == pytest.approx(2.0 + 0.5 * 8.0)  # or after the first


def test_problems_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="at most 1"):
        optimal_cost(one_item_arrivals((0.7, 0.4), [[1, 1]], 9), (1,), 2)
    with pytest.raises(InputError, match="one per stock"):
        optimal_cost(one_item_arrivals((0.7,), [[1]], 9), (1, 1), 2)
    with pytest.raises(InputError, match="an option without stock"):
        optimal_cost([Arrival(0.5, (Option(1.0, (1,)),))], (1,), 2)


def test_options_that_cost_the_same_but_for_rounding_are_equal() -> None:
    """0.1 + 0.2 and 0.3: the first one is taken, as with ten times the money."""
    found = [
        myopic_cost(
            whole_order_arrivals([0.4, 0.4], [(0,), (0, 1)], items=2, boxes=(a, b), units=(c, 0.0), lost_cost=d),
            (1, 0, 1, 1), 4,
        ) / factor
        for factor, a, b, c, d in ((1, 0.1, 0.3, 0.2, 2.0), (10, 1.0, 3.0, 2.0, 20.0))
    ]  # fmt: skip
    assert found[0] == pytest.approx(found[1])
