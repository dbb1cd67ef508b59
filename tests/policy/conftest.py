"""Worlds of a few numbers and orders written by hand, on which a policy's answer can be checked by eye."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pytest

from fillrate.model.opening import stated_opening
from fillrate.model.simpy_model import Simulation
from fillrate.policy import Policy, bind, load_policy
from fillrate.trace import Orders, Trace
from fillrate.world import World
from fillrate.world.read import parse_world

Asked: TypeAlias = tuple[float, str, int, Sequence[int]]  # day, segment, region, units by SKU


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


def orders_of(world: World, orders: Sequence[Asked]) -> Trace:
    """A trace of orders by hand, one line for every SKU of which units are asked."""
    segments = [world.tables.ids["segment"][segment] for _, segment, _, _ in orders]
    lines = [[(sku, units) for sku, units in enumerate(asked) if units] for *_, asked in orders]
    flat = [line for of_order in lines for line in of_order]
    sku = np.array([line[0] for line in flat], np.int32)
    nan = np.full(len(orders), np.nan)
    made = Orders(
        time=np.array([float(time) for time, *_ in orders]),
        key=np.arange(len(orders), dtype=np.uint64),
        region=np.array([region for _, _, region, _ in orders], np.int32),
        segment=np.array(segments, np.int32),
        channel=np.zeros(len(orders), np.int32),
        pin=np.full(len(orders), -1, np.int32),
        ship_by=nan,
        deliver_by=nan.copy(),
        first_line=np.cumsum([0, *map(len, lines)], dtype=np.int64),
        sku=sku,
        quantity=np.array([line[1] for line in flat], np.int32),
        price=np.array([world.skus[k].price for k in sku.tolist()]),
    )
    return Trace(made, 1, world.days)


def simulation(world: World, policy: str | Policy, orders: Sequence[Asked] = ()) -> Simulation:
    """A run that has not started; it keeps a journal."""
    bound = bind(load_policy(policy), world)
    return Simulation(world, orders_of(world, orders), bound, stated_opening(world), journal=True)


def taken_by_first(world: World, policy: str | Policy, units: Sequence[int]) -> list[list[int]]:
    """(SKUs, locations) units that a first order of the first segment in region 0 is promised on receipt."""
    sim = simulation(world, policy, [(0.0, world.segments[0].name, 0, units)])
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
    orders = staticmethod(orders_of)
    simulation = staticmethod(simulation)
    taken = staticmethod(taken_by_first)


@pytest.fixture(scope="session")
def small() -> type[Small]:
    return Small
