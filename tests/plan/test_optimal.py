"""The optimal rule as a policy: GROUND_TRUTH E by its own table, and by playing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.plan.test_dlp import one_item

from fillrate.draws import snap
from fillrate.errors import PolicyError
from fillrate.model.planning import Snapshot
from fillrate.plan.optimal import OptimalPlanner
from fillrate.policy import load_policy
from fillrate.simulate import Replications
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.law import Law
from fillrate.world.network import Outage

CASES: list[Any] = [
    ((0.4, 0.4), [[1, 4], [3, 1]], 10.0, (5, 5), 70.541939, 73.081507),
    ((0.5, 0.3), [[1, 2], [6, 1]], 12.0, (8, 6), 43.893241, 45.359348),
]


@pytest.mark.slow
@pytest.mark.parametrize(("chances", "costs", "lost", "stock", "optimal", "myopic"), CASES)
def test_it_costs_what_the_recursion_says(
    chances: tuple[float, float],
    costs: list[list[float]],
    lost: float,
    stock: tuple[int, int],
    optimal: float,
    myopic: float,
) -> None:
    world = one_item(chances, costs, lost, stock)
    planner = OptimalPlanner(world)
    assert planner.to_go[-1][stock] == pytest.approx(optimal, abs=5e-7)
    played = Replications(world, {name: load_policy(name) for name in ("optimal", "whole_order")})
    feeds = [played.feed(sample(world, seed)) for seed in range(4000)]
    for name, value in (("optimal", optimal), ("whole_order", myopic)):
        cost = np.array([-(card["contribution"] or 0.0) for card in played.scorecards(name, feeds)])
        error = cost.std(ddof=1) / np.sqrt(len(cost))
        assert abs(cost.mean() - value) < 3.3 * error, (name, cost.mean(), error)
        assert error < 0.25 * (myopic - optimal)  # so that it tells the two rules apart


def test_a_period_ends_when_the_next_one_begins_on_the_grid_of_instants() -> None:
    """A tenth of a day is no whole number of ticks: two of them end a little before 0.2."""
    days, tenths = (OptimalPlanner(lasting(one_item(*CASES[0][:4]), each)) for each in (1.0, 0.1))
    for period in range(20):
        prices = [planner(seen(snap(period * each))).price for planner, each in ((days, 1.0), (tenths, 0.1))]
        left = tenths.to_go[19 - period]
        assert prices[0].tolist() == prices[1].tolist() == [left[4, 5] - left[5, 5], left[5, 4] - left[5, 5]]


def lasting(world: World, each: float) -> World:
    """Twenty periods of so many days."""
    header, demand = replace(world.header, horizon_days=20 * each), replace(world.demand, period_days=each)
    return replace(world, header=header, demand=demand)


def seen(now: float) -> Snapshot:
    """Five units at either site."""
    free, none = np.array([5, 5]), np.zeros(2, np.int64)
    return Snapshot(now, free, none, np.zeros((0, 3), np.int64), None, -1.0, none, np.zeros(0, np.int8))


@pytest.mark.parametrize("name", ["regional", "baskets", "lost_sales"])
def test_other_worlds_are_refused(name: str) -> None:
    with pytest.raises(PolicyError, match=r"one SKU|bernoulli"):
        OptimalPlanner(load_world(name))


@pytest.mark.parametrize(
    ("left_out", "table", "terms"),
    [
        ("costs of holding", "money", {"holding_per_day": 1.0}),
        ("stock written down at the close", "money", {"salvage": 0.5}),
        ("waves", "timing", {"mode": "wave"}),
        ("returns", "segments", {"return_probability": 0.5}),
        ("lateness", "segments", {"lateness_per_unit_day": 1.0}),
        ("orders that wait", "segments", {"patience_days": Law(mean=1.0)}),
        ("short picks", "locations", {"short_pick_probability": 0.5}),
        ("outages", "locations", {"outage": Outage(windows=((5.0, 15.0),))}),
        ("outages", "locations", {"outage": Outage(mean_up_days=5.0)}),
        ("orders that a channel pins", "channels", {"pins": "nearest"}),
    ],
)
def test_what_the_recursion_leaves_out_is_refused(left_out: str, table: str, terms: dict[str, Any]) -> None:
    """With costs of holding, for one, `cheapest` earns more than the rule for a world without them."""
    world: Any = one_item(*CASES[0][:4])
    given = getattr(world, table)
    changed = tuple(replace(each, **terms) for each in given) if isinstance(given, tuple) else replace(given, **terms)
    with pytest.raises(PolicyError, match=f"which has {left_out}"):
        OptimalPlanner(replace(world, **{table: changed}))
