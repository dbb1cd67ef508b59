"""Levels by safety factor, and the numbers of `[[supply.item]]` by pair."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fillrate.model.opening import stated_opening
from fillrate.policy import load_policy
from fillrate.policy.bind import bind
from fillrate.world import World, parse_world


def world(**supply: Any) -> World:
    """One region that has its home at a; orders of one line with 1 or 3 units, two a day."""
    supplier = {"name": "s", "lead_time_days": {"mean": 4.0}}
    tables = {
        "world": {"name": "w", "horizon_days": 10.0},
        "location": [{"name": "a"}, {"name": "b", "latitude": 10.0}],
        "region": [{"name": "r"}],
        "sku": [{"name": "x"}, {"name": "y"}],
        "demand": {"rate_per_day": 2.0, "unit_count": [1.0, 0.0, 1.0]},
        "supply": {"review_days": 1.0, "opening": "base_stock", "supplier": [supplier], **supply},
        "defaults": {"replenish": "base_stock"},
    }
    return parse_world(tables, "w.toml")


def levels(of: World, policy: str = "cheapest") -> list[int]:
    found = bind(load_policy(policy), of).levels
    assert found is not None
    return found.S


def test_a_level_is_the_mean_of_lead_time_and_review_plus_standard_deviations() -> None:
    # a product is asked for in 1 line a day of 2 units in the mean, E[units²] = (1 + 9) / 2 = 5: over 5 days a mean of
    # 10 units and a standard deviation of 5; Silver, Pyke and Thomas (2017), section 6.7
    assert levels(world(safety_factor=0.0)) == [10, 0, 10, 0]
    assert levels(world(safety_factor=1.5)) == [18, 0, 18, 0]  # 17.5, half to even
    assert levels(world(safety_factor=-3.0)) == [0, 0, 0, 0]


def test_opening_stock_is_the_level() -> None:
    of = world(safety_factor=0.8)
    assert stated_opening(of).units == levels(of) == [14, 0, 14, 0]


def test_without_a_factor_the_service_level_counts() -> None:
    assert levels(world(service_level=0.9))[0] == 14  # Poisson(10): P(N <= 13) = 0.864, P(N <= 14) = 0.917


def test_the_last_item_that_fits_gives_the_number() -> None:
    item = [
        {"location": "a", "sku": "x", "base_stock": 7, "units": 2},
        {"sku": "x", "base_stock": 9},
        {"location": "b", "units": 5},
        {"location": "b", "sku": "y", "base_stock": 1},
        {"units": 4},
    ]
    of = world(safety_factor=0.0, item=item)
    assert levels(of) == [9, 9, 10, 1]
    assert stated_opening(of).units == [4, 4, 4, 4]
    assert [(i.location, i.sku) for i in of.tables.item] == [("a", "x"), ("b", "x"), ("a", "y"), ("b", "y")]


def test_where_a_trace_lies_is_no_part_of_what_a_world_says() -> None:
    of = world()
    moved = replace(of, header=replace(of.header, trace="elsewhere.parquet"))
    assert moved.hash == of.hash
    assert replace(of, header=replace(of.header, horizon_days=9.0)).hash != of.hash


@pytest.mark.parametrize("factor", [float("nan"), float("inf")])
def test_a_factor_is_finite(factor: float) -> None:
    from fillrate.errors import WorldError

    with pytest.raises(WorldError, match="safety_factor"):
        world(safety_factor=factor)


def test_the_opening_level_is_that_of_the_pairs_own_supplier() -> None:
    """Two suppliers: the far one's 40 days are nothing to x; nobody serves b, which has no demand either."""
    suppliers = [
        {"name": "near", "skus": ["x"], "locations": ["a"], "lead_time_days": {"mean": 1.0}},
        {"name": "far", "skus": ["y"], "locations": ["a"], "lead_time_days": {"mean": 40.0}},
    ]
    for terms in ({}, {"safety_factor": 1.0}):
        w = world(supplier=suppliers, **terms)
        units, levels = stated_opening(w).units, bind(load_policy("base_stock"), w).levels
        assert levels is not None
        assert [units[0], units[2]] == [levels.S[0], levels.S[2]]
        assert units[0] < 10 < units[2]
        assert [units[1], units[3]] == [0, 0]
