"""Magento and Adobe Commerce, Inventory Management (MSI): the result of a source selection algorithm.

A record has the body of the request, `inventoryRequest` (`stockId`, `items` of `sku` and `qty`), and what the REST
interface says of the stock: `sources` (`source_code`, `enabled`), `stock_source_links` (`stock_id`, `source_code`,
`priority`) and `source_items` (`sku`, `source_code`, `quantity`, `status`), as lists or search results with `items`.
Quantities are decimals, SKUs are compared without regard to case. The answer lists every source item that is in stock,
by priority, with what to deduct from it, and whether all of it can be shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fillrate.adapters.host import Host
from fillrate.adapters.records import Record, flag, items, number, part, quantity, site, stock_row, text
from fillrate.adapters.units import scale, scales_of, shown, whole

__all__ = ["MAGENTO"]

IN_STOCK = 1  # `status` of a source item
PLACE = "magento"


def _wanted(record: Record) -> list[tuple[str, Decimal]]:
    """SKU and quantity of each item asked for."""
    asked = part(record, "inventoryRequest", PLACE)
    place = f"{PLACE}.inventoryRequest.items"
    lines = items(asked, "items", f"{PLACE}.inventoryRequest")
    said = [(text(line, "sku", place), number(part(line, "qty", place), f"{place}.qty")) for line in lines]
    called: dict[str, str] = {}  # in small letters -> as it stands there first
    return [(called.setdefault(sku.lower(), sku), amount) for sku, amount in said]


def _sources(record: Record) -> list[str]:
    """Enabled sources of the stock, highest priority (smallest number) first."""
    stock = text(part(record, "inventoryRequest", PLACE), "stockId", f"{PLACE}.inventoryRequest")
    place = f"{PLACE}.sources"
    listed = [(text(s, "source_code", place), s.get("enabled", True)) for s in items(record, "sources", PLACE)]
    on = {code for code, enabled in listed if flag(enabled, f"{place}.enabled")}
    place = f"{PLACE}.stock_source_links"
    links = [link for link in items(record, "stock_source_links", PLACE) if text(link, "stock_id", place) == stock]
    links.sort(key=lambda link: quantity(part(link, "priority", place), f"{place}.priority"))
    return [code for link in links if (code := text(link, "source_code", place)) in on]


def _in_stock(record: Record) -> list[tuple[str, str, Decimal]]:
    """Source, SKU as asked for and quantity of the source items that may serve the request, by priority."""
    called = {sku.lower(): sku for sku, _ in _wanted(record)}
    sources, found = _sources(record), []
    for item in items(record, "source_items", PLACE):
        place = f"{PLACE}.source_items"
        code, sku = text(item, "source_code", place), text(item, "sku", place).lower()
        if code in sources and sku in called and quantity(item.get("status", IN_STOCK), f"{place}.status") == IN_STOCK:
            found.append((code, called[sku], number(part(item, "quantity", place), f"{place}.quantity")))
    return sorted(found, key=lambda row: sources.index(row[0]))


def _scales(record: Record) -> dict[str, int]:
    amounts = _wanted(record) + [(sku, amount) for _, sku, amount in _in_stock(record)]
    return scales_of(amounts, f"{PLACE}: quantity")


def _requests(record: Record) -> list[dict[str, Any]]:
    scales = _scales(record)
    lines = [
        {"line": str(n), "sku": sku, "quantity": whole(amount, scale(scales, sku))}
        for n, (sku, amount) in enumerate(_wanted(record))
    ]
    stock = [stock_row(code, sku, whole(amount, scale(scales, sku))) for code, sku, amount in _in_stock(record)]
    return [{"lines": lines, "stock": stock, "sites": [site(code) for code in _sources(record)]}]


def _answer(record: Record, decisions: Sequence[Any]) -> dict[str, Any]:
    lines, scales = decisions[0]["lines"], _scales(record)
    deduct: dict[tuple[str, str], int] = {}
    for line in lines:
        for given in line["allocated"]:
            key = given["location"], line["sku"]
            deduct[key] = deduct.get(key, 0) + given["quantity"]
    chosen = [
        {
            "source_code": code,
            "sku": sku,
            "qty_to_deduct": shown(deduct.get((code, sku), 0), scale(scales, sku)),
            "qty_available": shown(whole(amount, scale(scales, sku)), scale(scales, sku)),
        }
        for code, sku, amount in _in_stock(record)
    ]
    return {"source_selection_items": chosen, "shippable": all(line["held"] == 0 for line in lines)}


MAGENTO = Host(
    "magento",
    "Magento / Adobe Commerce, Inventory Management (MSI)",
    "assign",
    "inventoryRequest, sources, stock_source_links, source_items",
    "the result of POST /V1/inventory/source-selection-algorithm-result",
    (
        "https://developer.adobe.com/commerce/webapi/rest/inventory/",
        "https://github.com/magento/inventory, InventorySourceSelectionApi",
    ),
    _requests,
    _answer,
)
