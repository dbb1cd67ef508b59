"""The part of candidate tables that stays: one block of rows for each (service, region, SKU), made at its first use."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from fillrate.deploy.shop import Shop
from fillrate.model.costs import unit_freight

__all__ = ["Block", "Blocks"]


class Block:
    """Eligible locations of a SKU for a region, in the region's order; lists over rows."""

    __slots__ = (
        "box",
        "distance_km",
        "foreign",
        "home_rate",
        "is_home",
        "kept",
        "location",
        "names",
        "opportunity",
        "pair",
        "rating",
        "row_at",
        "row_of",
        "templates",
        "third_party",
        "transit_days",
        "unit_cost",
    )

    location: list[int]
    names: list[str]
    row_of: dict[str, int]  # name of the location -> row
    row_at: dict[int, int]  # location -> row
    pair: list[int]
    unit_cost: list[float]  # freight, handling and fee, money/unit
    box: list[float]  # box, handling and fee, money/parcel
    distance_km: list[float]
    transit_days: list[float]  # mean
    rating: list[float]
    third_party: list[float]
    home_rate: list[float]  # units/day
    is_home: list[float]
    opportunity: list[float]  # money/unit
    foreign: list[int]  # 1 where the limits of foreign demand apply
    templates: dict[Any, Any]  # what a network always sees of the block, by `fillrate.deploy.looking.Looking`
    kept: dict[tuple[int, int], list[float]]  # (period, segment) -> units kept back


class Blocks:
    """Makes blocks of a shop, and keeps them."""

    def __init__(self, shop: Shop) -> None:
        """Turn what is looked at row by row into lists."""
        self.shop = shop
        self._made: dict[tuple[int, int, int, int], Block] = {}
        self.names: list[str] = [*shop.location.tolist(), "an unknown location"]
        self.most = int(shop.max_candidates)
        starts = shop.order_start.tolist()
        order = shop.order.tolist()
        self.orders = [order[start:end] for start, end in pairwise(starts)]

    def __call__(self, service: int, region: int, sku: int, pin: int = -1) -> Block:
        """The block; for an order that is pinned to a location, of that location alone, wherever it stands."""
        key = service, region, sku, pin
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(*key)
        return found

    def _make(self, service: int, region: int, sku: int, pin: int) -> Block:
        shop, at = self.shop, self.pairs(sku)
        every = [place for place in self.orders[region] if place in at]
        home = at[every[0]] if every else -1
        places = (every if pin < 0 else [place for place in every if place == pin])[: self.most]
        weight, lane = float(shop.weight_kg[sku]), (service, region)
        block = Block()
        block.location, block.pair = places, [at[place] for place in places]
        block.names = [self.names[place] for place in places]
        block.row_of = {name: row for row, name in enumerate(block.names)}
        block.row_at = {place: row for row, place in enumerate(places)}
        freight = [unit_freight(float(shop.rate[*lane, l]), float(shop.rate_per_kg[*lane, l]), weight) for l in places]
        block.unit_cost = [f + float(shop.unit_terms[l]) for f, l in zip(freight, places, strict=True)]
        block.box = [float(shop.box[*lane, l]) + float(shop.parcel_terms[l]) for l in places]
        block.distance_km = shop.distance_km[region, places].tolist()
        block.transit_days = shop.transit_days[service, region, places].tolist()
        block.rating, block.third_party = shop.rating[places].tolist(), shop.third_party[places].tolist()
        block.home_rate = shop.home_rate[block.pair].tolist()
        block.is_home = [1.0 if pair == home else 0.0 for pair in block.pair]
        prices = shop.opportunity
        block.opportunity = [0.0] * len(places) if prices is None else prices[block.pair].tolist()
        block.foreign = [int(p != home and l != pin) for p, l in zip(block.pair, places, strict=True)]
        block.kept, block.templates = {}, {}
        return block

    def pairs(self, sku: int) -> dict[int, int]:
        """Location -> pair of those that carry a SKU."""
        first, last = int(self.shop.pair_start[sku]), int(self.shop.pair_start[sku + 1])
        return {place: first + n for n, place in enumerate(self.shop.pair_location[first:last].tolist())}

    def kept_back(self, block: Block, period: int, segment: int) -> list[float]:
        """(rows,) units that the policy's limits keep from a segment in a period of the reserves, if there are any."""
        found = block.kept.get((period, segment))
        if found is None:
            table: Any = self.shop.reserves
            found = table[period, segment][block.foreign, block.pair].tolist() if block.pair else []
            block.kept[period, segment] = found
        return found

    def prepare(self, most: int = 20_000) -> None:
        """Make all blocks beforehand where there are few."""
        services, regions = {*self.shop.service.tolist()}, range(len(self.orders))
        if len(services) * len(regions) * len(self.shop.sku) <= most:
            for service in services:
                for region in regions:
                    for sku in range(len(self.shop.sku)):
                        self(service, region, sku)
