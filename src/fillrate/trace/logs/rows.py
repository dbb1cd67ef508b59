"""From a table of text to values for each row, with the reason for each row that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.amounts import currency_of
from fillrate.trace.logs.apart import null_rows
from fillrate.trace.logs.columns import ColumnMapping
from fillrate.trace.logs.dates import DAY
from fillrate.trace.logs.formats import decide_dates, decide_decimals
from fillrate.trace.logs.labels import labels
from fillrate.trace.logs.money import unit_money
from fillrate.trace.logs.readings import (
    NO_DATE,
    Reading,
    fill_orders,
    read_amounts,
    read_clocks,
    read_counts,
    read_dates,
    read_texts,
)
from fillrate.trace.logs.roles import roles
from fillrate.trace.logs.statuses import is_cancelled, status_note
from fillrate.trace.logs.table import Table

__all__ = ["Rows", "read_rows"]

_AMOUNTS = ("unit_price", "line_total", "unit_cost", "line_cost", "profit", "discount")
_NUMERIC = ("quantity", *_AMOUNTS, "latitude", "longitude")
_DATES = ("order_date", "ship_date", "promised_date")
_DEGREES = {"latitude": 90.0, "longitude": 180.0}


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a table, read.

    Attributes:
        texts: role -> (rows,) cells of the roles that are text, orders' blanks filled; "" for a role not in the log; of
            the currency, where it has no column, what stands with the price.
        values: role -> (rows,) numbers; dates in seconds since 1970 with `NO_DATE`, the rest with NaN for nothing.
            Holds every date role, quantity, price, price_filled and total_apart (flags), cost, discount, latitude and
            longitude.
        problems: row -> reasons, in the order of the roles.
        notes: what was assumed.
        columns: the mapping with the formats that were decided.
    """

    texts: Mapping[str, Sequence[str]]
    values: Mapping[str, NDArray[Any]]
    problems: Mapping[int, tuple[str, ...]]
    notes: tuple[str, ...]
    columns: ColumnMapping

    def said(self, role: str, rows: NDArray[np.int64]) -> list[str]:
        """The texts of a role in some rows."""
        cells = self.texts[role]
        return [cells[int(row)] for row in rows]


def read_rows(table: Table, columns: ColumnMapping) -> Rows:
    """Read every column that plays a role, decide formats, derive price and cost, and collect what is wrong."""
    cells, fill_notes = _cells(table, columns)
    typed = [role for role, column in columns.columns.items() if column in table.typed]
    marks, mark_notes = decide_decimals(_some(cells, _NUMERIC), columns.decimal, table.delimiter, typed)
    european = table.delimiter == ";" or "," in marks.values()
    orders, date_notes = decide_dates(_some(cells, _DATES), columns.date, european)
    names = columns.columns
    readings: dict[str, Reading] = {role: read_texts(names[role], cells[role]) for role in ("order_id", "sku")}
    for role in _some(cells, _DATES):
        readings[role] = read_dates(names[role], cells[role], orders.get(role, "YMD"), role == "order_date")
    if "order_time" in cells:
        readings["order_time"] = read_clocks(names["order_time"], cells["order_time"])
    if "quantity" in cells:
        readings["quantity"] = read_counts(names["quantity"], cells["quantity"], marks["quantity"])
    for role in _some(cells, (*_AMOUNTS, *_DEGREES)):
        most = _DEGREES.get(role, np.inf)
        readings[role] = read_amounts(names[role], cells[role], marks[role], most)
    values, problems, value_notes = _values(readings, len(table.rows), columns)
    texts = {role: cells.get(role, [""] * len(table.rows)) for role in roles() if role not in readings}
    texts |= {role: cells[role] for role in ("order_id", "order_date", "sku")}
    if "currency" not in cells:
        texts["currency"] = [currency_of(cell) for cell in cells.get("unit_price", cells.get("line_total", ()))]
        texts["currency"] = texts["currency"] or [""] * len(table.rows)
    nulls = _null_dates(values["order_date"], cells["order_date"], columns)
    gone = _cancelled(cells, columns)
    found = _joined([*(reading.problems for reading in readings.values()), nulls, problems, gone])
    reading_notes = [note for reading in readings.values() for note in reading.notes]
    if "status" in cells:
        told = [cell for row, cell in enumerate(cells["status"]) if row in gone or row not in found]
        reading_notes.append(status_note(names["status"], told))
    notes = (*_guess_notes(columns), *mark_notes, *date_notes, *fill_notes, *reading_notes, *value_notes)
    return Rows(texts, values, found, notes, _decided(columns, marks, orders))


def _some(cells: Mapping[str, Sequence[str]], roles: Iterable[str]) -> dict[str, Sequence[str]]:
    return {role: cells[role] for role in roles if role in cells}


