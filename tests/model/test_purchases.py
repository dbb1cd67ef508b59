"""What becomes of a wanted quantity: lots, minimums, capacity, storage and cash, in worlds one can follow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.model.purchasing import NO_LIMIT, affordable, trimmed, whole_lots
from fillrate.testing.by_hand import order

Play = Callable[..., list[str]]

STOCK = """
[supply]
review_days = 8.0
caps_at_storage = true
[[supply.item]]
units = {units}
base_stock = 10
expedite_below = {fast}
[[supply.supplier]]
name = "f"
expedite_lead_time_days = {{ mean = 0.5 }}
expedite_per_unit = 1.0
order_cost = 3.0
cost_factor = 1.25
lead_time_days = {{ mean = 1.0 }}
{terms}
[money]
{money}
"""


def bought(play: Play, terms: str = "", site: str = "", money: str = "", units: int = 0, fast: int = -9) -> list[str]:
    toml = STOCK.format(terms=terms, money=money, units=units, fast=fast)
    journal = play(toml, policy="base_stock", site=site)
    return [line for line in journal if line.split()[1] in {"ordered", "expedited"}]


@pytest.mark.parametrize(
    ("terms", "units"),
    [
        ("", 10),
        ("lot_units = 4", 12),
        ("minimum_units = 15", 15),
        ("minimum_units = 15\nlot_units = 4", 16),
        ("capacity_units = 7", 7),
        ("capacity_units = 7\nlot_units = 4", 4),
        ("capacity_units = 7\nminimum_units = 6", 7),
        ("capacity_units = 9\nlot_units = 4\nminimum_units = 6", 8),
    ],
)
def test_lots_minimums_and_capacity(play: Play, terms: str, units: int) -> None:
    assert bought(play, terms) == [f"0 ordered x@a {units}"]


def test_storage_counts_what_is_there_and_on_its_way(play: Play) -> None:
    assert bought(play, site="storage_units = 8.5", units=3) == ["0 ordered x@a 5"]
    assert bought(play, site="storage_units = 3.0", units=3) == []


@pytest.mark.parametrize(
    ("cash", "fast", "said"),
    [
        (23.0, -9, ["0 ordered x@a 4"]),  # 3 for the order, 4 x 1.25 = 5 a unit
        (23.0, 0, ["0 expedited x@a 3"]),  # and 1 a unit for speed
        (2.0, -9, []),
    ],
)
def test_cash_pays_for_the_order_the_price_and_the_surcharge(
    play: Play, cash: float, fast: int, said: list[str]
) -> None:
    assert bought(play, money=f"opening_cash = {cash}", fast=fast) == said


def test_revenue_buys_again(play: Play) -> None:
    """20 at the start buy 4 (3 + 4 x 4 = 19); a sale of 3 brings 30, which buy 6 at the next review."""
    journal = play(
        """
        [[segment]]
        name = "s"
        waits_forever = true
        [supply]
        review_days = 1.0
        [[supply.item]]
        units = 0
        base_stock = 10
        [[supply.supplier]]
        name = "f"
        order_cost = 3.0
        [money]
        opening_cash = 20.0
        """,
        order(0.5, ("x", 3)),
        policy="base_stock",
        without=("money",),
    )
    assert [line for line in journal if "ordered" in line] == ["0 ordered x@a 4", "1 ordered x@a 7"]


CONTINUOUS = """
[[sku]]
name = "y"
price = 30.0
[[segment]]
name = "s"
waits_forever = true
[[supply.item]]
sku = "x"
units = 0
base_stock = 10
[[supply.item]]
sku = "y"
units = 5
base_stock = 0
[[supply.supplier]]
name = "f"
lead_time_days = {{ mean = 3.0 }}
{terms}
[money]
{money}
"""


def test_a_continuous_review_looks_again_at_what_was_trimmed(play: Play) -> None:
    """20 buy 5 units of x; a y sold at 0.5 brings 30, which buy the other 5 after the next offer, though it is of y."""
    orders = [order(0.5 * n, ("y", 1)) for n in (1, 2, 3)]
    journal = play(CONTINUOUS.format(terms="", money="opening_cash = 20.0"), *orders, policy="base_stock")
    assert [line for line in journal if "ordered" in line] == ["0 ordered x@a 5", "1 ordered x@a 5"]


def test_every_continuous_review_has_the_whole_capacity(play: Play) -> None:
    orders = [order(0.5 * n, ("y", 1)) for n in (1, 2, 3)]
    journal = play(CONTINUOUS.format(terms="capacity_units = 4", money=""), *orders, policy="base_stock")
    assert [line for line in journal if "ordered" in line] == [
        "0 ordered x@a 4",
        "0.5 ordered x@a 4",
        "1 ordered x@a 2",
    ]


def test_a_lost_unit_costs_no_cash(play: Play) -> None:
    """The cost of losing an order is goodwill; stock is paid when it is bought, not when it is sold or written off."""
    toml = """
    [[segment]]
    name = "s"
    loss_per_unit = 50.0
    [supply]
    review_days = 1.0
    [[supply.item]]
    units = 1
    base_stock = 3
    [[supply.supplier]]
    name = "f"
    lead_time_days = { mean = 5.0 }
    [money]
    opening_cash = 4.0
    """
    journal = play(toml, order(0.5, ("x", 1)), order(0.75, ("x", 9)), policy="base_stock", without=("money",))
    assert [line for line in journal if "ordered" in line] == ["0 ordered x@a 1", "1 ordered x@a 2"]


def test_a_review_shares_its_capacity(play: Play) -> None:
    """Ten for the first pair, what is left of 14 for the second; both again at the next review."""
    journal = play(
        """
        [[location]]
        name = "b"
        [supply]
        review_days = 3.0
        [[supply.item]]
        units = 0
        base_stock = 10
        [[supply.supplier]]
        name = "f"
        capacity_units = 14
        lead_time_days = { mean = 1.0 }
        """,
        policy="base_stock",
        without=("money",),
    )
    assert [line for line in journal if "ordered" in line] == ["0 ordered x@a 10", "0 ordered x@b 4", "3 ordered x@b 6"]


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 20), st.integers(1, 9))
def test_what_is_placed_is_allowed(units: int, most: int, minimum: int, lot: int) -> None:
    wanted = whole_lots(units, minimum, lot)
    placed = trimmed(wanted, most, minimum, lot)
    assert wanted >= max(units, minimum) > wanted - lot
    assert wanted % lot == placed % lot == 0
    assert placed <= min(wanted, most)
    assert placed == 0 or placed >= minimum
    assert placed > 0 or most < max(minimum, lot) or min(wanted, most) // lot * lot < minimum


prices = st.integers(0, 2**26).map(lambda ticks: ticks / 2.0**20)


@given(st.floats(-10.0, 1e6), prices, prices)
def test_what_is_bought_is_paid(cash: float, fixed: float, each: float) -> None:
    units = affordable(cash, fixed, each)
    assert 0 <= units <= NO_LIMIT
    assert units == 0 or fixed + units * each <= cash * (1.0 + 1e-12) + 1e-9
