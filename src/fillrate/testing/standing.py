"""How all orders and all stock stand at one moment, and what must be true of one such moment and of two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fillrate.testing.connector import Broken, Connector, Record, TestShop

__all__ = ["Standing", "check_decision", "check_moment", "check_rank", "stand"]

Place = tuple[str, str]  # location, SKU


@dataclass(frozen=True)
class Standing:
    """What a connector says of itself."""

    on_hand: dict[Place, int]
    reserved: dict[Place, int]
    orders: dict[str, dict[str, Record]]  # order -> line -> its record

    def units(self, order: str, kind: str) -> dict[tuple[str, str], int]:
        """(line, location) -> units that are `allocated` or `shipped`."""
        found: dict[tuple[str, str], int] = {}
        for name, line in self.orders[order].items():
            for given in line[kind]:
                key = name, given["location"]
                found[key] = found.get(key, 0) + given["quantity"]
        return {key: units for key, units in found.items() if units}

    def held(self, order: str) -> dict[str, int]:
        """SKU -> units that an order waits for."""
        found: dict[str, int] = {}
        for line in self.orders[order].values():
            found[line["sku"]] = found.get(line["sku"], 0) + line["held"]
        return found

    def has(self, order: str) -> dict[Place, int]:
        """(location, SKU) -> units reserved or shipped for an order."""
        found: dict[Place, int] = {}
        for kind in ("allocated", "shipped"):
            for (line, location), units in self.units(order, kind).items():
                key = location, self.orders[order][line]["sku"]
                found[key] = found.get(key, 0) + units
        return found


def stand(connector: Connector, orders: Iterable[str]) -> Standing:
    """Ask for everything."""
    levels = {(row["location"], row["sku"]): row for row in connector.levels()}
    return Standing(
        {place: row["on_hand"] for place, row in levels.items()},
        {place: row["reserved"] for place, row in levels.items()},
        {order: {str(line["line"]): line for line in connector.order(order)} for order in orders},
    )


def check_moment(now: Standing, asked: Mapping[str, Record], counted: Mapping[Place, int], shop: TestShop) -> None:
    """What must be true at any moment.

    Args:
        now: what the connector says.
        asked: order -> its request.
        counted: (location, SKU) -> units counted and received, less those that were shipped.
        shop: where.

    Raises:
        Broken: an invariant is broken.
    """
    for place, units in now.reserved.items():
        if not 0 <= units <= now.on_hand.get(place, 0):
            raise Broken("not_over_available", f"{place}: {units} reserved of {now.on_hand.get(place, 0)}")
    for order, request in asked.items():
        _check_order(order, now, request, shop)
    promised: dict[Place, int] = {}
    for order in asked:
        for (line, location), units in now.units(order, "allocated").items():
            key = location, now.orders[order][line]["sku"]
            promised[key] = promised.get(key, 0) + units
    for place in {*counted, *promised, *now.on_hand}:
        told = now.on_hand.get(place, 0), now.reserved.get(place, 0)
        due = counted.get(place, 0), promised.get(place, 0)
        if told != due:
            raise Broken("conserved", f"{place}: {told} on hand and reserved where {due} follow from what was done")


def _check_order(order: str, now: Standing, request: Record, shop: TestShop) -> None:
    for wanted in request["lines"]:
        line = now.orders[order].get(wanted["line"])
        if line is None:
            raise Broken("adds_up", f"order {order}: line {wanted['line']} is gone")
        if (line["sku"], line["quantity"]) != (wanted["sku"], wanted["quantity"]):
            told = f"{line['quantity']} of {line['sku']}, not {wanted['quantity']} of {wanted['sku']}"
            raise Broken("adds_up", f"order {order}: line {wanted['line']} stands for {told}")
        kinds = [sum(given["quantity"] for given in line[kind]) for kind in ("allocated", "shipped")]
        kinds += [line["held"], line["rejected"]]
        if sum(kinds) != wanted["quantity"] or min(kinds) < 0:
            told = "allocated, shipped, held, rejected"
            raise Broken("adds_up", f"order {order}, line {wanted['line']}: {told} {kinds} of {wanted['quantity']}")
        for given in (*line["allocated"], *line["shipped"]):
            if given["quantity"] and not shop.eligible(request["region"], given["location"], wanted["sku"]):
                place = f"{wanted['sku']} at {given['location']} for {request['region']}"
                raise Broken("eligible", f"order {order}: {place}")


def check_decision(decision: Record, request: Record, before: Standing, now: Standing) -> None:
    """A decision accounts for every unit, promises what was free, and is what the order then has.

    Raises:
        Broken: an invariant is broken.
    """
    said: dict[tuple[str, str], int] = {}
    batch: dict[Place, int] = {}
    for line in decision["lines"]:
        for given in line["allocated"]:
            key, place = (str(line["line"]), given["location"]), (given["location"], line["sku"])
            said[key] = said.get(key, 0) + given["quantity"]
            batch[place] = batch.get(place, 0) + given["quantity"]
    for place, units in batch.items():
        free = before.on_hand.get(place, 0) - before.reserved.get(place, 0)
        if units > free:
            raise Broken(
                "not_over_available", f"order {request['id']}: {units} units of {place}, where {free} were free"
            )
    lines = {str(line["line"]): line for line in decision["lines"]}
    for wanted in request["lines"]:
        line = lines.get(wanted["line"])
        if line is None:
            raise Broken("adds_up", f"order {request['id']}: no decision on line {wanted['line']}")
        given = sum(n for (name, _), n in said.items() if name == wanted["line"])
        if given + line["held"] + line.get("rejected", 0) != wanted["quantity"]:
            raise Broken("adds_up", f"order {request['id']}: the decision on line {wanted['line']} loses units")
    if said != now.units(request["id"], "allocated"):
        raise Broken("conserved", f"order {request['id']}: decided {said}, reserved otherwise")


def check_rank(
    before: Standing, now: Standing, asked: Mapping[str, Record], shop: TestShop, besides: Sequence[str]
) -> None:
    """Nobody got units that a higher order, which waits for them, might have had.

    Raises:
        Broken: an invariant is broken.
    """
    rank = {order: shop.segments.index(request["segment"]) for order, request in asked.items()}
    waits = {order: now.held(order) for order in before.orders if order not in besides}
    for lower in waits:
        had = before.has(lower)
        gained = [place for place, units in now.has(lower).items() if units > had.get(place, 0)]
        for higher, held in waits.items():
            for location, sku in gained if rank[higher] < rank[lower] else ():
                if held.get(sku, 0) and shop.eligible(asked[higher]["region"], location, sku):
                    raise Broken("in_rank", f"order {lower} got {sku} at {location}, order {higher} still waits for it")
