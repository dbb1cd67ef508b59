"""Saleor: the input of the `orderFulfill` mutation.

A record is an `order` as the API returns it: `id`, `lines` with `id`, `quantityToFulfill`, `productSku`,
`unitPrice.gross.amount`, `allocations` (`quantity`, `warehouse.id`) and `variant.stocks` (`warehouse.id`, `quantity`,
`quantityAllocated`, `quantityReserved`). A variant without a SKU goes by its `id`; one whose `trackInventory` is false
is there in full in each of its warehouses. Saleor has already allocated the line somewhere; that allocation is its own,
so it counts as free here. The answer says, line by line, how many to fulfil from which warehouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fillrate.adapters.host import Host
from fillrate.adapters.records import Record, items, number, part, quantity, site, stock_row, text, units_by_sku

__all__ = ["SALEOR"]

PLACE = "saleor"
LINES = f"{PLACE}.order.lines"
STOCKS = f"{LINES}.variant.stocks"


def _warehouse(owner: Record, place: str) -> str:
    return text(part(owner, "warehouse", place), "id", f"{place}.warehouse")


def _units(owner: Record, key: str, place: str) -> int:
    return quantity(owner.get(key) or 0, f"{place}.{key}")


def _sku(line: Record) -> str:
    """The SKU, which is optional in Saleor, else the variant's id."""
    if line.get("productSku") is not None:
        return text(line, "productSku", LINES)
    return text(part(line, "variant", LINES), "id", f"{LINES}.variant")


def _own(lines: Iterable[Record]) -> dict[tuple[str, str], int]:
    """(SKU, warehouse) -> units that the order's own lines hold there."""
    found: dict[tuple[str, str], int] = {}
    for line in lines:
        for held in line.get("allocations") or ():
            key = _sku(line), _warehouse(held, f"{LINES}.allocations")
            found[key] = found.get(key, 0) + _units(held, "quantity", f"{LINES}.allocations")
    return found


def _line(line: Record) -> dict[str, Any]:
    units = quantity(part(line, "quantityToFulfill", LINES), f"{LINES}.quantityToFulfill")
    made: dict[str, Any] = {"line": text(line, "id", LINES), "sku": _sku(line), "quantity": units}
    if line.get("unitPrice"):
        gross = part(line["unitPrice"], "gross", f"{LINES}.unitPrice")
        made["price"] = float(number(part(gross, "amount", f"{LINES}.unitPrice.gross"), f"{LINES}.unitPrice"))
    return made


def _stock(lines: Sequence[Record]) -> list[dict[str, Any]]:
    """One row for each SKU and warehouse, though two lines may show the same variant."""
    own, rows, wanted = _own(lines), dict[tuple[str, str], dict[str, Any]](), units_by_sku(map(_line, lines))
    for line in lines:
        sku, variant = _sku(line), part(line, "variant", LINES)
        for stock in items(variant, "stocks", f"{LINES}.variant"):
            at = _warehouse(stock, STOCKS)
            if variant.get("trackInventory") is False:
                rows[sku, at] = stock_row(at, sku, wanted[sku])
                continue
            held = _units(stock, "quantityAllocated", STOCKS) - own.get((sku, at), 0)
            reserved = held + _units(stock, "quantityReserved", STOCKS)
            rows[sku, at] = stock_row(at, sku, _units(stock, "quantity", STOCKS), reserved)
    return list(rows.values())


def _open_lines(record: Record) -> list[Record]:
    lines = items(part(record, "order", PLACE), "lines", f"{PLACE}.order")
    return [line for line in lines if _line(line)["quantity"] > 0]


def _requests(record: Record) -> list[dict[str, Any]]:
    lines = _open_lines(record)
    stock = _stock(lines)
    sites = [site(at) for at in dict.fromkeys(row["location"] for row in stock)]
    made = {"id": text(part(record, "order", PLACE), "id", f"{PLACE}.order"), "lines": [_line(line) for line in lines]}
    return [made | {"stock": stock, "sites": sites}] if lines else []


def _answer(record: Record, decisions: Sequence[Any]) -> dict[str, Any]:
    """OrderFulfillInput with the order's id; lines of which nothing goes out are left out."""
    found = []
    for line in decisions[0]["lines"] if decisions else ():
        stocks = [{"quantity": given["quantity"], "warehouse": given["location"]} for given in line["allocated"]]
        found += [{"orderLineId": line["line"], "stocks": stocks}] if stocks else []
    return {"order": text(part(record, "order", PLACE), "id", f"{PLACE}.order"), "input": {"lines": found}}


SALEOR = Host(
    "saleor",
    "Saleor, orderFulfill",
    "assign",
    "order with lines, their allocations and their variants' stocks",
    "the variables of the mutation orderFulfill",
    (
        "https://docs.saleor.io/api-reference/orders/mutations/order-fulfill",
        "https://docs.saleor.io/api-reference/products/objects/stock",
        "https://docs.saleor.io/developer/stock/stock-allocation",
    ),
    _requests,
    _answer,
)
