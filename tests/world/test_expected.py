"""Carried pairs, homes and expected demand: by hand, and against orders that were sampled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fillrate.trace import sample
from fillrate.world import World, load_world, parse_world
from fillrate.world.expected import expected_units, orders_per_day, sku_moments
from fillrate.world.law import CountLaw, Law, count_quantile, mean_of, quantile

ORDERS_OF_SEVERAL = 1.3  # lines of one order come together, which adds to the variance of their sum


def world(**tables: Any) -> World:
    base = {
        "world": {"name": "w", "horizon_days": 14.0},
        "location": [
            {"name": "a", "carries": ["x", "z"]},
            {"name": "b", "latitude": 10.0},
            {"name": "c", "latitude": 20.0, "carries": ["y"]},
        ],
        "region": [{"name": "south", "weight": 3.0}, {"name": "north", "latitude": 20.0}],
        "sku": [{"name": "x", "popularity": 2.0}, {"name": "y"}, {"name": "z"}],
        "shipping": {"box_per_km": 0.001},
        "demand": {"rate_per_day": 8.0, "line_count": [1.0, 1.0], "unit_count": [1.0, 0.0, 1.0]},
    }
    return parse_world({**base, **tables}, "w.toml")


def test_pairs_are_stored_sku_first() -> None:
    t = world().tables
    assert t.pair_start.tolist() == [0, 2, 4, 6]
    assert t.pair_sku.tolist() == [0, 0, 1, 1, 2, 2]
    assert t.pair_location.tolist() == [0, 1, 1, 2, 0, 1]
    assert t.pair_of[0, 2] == 4
    assert (2, 0) not in t.pair_of


def test_candidates_carry_the_sku_in_the_regions_order() -> None:
    t = world().tables
    assert t.region_order == ((0, 1, 2), (2, 1, 0))
    assert t.candidates(0, 0) == ((0, 0), (1, 1))
    assert t.candidates(1, 1) == ((2, 3), (1, 2))
    assert [t.home(0, sku) for sku in range(3)] == [0, 2, 4]
    assert [t.home(1, sku) for sku in range(3)] == [1, 3, 5]


def test_moments_and_home_rates_by_hand() -> None:
    """1.5 lines an order of 2 units in the mean, E[units²] = 5; half the lines ask for x, a quarter for y.

    Every second order has two lines: x on one of them adds 0.5 x 5 in the mean, on both of them 2 x (0.5 x 2)².
    """
    of = world()
    assert sku_moments(of).tolist() == [[1.5, 4.75], [0.75, 2.125], [0.75, 2.125]]
    # 8 orders a day: 12 units of x, 6 of y, 6 of z; three quarters from the south
    assert of.tables.home_rate.tolist() == [9.0, 3.0, 4.5, 1.5, 4.5, 1.5]
    assert of.tables.home_variance.tolist() == [28.5, 9.5, 12.75, 4.25, 12.75, 4.25]


def test_moments_are_those_of_sampled_orders() -> None:
    """Three lines an order and two SKUs: most orders ask for one of them on two lines or more."""
    of = world(demand={"rate_per_day": 2000.0, "line_count": [0.0, 0.0, 1.0], "unit_count": [1.0, 1.0]})
    o = sample(of, 5).orders
    row = np.repeat(np.arange(len(o)), np.diff(o.first_line))
    asked = np.array([np.bincount(row, o.quantity * (o.sku == sku), len(o)) for sku in range(3)])
    found = np.column_stack([asked.mean(axis=1), (asked**2).mean(axis=1)])
    assert found == pytest.approx(sku_moments(of), rel=0.05)


def test_demand_that_nobody_carries_has_no_home() -> None:
    of = world(location=[{"name": "a", "carries": ["x"]}])
    assert of.tables.home(0, 1) == -1
    assert of.tables.home_rate.tolist() == [12.0]


@pytest.mark.parametrize(
    ("demand", "orders"),
    [
        ({"rate_per_day": 8.0}, 8.0),
        ({"process": "periodic", "period_days": 0.5, "count": {"law": "poisson", "mean": 3.0}}, 6.0),
        ({"process": "periodic", "count": {"law": "empirical", "values": [2, 6], "weights": [3.0, 1.0]}}, 3.0),
        ({"process": "bernoulli", "period_days": 0.25, "probability": 0.4}, 1.6),
    ],
)
def test_orders_a_day_by_process(demand: dict[str, Any], orders: float) -> None:
    assert orders_per_day(world(demand=demand)) == pytest.approx(orders)


def test_moments_of_baskets() -> None:
    types = [
        {"probability": 1.0, "skus": ["x"], "quantities": [4]},
        {"probability": 2.0, "skus": ["x", "y"]},
        {"probability": 1.0},
    ]
    of = world(demand={"process": "bernoulli", "basket": types})
    assert sku_moments(of).tolist() == [[1.5, 4.5], [0.5, 0.5], [0.0, 0.0]]


def test_a_sku_on_two_lines_of_a_basket_is_one_demand() -> None:
    types = [{"probability": 1.0, "skus": ["x", "x", "y"], "quantities": [1, 3, 2]}]
    assert sku_moments(world(demand={"basket": types})).tolist() == [[4.0, 16.0], [2.0, 4.0], [0.0, 0.0]]


@pytest.mark.parametrize("name", ["peak_season", "limited_edition_daily", "omnichannel", "regional", "tight_cash"])
def test_expected_units_are_those_that_are_sampled(name: str) -> None:
    """By segment and SKU over three windows, with profiles, season and promotions; four standard errors."""
    of = load_world(name)
    o = sample(of, 21).orders
    segment = np.repeat(o.segment, np.diff(o.first_line))
    time = np.repeat(o.time, np.diff(o.first_line))
    second = sku_moments(of)[:, 1].sum() / sku_moments(of)[:, 0].sum()  # mean square over mean of a line's units
    for start, end in ((0.0, of.days), (of.days * 0.3, of.days * 0.45), (of.days * 0.8, of.days)):
        found = np.zeros((len(of.segments), len(of.skus)))
        inside = (time >= start) & (time < end)
        np.add.at(found, (segment[inside], o.sku[inside]), o.quantity[inside])
        expected = expected_units(of, start, end)
        error = np.sqrt(np.maximum(expected, 4.0) * second * ORDERS_OF_SEVERAL)
        assert (np.abs(found - expected) < 4.0 * error).all()
        total = float(expected.sum())
        assert found.sum() == pytest.approx(total, abs=4.0 * float(np.sqrt(total * second * ORDERS_OF_SEVERAL)))


@pytest.mark.parametrize(
    "law",
    [
        Law(),
        Law(mean=2.0),
        Law(law="exponential", mean=2.0),
        Law(law="gamma", mean=2.0, cv=0.5),
        Law(law="lognormal", mean=2.0, cv=0.5),
        Law(law="empirical", values=(1.0, 2.0, 6.0), weights=(2.0, 1.0, 1.0)),
        Law(law="empirical", values=(1.0, 3.0)),
    ],
    ids=lambda law: f"{law.law} {law.mean:g}",
)
def test_the_quantiles_of_a_law_have_its_mean(law: Law) -> None:
    u = (np.arange(8_000) + 0.5) / 8_000
    assert np.mean([quantile(law, v) for v in u.tolist()]) == pytest.approx(mean_of(law), rel=2e-3)


@pytest.mark.parametrize(
    "law",
    [
        CountLaw(mean=4.0),
        CountLaw(law="poisson", mean=4.2),
        CountLaw(law="empirical", values=(0, 9), weights=(2.0, 1.0)),
    ],
    ids=lambda law: law.law,
)
def test_the_counts_of_a_law_have_its_mean(law: CountLaw) -> None:
    u = (np.arange(8_000) + 0.5) / 8_000
    counts = [count_quantile(law, v) for v in u.tolist()]
    assert all(isinstance(n, int) for n in counts)
    assert np.mean(counts) == pytest.approx(mean_of(law), rel=2e-3)
