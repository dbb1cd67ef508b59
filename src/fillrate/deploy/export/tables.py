"""The tables of a bundle, from a world and a policy bound to it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.deploy.shop import QuotaTables, Shop
from fillrate.draws import snap
from fillrate.policy import Bound
from fillrate.policy.quotas import Quotas
from fillrate.world import World
from fillrate.world.network import Location

__all__ = ["shop_of"]


KINDS = ("location", "region", "sku", "segment", "channel")


def shop_of(world: World, bound: Bound, prices: list[float] | None = None) -> Shop:
    """What production has to know of a world under a policy; `prices` (pairs,) of a planner."""
    tables, reserves = world.tables, bound.reserves
    names: dict[str, Any] = {kind: np.array([e.name for e in getattr(world, f"{kind}s")], np.str_) for kind in KINDS}
    return Shop(
        **names,
        **_sites(world.locations),
        **_buyers(world),
        split=np.array(bound.split, np.int64),
        complete=np.array(bound.complete, np.int64),
        commit=np.array(bound.commit, np.bool_),
        unit_cost=_floats(tables.unit_cost),
        weight_kg=_floats(s.weight_kg for s in world.skus),
        distance_km=tables.distance_km,
        box=tables.box,
        rate=tables.rate,
        rate_per_kg=tables.rate_per_kg,
        transit_days=tables.transit_mean_days,
        order=np.array([place for order in tables.region_order for place in order], np.int64),
        order_start=_starts([len(order) for order in tables.region_order]),
        pair_start=tables.pair_start,
        pair_location=tables.pair_location.astype(np.int64),
        home_rate=tables.home_rate,
        opportunity=None if prices is None else np.array(prices, np.float64),
        reserves=None if reserves is None else reserves.units,
        reserve_days=np.array(math.inf if reserves is None else reserves.period_days),
        max_candidates=np.array(world.header.max_candidates, np.int64),
        quotas=None if bound.quotas is None else _quotas(world, bound.quotas),
    )


def _sites(sites: tuple[Location, ...]) -> dict[str, NDArray[Any]]:
    """What is said by location."""
    stations, cut_offs = [s.station for s in sites], [list(site.cut_off_hours) for site in sites]
    return {
        "rating": _floats(s.rating for s in sites),
        "third_party": _floats(s.kind == "third_party" for s in sites),
        "parcel_terms": _floats(snap(s.handling_per_parcel) + snap(s.fee_per_parcel) for s in sites),
        "unit_terms": _floats(snap(s.handling_per_unit) + snap(s.fee_per_unit) for s in sites),
        "stations": np.array([[s.servers, s.setup_minutes, s.line_minutes, s.unit_minutes] for s in stations], float),
        "sales_history": _floats(s.sales_history for s in sites),
        "cut_off_hours": _floats(hour for hours in cut_offs for hour in hours),
        "cut_off_start": _starts([len(hours) for hours in cut_offs]),
    }


def _buyers(world: World) -> dict[str, NDArray[Any]]:
    """What is said by region and by segment."""
    segments, regions = world.segments, world.regions
    return {
        "coordinates": np.array([[r.latitude, r.longitude] for r in regions], np.float64),
        "fast": _floats(r.fast for r in regions),
        "priority": _floats(s.priority for s in segments),
        "loyalty": _floats(s.loyalty for s in segments),
        "contract": _floats(s.contract for s in segments),
        "higher_share": _floats(world.tables.higher_share),
        "service": np.array(world.tables.segment_service, np.int64),
        "deliver_within_days": _floats(s.deliver_within_days for s in segments),
        "ship_within_days": _floats(s.ship_within_days for s in segments),
        "loss": np.array(world.tables.loss, np.float64),
    }


def _quotas(world: World, quotas: Quotas) -> QuotaTables:
    """By period of the horizon."""
    periods = range(len(quotas.planned))
    return QuotaTables(
        days=np.array(quotas.period_days),
        pro_rata=np.array(quotas.pro_rata),
        waves=np.array(world.timing.mode == "wave"),
        granted=np.array([quotas.granted(n) for n in periods]),
        rest=np.array([quotas.rest(n) for n in periods]),
        weights=np.array([quotas.weights(n) for n in periods]),
        soon=np.array([quotas.soon(n) for n in periods]),
        limited=quotas.limited,
        bought=quotas.bought,
    )


def _floats(values: Iterable[float]) -> NDArray[np.float64]:
    return np.array([float(v) for v in values], np.float64)


def _starts(lengths: list[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
