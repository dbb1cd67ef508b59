"""Learned policies decide the same in both engines, whatever the world and the weights."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.model.kernel.test_same_catalogue import last_orders, short
from tests.model.kernel.twins import same

from fillrate.simulate import Result
from fillrate.testing import Run, runs
from fillrate.testing.networks import random_policy, random_prices
from fillrate.trace import sample
from fillrate.world import load_world

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]
ORDERS = 300


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", ["regional", "peak_season", "omnichannel", "limited_edition", "disruption"])
def test_on_worlds_of_the_catalogue(name: str, seed: int) -> None:
    world = short(load_world(name), ORDERS)
    for made in (random_policy, random_prices):
        found = same(world, last_orders(sample(world, seed), ORDERS), made(seed))
        assert isinstance(found, Result)


@settings(max_examples=40, suppress_health_check=SLOW)
@given(runs(), st.integers(0, 2**20))
def test_on_random_worlds(run: Run, seed: int) -> None:
    same(run.world, run.trace, random_policy(seed))
    same(run.world, run.trace, random_prices(seed))
