"""Reading one column: a value for each row, a reason for each row whose cell is wrong, and what was assumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.amounts import Mark, parse_amount, parse_count
from fillrate.trace.logs.dates import ORDERS, Order, parse_clock, parse_date, split_date

__all__ = [
    "NO_DATE",
    "RETURN",
    "Reading",
    "fill_orders",
    "read_amounts",
    "read_clocks",
    "read_counts",
    "read_dates",
    "read_texts",
]

RETURN = "a return: "  # how the reason begins
NO_DATE = np.iinfo(np.int64).min  # what numpy takes for "not a time"


@dataclass(frozen=True, eq=False)
class Reading:
    """One column, read.

    Attributes:
        values: (rows,) what the cells say; `NO_DATE`, NaN or 0 where they say nothing.
        problems: row -> reason why the row cannot be used.
        notes: what was assumed.
    """

    values: NDArray[Any]
    problems: dict[int, str]
    notes: tuple[str, ...] = ()


def fill_orders(cells: Sequence[str], orders: Sequence[str]) -> tuple[list[str], int]:
    """Give blank cells what the first filled line of the same order has; returns the cells and how many were filled."""
    first: dict[str, str] = {}
    for order, cell in zip(orders, cells, strict=True):
        if cell and order:
            first.setdefault(order, cell)
    filled = [cell or first.get(order, "") for order, cell in zip(orders, cells, strict=True)]
    return filled, sum(cell != before for cell, before in zip(filled, cells, strict=True))


def _read(
    cells: Sequence[str], parse: Callable[[str], float | None], blank: float, kind: type, wrong: str, missing: str = ""
) -> Reading:
    """Read a column cell by cell, each distinct text once. A blank cell is a problem only if `missing` has a reason."""
    known = {cell: parse(cell) for cell in set(cells) if cell}
    values: NDArray[Any] = np.full(len(cells), blank, dtype=kind)
    problems: dict[int, str] = {}
    for row, cell in enumerate(cells):
        value = known[cell] if cell else None
        if value is not None:
            values[row] = value
        elif cell:
            problems[row] = wrong.format(cell[:60])
        elif missing:
            problems[row] = missing
    return Reading(values, problems)


def read_dates(column: str, cells: Sequence[str], order: Order, required: bool = False) -> Reading:
    """Seconds since 1970 as int64, `NO_DATE` where the cell is blank."""
    wrong = f"{_escaped(column)} {{!r}} is not a date written {ORDERS[order]}"
    missing = f"{column} is missing" if required else ""
    reading = _read(cells, lambda cell: parse_date(cell, order), NO_DATE, np.int64, wrong, missing)
    zones = sorted({parts.zone for cell in set(cells) if (parts := split_date(cell)) and parts.zone})
    if not zones:
        return reading
    note = f"{column}: the time zone ({', '.join(zones[:4])}) is dropped; times are read as the shop's own clock"
    return Reading(reading.values, reading.problems, (note,))


def read_clocks(column: str, cells: Sequence[str]) -> Reading:
    """Seconds since midnight as int64, 0 where the cell is blank."""
    return _read(cells, parse_clock, 0, np.int64, f"{_escaped(column)} {{!r}} is not a time of day")


def read_counts(column: str, cells: Sequence[str], mark: Mark) -> Reading:
    """Units as int64, 0 where the row has none. Fewer than none are a return, which is no fault of the file."""
    wrong = f"{_escaped(column)} {{!r}} is not a positive whole number"
    reading = _read(cells, lambda cell: parse_count(cell, mark), 0, np.int64, wrong, f"{column} is missing")
    back = {row: cells[row] for row in reading.problems if (parse_amount(cells[row], mark) or 0) < 0}
    returns = {row: f"{RETURN}{column} is {cell[:60]!r}" for row, cell in back.items()}
    return Reading(reading.values, reading.problems | returns)


def read_amounts(column: str, cells: Sequence[str], mark: Mark, most: float = np.inf) -> Reading:
    """Amounts as float64, NaN where the cell is blank; a number beyond ±most is a problem. 20% is .2."""
    wrong = f"{_escaped(column)} {{!r}} is not a number" + (f" from {-most:g} to {most:g}" if most < np.inf else "")

    def parse(cell: str) -> float | None:
        percent = cell.endswith("%")
        value = parse_amount(cell.rstrip("% "), mark)
        if value is None or abs(value) > most:
            return None
        return value / 100 if percent else value

    return _read(cells, parse, np.nan, np.float64, wrong)


def read_texts(column: str, cells: Sequence[str]) -> Reading:
    """Texts that may not be missing, as an array of objects."""
    values = np.array(cells, dtype=object)
    return Reading(values, {row: f"{column} is missing" for row, cell in enumerate(cells) if not cell})


def _escaped(column: str) -> str:
    return column.replace("{", "{{").replace("}", "}}")
