"""Spree: the ranking of an order routing rule, or the order of a stock location sorter.

A record has `order` (`number`, `line_items` of `id`, `quantity`, `price`, `variant.sku` and, where it is false,
`variant.track_inventory`: such a variant is there in full wherever it has a stock item) and `stock_locations`
(`id`, `active`, `stock_items` of `variant.sku` and `count_on_hand`), as a rule sees them. Spree takes locations by
rank, smallest first, and packs from each what is on hand. `count_on_hand` is what is left after what was sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fillrate.adapters.host import Host
from fillrate.adapters.ranking import Ranking
from fillrate.adapters.records import Record, flag, items, number, part, quantity, site, stock_row, text, units_by_sku

__all__ = ["SPREE"]

PLACE = "spree"
LOCATIONS = f"{PLACE}.stock_locations"


def _sku(owner: Record, place: str) -> str:
    return text(part(owner, "variant", place), "sku", f"{place}.variant")


def _line(line: Record) -> dict[str, Any]:
    place = f"{PLACE}.order.line_items"
    units = quantity(part(line, "quantity", place), f"{place}.quantity")
    made: dict[str, Any] = {"line": text(line, "id", place), "sku": _sku(line, place), "quantity": units}
    return made | ({"price": float(number(line["price"], f"{place}.price"))} if line.get("price") is not None else {})


def _untracked(lines: Sequence[Record]) -> dict[str, int]:
    """SKU -> units that the order wants, of variants whose stock is not counted."""
    return units_by_sku(_line(line) for line in lines if line["variant"].get("track_inventory") is False)


def _requests(record: Record) -> list[dict[str, Any]]:
    order, locations = part(record, "order", PLACE), items(record, "stock_locations", PLACE)
    place = f"{LOCATIONS}.stock_items"
    stock = [
        stock_row(
            text(location, "id", LOCATIONS),
            _sku(item, place),
            quantity(part(item, "count_on_hand", place), f"{place}.count_on_hand"),
        )
        for location in locations
        for item in items(location, "stock_items", LOCATIONS)
    ]
    said = items(order, "line_items", f"{PLACE}.order")
    lines, enough = [_line(line) for line in said], _untracked(said)
    stock = [row | {"on_hand": enough[row["sku"]]} if row["sku"] in enough else row for row in stock]
    skus = {line["sku"] for line in lines}
    return [
        {
            "id": text(order, "number", f"{PLACE}.order"),
            "lines": lines,
            "stock": [row for row in stock if row["sku"] in skus],
            "sites": [
                site(text(at, "id", LOCATIONS), flag(at.get("active", True), f"{LOCATIONS}.active")) for at in locations
            ],
        }
    ]


def _answer(record: Record, rankings: Sequence[Ranking]) -> list[dict[str, Any]]:
    """One ranking a location, in the host's own identifiers; inactive ones are not ranked."""
    own = {text(at, "id", LOCATIONS): at["id"] for at in items(record, "stock_locations", PLACE)}
    return [{"location": own[location], "rank": n} for n, location in enumerate(rankings[0].locations)]


SPREE = Host(
    "spree",
    "Spree, order routing rule (Solidus: stock location sorter)",
    "rank",
    "order with its line_items, stock_locations with their stock_items",
    "a rank for each active stock location",
    (
        "https://spreecommerce.org/docs/developer/how-to/custom-order-routing",
        "https://rubydoc.info/gems/solidus_core/Spree/Stock/SimpleCoordinator",
    ),
    _requests,
    _answer,
)
