"""Worlds of a few numbers and orders written by hand, on which a policy's answer can be checked by eye."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from fillrate.model.opening import stated_opening
from fillrate.model.simpy_model import Simulation
from fillrate.policy import load_policy
from fillrate.simulate import bound_of
from fillrate.testing.by_hand import HandOrder, order, trace_of
from fillrate.world import World
from fillrate.world.read import parse_world


def small_world(
    stock: Sequence[Sequence[int]],
    *,
    segments: Sequence[dict[str, Any]] = ({"name": "standard"},),
    regions: int = 1,
    serves: Sequence[Sequence[str]] | None = None,
    price: Sequence[float] = (),
    rate_per_day: float = 1.0,
    horizon_days: float = 100.0,
    lead_time_days: float | None = None,
    review_days: float = 0.0,
    holding_per_day: float = 0.0,
    item: dict[str, Any] | None = None,
    **tables: Any,
) -> World:
    """Locations l0, l1, ... with `stock` units by SKU; region n is nearest to location n, a step costs 1.00 a unit."""
    skus, places = range(len(stock)), range(len(stock[0]))
    lanes = [
        {"location": f"l{l}", "region": f"r{r}", "rate": 1.0 + abs(l - r), "distance_km": 100.0 * abs(l - r)}
        for r in range(regions)
        for l in places
    ]
    units = [{"location": f"l{l}", "sku": f"k{k}", "units": stock[k][l]} for k in skus for l in places]
    supply: dict[str, Any] = {"review_days": review_days, "item": [*units, *([item] if item else [])]}
    if lead_time_days is not None:
        supply["supplier"] = [{"name": "factory", "lead_time_days": {"mean": lead_time_days}}]
    described: dict[str, Any] = {
        "world": {"name": "small", "horizon_days": horizon_days},
        "location": [{"name": f"l{l}", "serves": list(serves[l]) if serves else ["*"]} for l in places],
        "region": [{"name": f"r{r}"} for r in range(regions)],
        "sku": [{"name": f"k{k}", "price": price[k] if price else 10.0} for k in skus],
        "segment": list(segments),
        "lane": lanes,
        "demand": {"rate_per_day": rate_per_day},
        "supply": supply,
        "money": {"holding_per_day": holding_per_day},
        "defaults": {} if lead_time_days is None else {"replenish": "base_stock"},
    }
    return parse_world(described | tables, "small.toml")


def simulation(world: World, policy: Any, *orders: HandOrder) -> Simulation:
    """A run that has not started; it keeps a journal."""
    bound = bound_of(load_policy(policy), world)
    return Simulation(world, trace_of(world, *orders), bound, stated_opening(world), journal=True)


def taken_by_first(world: World, policy: Any, units: Sequence[int]) -> list[list[int]]:
    """(SKUs, locations) units that a first order of the first segment in region 0 is promised on receipt."""
    lines = [(f"k{k}", n) for k, n in enumerate(units) if n]
    sim = simulation(world, policy, order(0.0, *lines))
    sim.run()
    take = [[0] * len(world.locations) for _ in world.skus]
    for event in sim.journal.table(world).to_pylist() if sim.journal else []:
        if event["kind"] == "reserved":
            sku, place = sim.tables.ids["sku"][event["sku"]], sim.tables.ids["location"][event["location"]]
            take[sku][place] += int(event["quantity"])
    return take


class Small:
    """What the tests of this folder build on."""

    world = staticmethod(small_world)
    simulation = staticmethod(simulation)
    taken = staticmethod(taken_by_first)


@pytest.fixture(scope="session")
def small() -> type[Small]:
    return Small
