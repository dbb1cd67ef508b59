"""Vendure: what `forAllocation` of a StockLocationStrategy returns.

A record has the method's arguments, `stockLocations` (`id`), `orderLine` (`id`, `unitPrice` in minor units,
`productVariant` with `sku`, `outOfStockThreshold`, `useGlobalOutOfStockThreshold`, `trackInventory`) and `quantity`,
and the variant's `stockLevels` (`stockLocationId`, `stockOnHand`, `stockAllocated`). It may have `globalSettings`
(`outOfStockThreshold`, `trackInventory`), which count where the variant says so. Saleable is on hand − allocated −
threshold; a negative threshold, which lets Vendure sell what it has not got, keeps nothing back here. A variant that is
not tracked is there in full at each of its levels. The answer is a list of location and quantity; what fillrate holds
is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fillrate.adapters.host import Host
from fillrate.adapters.records import Record, also, flag, items, part, quantity, site, stock_row, text

__all__ = ["VENDURE"]

PLACE = "vendure"
LEVELS = f"{PLACE}.stockLevels"
MINOR_UNITS = 100  # Vendure keeps money in minor units


def _units(level: Record, key: str) -> int:
    return quantity(part(level, key, LEVELS), f"{LEVELS}.{key}")


def _is_tracked(record: Record, variant: Record) -> bool:
    said = variant.get("trackInventory") or "INHERIT"
    if said == "INHERIT":
        said = also(record, "globalSettings", PLACE).get("trackInventory", True)
    return flag(said, f"{PLACE}.trackInventory")


def _threshold(record: Record, variant: Record) -> int:
    """Units kept back, of the variant or of all."""
    of_all = flag(variant.get("useGlobalOutOfStockThreshold") or False, f"{PLACE}.useGlobalOutOfStockThreshold")
    owner = also(record, "globalSettings", PLACE) if of_all else variant
    return max(0, quantity(owner.get("outOfStockThreshold") or 0, f"{PLACE}.outOfStockThreshold"))


def _level(level: Record, sku: str, threshold: int) -> dict[str, Any]:
    at = text(level, "stockLocationId", LEVELS)
    return stock_row(at, sku, _units(level, "stockOnHand"), _units(level, "stockAllocated"), threshold)


def _requests(record: Record) -> list[dict[str, Any]]:
    line = part(record, "orderLine", PLACE)
    variant = part(line, "productVariant", f"{PLACE}.orderLine")
    sku = text(variant, "sku", f"{PLACE}.orderLine.productVariant")
    made: dict[str, Any] = {"line": text(line, "id", f"{PLACE}.orderLine"), "sku": sku}
    made["quantity"] = quantity(part(record, "quantity", PLACE), f"{PLACE}.quantity")
    if line.get("unitPrice") is not None:
        made["price"] = quantity(line["unitPrice"], f"{PLACE}.orderLine.unitPrice") / MINOR_UNITS
    levels = items(record, "stockLevels", PLACE)
    if _is_tracked(record, variant):
        threshold = _threshold(record, variant)
        stock = [_level(level, sku, threshold) for level in levels]
    else:
        stock = [stock_row(text(level, "stockLocationId", LEVELS), sku, made["quantity"]) for level in levels]
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
