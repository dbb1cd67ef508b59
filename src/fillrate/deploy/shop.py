"""What a bundle knows of a shop beforehand: places, lanes, products, segments and limits, as arrays by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.arrays import read_arrays
from fillrate.errors import BundleError

__all__ = ["QuotaTables", "Shop", "load_shop", "save_shop"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Names = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class QuotaTables:
    """How much of a SKU a segment may take, as `fillrate.policy.quotas` plans it; periods n of `days` each."""

    days: Floats  # () length of a period
    pro_rata: Flags  # () fair_share: what is there is dealt out; else planned ahead
    waves: Flags  # () what is there is dealt out anew at each wave
    granted: Ints  # (periods, segments, skus) units planned up to the end of a period
    rest: Ints  # (periods, segments, skus) units kept from lower segments from the start of a period to the end
    weights: Ints  # (periods, segments, skus) shares in what there is
    soon: Ints  # (periods, segments, skus) units expected to be asked for before more comes in
    limited: Flags  # (segments, skus) whether the segment has a quota
    bought: Flags  # (skus,) whether the SKU is replenished anywhere


@dataclass(frozen=True, eq=False)
class Shop:
    """Ids are positions in the lists of names; a pair is a carried (SKU, location), SKU first."""

    location: Names
    region: Names
    sku: Names
    segment: Names
    channel: Names
    rating: Floats  # (locations,)
    third_party: Floats  # (locations,) 1 if a third party runs the site
    parcel_terms: Floats  # (locations,) handling and fee, money/parcel
    unit_terms: Floats  # (locations,) handling and fee, money/unit
    stations: Floats  # (locations, 4) servers (0 = picked at once), and minutes of set-up, of a line, of a unit
    sales_history: Floats  # (locations,) money
    cut_off_hours: Floats  # hours of day at which parcels leave, location by location
    cut_off_start: Ints  # (locations + 1,) where those of each location begin
    coordinates: Floats  # (regions, 2) degrees of latitude and longitude
    fast: Floats  # (regions,) how fast the region is to serve
    unit_cost: Floats  # (skus,) money/unit
    weight_kg: Floats  # (skus,)
    priority: Floats  # (segments,)
    loyalty: Floats  # (segments,)
    contract: Floats  # (segments,)
    higher_share: Floats  # (segments,) share of the orders that come from segments of higher priority
    service: Ints  # (segments,) carrier service
    split: Ints  # (segments,) 0 one location an order, 1 one a line, 2 free
    complete: Ints  # (segments,) 0 no, 1 line, 2 order
    commit: Flags  # (segments,) what is there is reserved while the rest waits
    deliver_within_days: Floats  # (segments,) promise after receipt, nan = none
    ship_within_days: Floats  # (segments,) likewise, nan = at receipt
    loss: Floats  # (segments, regions) money of a lost unit
    distance_km: Floats  # (regions, locations)
    box: Floats  # (services, regions, locations) money/parcel
    rate: Floats  # (services, regions, locations) money/unit
    rate_per_kg: Floats  # (services, regions, locations) money/kg
    transit_days: Floats  # (services, regions, locations) mean
    order: Ints  # locations with a lane to each region, cheapest first, region by region
    order_start: Ints  # (regions + 1,) where those of each region begin
    pair_start: Ints  # (skus + 1,) first pair of each SKU
    pair_location: Ints  # (pairs,)
    home_rate: Floats  # (pairs,) mean units a day of the regions whose home the pair is
    opportunity: Floats | None  # (pairs,) planner's price of a unit of stock, if there is one
    reserves: Floats | None  # (periods, segments, 2, pairs) units kept back from home and foreign demand, if any
    reserve_days: Floats  # () length of a period of them
    max_candidates: Ints  # () most rows of a candidate table
    quotas: QuotaTables | None

    @cached_property
    def ids(self) -> dict[str, dict[str, int]]:
        """Name -> id for each kind."""
        kinds = ("location", "region", "sku", "segment", "channel")
        return {kind: {name: n for n, name in enumerate(getattr(self, kind).tolist())} for kind in kinds}


def save_shop(path: Path, shop: Shop) -> None:
    """Write the arrays, and nothing else."""
    arrays = _arrays(shop)
    if shop.quotas is not None:
        arrays |= {f"quota_{name}": array for name, array in _arrays(shop.quotas).items()}
    with path.open("wb") as file:
        np.savez(file, **arrays)


def load_shop(path: Path) -> Shop:
    """Read what `save_shop` wrote.

    Raises:
        BundleError: the file is not that.
    """
    try:
        found = read_arrays(path)
        quotas = QuotaTables(**_named(QuotaTables, found, "quota_")) if "quota_days" in found else None
        return Shop(**_named(Shop, found), quotas=quotas)
    except (KeyError, ValueError) as fault:
        raise BundleError(path.name, f"cannot be read ({fault})", "the arrays of fillrate.deploy.shop") from None


def _arrays(tables: Any) -> dict[str, Any]:
    found = {f.name: getattr(tables, f.name) for f in fields(tables) if f.name != "quotas"}
    return {name: array for name, array in found.items() if array is not None}


def _named(kind: Any, found: Mapping[str, NDArray[Any]], prefix: str = "") -> dict[str, Any]:
    """Arrays by field; those that a shop may lack are None."""
    optional = {"opportunity", "reserves"}
    names = [f.name for f in fields(kind) if f.name != "quotas"]
    return {n: found.get(prefix + n) if n in optional else found[prefix + n] for n in names}
