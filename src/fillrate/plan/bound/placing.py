"""Ways to serve an order line from a pair, as columns: how much each is worth and which interval's stock it takes.

The stock of a pair is kept by intervals that begin where supply comes in. A line that may be placed at any instant of a
window has a column for each of its intervals, worth what placing at the window's first instant in it is worth: waiting
never pays. Beyond the first intervals several go together; such a column is worth what its first instant is worth and
takes the stock of its last. So every placing has a column that is worth at least as much and needs no more stock.

Instants are *stamps*: a review comes after the receipts and offers of the backlog of its instant, and before the
orders that come in then, which are half a tick later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import TICK, snap
from fillrate.model.costs import unit_freight
from fillrate.plan.bound.book import Book
from fillrate.plan.bound.case import Case
from fillrate.plan.bound.chances import MOST_DRAWS, at_least, least_of, outcomes, states
from fillrate.plan.bound.clock import charged_days
from fillrate.world import World

__all__ = ["LATER", "Ways", "bought_ways", "box_costs", "instant", "lines_of", "ways_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LATER = 0.5 * TICK
GROUPS = np.array([0, 1, 2, 3, 4, 5, 6, 8, 11, 15, 20, 28, 40, 56, 80, 112, 160, 224, 320, 448, 640, 10**6])


@dataclass(frozen=True)
class Ways:
    """Columns of one pair."""

    line: Ints  # (columns,) line of the book
    takes: Ints  # (columns,) interval of the pair whose stock is taken
    at: Floats  # (columns,) first stamp at which this may happen
    value: Floats  # (columns,) money/unit against losing the unit, boxes apart
    back: Ints  # (columns,) interval in which the unit comes back, -1 = never

    def some(self, kept: Flags) -> Ways:
        """Some of the columns."""
        return Ways(self.line[kept], self.takes[kept], self.at[kept], self.value[kept], self.back[kept])


def instant(stamp: Floats) -> Floats:
    """Days of a stamp."""
    return np.asarray(np.floor(stamp / TICK) * TICK, np.float64)


def lines_of(world: World, book: Book) -> Iterator[tuple[int, Ints]]:
    """Every pair that some line may be served from, with these lines."""
    tables, most = world.tables, world.header.max_candidates
    by_sku = np.argsort(book.sku, kind="stable")
    starts = np.searchsorted(book.sku[by_sku], np.arange(len(world.skus) + 1))
    offered = np.isfinite(book.start) & (book.start < world.days)
    for sku in range(len(world.skus)):
        mine = by_sku[starts[sku] : starts[sku + 1]]
        mine = mine[offered[book.of[mine]]]
        if not len(mine):
            continue
        region, pin = book.region[book.of[mine]], book.pin[book.of[mine]]
        rows = [tables.candidates(r, sku) for r in range(len(world.regions))]
        for pair in range(int(tables.pair_start[sku]), int(tables.pair_start[sku + 1])):
            place = int(tables.pair_location[pair])
            free = np.array([any(at == place for at, _ in row[:most]) for row in rows])
            reached = np.array([any(at == place for at, _ in row) for row in rows])
            here = mine[np.where(pin < 0, free[region], (pin == place) & reached[region])]
            if len(here):
                yield pair, here


def box_costs(world: World, book: Book, place: int) -> Floats:
    """(orders,) what a parcel from a location costs without its units, as it is booked."""
    site, service = world.locations[place], np.array(world.tables.segment_service)
    fixed = snap(site.handling_per_parcel) + snap(site.fee_per_parcel)
    return np.asarray(world.tables.box[service[book.segment], book.region, place] + fixed, np.float64)


def ways_of(case: Case, pair: int, lines: Ints, edges: Floats) -> Ways:
    """Columns of a pair.

    Args:
        case: world and orders.
        pair: from where.
        lines: that may be served from there.
        edges: (intervals,) stamps at which the pair's intervals begin, the first 0.
    """
    return _valued(case, pair, _windows(case, lines, edges), edges)


def bought_ways(case: Case, pair: int, lines: Ints, edges: Floats, first: float, extra: float) -> Ways:
    """Columns of units that are bought to come in just when they are placed, so that they take no stock.

    Args:
        case: world and orders.
        pair: to where.
        lines: that may be served from there.
        edges: (intervals,) as for `ways_of`: a unit may come back.
        first: the first instant at which they can come in, days.
        extra: cost of a unit above its unit cost, money.
    """
    book, order = case.book, case.book.of[lines]
    start, end = book.start[order] + LATER, np.minimum(book.end[order], case.world.days) + LATER
    at = np.where(np.maximum(start, first) <= end, np.maximum(start, first), np.maximum(end, first))
    on = (at <= end) | (book.late[lines] & (at < case.world.days))
    lines, at = lines[on], at[on]
    ways = Ways(lines, np.full(len(lines), -1), at, np.zeros(len(lines)), np.full(len(lines), -1))
    ways = _valued(case, pair, ways, edges)
    sku = int(case.world.tables.pair_sku[pair])
    held = case.held[sku] * charged_days(case.world, instant(ways.at))
    written = (1.0 - case.world.money.salvage) * case.world.tables.unit_cost[sku]
    return replace(ways, value=ways.value - held - written - extra)


def _valued(case: Case, pair: int, ways: Ways, edges: Floats) -> Ways:
    ways = replace(ways, value=_unit_value(case, pair, ways.line) + _timed(case, pair, ways))
    if not any(s.return_probability for s in case.world.segments):
        return ways
    return _with_returns(case, pair, ways, edges)


def _windows(case: Case, lines: Ints, edges: Floats) -> Ways:
    book = case.book
    order = book.of[lines]
    start, end = book.start[order] + LATER, np.minimum(book.end[order], case.world.days) + LATER
    first, last = (np.searchsorted(edges, at, side="right") - 1 for at in (start, end))
    found = []
    for begin, after in zip(GROUPS[:-1].tolist(), GROUPS[1:].tolist(), strict=True):
        on = np.flatnonzero(first + begin <= last)
        if not len(on):
            break
        takes = np.minimum(first[on] + after - 1, last[on])
        found.append((lines[on], takes, np.maximum(start[on], edges[first[on] + begin])))
    late = book.late[lines] & (last < len(edges) - 1)
    found.append((lines[late], np.full(int(late.sum()), len(edges) - 1), end[late]))
    line, takes, at = (np.concatenate(part) for part in zip(*found, strict=True))
    return Ways(line, takes, at, np.zeros(len(line)), np.full(len(line), -1))


def _unit_value(case: Case, pair: int, line: Ints) -> Floats:
    """Revenue, goods, freight, handling, fees, the loss avoided and the write-down avoided, money/unit."""
    world, book = case.world, case.book
    tables, order = world.tables, book.of[line]
    place, sku = int(tables.pair_location[pair]), int(tables.pair_sku[pair])
    site, weight, cost = world.locations[place], world.skus[sku].weight_kg, tables.unit_cost[sku]
    fixed = snap(site.handling_per_unit) + snap(site.fee_per_unit)
    shape = tables.rate[:, :, place].shape
    freight = np.empty(shape)
    for at in np.ndindex(shape):
        lane = (*at, place)
        freight[at] = unit_freight(float(tables.rate[lane]), float(tables.rate_per_kg[lane]), weight)
    region, segment = book.region[order], book.segment[order]
    service = np.array(tables.segment_service)[segment]
    gained = book.price[line] - cost + np.array(tables.loss)[segment, region]
    return np.asarray(gained - freight[service, region] - fixed + (1.0 - world.money.salvage) * cost, np.float64)


def _timed(case: Case, pair: int, ways: Ways) -> Floats:
    """Holding saved from the placing on, waiting until then and lateness, money/unit."""
    world, book = case.world, case.book
    order, when = book.of[ways.line], instant(ways.at)
    saved = case.held[int(world.tables.pair_sku[pair])] * charged_days(world, when)
    waiting = np.array([snap(s.backorder_per_unit_day) for s in world.segments])[book.segment[order]]
    if waiting.any():  # against a unit that waits to the end of its patience and is lost
        rest = charged_days(world, when) - charged_days(world, book.end[order])
        saved = saved + np.where(book.steady[ways.line], waiting * np.maximum(rest, 0.0), 0.0)
    return np.asarray(saved - _lateness(case, pair, order, when))


def _lateness(case: Case, pair: int, order: Ints, when: Floats) -> Floats:
    world, book = case.world, case.book
    rate = np.array([snap(s.lateness_per_unit_day) for s in world.segments])[book.segment[order]]
    if not rate.any():
        return np.zeros(len(order))
    place, services = int(world.tables.pair_location[pair]), np.array(world.tables.segment_service)
    mean = world.tables.transit_mean_days[services[book.segment[order]], book.region[order], place]
    promised = np.where(np.isnan(book.deliver_by[order]), book.received[order] + mean, book.deliver_by[order])
    arrives = np.asarray(when + _transit(case, place)[order])
    return np.asarray(rate * np.maximum(arrives - promised, 0.0), np.float64)


def _transit(case: Case, place: int) -> Floats:
    """(orders,) days from a location to the customer, at most two ticks too short; 0 without a lane."""
    world, book, seed = case.world, case.book, case.seed
    services, days = np.array(world.tables.segment_service)[book.segment], np.zeros(len(book))
    key = world.tables.keys["location"][place]
    for service, block in enumerate(world.tables.transit_law):
        for region, laws in enumerate(block):
            if (law := laws[place]) is not None:
                mine = np.flatnonzero((services == service) & (book.region == region))
                days[mine] = at_least(law, states(seed, "transit", book.key[mine], key))
    return days


def _with_returns(case: Case, pair: int, ways: Ways, edges: Floats) -> Ways:
    """Ways whose unit comes back are added, and ways whose unit has to come back are left out."""
    world, book = case.world, case.book
    tables, money = world.tables, world.money
    place, sku = int(tables.pair_location[pair]), int(tables.pair_sku[pair])
    comes, stays, soonest, latest = _returning(case, place)
    order, when = book.of[ways.line], instant(ways.at)
    transit = _transit(case, place)[order]
    back = when + transit + soonest[ways.line]
    last = _last_dispatch(case, place)[order] + transit + 2 * TICK + latest[ways.line]
    kept = stays[ways.line] | (last > world.days) | book.late[ways.line]
    comes = comes[ways.line] & (back <= world.days)
    refund = tables.unit_cost[sku] * money.salvage - book.price[ways.line] - snap(money.return_fee)
    again = np.searchsorted(edges, back + LATER, side="right") - 1
    returned = replace(ways, value=ways.value + refund, back=again).some(comes)
    stay = ways.some(kept | ~comes)
    return Ways(
        np.concatenate([stay.line, returned.line]),
        np.concatenate([stay.takes, returned.takes]),
        np.concatenate([stay.at, returned.at]),
        np.concatenate([stay.value, returned.value]),
        np.concatenate([stay.back, returned.back]),
    )


def _returning(case: Case, place: int) -> tuple[Flags, Flags, Floats, Floats]:
    """(lines,) whether a unit may come back and may stay, and the shortest and longest time to its return, days."""
    world, book, seed = case.world, case.book, case.seed
    keys, law = world.tables.keys["location"][place], world.money.return_days
    in_order = np.bincount(book.of, weights=book.units, minlength=len(book)).astype(np.int64)[book.of]
    again = np.bincount(book.of, weights=book.late, minlength=len(book))[book.of] > 0.0
    parcels = np.where(again, MOST_DRAWS + 1, in_order)  # an order's parcels from one location, each with a unit
    whether = states(seed, "return_whether", book.line_keys())
    comes, stays = np.zeros(len(book.of), np.bool_), np.ones(len(book.of), np.bool_)
    for n, segment in enumerate(world.segments):
        mine = np.flatnonzero(book.segment[book.of] == n)
        comes[mine], stays[mine] = outcomes(whether[mine], keys, parcels[mine], segment.return_probability)
    soonest, latest = np.full(len(book.of), least_of(law)), np.full(len(book.of), np.inf)
    one = np.flatnonzero(comes & (parcels == 1))
    soonest[one] = at_least(law, states(seed, "return_when", book.line_keys()[one], keys, 0))
    latest[one] = soonest[one] + 2 * TICK
    return comes, stays, soonest, latest


def _last_dispatch(case: Case, place: int) -> Floats:
    """(orders,) latest instant at which a parcel can leave; inf where a queue or an outage may keep it."""
    world, book = case.world, case.book
    site = world.locations[place]
    if site.station.servers or site.outage.windows or site.outage.mean_up_days:
        return np.full(len(book), np.inf)
    return np.minimum(book.end, world.days) + (1.0 + TICK if site.cut_off_hours else 0.0)
