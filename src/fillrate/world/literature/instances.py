"""The random instances of Jasin and Sinha (2015) and Ma (2023): orders of several items, centres that carry some.

An order is one of few types, each a random subset of the items; its region is drawn by population. A parcel costs a box
and each unit a rate that rises with the distance, so an order that is split pays for more boxes. The opening stock is
what each centre's own regions are expected to ask for, plus half a standard deviation, and nothing comes after.

Sources: S. Jasin, A. Sinha (2015), "An LP-based correlated rounding scheme for multi-item ecommerce order fulfillment",
Operations Research 63(6); W. Ma (2023), "Order-optimal correlated rounding for fulfilling multi-item e-commerce
orders", Manufacturing & Service Operations Management 25(4), and its public code. Three things differ from that
code. Its random numbers are not known, so the instances are ours: number n is what NumPy's generator of seed n makes.
An item that no centre would carry is drawn again: unserved by anyone, it would add the same to every cost. And every
lost unit pays for a box of its own; in the code the lost units of an order share one.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import WorldError, nearest
from fillrate.world.demand import Basket, Demand, Segment, Sku
from fillrate.world.geography import KM_PER_MILE, haversine_km
from fillrate.world.network import Location, Region, Shipping
from fillrate.world.supply import Supply
from fillrate.world.terms import Defaults, Header, Money
from fillrate.world.world import World

__all__ = ["SIZES", "Size", "instance"]

BOX = 8.759  # money/parcel
RATE = 0.423  # money/unit
RATE_PER_MILE = 0.000541  # money/unit/mile
LOSS_FACTOR = 2.0  # a lost unit costs so many times a parcel of its own from the farthest centre
SAFETY = 0.5  # standard deviations of demand on top of its mean in the opening stock


@dataclass(frozen=True)
class Size:
    """What the two sizes of the literature are made of."""

    name: str  # of the catalogue's world
    items: int
    largest: int  # lines of an order, 1 to largest
    types: int  # order types of each size
    centres: tuple[str, ...]  # none = all
    cities: int  # the most populous ones
    horizon: float  # periods
    carry: float  # chance that a centre carries an item
    chosen: int  # number of the instance that the catalogue has


SIZES = {
    "small": Size("baskets", 20, 5, 5, ("OAK4", "IND1", "AVP3", "CAE1", "DFW7"), 10, 10_000.0, 0.75, 24),
    "large": Size("baskets_large", 100, 10, 10, (), 99, 100_000.0, 0.5, 0),
}

Floats = NDArray[np.float64]


def instance(number: int, size: str = "small", horizon: float | None = None, carry: float | None = None) -> World:
    """One random instance as a world; its opening stock follows from the horizon.

    Args:
        number: which one; the seed of its random numbers, at least 0.
        size: `small` or `large`.
        horizon: periods of a day, at most one order each; absent: as in the literature.
        carry: chance that a centre carries an item, over 0 and up to 1; absent: as in the literature.

    Raises:
        WorldError: there is no such size, or a number that makes no sense.

    >>> world = instance(7, horizon=200.0)
    >>> len(world.locations), len(world.regions), len(world.skus), len(world.demand.basket)
    (5, 10, 20, 26)
    """
    if size not in SIZES:
        raise WorldError("instance size", f"found '{size}'" + nearest(size, SIZES), ", ".join(SIZES))
    kind = SIZES[size]
    horizon, carry = kind.horizon if horizon is None else horizon, kind.carry if carry is None else carry
    _check(number, horizon, carry)
    names = tuple(f"item_{n:0{len(str(kind.items))}d}" for n in range(1, kind.items + 1))
    random = np.random.default_rng(number)  # only `random()` is called: uniforms outlast NumPy's versions
    baskets = _baskets(random, kind, names)
    regions, centres = _regions(kind), _centres(kind)
    return World(
        header=Header(f"{kind.name}_{number}", float(horizon)),
        locations=_carrying(random, centres, names, carry),
        regions=tuple(_with_loss(region, centres) for region in regions),
        skus=tuple(Sku(name) for name in names),
        segments=(Segment("customers"),),
        demand=Demand("bernoulli", basket=baskets),
        shipping=Shipping(box=BOX, rate=RATE, rate_per_km=round(RATE_PER_MILE / KM_PER_MILE, 12)),
        supply=Supply(opening="horizon", opening_z=SAFETY),
        money=Money(currency="USD"),
        defaults=Defaults(source="whole_order", baselines=("fixed_primary", "distance", "cheapest", "whole_order")),
    )


def _check(number: int, horizon: float, carry: float) -> None:
    if number < 0:
        raise WorldError("instance number", f"found {number}", "0 or more")
    if not (math.isfinite(horizon) and horizon >= 1.0):
        raise WorldError("instance horizon", f"found {horizon:g}", "at least one period")
    if not 0.0 < carry <= 1.0:
        raise WorldError("instance carry", f"found {carry:g}", "over 0, up to 1")


def _baskets(random: np.random.Generator, kind: Size, names: tuple[str, ...]) -> tuple[Basket, ...]:
    """The empty type, then `types` types of each size; size weights U(0,1), and U(0,1) again within a size."""
    weight = random.random(kind.largest + 1)
    within = random.random((kind.largest, kind.types))
    shuffled = np.argsort(random.random((kind.largest, kind.types, kind.items)), axis=2)
    of_size = weight / weight.sum()
    chance = of_size[1:, None] * within / within.sum(axis=1, keepdims=True)
    empty = Basket(round(float(of_size[0]), 9))
    types = (
        Basket(round(float(chance[s, n]), 9), tuple(names[i] for i in sorted(shuffled[s, n, : s + 1].tolist())))
        for s in range(kind.largest)
        for n in range(kind.types)
    )
    return (empty, *types)


def _carrying(
    random: np.random.Generator, centres: tuple[Location, ...], names: tuple[str, ...], carry: float
) -> tuple[Location, ...]:
    """The centres with their assortments."""
    carried = [_carriers(random, len(centres), carry) for _ in names]  # (items, centres)
    assortments = ([n for n, at in zip(names, carried, strict=True) if at[k]] for k in range(len(centres)))
    return tuple(
        Location(c.name, latitude=c.latitude, longitude=c.longitude, carries=tuple(kept))
        for c, kept in zip(centres, assortments, strict=True)
    )


def _carriers(random: np.random.Generator, centres: int, carry: float) -> list[bool]:
    """(centres,) who carries an item; drawn again if nobody would."""
    carried = [False]
    while not any(carried):
        carried = [u < carry for u in random.random(centres).tolist()]
    return carried


def _with_loss(region: Region, centres: tuple[Location, ...]) -> Region:
    """The region with what a lost unit costs there."""
    km = max(haversine_km(c.latitude, c.longitude, region.latitude, region.longitude) for c in centres)
    loss = LOSS_FACTOR * (BOX + RATE + RATE_PER_MILE * km / KM_PER_MILE)
    return Region(region.name, region.weight, region.latitude, region.longitude, loss_per_unit=round(loss, 6))


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = files("fillrate.world.literature").joinpath(f"jasin_sinha_ma_{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _regions(kind: Size) -> tuple[Region, ...]:
    """The cities, the most populous first, as in the file."""
    rows = _rows("cities")[: kind.cities]
    return tuple(Region(r["City"], float(r["Population"]), float(r["Latitude"]), float(r["Longitude"])) for r in rows)


def _centres(kind: Size) -> tuple[Location, ...]:
    """The fulfilment centres, in the order of the file."""
    rows = [r for r in _rows("fulfillment_centers") if not kind.centres or r["Facility"] in kind.centres]
    return tuple(Location(r["Facility"], latitude=float(r["Latitude"]), longitude=float(r["Longitude"])) for r in rows)
