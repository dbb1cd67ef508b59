"""An order of locations for a shop that fills greedily: the order that comes out as the decision would.

Such a shop walks down the list and takes from each location what is there. Of the orders of the locations that the
decision uses, the first that gives the decision back is taken; if none does, the one that gives most of it. After
them come the locations that would be used if those were empty, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, permutations
from typing import Any

from fillrate.adapters.records import Record

__all__ = ["Decide", "Ranking", "free", "in_order", "ranked", "taken"]

Decide = Callable[[Record], Record]  # a request -> its decision, such as the method `allocate` of an Allocator
ORDERS_TRIED = 720  # all orders of six locations

Fill = dict[tuple[str, str], int]  # (line, location) -> units


@dataclass(frozen=True)
class Ranking:
    """The order of locations for one request."""

    locations: tuple[str, ...]  # first to be tried first; closed ones are left out
    exact: bool  # whether a greedy fill in this order gives the decision back, to the unit
    decision: Record


def free(request: Record) -> Fill:
    """(SKU, location) -> units that may be promised: on hand, not reserved, above the safety stock, the site open."""
    closed, found = closed_in(request), Fill()
    for row in request["stock"]:
        if row["location"] not in closed:
            there = row["on_hand"] - row.get("reserved", 0) - row.get("safety", 0)
            found[row["sku"], row["location"]] = max(0, there)
    return found


def closed_in(request: Record) -> set[str]:
    """Locations that may send nothing now."""
    return {s["location"] for s in request.get("sites", ()) if not s.get("open", True)}


def taken(decision: Record) -> Fill:
    """(line, location) -> units of a decision, those above 0."""
    found: Fill = {}
    for line in decision["lines"]:
        for given in line["allocated"]:
            key = line["line"], given["location"]
            found[key] = found.get(key, 0) + given["quantity"]
    return {key: units for key, units in found.items() if units > 0}


def greedy(request: Record, order: Sequence[str]) -> Fill:
    """What a shop takes that walks down an order of locations, line by line."""
    left, found = free(request), Fill()
    for line in request["lines"]:
        wanted = line["quantity"]
        for location in order:
            units = min(wanted, left.get((line["sku"], location), 0))
            if units > 0:
                left[line["sku"], location] -= units
                found[line["line"], location] = units
                wanted -= units
    return found


def sites_of(request: Record) -> list[str]:
    """Locations in the order in which the request names them, its sites first."""
    named = [s["location"] for s in request.get("sites", ())] + [row["location"] for row in request["stock"]]
    return list(dict.fromkeys(named))


def in_order(request: Record) -> dict[str, Any]:
    """The decision of a shop without fillrate: the request's sites, in their order, each giving what it has."""
    found = greedy(request, sites_of(request))
    lines = []
    for line in request["lines"]:
        mine = {at: units for (name, at), units in found.items() if name == line["line"]}
        given = [{"location": at, "quantity": units} for at, units in mine.items()]
        held = line["quantity"] - sum(mine.values())
        lines.append({key: line[key] for key in ("line", "sku", "quantity")} | {"allocated": given, "held": held})
    made = {"id": request.get("id"), "bundle": None, "policy": "in_order", "decided_by": "in_order"}
    return made | {"reason": "the shop's own order of sites", "lines": lines, "defaults": [], "microseconds": 0.0}


def ranked(request: Record, decide: Decide) -> Ranking:
    """Ask for a decision and turn it into an order of locations.

    Args:
        request: an allocation request.
        decide: answers it. It is asked again, without the stock of the locations found so far, until it finds no
            further one: at most once a location.
    """
    decision = decide(request)
    wanted = taken(decision)
    order = _best(request, wanted)
    for more in _further(request, order, decide):
        order += more
    return Ranking(tuple(order), greedy(request, order) == wanted, decision)


def _best(request: Record, wanted: Fill) -> list[str]:
    """The order of the locations used that gives back most of what is wanted; of equals the first."""
    used = list(dict.fromkeys(location for _, location in wanted))
    best, most = used, -1
    for order in islice(permutations(used), ORDERS_TRIED):
        found = greedy(request, order)
        if found == wanted:
            return list(order)
        same = sum(min(units, found.get(key, 0)) for key, units in wanted.items())
        if same > most:
            best, most = list(order), same
    return best


def _further(request: Record, used: Sequence[str], decide: Decide) -> Iterator[list[str]]:
    """Locations that come next, as if the stock of those before were gone; then those that nothing is taken from."""
    gone = set(used)
    while True:
        stock = [row | {"on_hand": 0, "reserved": 0} if row["location"] in gone else row for row in request["stock"]]
        rest = {**request, "stock": stock}
        more = [location for location in _best(rest, taken(decide(rest))) if location not in gone]
        if not more:
            break
        gone.update(more)
        yield more
    left_out = gone | closed_in(request)
    yield [location for location in sites_of(request) if location not in left_out]
