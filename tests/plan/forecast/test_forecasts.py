"""Forecasts: what each method says of series that one can work out, and of orders received."""

from __future__ import annotations

import numpy as np
import pytest

from fillrate.errors import InputError
from fillrate.model.planning import Snapshot, received
from fillrate.plan.classes import classes_of, known_demand
from fillrate.plan.forecast import METHODS, backtest, croston, demand_of, seasonal_naive, smoothing
from fillrate.plan.forecast.demand import daily
from fillrate.testing.by_hand import order, trace_of
from fillrate.trace import sample
from fillrate.world import World, load_world, parse_world
from fillrate.world.literature import instance

ONE_OF_EACH = {"location": [{"name": "site"}], "region": [{"name": "region"}], "sku": [{"name": "item"}]}
WEEK = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 8.0])


@pytest.mark.parametrize("name", METHODS)
def test_what_never_changes_goes_on(name: str) -> None:
    seen = np.tile([[3.0, 0.0]], (30, 1))
    expected = [3.0 * 0.95, 0.0] if name == "croston" else [3.0, 0.0]
    assert METHODS[name](seen, 4) == pytest.approx(np.tile([expected], (4, 1)))
    assert METHODS[name](seen[:0], 2).tolist() == [[0.0, 0.0]] * 2


@pytest.mark.parametrize("name", ["seasonal_naive", "smoothing"])
def test_a_week_is_known_again(name: str) -> None:
    seen = np.tile(WEEK, 6)[: 7 * 5 + 3, None]
    assert METHODS[name](seen, 7).ravel() == pytest.approx(np.roll(WEEK, -3))


def test_smoothing_follows_a_new_level_and_the_last_week_does_so_at_once() -> None:
    seen = np.concatenate([np.full(28, 2.0), np.full(14, 6.0)])[:, None]
    assert seasonal_naive(seen, 1)[0, 0] == 6.0
    assert 4.0 < smoothing(seen, 7).mean() < 6.0


def test_smoothing_is_winters_in_its_form_by_errors() -> None:
    """Hyndman and others (2008): level and season move by 0.1 and 0.1 (1 - 0.1) of the error of one day ahead."""
    seen = np.random.default_rng(4).gamma(2.0, 3.0, 40)
    level = seen[:7].mean()
    season = list(seen[:7] - level)
    for day in range(7, 40):
        error = seen[day] - level - season[day % 7]
        level, season[day % 7] = level + 0.1 * error, season[day % 7] + 0.09 * error
    expected = [max(0.0, level + season[day % 7]) for day in range(40, 47)]
    assert smoothing(seen[:, None], 7).ravel() == pytest.approx(expected, rel=1e-12)


def test_croston_divides_size_by_gap() -> None:
    seen = np.zeros((60, 2))
    seen[4::5, 0], seen[9::10, 1] = 10.0, 3.0
    assert croston(seen, 1)[0] == pytest.approx([0.95 * 2.0, 0.95 * 0.3])


def test_errors_are_reported() -> None:
    random = np.random.default_rng(1)
    seen = np.tile(WEEK, 12)[:, None] + random.normal(scale=0.5, size=(84, 1))
    found = {name: backtest(seen, name) for name in METHODS}
    assert found["smoothing"].mean_absolute < found["seasonal_naive"].mean_absolute < found["croston"].mean_absolute
    assert found["seasonal_naive"].scaled == pytest.approx(1.0)
    assert found["smoothing"].days == 70
    assert backtest(np.arange(30.0)[:, None], "seasonal_naive").bias == pytest.approx(-7.0)
    with pytest.raises(InputError, match="did you mean 'smoothing'"):
        backtest(seen, "smooting")
    with pytest.raises(InputError, match="more than 14"):
        backtest(seen[:14], "smoothing")


def seen_at(world: World, now: float) -> Snapshot:
    pairs = np.zeros(len(world.tables.pair_sku), np.int64)
    orders = received(sample(world, 1).orders, now, False)
    return Snapshot(now, pairs, pairs, np.zeros((0, 3), np.int64), orders, -1.0, pairs, np.zeros(0, np.int8))


@pytest.mark.parametrize(
    "world", [instance(0, horizon=2000.0), load_world("regional").over(40.0)], ids=lambda w: w.name
)
def test_what_is_expected_of_orders_seen_is_near_the_known_rates(world: World) -> None:
    classes, now = classes_of(world), world.days / 2.0
    known = known_demand(world, classes, now, world.days)
    for name in ("smoothing", "croston"):
        found = demand_of(world, classes, name)(seen_at(world, now), world.days)
        assert found.shape == known.shape
        assert found.sum() == pytest.approx(known.sum(), rel=0.15)
        assert np.corrcoef(found, known)[0, 1] > 0.9
    assert demand_of(world, classes, "known")(seen_at(world, now), world.days) == pytest.approx(known)
    assert not demand_of(world, classes, "smoothing")(seen_at(world, 0.5), world.days).any()


@pytest.mark.parametrize(
    ("now", "until", "units"),
    [
        (19.0, 21.0, WEEK[5] + WEEK[6]),
        (19.75, 21.0, 0.25 * WEEK[5] + WEEK[6]),
        (19.75, 20.5, 0.25 * WEEK[5] + 0.5 * WEEK[6]),
        (19.25, 19.75, 0.5 * WEEK[5]),
    ],
)
def test_of_a_day_that_has_begun_the_rest_is_expected(now: float, until: float, units: float) -> None:
    demand = {"process": "poisson", "rate_per_day": 1.0}
    world = parse_world({**ONE_OF_EACH, "demand": demand, "world": {"name": "w", "horizon_days": 21.0}}, "w")
    days = trace_of(world, *(order(day + 0.125, ("item", int(WEEK[day % 7]))) for day in range(19))).orders
    pairs = np.zeros(1, np.int64)
    seen = Snapshot(now, pairs, pairs, np.zeros((0, 3), np.int64), days, -1.0, pairs, np.zeros(0, np.int8))
    assert demand_of(world, classes_of(world), "seasonal_naive")(seen, until) == pytest.approx([units])


def test_units_are_counted_by_whole_days() -> None:
    world = load_world("regional").over(3.0)
    orders = sample(world, 2).orders
    found = daily(orders, len(world.skus), 2)
    day = np.repeat(np.floor(orders.time), np.diff(orders.first_line))
    assert found[1].sum() == orders.quantity[day == 1.0].sum()
    assert found.shape == (2, len(world.skus))
