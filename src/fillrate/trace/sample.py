"""Sampling a trace from a world by seed: vectorised, every draw by key."""

from __future__ import annotations

import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import TICKS
from fillrate.errors import InputError, TraceError
from fillrate.trace.arrivals import arrivals, counting, uniforms
from fillrate.trace.trace import Orders, Trace
from fillrate.world import World, load_world
from fillrate.world.expected import orders_per_day
from fillrate.world.rhythm import promotions_on, segment_weights, sku_weights

__all__ = ["pins", "sample"]

MOST_ORDERS = 20_000_000  # of one trace: about a gigabyte of arrays

Ints = NDArray[np.int32]
Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]


def sample(world: World | str | Path, seed: int, days: float | None = None) -> Trace:
    """Orders of one run.

    Args:
        world: where from; a world, its name or its path.
        seed: trace seed; also the seed of every later draw (transit, picks, lead times, ...).
        days: another horizon than the world's.

    Raises:
        InputError: the seed is no whole number.
        WorldError: the horizon is not one.
        TraceError: it would bring more orders than fit into memory.
    """
    seed = _whole(seed)
    world = (world if isinstance(world, World) else load_world(world)).over(days)
    if (expected := orders_per_day(world) * world.days) > MOST_ORDERS:
        raise TraceError(
            "days", f"found {world.days:g}: about {expected:.2g} orders", f"at most {MOST_ORDERS:,} orders"
        )
    time = arrivals(world, seed)
    key = counting(len(time))
    first, sku, quantity = _lines(world, seed, time, key)
    kept = np.diff(first) > 0  # the empty order type of a bernoulli world is no order
    if not kept.all():
        first = np.concatenate([[0], np.cumsum(np.diff(first)[kept])])
        time, key = time[kept], key[kept]
    region = _choose(uniforms(seed, "region", key), [r.weight for r in world.regions])
    segment = _by_rhythm(world, uniforms(seed, "segment", key), time, segment_weights)
    channel = _choose(uniforms(seed, "channel", key), [c.weight for c in world.channels])
    none = np.broadcast_to(np.nan, len(time))
    price = _prices(world)[np.repeat(segment, np.diff(first)), sku]
    pin = pins(world)[channel, region]
    orders = Orders(time, key, region, segment, channel, pin, none, none, first, sku, quantity, price)
    return Trace(orders, seed, world.days, world.hash)


def _whole(seed: Any) -> int:
    try:
        return operator.index(seed)
    except TypeError:
        raise InputError("seed", f"found {seed!r:.60}", "a whole number") from None


def _choose(draw: Floats, weights: list[float]) -> Ints:
    """Index by inverse transform."""
    cumulative = np.cumsum(np.array(weights, np.float64))
    at = np.searchsorted(cumulative / cumulative[-1], draw, side="right")
    return np.minimum(at, len(weights) - 1).astype(np.int32)


def _prices(world: World) -> Floats:
    """(segments, skus) price in money, snapped."""
    factor, price = [s.price_factor for s in world.segments], [s.price for s in world.skus]
    with np.errstate(over="ignore"):  # a price beyond all numbers is refused with the trace
        return np.rint(np.outer(factor, price) * TICKS) / TICKS


def pins(world: World) -> Ints:
    """(channels, regions) location that a channel pins, -1 = none; the nearest by distance, then file order."""
    table = np.full((len(world.channels), len(world.regions)), -1, np.int32)
    for c, channel in enumerate(world.channels):
        if channel.pins == "nothing":
            continue
        wanted = [l for l, p in enumerate(world.locations) if channel.pins == "nearest" or p.kind == "store"]
        for r in range(len(world.regions)):
            reach = [l for l in wanted if world.tables.exists[r, l]]
            if reach:
                table[c, r] = min(reach, key=lambda l: (world.tables.distance_km[r, l], l))
    return table


def _lines(world: World, seed: int, time: Floats, key: Keys) -> tuple[NDArray[np.int64], Ints, Ints]:
    """First line of each order, and SKU and units of each line."""
    if world.demand.basket:
        return _by_type(world, seed, key)
    count = _choose(uniforms(seed, "basket", key), list(world.demand.line_count)) + 1
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    nth = np.arange(first[-1], dtype=np.uint64)
    nth -= np.repeat(first[:-1].astype(np.uint64), count)
    of_order = np.repeat(key, count)
    quantity = _choose(uniforms(seed, "quantity", of_order, nth), list(world.demand.unit_count)) + 1
    draw = uniforms(seed, "sku", of_order, nth)
    del nth, of_order  # the larger part of what a large trace takes while it is made
    sku = _by_rhythm(world, draw, np.repeat(time, count), sku_weights)
    return first, sku, quantity.astype(np.int32)


def _by_rhythm(world: World, draw: Floats, time: Floats, weights: Callable[[World, int], Floats]) -> Ints:
    """SKUs or segments by the weights of the promotions that run at each time."""
    state, found = promotions_on(world, time), np.zeros(len(draw), np.int32)
    for running in np.unique(state).tolist():
        here = state == running
        found[here] = _choose(draw[here], weights(world, running).tolist())
    return found


def _by_type(world: World, seed: int, key: Keys) -> tuple[NDArray[np.int64], Ints, Ints]:
    """Lines by order type."""
    index = {s.name: k for k, s in enumerate(world.skus)}
    baskets = world.demand.basket
    chosen = _choose(uniforms(seed, "basket", key), [b.probability for b in baskets])
    length = np.array([len(b.skus) for b in baskets])
    start = np.concatenate([[0], np.cumsum(length)])
    sku = np.array([index[s] for b in baskets for s in b.skus], np.int32)
    units = np.array([q for b in baskets for q in (b.quantities or (1,) * len(b.skus))], np.int32)
    first = np.concatenate([[0], np.cumsum(length[chosen])]).astype(np.int64)
    at = np.arange(first[-1]) - np.repeat(first[:-1] - start[chosen], length[chosen])
    return first, sku[at], units[at]
