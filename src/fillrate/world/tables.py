"""The world as ids and arrays: carried pairs (SKU first), lanes by carrier service, and each region's order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import name_key, snap
from fillrate.world.expected import home_rates, home_variances
from fillrate.world.law import Law
from fillrate.world.rates import lane_terms, mean_transit, scaled, standard_cost, unit_weight
from fillrate.world.supply import Item

if TYPE_CHECKING:
    from fillrate.world.world import World

__all__ = ["LaneNumbers", "Tables", "build"]


class LaneNumbers(NamedTuple):
    """A lane at one carrier service, as Python numbers."""

    box: float  # money/parcel
    rate: float  # money/unit
    rate_per_kg: float  # money/kg
    distance_km: float
    transit_days: float  # mean


@dataclass(frozen=True, eq=False)
class Tables:
    """Ids are positions in the file; a pair is a carried (SKU, location).

    Lane arrays are indexed [service, region, location]; a missing lane has `exists` False.
    """

    world: World
    pair_start: NDArray[np.int64]  # (skus + 1,) first pair of each SKU
    pair_sku: NDArray[np.int32]  # (pairs,)
    pair_location: NDArray[np.int32]  # (pairs,)
    exists: NDArray[np.bool_]  # (regions, locations) bool
    distance_km: NDArray[np.float64]  # (regions, locations)
    box: NDArray[np.float64]  # (services, regions, locations) money/parcel
    rate: NDArray[np.float64]  # (services, regions, locations) money/unit
    rate_per_kg: NDArray[np.float64]  # (services, regions, locations) money/kg
    transit_mean_days: NDArray[np.float64]  # (services, regions, locations)
    transit_law: tuple[tuple[tuple[Law | None, ...], ...], ...]  # [service][region][location]
    region_order: tuple[tuple[int, ...], ...]  # locations with a lane, cheapest first

    @cached_property
    def ids(self) -> dict[str, dict[str, int]]:
        """Name -> id for each kind: location, region, sku, segment, channel, service."""
        w = self.world
        groups: dict[str, tuple[Any, ...]] = {"location": w.locations, "region": w.regions, "sku": w.skus}
        groups |= {"segment": w.segments, "channel": w.channels, "service": w.shipping.service}
        return {kind: {e.name: n for n, e in enumerate(entries)} for kind, entries in groups.items()}

    @cached_property
    def keys(self) -> dict[str, list[int]]:
        """64-bit keys of names by kind, for draws."""
        return {kind: [name_key(name) for name in ids] for kind, ids in self.ids.items()}

    @cached_property
    def segment_service(self) -> list[int]:
        """Carrier service of each segment."""
        return [self.ids["service"].get(s.service, 0) for s in self.world.segments]

    @cached_property
    def pair_of(self) -> dict[tuple[int, int], int]:
        """(location, SKU) -> pair."""
        couples = zip(self.pair_location.tolist(), self.pair_sku.tolist(), strict=True)
        return {couple: p for p, couple in enumerate(couples)}

    @cached_property
    def _lanes(self) -> dict[tuple[int, int, int], LaneNumbers]:
        return {}

    def lane(self, service: int, region: int, location: int) -> LaneNumbers:
        """What the lane arrays say of one lane, read from them once."""
        at = (service, region, location)
        found = self._lanes.get(at)
        if found is None:
            money, far = (self.box[at], self.rate[at], self.rate_per_kg[at]), self.distance_km[region, location]
            found = self._lanes[at] = LaneNumbers(*map(float, (*money, far, self.transit_mean_days[at])))
        return found

    @cached_property
    def handling(self) -> list[tuple[float, float]]:
        """(locations,) money a parcel and money a unit, snapped."""
        return [(snap(p.handling_per_parcel), snap(p.handling_per_unit)) for p in self.world.locations]

    @cached_property
    def fee(self) -> list[tuple[float, float]]:
        """(locations,) money a parcel and money a unit that a third party asks, snapped."""
        return [(snap(p.fee_per_parcel), snap(p.fee_per_unit)) for p in self.world.locations]

    @cached_property
    def _candidates(self) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
        return {}

    def candidates(self, region: int, sku: int) -> tuple[tuple[int, int], ...]:
        """(location, pair) rows that carry the SKU and have a lane to the region, in the region's order, uncut."""
        found = self._candidates.get((region, sku))
        if found is None:
            pair_of = self.pair_of
            found = tuple((l, pair_of[l, sku]) for l in self.region_order[region] if (l, sku) in pair_of)
            self._candidates[region, sku] = found
        return found

    def home(self, region: int, sku: int) -> int:
        """Home pair of a region's demand for a SKU, -1 if nobody carries it."""
        rows = self.candidates(region, sku)
        return rows[0][1] if rows else -1

    @cached_property
    def homes(self) -> NDArray[np.int64]:
        """(regions, skus) home pair of each region's demand for each SKU, -1 = none: `home`, all at once."""
        pairs, places, regions = len(self.pair_sku), len(self.world.locations), len(self.region_order)
        found = np.full((regions, len(self.pair_start) - 1), -1, np.int64)
        carried = np.flatnonzero(np.diff(self.pair_start))
        for region, order in enumerate(self.region_order if pairs else ()):
            position = np.full(places, places, np.int64)
            position[list(order)] = np.arange(len(order))
            first = np.minimum.reduceat(
                position[self.pair_location] * pairs + np.arange(pairs), self.pair_start[carried]
            )
            found[region, carried] = np.where(first < places * pairs, first % pairs, -1)
        return found

    @cached_property
    def home_rate(self) -> NDArray[np.float64]:
        """(pairs,) mean demand in units a day of the regions whose home the pair is, snapped."""
        return home_rates(self)

    @cached_property
    def home_variance(self) -> NDArray[np.float64]:
        """(pairs,) variance of that demand, units² a day, snapped."""
        return home_variances(self)

    @cached_property
    def item(self) -> list[Item]:
        """(pairs,) numbers of each pair, each from the last `[[supply.item]]` that fits the pair and states it."""
        return items(self)

    @cached_property
    def supplier(self) -> NDArray[np.int64]:
        """(pairs,) who serves each: the first supplier that fits, -1 = none.

        A location sends what it carries, and nothing to itself.
        """
        found = np.full(len(self.pair_sku), -1, np.int64)
        for n, terms in reversed([*enumerate(self.world.supply.supplier)]):
            fits = np.isin(self.pair_location, _named(terms.locations, self.ids["location"]))
            fits &= np.isin(self.pair_sku, _named(terms.skus, self.ids["sku"]))
            if terms.from_location:
                there = self.pair_location == self.ids["location"][terms.from_location]
                fits &= ~there & np.isin(self.pair_sku, self.pair_sku[there])
            found[fits] = n
        return found

    @cached_property
    def sender(self) -> list[int]:
        """(pairs,) pair that a pair's transfers take stock from, -1 = it has none."""
        places = [self.ids["location"].get(s.from_location, -1) for s in self.world.supply.supplier] + [-1]
        served = zip(self.supplier.tolist(), self.pair_sku.tolist(), strict=True)
        return [self.pair_of.get((places[n], sku), -1) for n, sku in served]

    @cached_property
    def higher_share(self) -> list[float]:
        """(segments,) share of the orders that come from segments of higher priority, snapped."""
        segments, total = self.world.segments, sum(s.weight for s in self.world.segments)
        return [snap(sum(o.weight for o in segments if o.priority > s.priority) / total) for s in segments]

    @cached_property
    def loss(self) -> list[list[float]]:
        """(segments, regions) cost of a lost unit, the segment's and the region's together, snapped."""
        regions = self.world.regions
        return [[snap(s.loss_per_unit + r.loss_per_unit) for r in regions] for s in self.world.segments]

    @cached_property
    def unit_cost(self) -> list[float]:
        """(skus,) unit cost, snapped."""
        return [snap(s.cost) for s in self.world.skus]


