"""Reading the stock that a service opens with: a CSV file of SKU, location and units."""

from __future__ import annotations

import csv
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from fillrate.errors import InputError, nearest
from fillrate.serve.schema import MOST_UNITS

__all__ = ["read_stock"]

COLUMNS = {"sku": str, "location": str, "on_hand": int, "safety": int, "inbound": int, "next_receipt_days": float}
COLUMNS |= {"opportunity": float}
NEEDED = ("sku", "location", "on_hand")
LONGEST = 40  # signs of a wrong number that are shown


def read_stock(path: Path, known: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
    """Entries as `stock/set` takes them.

    Args:
        path: a CSV file with a head of `sku`, `location`, `on_hand` and perhaps `safety`, `inbound`,
            `next_receipt_days`, `opportunity`.
        known: names that a column may have, by column.

    Raises:
        InputError: the file cannot be read, or a line of it is wrong.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            entries = list(_entries(path.name, csv.DictReader(file), known))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise InputError(str(path), f"cannot be read ({fault})"[:200], "a CSV file") from None
    if len({(e["sku"], e["location"]) for e in entries}) < len(entries):
        raise InputError(path.name, "a SKU twice at one location", "a line for each")
    return entries


def _entries(name: str, reader: csv.DictReader[Any], known: Mapping[str, Collection[str]]) -> Iterator[dict[str, Any]]:
    head = reader.fieldnames or []
    for column in head:
        if column not in COLUMNS:
            raise InputError(f"{name}: line 1", f"column '{column}'{nearest(column, COLUMNS)}", ", ".join(COLUMNS))
    for column in NEEDED:
        if column not in head:
            raise InputError(f"{name}: line 1", f"no column '{column}'", ", ".join(COLUMNS))
    for row in reader:
        entry = _entry(place := f"{name}: line {reader.line_num}", row)
        for column, names in known.items():
            if entry[column] not in names:
                found = f"found '{entry[column]}', which the bundle does not know{nearest(entry[column], names)}"
                raise InputError(f"{place}: {column}", found, f"one of its {len(names)}")
        yield entry


def _entry(place: str, row: Mapping[str | None, Any]) -> dict[str, Any]:
    """One line; an empty field is left out."""
    entry: dict[str, Any] = {}
    for column, text in row.items():
        if column is None or text is None:
            raise InputError(place, "more or fewer fields than the head", "as many")
        if text.strip():
            entry[column] = _value(place, column, text.strip())
    for column in NEEDED:
        if column not in entry:
            raise InputError(f"{place}: {column}", "empty", "a value")
    return entry


def _value(place: str, column: str, text: str) -> Any:
    kind = COLUMNS[column]
    try:
        value = kind(text)
    except ValueError:
        value = -1
    most = MOST_UNITS if kind is int else sys.float_info.max
    if kind is not str and not 0 <= value <= most:
        allowed = f"whole units, at most {MOST_UNITS:,}" if kind is int else "a number, 0 or more"
        raise InputError(f"{place}: {column}", f"found '{text[:LONGEST]}'", allowed)
    return value
