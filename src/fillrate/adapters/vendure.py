"""Vendure: what `forAllocation` of a StockLocationStrategy returns.

A record has the method's arguments, `stockLocations` (`id`), `orderLine` (`id`, `productVariant` with `sku`,
`outOfStockThreshold`; `unitPrice` in minor units) and `quantity`, and the variant's `stockLevels` (`stockLocationId`,
`stockOnHand`, `stockAllocated`). Saleable is on hand − allocated − threshold; a negative threshold, which lets Vendure
sell what it has not got, keeps nothing back here. The answer is a list of location and quantity; what fillrate holds is
not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fillrate.adapters.host import Host
from fillrate.adapters.records import Record, items, part, quantity, site, stock_row, text

__all__ = ["VENDURE"]

PLACE = "vendure"
LEVELS = f"{PLACE}.stockLevels"
MINOR_UNITS = 100  # Vendure keeps money in minor units


def _units(level: Record, key: str) -> int:
    return quantity(part(level, key, LEVELS), f"{LEVELS}.{key}")


def _requests(record: Record) -> list[dict[str, Any]]:
    line = part(record, "orderLine", PLACE)
    variant = part(line, "productVariant", f"{PLACE}.orderLine")
    sku = text(variant, "sku", f"{PLACE}.orderLine.productVariant")
    threshold = quantity(variant.get("outOfStockThreshold") or 0, f"{PLACE}.outOfStockThreshold")
    made: dict[str, Any] = {"line": text(line, "id", f"{PLACE}.orderLine"), "sku": sku}
    made["quantity"] = quantity(part(record, "quantity", PLACE), f"{PLACE}.quantity")
    if line.get("unitPrice") is not None:
        made["price"] = quantity(line["unitPrice"], f"{PLACE}.orderLine.unitPrice") / MINOR_UNITS
    stock = [
        stock_row(
            text(level, "stockLocationId", LEVELS),
            sku,
            _units(level, "stockOnHand"),
            _units(level, "stockAllocated"),
            max(0, threshold),
        )
        for level in items(record, "stockLevels", PLACE)
    ]
    sites = [site(text(at, "id", f"{PLACE}.stockLocations")) for at in items(record, "stockLocations", PLACE)]
    listed = {at["location"] for at in sites}
    stock = [row for row in stock if row["location"] in listed]
    return [{"id": made["line"], "lines": [made], "stock": stock, "sites": sites}]


def _answer(record: Record, decisions: Sequence[Any]) -> list[dict[str, Any]]:
    """LocationWithQuantity objects: the location as it was handed in."""
    place = f"{PLACE}.stockLocations"
    own = {text(at, "id", place): at for at in items(record, "stockLocations", PLACE)}
    given = decisions[0]["lines"][0]["allocated"]
    return [{"location": own[entry["location"]], "quantity": entry["quantity"]} for entry in given]


VENDURE = Host(
    "vendure",
    "Vendure, StockLocationStrategy.forAllocation",
    "assign",
    "orderLine, quantity, stockLocations, stockLevels",
    "LocationWithQuantity objects",
    (
        "https://docs.vendure.io/reference/typescript-api/products-stock/stock-location-strategy",
        "https://docs.vendure.io/reference/typescript-api/entities/stock-level",
        "https://docs.vendure.io/guides/core-concepts/stock-control/",
    ),
    _requests,
    _answer,
)