def _cells(table: Table, columns: ColumnMapping) -> tuple[dict[str, Sequence[str]], list[str]]:
    """The cells of each role; what an order says on one of its lines it says on all."""
    cells: dict[str, Sequence[str]] = {role: table.column(column) for role, column in columns.columns.items()}
    filled: dict[str, int] = {}
    for role in roles().values():
        if role.level == "order" and role.name in cells:
            cells[role.name], count = fill_orders(cells[role.name], cells["order_id"])
            filled |= {columns.get(role.name): count} if count else {}
    if not filled:
        return cells, []
    counts = ", ".join(f"{column} ({count})" for column, count in filled.items())
    return cells, [f"rows that leave a cell blank and take it from another line of their order: {counts}"]


def _values(
    readings: Mapping[str, Reading], rows: int, columns: ColumnMapping
) -> tuple[dict[str, NDArray[Any]], dict[int, str], list[str]]:
    """Every number that an order log holds, from those that this one has."""
    notes: list[str] = []
    nothing = np.full(rows, np.nan)
    values: dict[str, NDArray[Any]] = {
        role: readings[role].values if role in readings else np.full(rows, NO_DATE) for role in _DATES
    }
    if "order_time" in readings:
        midnight = (values["order_date"] != NO_DATE) & (values["order_date"] % DAY == 0)
        values["order_date"] = values["order_date"] + np.where(midnight, readings["order_time"].values, 0)
    if "quantity" in readings:
        values["quantity"] = readings["quantity"].values
    else:
        values["quantity"] = np.ones(rows, dtype=np.int64)
        notes.append("the log has no quantity: each row is one unit")
    amounts = {role: readings[role].values for role in _AMOUNTS if role in readings}
    money = unit_money(amounts, values["quantity"], labels(readings["sku"].values).code)
    values |= {
        "price": money.price,
        "price_filled": money.filled,
        "total_apart": money.apart,
        "cost": money.cost,
        "discount": amounts.get("discount", nothing),
    }
    values |= {role: readings[role].values if role in readings else nothing for role in _DEGREES}
    spoiled = {row for role in amounts for row in readings[role].problems}
    problems = {row: reason for row, reason in money.problems.items() if row not in spoiled}
    return values, problems | _shipped_early(values, columns, problems), [*notes, *money.notes]


def _shipped_early(
    values: Mapping[str, NDArray[Any]], columns: ColumnMapping, others: Mapping[int, str]
) -> dict[int, str]:
    """Rows that left on a day before the day of the order."""
    ordered, shipped = values["order_date"], values["ship_date"]
    early = (ordered != NO_DATE) & (shipped != NO_DATE) & (shipped // DAY < ordered // DAY)
    reason = f"{columns.get('ship_date')} is before {columns.get('order_date')}"
    return {int(row): "; ".join(filter(None, (others.get(int(row)), reason))) for row in np.flatnonzero(early)}


def _null_dates(ordered: NDArray[np.int64], cells: Sequence[str], columns: ColumnMapping) -> dict[int, str]:
    """Rows whose order has what systems write for "no date"."""
    column, why = columns.get("order_date"), "lies far from all others: what systems write where there is no date"
    return {row: f"{column} {cells[row][:60]!r} {why}" for row in null_rows(ordered, ordered != NO_DATE).tolist()}


def _cancelled(cells: Mapping[str, Sequence[str]], columns: ColumnMapping) -> dict[int, str]:
    """Rows whose order, or which themselves, were cancelled."""
    found: dict[int, str] = {}
    for row, cell in enumerate(cells.get("status", ())):
        if is_cancelled(cell):
            found[row] = f"cancelled: {columns.get('status')} is {cell!r}"
    for role in ("cancelled_at", "cancelled_line"):
        for row, cell in enumerate(cells.get(role, ())):
            if cell and cell.lower() not in ("0", "no", "false"):
                found.setdefault(row, f"cancelled: {columns.get(role)} is {cell[:60]!r}")
    return found


def _joined(parts: Iterable[Mapping[int, str]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for part in parts:
        for row, reason in part.items():
            found[row] = (*found.get(row, ()), reason)
    return found


def _guess_notes(columns: ColumnMapping) -> list[str]:
    """Guesses that rest on less than a name and fitting cells."""
    return [
        f"{role}: column {columns.get(role)!r}, {why}"
        for role, why in columns.why.items()
        if "alone" in why or "there is no number" in why
    ]


def _decided(columns: ColumnMapping, marks: Mapping[str, str], orders: Mapping[str, str]) -> ColumnMapping:
    """The mapping with the formats of this file, where it has only one of each."""
    numeric = {order for order in orders.values() if order in ("DMY", "MDY")}
    date = columns.date or (numeric.pop() if len(numeric) == 1 else "")
    commas = set(marks.values())
    decimal = columns.decimal or ("," if commas == {","} else "")
    return replace(columns, date=date, decimal=decimal)
