"""Profiles and promotions: which factor holds when, from the first weekday and the first day of the year on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fillrate.world import World, parse_world
from fillrate.world.rhythm import promotions_on, rate_edges, rate_factors, segment_weights, sku_weights


def world(header: dict[str, Any] | None = None, **demand: Any) -> World:
    """A world of two SKUs and two segments."""
    tables = {
        "world": {"name": "w", "horizon_days": 10.0, **(header or {})},
        "location": [{"name": "a"}],
        "region": [{"name": "r"}],
        "sku": [{"name": "x", "popularity": 3.0}, {"name": "y"}],
        "segment": [{"name": "many", "weight": 4.0}, {"name": "few"}],
        "demand": {"rate_per_day": 2.0, **demand},
    }
    return parse_world(tables, "w.toml")


def factors(of: World, *at: float) -> list[float]:
    found: list[float] = rate_factors(of, np.array(at)).tolist()
    return found


def test_hours_end_on_the_hour_and_at_both_ends() -> None:
    assert (rate_edges(world(), 0.02, 0.13) * 24).tolist() == pytest.approx([0.48, 1.0, 2.0, 3.0, 3.12])
    assert (rate_edges(world(), 0.0, 0.125) * 24).tolist() == [0.0, 1.0, 2.0, 3.0]


def test_a_promotion_within_an_hour_has_edges_of_its_own() -> None:
    of = world(promotion=[{"from_day": 0.0625, "to_day": 0.125, "factor": 3.0}, {"from_day": 0.0, "to_day": 9.0}])
    assert (rate_edges(of, 0.0, 0.125) * 24).tolist() == [0.0, 1.0, 1.5, 2.0, 3.0]


def test_a_profile_is_normalised_and_its_place_is_that_of_the_instant() -> None:
    of = world(hour_profile=[3.0] + [1.0] * 21 + [0.0, 0.0])  # the sum is 24
    assert factors(of, 0.0, 1 / 24, 22 / 24, 3.02) == [3.0, 1.0, 0.0, 3.0]
    doubled = world(hour_profile=[6.0] + [2.0] * 21 + [0.0, 0.0])
    assert factors(doubled, 0.0, 0.5) == [3.0, 1.0]


def test_the_week_begins_on_the_first_weekday() -> None:
    week = [7.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert factors(world(weekday_profile=week), 0.5, 1.5, 7.5) == [7.0, 0.0, 7.0]
    assert factors(world({"first_weekday": 6}, weekday_profile=week), 0.5, 1.5, 8.5) == [0.0, 7.0, 7.0]


def test_the_year_begins_on_its_first_day() -> None:
    halves: dict[str, Any] = {"season_profile": [0.5, 1.5]}
    assert factors(world(**halves), 0.0, 182.0, 183.0, 364.0, 365.0) == [0.5, 0.5, 1.5, 1.5, 0.5]
    assert factors(world({"first_day_of_year": 182}, **halves), 0.0, 1.0) == [0.5, 1.5]


def test_a_promotion_holds_from_its_start_until_before_its_end() -> None:
    of = world(
        promotion=[
            {"from_day": 1.0, "to_day": 2.0, "factor": 3.0, "skus": ["y"], "sku_factor": 5.0},
            {"from_day": 1.5, "to_day": 3.0, "factor": 2.0, "segments": ["few"], "segment_factor": 8.0},
        ]
    )
    at = [0.9, 1.0, 1.5, 2.0, 3.0]
    assert factors(of, *at) == [1.0, 3.0, 6.0, 2.0, 1.0]
    assert promotions_on(of, np.array(at)).tolist() == [0, 1, 3, 2, 0]
    assert [sku_weights(of, state).tolist() for state in (0, 1, 2)] == [[3.0, 1.0], [3.0, 5.0], [3.0, 1.0]]
    assert [segment_weights(of, state).tolist() for state in (0, 1, 3)] == [[4.0, 1.0], [4.0, 1.0], [4.0, 8.0]]


def test_a_shorter_horizon_changes_no_rhythm() -> None:
    of = world({"first_weekday": 3}, weekday_profile=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    short = replace(of, header=replace(of.header, horizon_days=2.0))
    assert factors(of, 0.0, 1.9) == factors(short, 0.0, 1.9) == [1.0, 1.25]