def build(world: World) -> Tables:
    """Compile the world's tables; money, days, distances and rates are snapped to 2**-20: ties are ties everywhere."""
    regions, locations, services = len(world.regions), len(world.locations), len(world.shipping.service)
    stated = {(lane.region, lane.location): lane for lane in world.lanes}
    terms = [[lane_terms(world, l, r, stated.get((r.name, l.name))) for l in world.locations] for r in world.regions]
    shape = (services, regions, locations)
    lanes: dict[str, Any] = {k: np.zeros(shape) for k in ("box", "rate", "rate_per_kg", "transit_mean_days")}
    laws: list[list[list[Law | None]]] = [[[None] * locations for _ in range(regions)] for _ in range(services)]
    for s, service in enumerate(world.shipping.service):
        for r, row in enumerate(terms):
            for l, lane in enumerate(row):
                if lane is None:
                    continue
                for key in ("box", "rate", "rate_per_kg"):
                    lanes[key][s, r, l] = snap(getattr(lane, key) * service.cost_factor)
                lanes["transit_mean_days"][s, r, l] = snap(mean_transit(lane) * service.transit_factor)
                laws[s][r][l] = scaled(lane.transit_days, service.transit_factor)
    kg = unit_weight(world)
    order = [
        tuple(l for _, l in sorted((standard_cost(t, kg), l) for l, t in enumerate(row) if t is not None))
        for row in terms
    ]
    return Tables(
        world,
        *_pairs(world),
        exists=np.array([[t is not None for t in row] for row in terms]),
        distance_km=np.array([[t.distance_km if t else np.inf for t in row] for row in terms]),
        transit_law=tuple(tuple(tuple(row) for row in block) for block in laws),
        region_order=tuple(order),
        **lanes,
    )


