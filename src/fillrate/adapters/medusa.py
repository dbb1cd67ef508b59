"""Medusa: reservation items for the lines of an order or a cart.

A record has `items` (`id`, `quantity`, `unit_price`, `variant.inventory_items` of `inventory_item_id` and
`required_quantity`), `inventory_levels` (`inventory_item_id`, `location_id`, `stocked_quantity`, `reserved_quantity`,
`incoming_quantity`) and `stock_locations` (`id`), those of the sales channel: nothing comes from any other. What is
reserved in Medusa is an inventory item, so that is the SKU here; a variant that is a kit makes one line for each of its
parts, which are decided by themselves. An item without a variant, or of one whose `manage_inventory` is false, reserves
nothing. The answer is what `createReservationItems` takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fillrate.adapters.host import Host
from fillrate.adapters.records import Record, items, number, part, quantity, site, stock_row, text

__all__ = ["MEDUSA"]

PLACE = "medusa"
ITEMS = f"{PLACE}.items"
PARTS = f"{ITEMS}.variant.inventory_items"
LEVELS = f"{PLACE}.inventory_levels"


def _is_unmanaged(item: Record) -> bool:
    variant = item.get("variant", {})
    return variant is None or (isinstance(variant, Mapping) and variant.get("manage_inventory") is False)


def _parts(record: Record) -> Iterator[tuple[Record, str, int]]:
    """Each item with each inventory item of its variant, and how many of it an item takes."""
    for item in items(record, "items", PLACE):
        if _is_unmanaged(item):
            continue
        for one in items(part(item, "variant", ITEMS), "inventory_items", f"{ITEMS}.variant"):
            each = quantity(one.get("required_quantity") or 1, f"{PARTS}.required_quantity")
            yield item, text(one, "inventory_item_id", PARTS), each


def _lines(record: Record) -> list[dict[str, Any]]:
    """A line a part, called `item/inventory item`; the price is shared among the parts by their number."""
    parts = list(_parts(record))
    units: dict[str, int] = {}
    for item, _, each in parts:
        units[text(item, "id", ITEMS)] = units.get(text(item, "id", ITEMS), 0) + each
    found = []
    for item, sku, each in parts:
        name = text(item, "id", ITEMS)
        wanted = quantity(part(item, "quantity", ITEMS), f"{ITEMS}.quantity") * each
        line: dict[str, Any] = {"line": f"{name}/{sku}", "sku": sku, "quantity": wanted}
        if item.get("unit_price") is not None:
            line["price"] = float(number(item["unit_price"], f"{ITEMS}.unit_price")) / units[name]
        found.append(line)
    return found


def _stock(level: Record) -> dict[str, Any]:
    def units(key: str) -> int:
        return quantity(level.get(key) or 0, f"{LEVELS}.{key}")

    at, sku = text(level, "location_id", LEVELS), text(level, "inventory_item_id", LEVELS)
    reserved, inbound = units("reserved_quantity"), units("incoming_quantity")
    return stock_row(at, sku, units("stocked_quantity"), reserved, inbound=inbound)


def _requests(record: Record) -> list[dict[str, Any]]:
    lines = _lines(record)
    wanted = {line["sku"] for line in lines}
    place = f"{PLACE}.stock_locations"
    sites = [site(text(at, "id", place)) for at in items(record, "stock_locations", PLACE)]
    listed = {at["location"] for at in sites}
    rows = map(_stock, items(record, "inventory_levels", PLACE))
    stock = [row for row in rows if row["sku"] in wanted and row["location"] in listed]
    made = {"id": text(record, "id", PLACE)} if record.get("id") is not None else {}
    return [made | {"lines": lines, "stock": stock, "sites": sites}]


def _answer(record: Record, decisions: Sequence[Any]) -> list[dict[str, Any]]:
    owner = {f"{text(item, 'id', ITEMS)}/{sku}": text(item, "id", ITEMS) for item, sku, _ in _parts(record)}
    return [
        {
            "line_item_id": owner[line["line"]],
            "inventory_item_id": line["sku"],
            "location_id": given["location"],
            "quantity": given["quantity"],
        }
        for line in decisions[0]["lines"]
        for given in line["allocated"]
    ]


MEDUSA = Host(
    "medusa",
    "Medusa, reservation items",
    "assign",
    "items with their variants' inventory_items, inventory_levels, stock_locations",
    "the input of createReservationItems",
    (
        "https://docs.medusajs.com/resources/commerce-modules/inventory/concepts",
        "https://docs.medusajs.com/resources/commerce-modules/inventory/inventory-kit",
        "https://docs.medusajs.com/resources/references/medusa-workflows/steps/createReservationsStep",
    ),
    _requests,
    _answer,
)
