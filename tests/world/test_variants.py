"""Worlds made from a world: variants are like it, larger ones are several of it within each other's reach."""

from __future__ import annotations

import pytest

from fillrate.errors import WorldError
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world
from fillrate.world.variants import larger, variant

NAMES = ["regional", "peak_season", "omnichannel", "disruption", "limited_edition_daily", "two_warehouses"]


@pytest.mark.parametrize("name", NAMES)
def test_variants_are_other_worlds_and_a_seed_repeats_them(name: str) -> None:
    world = load_world(name)
    found = {variant(world, seed).hash for seed in range(20)}
    assert len(found | {world.hash}) == 21
    assert variant(world, 3) == variant(world, 3)
    still = variant(world, 3, by=0.0)
    assert (still.demand, still.regions, still.locations) == (world.demand, world.regions, world.locations)


def test_what_is_moved_stays_near() -> None:
    world = load_world("peak_season")
    for seed in range(20):
        found = variant(world, seed)
        pairs = [(found.demand.rate_per_day, world.demand.rate_per_day)]
        pairs += [(a.weight, b.weight) for a, b in zip(found.regions, world.regions, strict=True)]
        pairs += [
            (a.station.line_minutes, b.station.line_minutes)
            for a, b in zip(found.locations, world.locations, strict=True)
        ]
        assert all(0.85 <= a / b <= 1.15 for a, b in pairs if b)
        assert len({round(a / b, 9) for a, b in pairs if b}) > len(pairs) / 2  # each by a draw of its own


def test_a_larger_network_is_ten_of_them() -> None:
    world = load_world("regional").over(5.0)
    found = larger(world, 10)
    assert (len(found.locations), len(found.regions)) == (50, 100)
    assert found.demand.rate_per_day == 10 * world.demand.rate_per_day
    assert len({(r.latitude, r.longitude) for r in found.regions}) == 100
    filled = simulate(found, sample(found, 1), "cheapest").scorecard["unit_fill_rate"]
    assert (filled or 0.0) > 0.8  # every copy has its stock and its suppliers


def test_one_copy_is_the_world_itself() -> None:
    world = load_world("regional")
    once, trace = larger(world, 1).over(3.0), sample(world.over(3.0), 2)
    same = simulate(world.over(3.0), trace, "cheapest").scorecard
    assert dict(simulate(once, sample(once, 2), "cheapest").scorecard) == dict(same)


def test_a_world_that_moves_stock_between_sites_is_refused() -> None:
    with pytest.raises(WorldError, match="found lanes or transfers; allowed: a world without them"):
        larger(load_world("omnichannel"), 2)


def test_a_horizon_that_is_asked_for_again_has_its_tables_already() -> None:
    world = load_world("regional")
    tables = world.over(3.0).tables
    assert world.over(3.0).tables is tables
    assert (world.over(4.0).days, world.over(3.0).days) == (4.0, 3.0)
    assert world.over(3.0).tables is not tables  # one other horizon is kept, not all that were ever asked for