def items(tables: Tables) -> list[Item]:
    """Items by pair; looked up by name, for a stock file may have one for each of many thousand pairs."""
    world, stated = tables.world, dict[tuple[str, str], list[int]]()
    for n, item in enumerate(world.supply.item):
        stated.setdefault((item.location, item.sku), []).append(n)
    found, each = [], stated.get(("*", "*"), [])
    places = [(p.name, stated.get((p.name, "*"), [])) for p in world.locations]
    skus = [(s.name, stated.get(("*", s.name), [])) for s in world.skus]
    for sku, place in zip(tables.pair_sku.tolist(), tables.pair_location.tolist(), strict=True):
        (at, here), (what, of_it) = places[place], skus[sku]
        own = stated.get((at, what), [])
        fitting = own + here + of_it + each
        found.append(world.supply.item[own[0]] if fitting == own[:1] != [] else _item(world, at, what, sorted(fitting)))
    return found


def _item(world: World, at: str, what: str, fitting: list[int]) -> Item:
    """What fitting items say of a pair, later ones over earlier ones."""
    numbers: dict[str, Any] = {}
    for n in fitting:
        numbers |= {k: v for k, v in vars(world.supply.item[n]).items() if v is not None}
    numbers |= {"location": at, "sku": what}
    return Item(**numbers)


def _pairs(world: World) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Carried pairs in compressed rows by SKU; made location by location, for few sites carry everything."""
    ids = {sku.name: k for k, sku in enumerate(world.skus)}
    each = [np.array([*set(_named(l.carries, ids))], np.int64) for l in world.locations]
    skus, places = np.concatenate(each), np.repeat(np.arange(len(each)), [len(found) for found in each])
    by_sku = np.lexsort((places, skus))
    start = np.searchsorted(skus[by_sku], np.arange(len(ids) + 1))
    return start.astype(np.int64), skus[by_sku].astype(np.int32), places[by_sku].astype(np.int32)


def _named(names: tuple[str, ...], ids: dict[str, int]) -> list[int]:
    """Ids of names, where `*` names all."""
    return [ids[name] for name in (ids if "*" in names else names)]
