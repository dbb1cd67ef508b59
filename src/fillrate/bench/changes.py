"""Changes of a world, as data: what an experiment varies, and what a verdict has to withstand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from fillrate.bench import figures
from fillrate.bench.reach import served_by_chain, served_by_nearest
from fillrate.errors import InputError
from fillrate.model.opening import planned_level, stated_opening
from fillrate.world import World
from fillrate.world.checks import check
from fillrate.world.fields import Strict, as_stated, described
from fillrate.world.law import CountLaw, mean_of
from fillrate.world.literature import SIZES, instance
from fillrate.world.rates import scaled
from fillrate.world.read import TABLES, parse_world
from fillrate.world.supply import Supplier

__all__ = ["Change", "Instance", "OutageAt", "changed", "merged"]

NEAR = 0.02  # share of a wanted factor on demand by which whole orders or periods may miss it


@dataclass(frozen=True)
class OutageAt(Strict):
    """One outage of a location more than the world has."""

    location: str = described("who is down; empty: the location that most demand calls home", "")
    start: float | None = described("its start, as a share of the horizon; 0.4 without it", None, low=0.0, high=1.0)
    end: float | None = described("its end, as a share of the horizon; 0.5 without it", None, low=0.0, high=1.0)

    @property
    def span(self) -> tuple[float, float]:
        """Start and end, as shares of the horizon."""
        return 0.4 if self.start is None else self.start, 0.5 if self.end is None else self.end


@dataclass(frozen=True)
class Instance(Strict):
    """Another instance in place of a world of the literature; what is absent stays as in the catalogue's world."""

    number: int | None = described("which instance", None, low=0)
    horizon: float | None = described("periods; the opening stock follows from it", None, "periods", low=1.0)
    carry: float | None = described("chance that a centre carries an item", None, low=0.0, high=1.0)


@dataclass(frozen=True, kw_only=True)
class Change(Strict):
    """What is changed in a world; what is absent stays as it is. Applied from top to bottom."""

    instance: Instance | None = described("another instance of the same size (baskets, baskets_large)", None)
    keep_stock: bool = described(
        "opening stock and base stock levels stay those of the world before the changes", False
    )
    set: Mapping[str, Any] | None = described(
        "tables and keys as in a world file, laid over the world's: in a list with names each entry over that of its "
        "name (a new one is one more entry); a list without names ([[lane]], [[supply.item]]) replaces the world's",
        None,
    )
    demand: float = described("factor on the orders", 1.0, low=1e-3, high=1e3)
    lead_times: float = described("factor on the lead times of all suppliers", 1.0, low=0.0, high=1e3)
    transit_times: float = described("factor on all transit times", 1.0, low=0.0, high=1e3)
    outage: OutageAt | None = described("one more outage of a location", None)
    nearest: int | None = described("each region is served by its first so many locations alone", None, low=1)
    chain: int | None = described("each region is served by its home and the next locations around a ring", None, low=1)


def changed(world: World, change: Change, name: str = "", days: float | None = None) -> World:
    """The world with the changes made, known to be sound.

    Args:
        world: to begin with; it is not touched.
        change: what is different.
        name: of the new world; empty keeps the old one.
        days: another horizon than the world's, of which an outage takes its share; one that the change says wins.

    Raises:
        InputError: the changes do not fit this world.
    """
    if change.instance:
        world, days = _instance(world, change.instance), None if change.instance.horizon else days
    world = world.over(days)
    world = _with_stock(world) if change.keep_stock else world
    world = _laid_over(world, change.set) if change.set else world
    world = _with_demand(world, change.demand) if change.demand != 1.0 else world
    world = _with_lead_times(world, change.lead_times) if change.lead_times != 1.0 else world
    world = _with_transit(world, change.transit_times) if change.transit_times != 1.0 else world
    world = _with_outage(world, change.outage) if change.outage else world
    world = served_by_nearest(world, change.nearest) if change.nearest else world
    world = served_by_chain(world, change.chain) if change.chain else world
    if name:
        world = replace(world, header=replace(world.header, name=name))
    check(world, world.name)
    return world


def merged(first: Change, second: Change) -> Change:
    """Both changes as one: factors multiply, tables are laid over each other, else the second wins where it speaks.

    An instance and an outage are tables too: what only the first says of them stays.
    """
    found: dict[str, Any] = {}
    for f in fields(Change):
        a, b = getattr(first, f.name), getattr(second, f.name)
        if isinstance(b, float):
            found[f.name] = a * b
        elif isinstance(b, Instance | OutageAt) and isinstance(a, type(b)):
            found[f.name] = replace(a, **as_stated(b))
        elif isinstance(b, Mapping) and isinstance(a, Mapping):
            found[f.name] = _over(a, b)
        else:
            found[f.name] = a if b is None or b is False else b
    return Change(**found)


def _instance(world: World, wanted: Instance) -> World:
    size = next((key for key, kind in SIZES.items() if kind.name == world.name), None)
    if size is None:
        allowed = ", ".join(kind.name for kind in SIZES.values())
        raise InputError("instance", f"world '{world.name}' is none of a family", allowed)
    number = SIZES[size].chosen if wanted.number is None else wanted.number
    found = instance(number, size, wanted.horizon, wanted.carry)
    return replace(found, defaults=world.defaults)


