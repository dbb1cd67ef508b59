"""Rationing over a finite horizon: a plain recursion, closed forms and other programs of this package as oracles."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import stats

from fillrate.errors import InputError
from fillrate.plan.exact import Worth, one_item_arrivals, optimal_cost, ration, ration_poisson
from fillrate.policy.textbook import poisson_loss

CHANCES = (0.3, 0.4, 0.2)
WORTH = Worth(values=(10.0, 6.0, 3.0), losses=(8.0, 1.0, 0.0), holding=0.05, salvage=1.5)


def plain(chances: tuple[float, ...], worth: Worth, stock: int, periods: int, receipts: dict[int, int]) -> float:
    """The same problem written as it is said: every decision tried, nothing assumed of its form."""
    losses = worth.losses or (0.0,) * len(worth.values)

    @cache
    def value(t: int, units: int) -> float:
        if t == periods:
            return worth.salvage * units
        units += receipts.get(t, 0)

        def after(left: int) -> float:
            return value(t + 1, left) - worth.holding * left

        total = (1 - sum(chances)) * after(units)
        for i, chance in enumerate(chances):
            ways = [after(units) - losses[i]]
            ways += [worth.values[i] + after(units - 1)] if units else []
            ways += [worth.values[i] - worth.expedite_prices[i] + after(units)] if worth.expedite_prices else []
            total += chance * max(ways)
        return total

    return value(0, stock)


@pytest.mark.parametrize("receipts", [{}, {0: 2}, {5: 3, 9: 1}])
@pytest.mark.parametrize("prices", [(), (7.0, 7.0, 7.0), (20.0, 2.0, 9.0)])
def test_against_a_plain_recursion(receipts: dict[int, int], prices: tuple[float, ...]) -> None:
    worth = Worth(WORTH.values, WORTH.losses, prices, WORTH.holding, WORTH.salvage)
    result = ration(CHANCES, worth, 4, periods=12, receipts=receipts)
    assert result.value == pytest.approx(plain(CHANCES, worth, 4, 12, receipts), rel=1e-12)
    assert result.by_stock[2] == pytest.approx(plain(CHANCES, worth, 2, 12, receipts), rel=1e-12)


def test_against_the_fulfilment_program() -> None:
    costs = [[-10.0, -6.0, -3.0]]  # one location; a lost order costs nothing
    cost = optimal_cost(one_item_arrivals(CHANCES, costs, 0.0), (5,), 15)
    assert ration(CHANCES, Worth(values=(10.0, 6.0, 3.0)), 5, periods=15).value == pytest.approx(-cost, rel=1e-12)


def test_levels_reach_their_value_and_no_others_do_better() -> None:
    best = ration(CHANCES, WORTH, 4, periods=12, receipts={5: 3})
    assert ration(CHANCES, WORTH, 4, periods=12, receipts={5: 3}, levels=best.levels).value == pytest.approx(best.value)
    shifted = [best.levels + np.array(shift) for shift in ([0, 0, 1], [0, 1, 0])]
    for levels in (np.array([0, 0, 0]), np.array([0, 1, 2]), np.array([0, 0, 7]), *shifted):
        assert ration(CHANCES, WORTH, 4, periods=12, receipts={5: 3}, levels=levels).value < best.value


def test_levels_fall_with_time_and_rise_with_the_class() -> None:
    levels = ration(CHANCES, Worth(values=(10.0, 6.0, 3.0)), 60, periods=60).levels
    assert (levels[:, 0] == 0).all()
    assert (np.diff(levels, axis=1) >= 0).all()
    assert (np.diff(levels, axis=0) <= 0).all()
    assert levels[0, 2] > levels[0, 1] > 0


def test_an_expedite_price_below_every_stake_makes_rationing_useless() -> None:
    worth = Worth(values=(10.0, 6.0), losses=(5.0, 5.0), expedite_prices=(4.0, 4.0))
    best = ration([0.5, 0.4], worth, 3, periods=10)
    assert (best.levels == 0).all()
    bought = sum((n - 3) * stats.binom.pmf(n, 10, 0.9) for n in range(4, 11))
    assert best.value == pytest.approx(10 * (0.5 * 10 + 0.4 * 6) - 4.0 * bought, rel=1e-12)


def test_probabilities_may_change_with_time() -> None:
    # The cheap class comes first, then the dear one: protect what the dear one is sure to take (Littlewood 1972).
    chances = np.array([[0.0, 1.0]] * 6 + [[1.0, 0.0]] * 3)
    best = ration(chances, Worth(values=(9.0, 2.0)), 5)
    assert best.value == pytest.approx(3 * 9.0 + 2 * 2.0)
    assert best.levels[:6, 1].tolist() == [3] * 6


@pytest.mark.parametrize("stock", [0, 3, 8])
def test_poisson_first_come_first_served_in_closed_form(stock: int) -> None:
    result = ration_poisson([1.2, 0.8], Worth(values=(5.0, 2.0)), stock, days=3, levels=[0, 0])
    served = 6.0 - poisson_loss(stock, 6.0)
    assert result.value == pytest.approx(served * (1.2 * 5.0 + 0.8 * 2.0) / 2.0, rel=1e-6)


def test_poisson_is_the_limit_of_many_short_periods() -> None:
    worth = Worth(values=(10.0, 4.0), losses=(3.0, 0.0), holding=0.2, salvage=1.0)
    exact = ration_poisson([2.0, 3.0], worth, 6, days=2, receipts={1.0: 2}).value

    def short(slots: int) -> float:
        cut = Worth(worth.values, worth.losses, (), worth.holding / slots, worth.salvage)
        chances = np.array([2.0, 3.0]) / slots
        return ration(chances, cut, 6, periods=2 * slots, receipts={slots: 2}).value

    coarse, fine = short(400), short(800)
    assert abs(fine - exact) < 0.6 * abs(coarse - exact)  # first order in the length of a period
    assert 2.0 * fine - coarse == pytest.approx(exact, rel=2e-5)


def test_poisson_rates_may_change_by_day_and_receipts_come_at_any_instant() -> None:
    worth = Worth(values=(10.0, 4.0))
    rates = [[0.0, 4.0], [4.0, 0.0]]
    best = ration_poisson(rates, worth, 5, receipts={1.5: 1})
    served_all = ration_poisson(rates, worth, 5, receipts={1.5: 1}, levels=[0, 0])
    assert best.value > served_all.value + 1.0
    first_day, second_day = best.levels[best.times < 1.0], best.levels[best.times >= 1.0]
    assert first_day[0, 1] >= 3  # most of the stock waits for the second day
    assert (second_day[:, 0] == 0).all()


def test_finer_steps_agree() -> None:
    values = [
        ration_poisson([2.0, 3.0], WORTH_TWO, 9, days=4, arrivals_per_step=step).value for step in (0.2, 0.1, 0.02)
    ]
    assert values[:2] == pytest.approx([values[2]] * 2, rel=1e-5)


WORTH_TWO = Worth(values=(10.0, 4.0), losses=(3.0, 0.0))


def test_problems_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="at most 1 a period"):
        ration([0.7, 0.4], WORTH_TWO, 3, periods=2)
    with pytest.raises(InputError, match="and periods"):
        ration([0.7, 0.2], WORTH_TWO, 3)
    with pytest.raises(InputError, match="a receipt at 2"):
        ration([0.7, 0.2], WORTH_TWO, 3, periods=2, receipts={2: 1})
    with pytest.raises(InputError, match="Worth losses: 1 numbers"):
        Worth(values=(1.0, 2.0), losses=(1.0,))


@pytest.mark.parametrize("levels", [[0], [0, 0, 3], [[0, 0]]])
def test_levels_of_another_shape_are_refused(levels: list[int]) -> None:
    worth = Worth(values=(10.0, 4.0))
    with pytest.raises(InputError, match=r"ration levels: shape .*; allowed: \(2,\) or \(4, 2\)"):
        ration([0.3, 0.4], worth, stock=2, periods=4, levels=levels)
    with pytest.raises(InputError, match=r"ration levels: shape .*; allowed: \(2,\)$"):
        ration_poisson([0.3, 0.4], worth, stock=2, days=4, levels=levels)
