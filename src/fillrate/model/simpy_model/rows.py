"""The static part of candidate tables: one block of rows for each (service, region, SKU)."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from fillrate.model.costs import unit_freight
from fillrate.world.tables import Tables

__all__ = ["Block", "Rows", "laid_out", "rows_of"]

Block = tuple[int, int, int, int]  # carrier service, region, SKU, and the location of an order that is pinned to one
MOST = 2**15  # blocks that outlast a run
_laid_out: WeakKeyDictionary[Tables, dict[Block, Rows]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
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


def laid_out(tables: Tables) -> dict[Block, Rows]:
    """The blocks that runs of a world have made so far, for a run that begins; it adds its own."""
    if len(_laid_out.get(tables, ())) > MOST:
        _laid_out.pop(tables, None)
    return _laid_out.setdefault(tables, {})


def rows_of(tables: Tables, service: int, region: int, sku: int, pin: int = -1) -> Rows:
    """Compute the block; for an order that is pinned to a location, of that location alone, wherever it stands."""
    world, handling, fee = tables.world, tables.handling, tables.fee
    every = tables.candidates(region, sku)
    if pin >= 0:
        every = tuple(row for row in every if row[0] == pin)
    kept = every[: world.header.max_candidates]
    places, kg = [place for place, _ in kept], world.skus[sku].weight_kg
    lanes = [tables.lane(service, region, place) for place in places]
    freight = [unit_freight(lane.rate, lane.rate_per_kg, kg) for lane in lanes]
    return Rows(
        location=places,
        pair=[pair for _, pair in kept],
        unit_cost=[each + handling[place][1] + fee[place][1] for each, place in zip(freight, places, strict=True)],
        box=[lane.box + handling[place][0] + fee[place][0] for lane, place in zip(lanes, places, strict=True)],
        distance_km=[lane.distance_km for lane in lanes],
        transit_days=[lane.transit_days for lane in lanes],
        home=tables.home(region, sku),
        cut=len(every) > len(kept),
    )
