"""Classes of demand: the kinds of order that can come, as arrays, and how many of each are expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.model.planning import Kinds
from fillrate.world import World
from fillrate.world.expected import expected_orders, expected_units, region_shares, sku_moments
from fillrate.world.rhythm import segment_weights

__all__ = ["Classes", "classes_of", "known_demand"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Classes:
    """Orders of one type, region and segment are a class; where there are no types, units of one SKU are.

    Items stand class by class: each is a SKU that an order of the class asks for.
    """

    segment: Ints  # (classes,)
    region: Ints  # (classes,)
    weight: Floats  # (classes,) orders of the class, of all that its segment or its SKU is expected to bring
    first: Ints  # (classes + 1,) first item of each
    sku: Ints  # (items,)
    units: Floats  # (items,) of one order
    number: Ints  # (items,) as plans tell items apart: `model.planning.Kinds`
    by_type: bool
    boxes: float  # boxes that an order of a class needs: 1, or a unit's share of the box of its order

    @property
    def of(self) -> Ints:
        """(items,) class of each item."""
        return np.repeat(np.arange(len(self.segment)), np.diff(self.first))


def classes_of(world: World) -> Classes:
    """The classes of a world."""
    return _by_type(world) if world.demand.basket else _by_sku(world)


def _by_type(world: World) -> Classes:
    ids, kinds = world.tables.ids["sku"], Kinds(world)
    units: list[dict[int, int]] = []
    for basket in world.demand.basket:
        asked: dict[int, int] = {}
        for name, quantity in zip(basket.skus, basket.quantities or (1,) * len(basket.skus), strict=True):
            asked[ids[name]] = asked.get(ids[name], 0) + quantity
        units.append(asked)
    chance = np.array([b.probability for b in world.demand.basket])
    chance, sizes, shares = chance / chance.sum(), np.array([len(u) for u in units]), region_shares(world)
    segment, region, basket = (axis.ravel() for axis in np.indices((len(world.segments), len(shares), len(units))))
    kept = (sizes[basket] > 0) & (chance[basket] * shares[region] > 0.0)
    segment, region, basket = segment[kept], region[kept], basket[kept]
    first = np.concatenate([[0], np.cumsum(sizes[basket])])
    within = np.arange(first[-1]) - np.repeat(first[:-1], sizes[basket])
    at = kinds.first[np.repeat(basket, sizes[basket])] + within
    skus = np.array([sku for asked in units for sku in asked], np.int64)
    counts = np.array([n for asked in units for n in asked.values()], np.float64)
    weight = chance[basket] * shares[region]
    return Classes(segment, region, weight, first, skus[at], counts[at], at, by_type=True, boxes=1.0)


def _by_sku(world: World) -> Classes:
    kinds, shares, moments = Kinds(world), region_shares(world), sku_moments(world)[:, 0]
    every = np.indices((len(world.segments), len(shares), len(world.skus)))  # `plan.program` relies on this order
    segment, region, sku = (axis.ravel() for axis in every)
    kept = (segment_weights(world, 0)[segment] > 0.0) & (shares[region] > 0.0)
    segment, region, sku = segment[kept], region[kept], sku[kept]
    first, one = np.arange(len(sku) + 1), np.ones(len(sku))
    an_order = max(1.0, float(moments.sum()))
    return Classes(
        segment, region, shares[region], first, sku, one, kinds.by_sku + sku, by_type=False, boxes=1.0 / an_order
    )


def known_demand(world: World, classes: Classes, start: float, end: float) -> Floats:
    """(classes,) orders that the world's stated rates lead to expect between two instants; see `policy.horizon`."""
    if end <= start:
        return np.zeros(len(classes.weight))
    if classes.by_type:
        return expected_orders(world, start, end)[classes.segment] * classes.weight
    return expected_units(world, start, end)[classes.segment, classes.sku] * classes.weight
