"""Checks beyond types: ranges, unique names, references, laws, and combinations that make no sense."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from fillrate.draws import snap
from fillrate.errors import WorldError
from fillrate.world.demand_checks import demand_faults
from fillrate.world.faults import Fault, unknown
from fillrate.world.fields import MOST_UNITS
from fillrate.world.law import CountLaw, Law, mean_of

if TYPE_CHECKING:
    from fillrate.world.network import Outage
    from fillrate.world.supply import Supplier
    from fillrate.world.world import World

__all__ = ["SHORTEST_HOURS", "check", "range_faults"]

MOST_POISSON = 600  # mean of a count: its law is summed from zero
NAMES = {"locations": "location", "regions": "region", "skus": "sku", "segments": "segment", "channels": "channel"}
EVERY = "*"  # in lists of names: all there are
SHORTEST_DAYS = 1e-5  # of a horizon, or between the ticks of a clock in days
SHORTEST_HOURS = 1e-3  # between the ticks of a clock in hours


def check(world: World, place: str) -> None:
    """Raise WorldError at the first fault that types do not show."""
    for where, problem, allowed in _faults(world):
        raise WorldError(f"{place}: {where}", problem, allowed)


def _faults(world: World) -> Iterator[Fault]:
    yield from range_faults(world)
    yield from _names(world)
    yield from _references(world)
    yield from demand_faults(world)
    yield from _times(world)
    yield from _unused(world)
    yield from _clocks(world)
    yield from _endless(world)
    yield from _round_trips(world)


def range_faults(part: Any, where: str = "") -> Iterator[Fault]:
    """Walk the dataclasses: numbers against the range their field states, laws against themselves."""
    for f in fields(part):
        value, at = getattr(part, f.name), f"{where} {f.name}".strip()
        if is_dataclass(value):
            yield from range_faults(value, _table(at))
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            for n, entry in enumerate(value, 1):
                name = getattr(entry, "name", "")
                yield from range_faults(entry, f"{_table(at)} " + (f"'{name}'" if name else f"entry {n}"))
        else:
            optional = isinstance(f.default, float) and math.isnan(f.default)
            if not (optional and value != value):  # an absent promise is nan
                yield from _range(value, f.metadata, at)
    if isinstance(part, Law | CountLaw):
        yield from _law(part, where)


def _table(key: str) -> str:
    shown = {"header": "world", **NAMES, "lanes": "lane"}.get(key, key)
    return f"[{shown}]" if " " not in key else key


def _range(value: Any, facts: Any, at: str) -> Iterator[Fault]:
    low, high, unit = facts.get("low"), facts.get("high"), facts.get("unit", "")
    if unit == "units" and high is None and any(number > MOST_UNITS for number in _numbers(value)):
        high = MOST_UNITS
    least = snap(low) if low is not None and unit == "days" else low  # horizons are put on the grid before this
    bounds = f"{_bounds(low, high)} {'' if unit.startswith('as ') else unit}".strip()
    for number in _numbers(value):
        if not math.isfinite(number) or (least is not None and number < least) or (high is not None and number > high):
            yield at, f"found {number:g}", bounds


def _bounds(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "a finite number"
    if low is None or high is None:
        return f"a finite number, at {f'most {high:g}' if low is None else f'least {low:g}'}"
    return f"{low:g} to {high:g}"


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, tuple):
        for entry in value:
            yield from _numbers(entry)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def _law(law: Law | CountLaw, where: str) -> Iterator[Fault]:
    if law.law == "empirical":
        if not law.values:
            yield f"{where} values", "missing", "at least one value for an empirical law"
        if law.weights and len(law.weights) != len(law.values):
            yield f"{where} weights", f"found {len(law.weights)}", f"{len(law.values)}, one for each value"
        if law.weights and sum(law.weights) <= 0:
            yield f"{where} weights", "found a sum of 0", "a positive sum"
        if law.mean:
            yield f"{where} mean", f"found {law.mean:g}", "none: an empirical law has the mean of its values"
    elif law.values or law.weights:
        yield (
            f"{where} values",
            f"found {len(law.values)}",
            f"values and weights only for an empirical law, not {law.law}",
        )
    if isinstance(law, Law) and law.cv != 1.0 and law.law not in {"gamma", "lognormal"}:
        yield f"{where} cv", f"found {law.cv:g} with law = '{law.law}'", "law = 'gamma' or 'lognormal', which have one"
    if isinstance(law, CountLaw) and law.law == "poisson" and law.mean > MOST_POISSON:
        yield f"{where} mean", f"found {law.mean:g}", f"up to {MOST_POISSON} for poisson"
    if isinstance(law, CountLaw) and law.law == "constant" and law.mean % 1.0:
        yield f"{where} mean", f"found {law.mean:g}", "a whole number for constant"


def _names(world: World) -> Iterator[Fault]:
    if not world.name:
        yield "[world] name", "found ''", "a name"
    groups: list[tuple[str, Iterable[Any]]] = [(key, getattr(world, field)) for field, key in NAMES.items()]
    groups = [(f"[{key}]", entries) for key, entries in groups]
    groups += [("[supply] supplier", world.supply.supplier), ("[shipping] service", world.shipping.service)]
    for key, entries in groups:
        seen: set[str] = set()
        for entry in entries:
            if not entry.name or entry.name in seen:
                yield f"{key} name", f"found '{entry.name}' {'twice' if entry.name else ''}".strip(), "unique names"
            if entry.name == EVERY:
                yield f"{key} name", f"found '{EVERY}'", f"another name: '{EVERY}' stands for all of them"
            seen.add(entry.name)
        if not seen and key != "[supply] supplier":
            yield key, "found none", "at least one entry"


def _references(world: World) -> Iterator[Fault]:
    places, skus = [e.name for e in world.locations], [e.name for e in world.skus]
    segments, regions = [e.name for e in world.segments], [e.name for e in world.regions]
    services = [e.name for e in world.shipping.service]
    for site in world.locations:
        yield from unknown(f"[location] '{site.name}' carries", site.carries, [*skus, "*"])
        yield from unknown(f"[location] '{site.name}' serves", site.serves, [*segments, "*"])
    stated: set[tuple[str, str]] = set()
    for n, lane in enumerate(world.lanes, 1):
        yield from unknown(f"[lane] entry {n} location", [lane.location], places)
        yield from unknown(f"[lane] entry {n} region", [lane.region], regions)
        if (lane.location, lane.region) in stated:
            yield f"[lane] entry {n}", f"found '{lane.location}' to '{lane.region}' twice", "one entry a lane"
        stated.add((lane.location, lane.region))
    for segment in world.segments:
        yield from unknown(f"[segment] '{segment.name}' service", [segment.service or services[0]], services)
    for n, item in enumerate(world.supply.item, 1):
        yield from unknown(f"[supply] item entry {n} location", [item.location], [*places, "*"])
        yield from unknown(f"[supply] item entry {n} sku", [item.sku], [*skus, "*"])
    for source in world.supply.supplier:
        at = f"[supply] supplier '{source.name}'"
        yield from unknown(f"{at} locations", source.locations, [*places, "*"])
        yield from unknown(f"{at} skus", source.skus, [*skus, "*"])
        yield from unknown(f"{at} from_location", [source.from_location or places[0]], places)
    yield from unknown("[timing] reevaluate_segments", world.timing.reevaluate_segments, [*segments, "*"])


def _times(world: World) -> Iterator[Fault]:
    if world.header.warm_up_days >= world.days:
        yield "[world] warm_up_days", f"found {world.header.warm_up_days:g}", f"less than the horizon of {world.days:g}"
    if world.header.opening_policy and world.header.opening_days < snap(SHORTEST_DAYS):
        yield "[world] opening_days", f"found {world.header.opening_days:g}", "days that the opening policy runs"
    for where, outage in _outages(world):
        last = 0.0
        for start, end in outage.windows:
            if start < last or end <= start:
                yield f"{where} windows", f"found [{start:g}, {end:g}]", "rising, not overlapping"
            last = end
    for n, card in enumerate(world.shipping.rate_card, 1):
        if len(card.breaks) < 2:
            yield f"[shipping] rate_card entry {n} breaks", f"found {len(card.breaks)}", "at least two [kg, price] rows"


def _unused(world: World) -> Iterator[Fault]:
    """Numbers that nothing would ever look at, and supply that contradicts itself."""
    for site in world.locations:
        station = site.station
        if not station.servers and (station.setup_minutes or station.line_minutes or station.unit_minutes):
            yield f"[location] '{site.name}' station servers", "found 0 with minutes of work", "1 or more"
    for source in world.supply.supplier:
        at, most = f"[supply] supplier '{source.name}'", source.capacity_units
        if source.freight_per_unit and not source.from_location:
            yield f"{at} freight_per_unit", "found without from_location", "only of a transfer; else cost_factor"
        if 0 < most < (least := -(-max(1, source.minimum_units) // source.lot_units) * source.lot_units):
            yield f"{at} capacity_units", f"found {most}", f"{least} or more, the smallest order in whole lots"
    for n, item in enumerate(world.supply.item, 1):
        s, top = item.reorder_point, item.order_up_to
        if s is not None and top is not None and s > top:
            yield f"[supply] item entry {n} reorder_point", f"found {s}", f"at most order_up_to, {top}"


def _outages(world: World) -> list[tuple[str, Outage]]:
    """Every outage with its place in the file."""
    owners = [("[location]", e) for e in world.locations] + [("[supply] supplier", e) for e in world.supply.supplier]
    return [(f"{key} '{owner.name}' outage", owner.outage) for key, owner in owners]


def _clocks(world: World) -> Iterator[Fault]:
    """Clocks that 0 turns off: ticks that are nearly at one instant would never let a run end."""
    supply, timing = world.supply, world.timing
    days = [("[supply] review_days", supply.review_days)]
    days += [(f"{where} mean_up_days", outage.mean_up_days) for where, outage in _outages(world)]
    hours = [("[timing] reoffer_hours", timing.reoffer_hours), ("[timing] reevaluate_hours", timing.reevaluate_hours)]
    for clocks, shortest, unit in ((days, SHORTEST_DAYS, "days"), (hours, SHORTEST_HOURS, "h")):
        for where, every in clocks:
            if 0.0 < every < shortest:
                yield where, f"found {every:g}", f"0, or at least {shortest:g} {unit}"


def _endless(world: World) -> Iterator[Fault]:
    """Units that no pick finds must not be bought anew at the same instant, for ever."""
    leads = [s.lead_time_days for s in world.supply.supplier if not s.from_location]
    leads += [s.expedite_lead_time_days for s in world.supply.supplier if s.expedite_lead_time_days is not None]
    if world.supply.review_days == 0.0 and any(snap(mean_of(law)) == 0.0 for law in leads):
        for site in world.locations:
            if site.short_pick_probability == 1.0:
                where = f"[location] '{site.name}' short_pick_probability"
                yield where, "found 1", "less than 1 where purchases come in at once: such a run never ends"


def _round_trips(world: World) -> Iterator[Fault]:
    """Sites must not send each other stock at once and for ever, while an order waits for more than they have."""
    at_once = [_sends_at_once(s) for s in world.supply.supplier]
    if world.supply.review_days > 0.0 or sum(at_once) < 2:
        return
    tables = world.tables
    sender = [pair if at_once[n] else -1 for n, pair in zip(tables.supplier.tolist(), tables.sender, strict=True)]
    for pair in range(len(sender)):
        before = sender[pair]
        for _ in world.locations:
            if before == pair:
                sku, site = world.skus[tables.pair_sku[pair]], world.locations[tables.pair_location[pair]]
                where = f"[supply] supplier, '{sku.name}' at '{site.name}'"
                yield where, "sent round at once, back to its sender", "a lead time above 0, or review_days above 0"
            before = sender[before] if before >= 0 else -1


def _sends_at_once(supplier: Supplier) -> bool:
    """Whether it is a site of ours whose transfers may take no time."""
    laws = [supplier.lead_time_days, supplier.expedite_lead_time_days]
    return supplier.from_location != "" and any(law is not None and snap(mean_of(law)) == 0.0 for law in laws)
