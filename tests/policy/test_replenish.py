"""Replenish rules: levels from what a world states and from formulas, and the one quantity formula."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.policy.read import read_entry
from fillrate.policy.replenish import ALWAYS, Levels, levels_of, order_quantity, pair_supplier
from fillrate.policy.spec import ReplenishRule
from fillrate.policy.textbook.base_stock import base_stock_level
from fillrate.world import World

whole = st.integers(0, 60)


@given(st.integers(-20, 60), whole, whole, st.integers(1, 9), st.integers(0, 60))
def test_nothing_above_s_else_the_fewest_lots_that_reach_S(position: int, s: int, S: int, lot: int, cap: int) -> None:
    units = order_quantity(position, s, S, lot, ALWAYS)
    if position > s or position >= S:
        assert units == 0
    else:
        assert units % lot == 0
        assert position + units >= S > position + units - lot
    assert order_quantity(position, s, S, lot, cap) == min(units, cap)


def row(world: World, rule: ReplenishRule | str) -> tuple[int, int, int, int]:
    """(s, S, lot, cap) of the first pair."""
    said = read_entry(rule).replenish if isinstance(rule, str) else rule
    assert said is not None
    levels = levels_of(world, said)
    return levels.s[0], levels.S[0], levels.lot[0], levels.cap[0]


@pytest.mark.parametrize(
    ("rule", "item", "levels"),
    [
        ("base_stock", {"base_stock": 9}, (8, 9, 1, ALWAYS)),
        ("s_S", {"reorder_point": 4, "order_up_to": 11}, (4, 11, 1, ALWAYS)),
        ("s_S", {"reorder_point": 4, "order_quantity": 6}, (4, 10, 1, ALWAYS)),
        ("r_Q", {"reorder_point": 4, "order_quantity": 6}, (4, 5, 6, ALWAYS)),
        ("r_Q", {"base_stock": 7, "order_quantity": 6}, (7, 8, 6, ALWAYS)),
        ("capped_base_stock", {"base_stock": 9, "cap": 5}, (8, 9, 1, 5)),
        ("constant", {"order_quantity": 5}, (ALWAYS, 2 * ALWAYS, 1, 5)),
    ],
)
def test_what_a_world_states_is_taken(rule: str, item: dict[str, int], levels: tuple[int, ...], small: Any) -> None:
    assert row(small.world([[0]], lead_time_days=2.0, item=item), rule) == levels


def test_a_level_that_is_not_stated_covers_lead_time_and_review(small: Any) -> None:
    """Five a day, four days and one, 80 %: the 29 of the textbook formula's example."""
    world = small.world([[0]], rate_per_day=5.0, lead_time_days=4.0, review_days=1.0)
    assert row(world, ReplenishRule("base_stock", service_level=0.8))[1] == base_stock_level(5.0, 4.0, 1.0, 0.8) == 29
    assert row(world, "base_stock")[1] == base_stock_level(5.0, 4.0, 1.0, 0.95)
    assert row(world, ReplenishRule("base_stock", service_level=0.8, cover_days=1.5))[1] == 29 + 8


def test_the_economic_order_quantity(small: Any) -> None:
    """Harris (1913): sqrt(2 x 5 x 64 / 0.1) = 80; it never is less than the demand of a review."""
    supplier = {"name": "factory", "lead_time_days": {"mean": 1.0}, "order_cost": 64.0}
    supply = {"review_days": 1.0, "supplier": [supplier]}
    world = small.world([[0]], rate_per_day=5.0, holding_per_day=0.1, supply=supply)
    assert row(world, "r_Q")[2] == 80
    s, S, _, _ = row(world, "s_S")
    assert S - s == 80
    assert row(small.world([[0]], rate_per_day=5.0, lead_time_days=1.0, review_days=3.0), "r_Q")[2] == 15


def test_the_cap_is_a_little_above_the_demand_of_a_review(small: Any) -> None:
    assert row(small.world([[0]], rate_per_day=5.0, lead_time_days=4.0, review_days=1.0), "capped_base_stock")[3] == 7
    assert (
        row(small.world([[0]], rate_per_day=50.0, lead_time_days=4.0, review_days=2.0), "capped_base_stock")[3] == 105
    )


def test_a_constant_order_is_the_rounded_demand_of_a_review_or_one_for_one(small: Any) -> None:
    assert row(small.world([[0]], rate_per_day=2.4, lead_time_days=4.0, review_days=2.0), "constant")[3] == 5
    assert row(small.world([[0]], rate_per_day=2.4, lead_time_days=4.0), "constant")[3] == 1


@pytest.mark.parametrize(
    ("segment", "level"),
    [
        ({"loss_per_unit": 0.0}, 8),  # margin 4 against holding 1 (GROUND_TRUTH D: Poisson 6, h 1, p 4 -> 8)
        ({"loss_per_unit": 5.0}, 9),  # 0.9
        ({"waits_forever": True, "backorder_per_unit_day": 4.0, "loss_per_unit": 99.0}, 8),  # waiting costs 4 a day
        ({"price_factor": 0.25}, 6),  # margin 1: the median
    ],
)
def test_the_newsvendor_weighs_a_unit_short_against_a_unit_left_over(
    segment: dict[str, Any], level: int, small: Any
) -> None:
    terms = {"rate_per_day": 6.0, "price": [4.0], "holding_per_day": 1.0, "lead_time_days": 0.0, "review_days": 1.0}
    world = small.world([[0]], segments=[{"name": "only", **segment}], item={"base_stock": 1}, **terms)
    assert row(world, "newsvendor")[:2] == (level - 1, level)


