"""The world is Zipkin's setting (2008, Operations Research 56(5), Table 3, p = 4, L = 4): GROUND_TRUTH D."""

from __future__ import annotations

import pytest

from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world


def test_the_numbers_are_those_of_the_table() -> None:
    world = load_world("lost_sales")
    assert (world.demand.count.law, world.demand.count.mean, world.demand.period_days) == ("poisson", 5.0, 1.0)
    assert (world.money.holding_per_day, world.money.charge, world.money.period_days) == (1.0, "period_end", 1.0)
    assert (world.segments[0].loss_per_unit, world.skus[0].price, world.skus[0].cost) == (4.0, 0.0, 0.0)
    assert (world.supply.review_days, world.supply.supplier[0].lead_time_days.mean) == (1.0, 4.0)
    assert (world.supply.item[0].base_stock, world.supply.item[0].cap) == (25, 5)


def test_the_average_cost_of_the_base_stock_is_reached() -> None:
    """Three runs of 2,000 days: 0.2 is about three standard errors; with the review after the demand 6.29."""
    world = load_world("lost_sales")
    runs = [
        simulate(world, sample(world, seed), "base_stock").scorecard["contribution_per_day"] for seed in range(1, 4)
    ]
    assert -sum(run or 0.0 for run in runs) / 3 == pytest.approx(5.20, abs=0.2)
