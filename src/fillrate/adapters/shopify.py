"""Shopify, order routing: the output of an Order Routing Location Rule function.

A record is the function's input: `fulfillmentGroups` (`handle`, `lines` of `id`, `quantity`, `cost` and `merchandise`,
`inventoryLocationHandles`) and `locations` (`handle`). A function is not told quantities of stock; who calls fillrate
from an app adds `inventoryLevels` of the Admin interface, each with its location's `handle`, the item's `sku` and
`quantities` by name. Without them a location that stocks a group counts as having what all groups ask for. The lower
the rank, the sooner Shopify takes the location; it fills each group by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fillrate.adapters.host import Host
from fillrate.adapters.ranking import Ranking
from fillrate.adapters.records import Record, items, number, part, quantity, site, stock_row, text, units_by_sku

__all__ = ["SHOPIFY"]

PLACE = "shopify"
GROUPS = f"{PLACE}.fulfillmentGroups"


def _line(line: Record) -> dict[str, Any]:
    place = f"{GROUPS}.lines"
    goods = part(line, "merchandise", place)
    has_sku = isinstance(goods, Mapping) and goods.get("sku")
    sku = text(goods, "sku" if has_sku else "id", f"{place}.merchandise")
    units = quantity(part(line, "quantity", place), f"{place}.quantity")
    made: dict[str, Any] = {"line": text(line, "id", place), "sku": sku, "quantity": units}
    if line.get("cost"):
        amount = part(part(line["cost"], "amountPerQuantity", f"{place}.cost"), "amount", f"{place}.cost")
        made["price"] = float(number(amount, f"{place}.cost.amountPerQuantity.amount"))
    return made


def _stock(record: Record, lines: Sequence[Record], handles: Sequence[str]) -> list[dict[str, Any]]:
    """What the levels say, or enough for all groups where none are given."""
    skus = dict.fromkeys(line["sku"] for line in lines)
    if record.get("inventoryLevels") is None:
        wanted = units_by_sku(_line(line) for group in _groups(record) for line in items(group, "lines", GROUPS))
        return [stock_row(handle, sku, wanted[sku]) for sku in skus for handle in handles]
    levels = [_level(level) for level in items(record, "inventoryLevels", PLACE)]
    return [row for row in levels if row["sku"] in skus and row["location"] in handles]


def _level(level: Record) -> dict[str, Any]:
    """`available` is what may be sold; the rest of `on_hand` is committed, reserved or set apart."""
    place = f"{PLACE}.inventoryLevels"
    states = {
        text(q, "name", f"{place}.quantities"): quantity(part(q, "quantity", place), f"{place}.quantities.quantity")
        for q in items(level, "quantities", place)
    }
    available = max(0, part(states, "available", f"{place}.quantities"))
    on_hand = max(available, states.get("on_hand", available))
    location = text(part(level, "location", place), "handle", f"{place}.location")
    sku = text(part(level, "item", place), "sku", f"{place}.item")
    return stock_row(location, sku, on_hand, on_hand - available, inbound=max(0, states.get("incoming", 0)))


def _group(record: Record, group: Record) -> dict[str, Any]:
    handles = [str(handle) for handle in items(group, "inventoryLocationHandles", GROUPS)]
    lines = [_line(line) for line in items(group, "lines", GROUPS)]
    place = f"{PLACE}.locations"
    listed = [text(location, "handle", place) for location in items(record, "locations", PLACE)]
    sites = [handle for handle in listed if handle in handles]
    made = {"id": text(group, "handle", GROUPS), "lines": lines, "stock": _stock(record, lines, handles)}
    return made | {"sites": [site(handle) for handle in sites]}


def _groups(record: Record) -> list[Any]:
    return items(record, "fulfillmentGroups", PLACE)


def _requests(record: Record) -> list[dict[str, Any]]:
    return [_group(record, group) for group in _groups(record)]


def _answer(record: Record, rankings: Sequence[Ranking]) -> dict[str, Any]:
    operations = []
    for group, ranking in zip(_groups(record), rankings, strict=True):
        order = [{"locationHandle": handle, "rank": n} for n, handle in enumerate(ranking.locations)]
        operations.append({"rank": {"fulfillmentGroupHandle": text(group, "handle", GROUPS), "rankings": order}})
    return {"operations": operations}


SHOPIFY = Host(
    "shopify",
    "Shopify, order routing location rule",
    "rank",
    "the function's input: fulfillmentGroups, locations; and inventoryLevels, if they are known",
    "the function's result: a rank for each location of each fulfilment group",
    (
        "https://shopify.dev/docs/api/functions/reference/order-routing-location-rule",
        "https://shopify.dev/docs/apps/build/inventory-management-apps/manage-quantities-states",
    ),
    _requests,
    _answer,
)