def _laid_over(world: World, tables: Mapping[str, Any]) -> World:
    said: dict[str, Any] = {TABLES.get(key) or key: value for key, value in as_stated(world).items()}
    found = parse_world(_over(said, tables), f"{world.name}: set")
    if found.header.trace and found.demand != world.demand:
        raise _replays("set.demand", found)
    return found


def _replays(key: str, world: World) -> InputError:
    problem = f"world '{world.name}' replays stored orders, which demand does not change"
    return InputError(key, problem, 'sampled = true, or `set = { world = { trace = "" } }`')


def _over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over tables, named entries of a list over those of the same name; all else is replaced."""
    found = dict(under)
    for key, value in over.items():
        below = found.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            found[key] = _over(below, value)
        elif isinstance(value, list) and isinstance(below, list) and _named(value) and _named(below):
            entries = {entry["name"]: entry for entry in below}
            for entry in value:
                entries[entry["name"]] = _over(entries.get(entry["name"], {}), entry)
            found[key] = list(entries.values())
        else:
            found[key] = value
    return found


def _named(entries: list[Any]) -> bool:
    return bool(entries) and all(isinstance(entry, Mapping) and "name" in entry for entry in entries)


def _with_stock(world: World) -> World:
    """Opening stock and base stock of every pair stated as they follow from this world."""
    tables, units = world.tables, stated_opening(world).units
    places = [world.locations[l].name for l in tables.pair_location.tolist()]
    skus = [world.skus[k].name for k in tables.pair_sku.tolist()]
    levels = [planned_level(world, p) if i.base_stock is None else i.base_stock for p, i in enumerate(tables.item)]
    items = (
        replace(item, location=places[pair], sku=skus[pair], units=units[pair], base_stock=levels[pair])
        for pair, item in enumerate(tables.item)
    )
    return replace(world, supply=replace(world.supply, item=tuple(items)))


def _with_demand(world: World, factor: float) -> World:
    if world.header.trace:
        raise _replays("demand", world)
    demand = world.demand
    if demand.process == "poisson":
        return replace(world, demand=replace(demand, rate_per_day=demand.rate_per_day * factor))
    count = _scaled(demand.count, factor)
    if demand.process == "periodic" and _is_near(mean_of(count), mean_of(demand.count) * factor):
        return replace(world, demand=replace(demand, count=count))
    period = demand.period_days / factor
    before, after = (math.ceil(round(world.days / days, 6)) for days in (demand.period_days, period))
    if not _is_near(after, before * factor):
        problem = f"a factor of {factor:g} on {figures.counted(before, 'period')} would make {after}"
        raise InputError("demand", problem, "a factor that makes whole periods, or more days")
    return replace(world, demand=replace(demand, period_days=period))


def _scaled(law: CountLaw, factor: float) -> CountLaw:
    """A law of `factor` times as many, in whole numbers but for a Poisson's mean."""
    if law.law == "poisson":
        return replace(law, mean=law.mean * factor)
    return replace(law, mean=float(round(law.mean * factor)), values=tuple(round(v * factor) for v in law.values))


def _is_near(found: float, wanted: float) -> bool:
    return abs(found - wanted) <= NEAR * wanted


def _with_lead_times(world: World, factor: float) -> World:
    def slower(supplier: Supplier) -> Supplier:
        fast = supplier.expedite_lead_time_days
        return replace(
            supplier,
            lead_time_days=scaled(supplier.lead_time_days, factor),
            expedite_lead_time_days=None if fast is None else scaled(fast, factor),
        )

    return replace(world, supply=replace(world.supply, supplier=tuple(map(slower, world.supply.supplier))))


def _with_transit(world: World, factor: float) -> World:
    shipping = replace(
        world.shipping,
        transit_days=scaled(world.shipping.transit_days, factor),
        transit_days_per_1000_km=world.shipping.transit_days_per_1000_km * factor,
    )
    lanes = tuple(
        lane if lane.transit_days is None else replace(lane, transit_days=scaled(lane.transit_days, factor))
        for lane in world.lanes
    )
    return replace(world, shipping=shipping, lanes=lanes)


def _with_outage(world: World, wanted: OutageAt) -> World:
    name = wanted.location or _busiest(world)
    if name not in (known := [place.name for place in world.locations]):
        raise InputError("outage location", f"found '{name}'", ", ".join(known))
    start, end = wanted.span
    if end <= start:
        raise InputError("outage", f"found {start:g} to {end:g}", "an end after the start")
    window = start * world.days, end * world.days
    return replace(
        world,
        locations=tuple(
            replace(place, outage=replace(place.outage, windows=_joined((*place.outage.windows, window))))
            if place.name == name
            else place
            for place in world.locations
        ),
    )


def _joined(windows: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """Windows in order of time, those that touch as one."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def _busiest(world: World) -> str:
    """The location that most demand calls home; the first of equals."""
    rates = dict.fromkeys((place.name for place in world.locations), 0.0)
    for place, rate in zip(world.tables.pair_location.tolist(), world.tables.home_rate.tolist(), strict=True):
        rates[world.locations[place].name] += rate
    return max(rates, key=lambda name: rates[name])
