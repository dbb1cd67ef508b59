"""The static part of candidate tables: one block of rows for each (service, region, SKU)."""

from __future__ import annotations

from dataclasses import dataclass

from fillrate.draws import snap
from fillrate.model.costs import Terms, parcel_money, unit_freight
from fillrate.world.network import Location
from fillrate.world.tables import Tables

__all__ = ["Rows", "rows_of", "site_terms"]


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
    lanes = [(service, region, place) for place in places]
    costs = [_costs(tables, lane, world.skus[sku].weight_kg) for lane in lanes]
    return Rows(
        location=places,
        pair=[pair for _, pair in kept],
        unit_cost=[each for _, each in costs],
        box=[box for box, _ in costs],
        distance_km=[float(tables.distance_km[region, place]) for place in places],
        transit_days=[float(tables.transit_mean_days[i]) for i in lanes],
        home=tables.home(region, sku),
        cut=len(every) > len(kept),
    )


def _costs(tables: Tables, lane: tuple[int, int, int], weight_kg: float) -> Terms:
    """What a parcel costs on a lane without units, and what each unit adds, as it will be booked."""
    each = unit_freight(float(tables.rate[lane]), float(tables.rate_per_kg[lane]), weight_kg)
    box, terms = float(tables.box[lane]), site_terms(tables.world.locations[lane[2]])
    empty, filled = (parcel_money(lines, box, *terms).cost for lines in ([], [(1, 0.0, 0.0, each)]))
    return empty, filled - empty


def site_terms(site: Location) -> tuple[Terms, Terms]:
    """Handling and fee of a location, snapped."""
    handling = snap(site.handling_per_parcel), snap(site.handling_per_unit)
    return handling, (snap(site.fee_per_parcel), snap(site.fee_per_unit))
