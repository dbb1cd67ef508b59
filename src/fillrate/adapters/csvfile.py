"""Any shop that can export two CSV files: the order lines and the stock.

A record has the texts of `orders` (columns `order`, `line`, `sku`, `quantity`; also `price`, `region`, `segment`,
`channel`, `now`, `split`, `ship_complete`, which are an order's and stand on its first line) and `stock` (`location`,
`sku`, `on_hand`; also `reserved`, `safety`, `inbound`, `next_receipt_days`, `open`). Orders are served in the order of
the file and share the stock. The answer is a CSV text: a row for each line and location, and one for what is held.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from fillrate.adapters.host import Host
from fillrate.adapters.records import Record, flag, number, part, quantity, site, stock_row, text
from fillrate.errors import InputError, nearest

__all__ = ["CSV"]

PLACE = "csv"
LINE = ("order", "line", "sku", "quantity")
STOCK = ("location", "sku", "on_hand")
LINE_ALSO = ("price",)
ORDER_ALSO = ("region", "segment", "channel", "now", "split", "ship_complete")
STOCK_ALSO = ("reserved", "safety", "inbound", "next_receipt_days", "open")
ANSWER = ("order", "line", "sku", "location", "quantity", "held")
OTHERS = {";": "semicolon", "\t": "tab", "|": "pipe"}  # marks that part columns elsewhere, and no column's name has
SITE = {"open": "yes", "closed": "no"}  # as a site may say it besides yes and no


def _rows(record: Record, name: str, needed: Sequence[str], also: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Place and cells of each row; unknown columns are refused, empty cells are left out."""
    told = text(record, name, PLACE).removeprefix("\ufeff")
    read = csv.DictReader(io.StringIO(told, newline=""), strict=True)
    known = [*needed, *also]
    for mark, called in OTHERS.items():
        if mark in told.partition("\n")[0]:
            raise InputError(f"{PLACE}.{name}", f"columns parted by a {called}", "a CSV file with commas")
    try:
        rows = [(f"{PLACE}.{name} line {read.line_num}", row) for row in read]
    except csv.Error as fault:
        raise InputError(f"{PLACE}.{name} line {read.line_num}", str(fault), "a CSV file with commas") from None
    for column in read.fieldnames or ():
        if column not in known:
            raise InputError(f"{PLACE}.{name}", f"column '{column}'{nearest(column, known)}", ", ".join(known))
    if twice := [column for column in read.fieldnames or () if list(read.fieldnames or ()).count(column) > 1]:
        raise InputError(f"{PLACE}.{name}", f"column '{twice[0]}' there twice", "each column once")
    if absent := [column for column in needed if column not in (read.fieldnames or ())]:
        raise InputError(f"{PLACE}.{name}", f"no column '{absent[0]}'", ", ".join(known))
    for place, row in rows:
        if None in row or None in row.values():
            raise InputError(place, "more or fewer cells than columns", f"{len(read.fieldnames or ())} cells")
    return [(place, {key: cell for key, cell in row.items() if cell}) for place, row in rows]


def _line(place: str, row: dict[str, str]) -> dict[str, Any]:
    line: dict[str, Any] = {key: text(row, key, place) for key in ("line", "sku")}
    line["quantity"] = quantity(part(row, "quantity", place), f"{place}.quantity")
    return line | ({"price": float(number(row["price"], f"{place}.price"))} if "price" in row else {})


def _stock(place: str, row: dict[str, str]) -> dict[str, Any]:
    units = {key: quantity(row.get(key, 0), f"{place}.{key}") for key in ("on_hand", "reserved", "safety", "inbound")}
    made = stock_row(text(row, "location", place), text(row, "sku", place), **units)
    days = row.get("next_receipt_days")
    return made | ({"next_receipt_days": float(number(days, f"{place}.next_receipt_days"))} if days else {})


def _is_open(said: str, place: str) -> bool:
    return flag(SITE.get(said.strip().lower(), said), place)


def _instant(said: str) -> float | str:
    """Days as a number; else a date and time, which the decision reads."""
    try:
        return float(said)
    except ValueError:
        return said


def _requests(record: Record) -> list[dict[str, Any]]:
    found = _rows(record, "stock", STOCK, STOCK_ALSO)
    stock = [_stock(place, row) for place, row in found]
    shut = {row["location"] for place, row in found if not _is_open(row.get("open", "yes"), f"{place}.open")}
    sites = [site(at, at not in shut) for at in dict.fromkeys(row["location"] for row in stock)]
    orders: dict[str, dict[str, Any]] = {}
    for place, row in _rows(record, "orders", LINE, (*LINE_ALSO, *ORDER_ALSO)):
        name = text(row, "order", place)
        said = {key: _instant(row[key]) if key == "now" else row[key] for key in ORDER_ALSO if key in row}
        order = orders.setdefault(name, {"id": name, **said, "lines": []})
        if other := [key for key in said if said[key] != order.get(key)]:
            before = order.get(other[0], "nothing")
            raise InputError(
                f"{place}.{other[0]}", f"found {said[other[0]]}", f"{before}, as on the order's first line"
            )
        order["lines"].append(_line(place, row))
    return [order | {"stock": stock, "sites": sites} for order in orders.values()]


def _answer(record: Record, decisions: Sequence[Any]) -> str:
    told = io.StringIO()
    rows = csv.writer(told, lineterminator="\n")
    rows.writerow(ANSWER)
    for request, decision in zip(_requests(record), decisions, strict=True):
        for line in decision["lines"]:
            key = request["id"], line["line"], line["sku"]
            rows.writerows((*key, given["location"], given["quantity"], 0) for given in line["allocated"])
            if line["held"]:
                rows.writerow((*key, "", 0, line["held"]))
    return told.getvalue()


CSV = Host(
    "csv",
    "Any shop, as two CSV files",
    "assign",
    "the texts of orders and stock",
    "a CSV text: order, line, sku, location, quantity, held",
    (),
    _requests,
    _answer,
)
