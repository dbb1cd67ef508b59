"""Conformance: every world of the catalogue explains itself, loads, and runs soundly under its defaults."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from fillrate.catalogue import built_in
from fillrate.model.invariants import require_sound
from fillrate.policy import bind, load_policy
from fillrate.scorecard.recount import differences, recount
from fillrate.simulate import simulate
from fillrate.trace import Orders, Trace, sample
from fillrate.world import World, load_world
from fillrate.world.expected import expected_units, sku_moments

WORLDS = {path.stem: path for path in sorted(built_in("envs").glob("*.toml"))}
EXPECTED = {
    *("two_warehouses", "lost_sales", "limited_edition", "limited_edition_daily", "regional", "baskets"),
    *("baskets_large", "peak_season", "disruption", "omnichannel", "tight_cash"),
}
LARGE = {"baskets_large"}  # the only world with more than 20,000 orders
HEADINGS = ("# What it is for: ", "# Where the numbers come from: ", "# What is known of its optimum: ")
ORDERS = 300


def head(trace: Trace, orders: int) -> Trace:
    """The first orders of a trace, over the same days."""
    o, lines = trace.orders, trace.orders.first_line[orders]
    by_line = {"sku", "quantity", "price"}
    names = [f.name for f in fields(o) if f.name != "first_line"]
    cut: dict[str, Any] = {name: getattr(o, name)[: lines if name in by_line else orders].copy() for name in names}
    return replace(trace, orders=Orders(first_line=o.first_line[: orders + 1].copy(), **cut))


def shortened(world: World) -> World:
    """Enough days for the orders of the test where the whole horizon would take long, else the world itself."""
    return world.over(world.days / 20.0) if world.name in LARGE else world


def test_the_worlds_of_the_design_are_there() -> None:
    assert set(WORLDS) >= EXPECTED


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_named_as_its_file_and_explains_itself(name: str) -> None:
    header = load_world(name).header
    assert header.name == name
    for text in (header.title, header.about, header.source, header.optimum):
        assert text
        assert "  " not in text
    comment = WORLDS[name].read_text(encoding="utf-8").split("\n[", 1)[0].splitlines()
    assert comment[0].startswith("# ")
    assert sum(line.startswith("#") for line in comment) >= 6
    assert max(map(len, comment)) <= 125


@pytest.mark.parametrize("name", sorted(set(WORLDS) - {"baskets", "baskets_large"}))
def test_a_file_opens_with_purpose_source_and_optimum(name: str) -> None:
    text = WORLDS[name].read_text(encoding="utf-8")
    places = [text.find(heading) for heading in HEADINGS]
    assert -1 < places[0] < places[1] < places[2] < text.index("\n[world]")


@pytest.mark.parametrize("name", sorted(set(WORLDS) - LARGE))
def test_the_default_horizon_brings_two_to_twenty_thousand_orders(name: str) -> None:
    world = load_world(name)
    orders = expected_units(world, 0.0, world.days).sum() / sku_moments(world)[:, 0].sum()
    assert 2_000 <= orders * (1.0 - 1e-9) <= 20_000


@pytest.mark.parametrize("name", WORLDS)
def test_the_baselines_exist_and_fit_the_world(name: str) -> None:
    world = load_world(name)
    assert len(set(world.defaults.baselines)) == len(world.defaults.baselines) >= 2
    for policy in world.defaults.baselines:
        bind(load_policy(policy), world.over(min(world.days, 10.0)))


@pytest.mark.parametrize("name", WORLDS)
def test_three_hundred_orders_run_soundly_under_the_defaults(name: str) -> None:
    world = shortened(load_world(name))
    trace = head(sample(world, 7), ORDERS)
    result = simulate(world, trace, world.defaults.source, journal=True)
    assert result.orders == ORDERS
    assert result.journal is not None
    require_sound(world, trace, result.journal)
    assert not differences(result.scorecard, recount(world, trace, result.journal))
    assert np.isfinite([v for v in result.scorecard.values() if v is not None]).all()


@pytest.mark.parametrize("name", WORLDS)
def test_seeds_reproduce_and_differ(name: str) -> None:
    world = shortened(load_world(name))
    assert sample(world, 3).hash == sample(world, 3).hash != sample(world, 4).hash