@pytest.mark.parametrize(("review", "ratio"), [(0.0, 0.8), (0.5, 0.8), (2.0, 0.8)])
def test_waiting_and_holding_are_counted_over_the_same_time(review: float, ratio: float, small: Any) -> None:
    """Over a review; over a day under continuous review, so that it has a ratio too."""
    segment = {"name": "waits", "waits_forever": True, "backorder_per_unit_day": 4.0}
    terms = {"rate_per_day": 6.0, "holding_per_day": 1.0, "lead_time_days": 3.0, "review_days": review}
    world = small.world([[0]], segments=[segment], **terms)
    assert row(world, "newsvendor")[1] == base_stock_level(6.0, 3.0, review, ratio)


def test_lost_margin_is_weighed_against_holding_for_a_review(small: Any) -> None:
    """Margin 4 against a holding of 1 a day: for two days, for a quarter, and for one under continuous review."""
    for review, ratio in ((2.0, 4.0 / 6.0), (0.25, 4.0 / 4.25), (0.0, 0.8)):
        terms = {"rate_per_day": 6.0, "price": [4.0], "holding_per_day": 1.0, "lead_time_days": 3.0}
        world = small.world([[0]], review_days=review, **terms)
        assert row(world, "newsvendor")[1] == base_stock_level(6.0, 3.0, review, ratio)


def test_a_lost_unit_costs_what_segment_and_region_say(small: Any) -> None:
    """Margin 4 and a loss of 1 + 3 and 1 + 9 in two regions of one home, one of them thrice as large: 4 + 1 + 4.5."""
    regions = [{"name": "r0", "loss_per_unit": 3.0, "weight": 3.0}, {"name": "r1", "loss_per_unit": 9.0}]
    segment = {"name": "only", "loss_per_unit": 1.0}
    terms = {"rate_per_day": 6.0, "price": [4.0], "lead_time_days": 0.0, "review_days": 1.0, "holding_per_day": 1.0}
    world = small.world([[0]], regions=2, region=regions, segments=[segment], **terms)
    assert row(world, "newsvendor")[1] == base_stock_level(6.0, 0.0, 1.0, 9.5 / 10.5) == 9
    assert row(small.world([[0]], segments=[segment], **terms), "newsvendor")[1] == 8


def test_where_nothing_costs_anything_the_newsvendor_covers_the_median(small: Any) -> None:
    segment = {"name": "free", "price_factor": 0.0}
    world = small.world([[0]], segments=[segment], rate_per_day=6.0, lead_time_days=1.0)
    assert row(world, "newsvendor")[1] == base_stock_level(6.0, 1.0, 0.0, 0.5)


def test_holding_counts_the_skus_own_rate_and_capital(small: Any) -> None:
    """Its own 0.25 a day, and capital of 365 % a year on 25.00, 0.25 a day: margin 4.50 against 0.50."""
    sku = {"name": "k0", "price": 29.5, "cost": 25.0, "holding_per_day": 0.25}
    money = {"holding_per_day": 99.0, "capital_rate_per_year": 3.65}
    world = small.world([[0]], rate_per_day=6.0, lead_time_days=0.0, review_days=1.0, sku=[sku], money=money)
    assert row(world, "newsvendor")[1] == base_stock_level(6.0, 0.0, 1.0, 4.5 / (4.5 + 0.5))


def test_a_pair_without_a_supplier_never_orders(small: Any) -> None:
    supply = {"supplier": [{"name": "factory", "locations": ["l1"]}]}
    world = small.world([[0, 0]], supply=supply)
    assert [pair_supplier(world, f"l{l}", "k0") for l in (0, 1)] == [-1, 0]
    for rule in ("base_stock", "s_S", "r_Q", "capped_base_stock", "constant", "newsvendor"):
        levels = levels_of(world, ReplenishRule(rule))
        args = levels.s[0], levels.S[0], levels.lot[0], levels.cap[0]
        assert order_quantity(-1000, *args) == 0


def test_the_first_supplier_that_fits_serves_and_a_location_never_itself(small: Any) -> None:
    suppliers = [
        {"name": "hub", "from_location": "l0", "lead_time_days": {"mean": 1.0}},
        {"name": "factory", "lead_time_days": {"mean": 9.0}},
    ]
    world = small.world([[0, 0]], supply={"supplier": suppliers})
    assert [pair_supplier(world, f"l{l}", "k0") for l in (0, 1)] == [1, 0]
    sites = [{"name": "l0", "carries": ["k0"]}, {"name": "l1"}]
    world = small.world([[0, 0], [0, 0]], location=sites, supply={"supplier": suppliers})
    assert [pair_supplier(world, "l1", sku) for sku in ("k0", "k1")] == [0, 1]


def test_expedite_levels_are_those_of_the_item(small: Any) -> None:
    fast = small.world([[0, 0]], lead_time_days=1.0, item={"location": "l1", "expedite_below": 2})
    levels = levels_of(fast, ReplenishRule("base_stock"))
    assert isinstance(levels, Levels)
    assert levels.expedite == [-ALWAYS, 2]
