"""Lanes: what the formula, a rate card, a stated lane and a carrier service make of a parcel's cost and time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fillrate.world import Tables, World, parse_world
from fillrate.world.geography import haversine_km
from fillrate.world.network import RateCard
from fillrate.world.rates import card_fits, fit_rate_card

BREAKS = [[2.0, 4.6], [5.0, 6.2], [10.0, 7.6], [31.5, 12.9]]


def world(lane: list[dict[str, Any]] | None = None, sku: list[dict[str, Any]] | None = None, **shipping: Any) -> World:
    """Site a where region r is, site b 1,000 km to the north (haversine: 8.993216 degrees)."""
    tables = {
        "world": {"name": "w", "horizon_days": 1.0},
        "location": [{"name": "a"}, {"name": "b", "latitude": 8.993216}],
        "region": [{"name": "r"}],
        "sku": sku or [{"name": "x", "weight_kg": 2.0}],
        "shipping": shipping,
        "lane": lane or [],
    }
    return parse_world(tables, "w.toml")


def lanes(of: World, service: int = 0) -> list[tuple[float, ...]]:
    """Box, rate, rate per kg and mean transit by site, to the sixth decimal."""
    t: Tables = of.tables
    rows = (t.box[service, 0], t.rate[service, 0], t.rate_per_kg[service, 0], t.transit_mean_days[service, 0])
    return [tuple(float(v) for v in row) for row in zip(*(np.round(row, 5) for row in rows), strict=True)]


def test_distances_are_great_circles() -> None:
    """Berlin to Munich 504 km, Hamburg to Munich 612 km (city centres); a quarter of the meridian 10,008 km."""
    assert haversine_km(52.52, 13.405, 48.137, 11.575) == pytest.approx(504.0, abs=1.0)
    assert haversine_km(53.55, 9.99, 48.14, 11.58) == pytest.approx(612.0, abs=1.0)
    assert haversine_km(0.0, 0.0, 90.0, 0.0) == pytest.approx(6371.0088 * np.pi / 2.0)
    assert haversine_km(10.0, 20.0, 10.0, 20.0) == 0.0
    assert haversine_km(0.0, 0.0, 0.0, 180.0) == pytest.approx(6371.0088 * np.pi)


def test_the_formula_grows_with_the_distance() -> None:
    of = world(box=4.0, box_per_km=0.002, rate=0.5, rate_per_km=0.001, rate_per_kg=0.1, transit_days_per_1000_km=1.5)
    assert lanes(of) == [(4.0, 0.5, 0.1, 0.0), (6.0, 1.5, 0.1, 1.5)]


@pytest.mark.parametrize("law", ["constant", "gamma", "lognormal", "exponential"])
def test_the_distance_moves_the_mean_and_keeps_the_coefficient_of_variation(law: str) -> None:
    varies = {"cv": 0.4} if law in {"gamma", "lognormal"} else {}
    of = world(transit_days={"law": law, "mean": 1.0, **varies}, transit_days_per_1000_km=2.0)
    assert [row[3] for row in lanes(of)] == [1.0, 3.0]
    far = of.tables.transit_law[0][0][1]
    assert far is not None
    assert (far.law, far.cv, round(far.mean, 5)) == (law, varies.get("cv", 1.0), 3.0)


def test_the_distance_is_added_to_every_value_of_an_empirical_law() -> None:
    of = world(
        transit_days={"law": "empirical", "values": [1.0, 2.0], "weights": [3.0, 1.0]}, transit_days_per_1000_km=2.0
    )
    far = of.tables.transit_law[0][0][1]
    assert far is not None
    assert [round(v, 5) for v in far.values] == [3.0, 4.0]
    assert [row[3] for row in lanes(of)] == [1.25, 3.25]


def test_a_rate_card_is_the_least_squares_line() -> None:
    box, rate, error = fit_rate_card(RateCard(breaks=tuple((kg, price) for kg, price in BREAKS)))
    kg, price = np.array(BREAKS).T
    slope, start = np.polyfit(kg, price, 1).tolist()
    assert (box, rate) == pytest.approx((start, slope), rel=1e-12)
    assert error == pytest.approx(max(abs(start + slope * kg - price) for kg, price in BREAKS))


def test_a_card_never_pays_for_weight_nor_for_a_box() -> None:
    box, rate, _ = fit_rate_card(RateCard(breaks=((1.0, 5.0), (2.0, 3.0))))
    assert (box, rate) == (4.0, 0.0)
    box, rate, _ = fit_rate_card(RateCard(breaks=((1.0, 1.0), (2.0, 4.0))))
    assert (box, rate) == (0.0, 1.8)  # through nothing: (1 · 1 + 2 · 4) / (1 + 4)


def test_the_first_card_whose_band_reaches_the_lane_counts() -> None:
    cards = [{"up_to_km": 500.0, "breaks": [[1.0, 3.0], [2.0, 4.0]]}, {"breaks": [[1.0, 6.0], [2.0, 8.0]]}]
    of = world(rate_card=cards, box=99.0, rate=99.0)
    assert lanes(of) == [(2.0, 0.0, 1.0, 0.0), (4.0, 0.0, 2.0, 0.0)]
    assert [(fit.up_to_km, fit.error) for fit in card_fits(of)] == [(500.0, 0.0), (1e9, 0.0)]


def test_a_lane_beyond_every_band_keeps_the_formula() -> None:
    of = world(rate_card=[{"up_to_km": 500.0, "breaks": [[1.0, 3.0], [2.0, 4.0]]}], box=9.0)
    assert [row[0] for row in lanes(of)] == [2.0, 9.0]


def test_a_stated_lane_replaces_what_it_states() -> None:
    stated = {"location": "b", "region": "r", "rate": 0.25, "transit_days": {"mean": 0.5}}
    of = world(lane=[stated], box=4.0, box_per_km=0.002, rate=0.5, transit_days={"mean": 2.0})
    assert lanes(of) == [(4.0, 0.5, 0.0, 2.0), (6.0, 0.25, 0.0, 0.5)]


def test_a_stated_distance_goes_into_the_formula_and_beyond_the_reach() -> None:
    lane = [{"location": "b", "region": "r", "distance_km": 2_000.0}]
    of = world(lane=lane, box_per_km=0.002, reach_km=500.0)
    assert [row[0] for row in lanes(of)] == [0.0, 4.0]
    assert of.tables.exists.tolist() == [[True, True]]


def test_lanes_end_at_the_reach_or_where_they_are_closed() -> None:
    assert world(reach_km=999.0).tables.exists.tolist() == [[True, False]]
    closed = world(lane=[{"location": "a", "region": "r", "closed": True}])
    assert closed.tables.exists.tolist() == [[False, True]]
    assert closed.tables.region_order == ((1,),)
    assert closed.tables.home(0, 0) == 1


def test_a_service_scales_cost_and_time() -> None:
    fast = {"name": "fast", "cost_factor": 1.5, "transit_factor": 0.5}
    of = world(box=4.0, rate=1.0, rate_per_kg=0.5, transit_days={"mean": 2.0}, service=[{"name": "slow"}, fast])
    assert lanes(of, 0)[0] == (4.0, 1.0, 0.5, 2.0)
    assert lanes(of, 1)[0] == (6.0, 1.5, 0.75, 1.0)


def test_a_region_turns_to_the_cheapest_lane_then_the_nearest_then_the_first() -> None:
    assert world().tables.region_order == ((0, 1),), "equal cost: the nearer"
    dear = [{"location": "a", "region": "r", "box": 1.0}]
    assert world(lane=dear).tables.region_order == ((1, 0),)
    level = [{"location": "b", "region": "r", "distance_km": 0.0}]
    assert world(lane=level).tables.region_order == ((0, 1),), "equal in all: the order of the file"
    heavy = [{"location": "a", "region": "r", "rate_per_kg": 0.6}]
    light, weighty = [{"name": "x", "weight_kg": 1.0}], [{"name": "x", "weight_kg": 2.0}]
    assert world(heavy, light, box_per_km=0.001).tables.region_order == ((0, 1),), "0.6 against 1.0"
    assert world(heavy, weighty, box_per_km=0.001).tables.region_order == ((1, 0),), "1.2 against 1.0"
