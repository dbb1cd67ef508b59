"""Expected demand by class: from the world's stated rates, or from the orders received so far."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fillrate.model.planning import Snapshot, baskets_of
from fillrate.plan.classes import Classes, known_demand
from fillrate.plan.forecast.methods import METHODS
from fillrate.policy.horizon import known_until, unoffered
from fillrate.trace import Orders
from fillrate.world import World

__all__ = ["Demand", "daily", "demand_of"]

Floats = NDArray[np.float64]
Demand = Callable[[Snapshot, float], Floats]
"""From what is seen and an instant to (classes,) orders that are expected until then and not offered yet."""


def demand_of(world: World, classes: Classes, forecast: str) -> Demand:
    """The source of expected demand that a planner names: `known`, or a method of `METHODS`."""
    if forecast == "known":
        return lambda seen, until: known_demand(world, classes, *unoffered(world, seen.now, until))
    method = METHODS[forecast]

    def forecast_demand(seen: Snapshot, until: float) -> Floats:
        orders = seen.orders
        if orders is None or seen.now < 1.0 or not len(orders):
            return np.zeros(len(classes.weight))  # nothing has been seen: stock is not priced
        start, end = unoffered(world, seen.now, until)
        begin = max(start, seen.now, known_until(world, float(orders.time[-1])))
        today, last = math.floor(seen.now), math.ceil(max(begin, end))
        days = method(daily(orders, len(world.skus), today), last - today)
        ahead = np.diff(np.clip(np.arange(today, last + 1.0), begin, max(begin, end)))  # (days,) the part still to come
        return _by_class(world, classes, orders, ahead @ days + _received(world, orders, start))

    return forecast_demand


def daily(orders: Orders, skus: int, days: int) -> Floats:
    """(days, skus) units ordered a day, of whole days only."""
    day = np.repeat(np.floor(orders.time).astype(np.int64), np.diff(orders.first_line))
    kept = day < days
    counts = np.bincount(day[kept] * skus + orders.sku[kept], orders.quantity[kept], days * skus)
    return counts.reshape(days, skus).astype(np.float64)


def _received(world: World, orders: Orders, start: float) -> Floats:
    """(skus,) units of the orders received from an instant on."""
    first = orders.first_line[np.searchsorted(orders.time, start)]
    return np.bincount(orders.sku[first:], orders.quantity[first:], len(world.skus)).astype(np.float64)


def _by_class(world: World, classes: Classes, orders: Orders, units: Floats) -> Floats:
    """(classes,) orders: units by SKU shared out as the orders seen so far were.

    What is ordered and from where are taken to be independent: a class by itself has been seen too seldom.
    """
    if not classes.by_type:
        return _of_skus(world, classes, orders, units)
    seen, count = baskets_of(world, orders), np.diff(orders.first_line)
    basket, lines = np.maximum(seen - 1, 0), np.repeat(np.arange(len(orders)), count)
    cell = _cells(world, orders.segment, orders.region)
    by_place = np.bincount(cell[seen > 0], minlength=_size(world)).astype(np.float64)
    by_type = np.bincount(basket[seen > 0], minlength=len(world.demand.basket)) / max(1.0, float(by_place.sum()))
    total = float(np.bincount(lines, orders.quantity, len(orders)).sum())
    scale = float(units.sum()) / total if total else 0.0
    number = classes.number[classes.first[:-1]]
    which = _basket_of(world)[number]
    return by_place[_cells(world, classes.segment, classes.region)] * by_type[which] * scale


def _of_skus(world: World, classes: Classes, orders: Orders, units: Floats) -> Floats:
    of = np.repeat(np.arange(len(orders)), np.diff(orders.first_line))
    where = _cells(world, orders.segment[of], orders.region[of])
    places = np.bincount(where, orders.quantity, _size(world)).astype(np.float64)
    share = places / max(1.0, float(places.sum()))
    return share[_cells(world, classes.segment, classes.region)] * units[classes.sku]


def _basket_of(world: World) -> NDArray[np.int64]:
    """(items of order types,) order type of each."""
    sizes = [len(dict.fromkeys(basket.skus)) for basket in world.demand.basket]
    return np.repeat(np.arange(len(sizes)), sizes)


def _cells(world: World, segment: object, region: object) -> NDArray[np.int64]:
    return np.asarray(segment, np.int64) * len(world.regions) + np.asarray(region, np.int64)


def _size(world: World) -> int:
    return len(world.segments) * len(world.regions)
