"""Worlds made from a world: variants whose numbers are a little different, and larger ones made of copies.

What a policy learned on one world is tried on others like it, and on larger ones. Both follow from a seed, so that a
name, a seed and the version of the code say which world it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fillrate.draws import mix, name_key, uniform
from fillrate.errors import WorldError
from fillrate.world.checks import check
from fillrate.world.network import Location, Region
from fillrate.world.supply import Supplier, Supply
from fillrate.world.world import World

__all__ = ["larger", "variant"]

MASK = 2**64 - 1
AROUND = 4.0  # degrees, between neighbouring copies of a network


def variant(world: World, seed: int, by: float = 0.15) -> World:
    """A world like this one: demand, weights, popularity, costs of lanes and pick times moved up or down.

    Args:
        world: to begin with.
        seed: of the moves; each belongs to what it moves, by name.
        by: largest move either way, as a share.
    """

    def moved(value: float, *what: str) -> float:
        state = mix(seed & MASK, name_key("variant"))
        for word in what:
            state = mix(state, name_key(word))
        return value * (1.0 + by * (2.0 * float(uniform(state)) - 1.0))

    def at(part: Any, name: str, *fields: str) -> Any:
        return replace(part, **{key: moved(getattr(part, key), name, key) for key in fields})

    costs = ("box", "box_per_km", "rate", "rate_per_km", "rate_per_kg")
    picks = ("setup_minutes", "line_minutes", "unit_minutes")
    found = replace(
        world,
        header=replace(world.header, name=f"{world.name}_like_{seed}"),
        demand=at(world.demand, "demand", "rate_per_day"),
        regions=tuple(at(region, region.name, "weight") for region in world.regions),
        skus=tuple(at(sku, sku.name, "popularity") for sku in world.skus),
        shipping=at(world.shipping, "shipping", *costs),
        locations=tuple(replace(place, station=at(place.station, place.name, *picks)) for place in world.locations),
    )
    check(found, found.name)
    return found


def larger(world: World, times: int) -> World:
    """A network of several copies side by side, every site within reach of every region, with as many times the demand.

    Args:
        world: without stated lanes or transfers; its sites and regions are copied, the copies moved east and north.
        times: how many copies there are.

    Raises:
        WorldError: the world states lanes, or moves stock between its locations.
    """
    if world.lanes or any(supplier.from_location for supplier in world.supply.supplier):
        raise WorldError(f"world '{world.name}'", "found lanes or transfers", "a world without them can be copied")

    def moved(part: Location | Region, n: int) -> Any:
        east, north = AROUND * (n % 4), -0.5 * AROUND * (n // 4)
        return replace(
            part, name=_copied(part.name, n), longitude=part.longitude + east, latitude=part.latitude + north
        )

    found = replace(
        world,
        header=replace(world.header, name=f"{world.name}_times_{times}"),
        locations=tuple(moved(place, n) for n in range(times) for place in world.locations),
        regions=tuple(moved(region, n) for n in range(times) for region in world.regions),
        demand=replace(world.demand, rate_per_day=world.demand.rate_per_day * times),
        supply=_supply(world.supply, times),
    )
    check(found, found.name)
    return found


def _supply(supply: Supply, times: int) -> Supply:
    """Suppliers serve all copies of their locations; what is stated of a location holds for its copies."""

    def served(supplier: Supplier) -> Supplier:
        places = tuple(_copied(name, n) for n in range(times) for name in supplier.locations)
        return replace(supplier, locations=("*",) if "*" in supplier.locations else places)

    items = [
        replace(item, location=_copied(item.location, n))
        for item in supply.item
        for n in range(1 if item.location == "*" else times)
    ]
    return replace(supply, supplier=tuple(served(supplier) for supplier in supply.supplier), item=tuple(items))


def _copied(name: str, n: int) -> str:
    return name if n == 0 or name == "*" else f"{name}_{n + 1}"
