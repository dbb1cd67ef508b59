"""Checks of demand: order types, promotions, profiles and weights that make no sense together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from fillrate.world.faults import Fault, positive_sum, unknown
from fillrate.world.law import CountLaw
from fillrate.world.rhythm import promotions_on, segment_weights, sku_weights

if TYPE_CHECKING:
    from fillrate.world.world import World

__all__ = ["demand_faults"]

PROFILES = ("hour_profile", "weekday_profile", "season_profile")


def demand_faults(world: World) -> Iterator[Fault]:
    """Faults of `[demand]` and of the weights of regions, segments, channels and SKUs."""
    yield from _baskets(world)
    yield from _promotions(world)
    yield from _profiles(world)
    yield from _rates(world)
    yield from _weights(world)
    yield from _pins(world)


def _baskets(world: World) -> Iterator[Fault]:
    demand, skus = world.demand, [e.name for e in world.skus]
    for n, basket in enumerate(demand.basket, 1):
        at = f"[demand] basket entry {n}"
        yield from unknown(f"{at} skus", basket.skus, skus)
        if basket.quantities and len(basket.quantities) != len(basket.skus):
            yield f"{at} quantities", f"found {len(basket.quantities)}", f"{len(basket.skus)}, one a SKU"
        if not basket.skus and demand.process != "bernoulli":
            yield f"{at} skus", "found none", "an empty order only with process = 'bernoulli'"
    if demand.basket:
        yield from positive_sum("[demand] basket probability", [b.probability for b in demand.basket])


def _promotions(world: World) -> Iterator[Fault]:
    demand = world.demand
    for n, promotion in enumerate(demand.promotion, 1):
        at = f"[demand] promotion entry {n}"
        yield from unknown(f"{at} skus", promotion.skus, [e.name for e in world.skus])
        yield from unknown(f"{at} segments", promotion.segments, [e.name for e in world.segments])
        if promotion.skus and demand.basket:
            yield f"{at} skus", f"found {len(promotion.skus)}", "none where orders come by type list"
        if promotion.to_day <= promotion.from_day:
            yield f"{at} to_day", f"found {promotion.to_day:g}", f"more than {promotion.from_day:g}"


def _profiles(world: World) -> Iterator[Fault]:
    demand = world.demand
    for key, length in (("hour_profile", 24), ("weekday_profile", 7)):
        if (found := len(getattr(demand, key))) not in {0, length}:
            yield f"[demand] {key}", f"found {found} factors", f"{length}"
    for key in PROFILES:
        if values := getattr(demand, key):
            yield from positive_sum(f"[demand] {key}", values)
    for key in ("line_count", "unit_count"):
        yield from positive_sum(f"[demand] {key}", getattr(demand, key))


def _rates(world: World) -> Iterator[Fault]:
    """What changes the rate of arrivals says nothing where a fixed law holds in every period."""
    demand = world.demand
    if demand.process == "poisson":
        if demand.count != CountLaw() or demand.probability != 1.0:
            key = "count" if demand.count != CountLaw() else "probability"
            yield f"[demand] {key}", "found with process = 'poisson'", "rate_per_day, or another process"
        return
    if demand.rate_per_day:
        allowed = "count" if demand.process == "periodic" else "probability"
        yield "[demand] rate_per_day", f"found with process = '{demand.process}'", f"{allowed}, or process = 'poisson'"
    fixed = (
        f"with process = '{demand.process}', whose periods are all alike; process = 'poisson' has a rate that changes"
    )
    for key in PROFILES:
        if values := getattr(demand, key):
            yield f"[demand] {key}", f"found {len(values)} factors", f"none {fixed}"
    for n, promotion in enumerate(demand.promotion, 1):
        if promotion.factor != 1.0:
            yield f"[demand] promotion entry {n} factor", f"found {promotion.factor:g}", f"1 {fixed}"


def _weights(world: World) -> Iterator[Fault]:
    """Weights at the start, and again whenever a promotion begins."""
    yield from positive_sum("[region] weight", [e.weight for e in world.regions])
    yield from positive_sum("[channel] weight", [e.weight for e in world.channels])
    changes = np.array([0.0, *(p.from_day for p in world.demand.promotion)])
    for running in promotions_on(world, changes).tolist():
        during = " while promotions run" if running else ""
        yield from positive_sum(f"[segment] weight{during}", segment_weights(world, running).tolist())
        if not world.demand.basket:
            yield from positive_sum(f"[sku] popularity{during}", sku_weights(world, running).tolist())


def _pins(world: World) -> Iterator[Fault]:
    stores = any(site.kind == "store" for site in world.locations)
    for channel in world.channels:
        if channel.pins == "nearest_store" and not stores:
            yield (
                f"[channel] '{channel.name}' pins",
                "found 'nearest_store' without a store",
                "a location of kind store",
            )
