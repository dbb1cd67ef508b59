"""The static part of candidate tables: one block of rows for each (service, region, SKU)."""

from __future__ import annotations

from dataclasses import dataclass

from fillrate.draws import snap
from fillrate.model.costs import unit_freight
from fillrate.world.tables import Tables

__all__ = ["Rows", "rows_of"]


@dataclass(frozen=True)
class Rows:
    """Eligible locations of a SKU for a region, in the region's order; lists over rows."""

    location: list[int]
    pair: list[int]
    unit_cost: list[float]  # freight, handling and fee, money/unit
    box: list[float]  # box, handling and fee, money/parcel
    distance_km: list[float]
    transit_days: list[float]  # mean
    home: int  # home pair, -1 = none
    cut: bool  # rows were left out at max_candidates


def rows_of(tables: Tables, service: int, region: int, sku: int, pin: int = -1) -> Rows:
    """Compute the block; for an order that is pinned to a location, of that location alone, wherever it stands."""
    world = tables.world
    every = tables.candidates(region, sku)
    if pin >= 0:
        every = tuple(row for row in every if row[0] == pin)
    kept = every[: world.header.max_candidates]
    places = [place for place, _ in kept]
    sites = [world.locations[place] for place in places]
    weight = world.skus[sku].weight_kg
    lanes = [(service, region, place) for place in places]
    freight = [unit_freight(float(tables.rate[i]), float(tables.rate_per_kg[i]), weight) for i in lanes]
    return Rows(
        location=places,
        pair=[pair for _, pair in kept],
        unit_cost=[f + snap(s.handling_per_unit) + snap(s.fee_per_unit) for f, s in zip(freight, sites, strict=True)],
        box=[
            float(tables.box[i]) + snap(s.handling_per_parcel) + snap(s.fee_per_parcel)
            for i, s in zip(lanes, sites, strict=True)
        ],
        distance_km=[float(tables.distance_km[region, place]) for place in places],
        transit_days=[float(tables.transit_mean_days[i]) for i in lanes],
        home=tables.home(region, sku),
        cut=len(every) > len(kept),
    )
