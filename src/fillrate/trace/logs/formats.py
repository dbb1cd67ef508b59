"""One decimal mark and one order of day, month and year for each column, decided from its cells and the whole file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fillrate.trace.logs.amounts import Mark, decimal_evidence
from fillrate.trace.logs.dates import ORDERS, DateEvidence, Order, date_evidence, parse_date

__all__ = ["decide_dates", "decide_decimals"]

Cells = Mapping[str, Sequence[str]]
"""Role -> cells of its column."""

_DEGREES = ("latitude", "longitude")


def decide_decimals(
    columns: Cells, given: Mark = "", delimiter: str = ",", typed: Iterable[str] = ()
) -> tuple[dict[str, Mark], tuple[str, ...]]:
    """The decimal mark of each numeric column, and what was assumed.

    Typed columns have a point, degrees the mark that they show. A column whose own cells leave it open (only "1.000",
    say) follows the columns that show a mark, then the delimiter: a semicolon goes with a decimal comma.
    """
    evidence = {role: decimal_evidence(cells) for role, cells in columns.items() if role not in _DEGREES}
    shown = [found.mark for role, found in evidence.items() if found.mark and role not in typed]
    usual = max(sorted(set(shown)), key=shown.count) if shown else "," if delimiter == ";" else "."
    marks: dict[str, Mark] = {}
    notes = []
    for role, cells in columns.items():
        if role in _DEGREES:
            marks[role] = "," if any("," in cell for cell in cells) else "."
            continue
        marks[role] = "." if role in typed else given or evidence[role].mark or usual
        unsure = evidence[role].open and evidence[role].point == evidence[role].comma
        if unsure and not given and role not in typed:
            why = _why(evidence[role].padded, shown, delimiter)
            notes.append(
                f"{role}: {evidence[role].example!r} is read with a decimal {_word(marks[role])} {why}; "
                f'if that is wrong set decimal = "{_other(marks[role])}" under [format] in the columns file'
            )
    return marks, tuple(notes)


def _why(padded: str, shown: Sequence[str], delimiter: str) -> str:
    if padded:
        return "(all its numbers end in the same three zeros)"
    if shown:
        return "(as in the other columns)"
    return "(the cells are separated by semicolons)" if delimiter == ";" else "(nothing in the file says otherwise)"


def _word(mark: Mark) -> str:
    return "point" if mark == "." else "comma"


def _other(mark: Mark) -> Mark:
    return "," if mark == "." else "."


def decide_dates(columns: Cells, given: str = "", european: bool = False) -> tuple[dict[str, Order], tuple[str, ...]]:
    """The order of each date column, and what was assumed.

    Where all numbers are 12 or less in every numeric date column, the first of these decides: a point as separator (day
    first), fewer dates before the order's own, a file that looks European (`european`: day first), month first.
    """
    evidence = {role: found for role, cells in columns.items() if (found := date_evidence(cells)) is not None}
    numeric = {role: found for role, found in evidence.items() if found.order in ("DMY", "MDY")}
    sure: list[Order] = [found.order for found in numeric.values() if found.sure]
    chosen: Order | None = next((order for order in ORDERS if order == given), None)
    why = "as the columns file says"
    if chosen is None and sure:
        chosen = "DMY" if sure.count("DMY") >= sure.count("MDY") else "MDY"
        why = "as in the other dates"
    if chosen is None and numeric:
        chosen, why = _open_order(columns, numeric, european)
    orders: dict[str, Order] = {}
    notes = []
    for role, found in evidence.items():
        orders[role] = found.order
        if role in numeric and (given or not found.sure):
            orders[role] = chosen or found.order
        if found.order != "YMD":
            notes.append(_note(role, found, orders[role], why if role in numeric and not given else ""))
    return orders, tuple(notes)


def _open_order(columns: Cells, numeric: Mapping[str, DateEvidence], european: bool) -> tuple[Order, str]:
    if any(found.sep == "." for found in numeric.values()):
        return "DMY", "day first goes with points"
    early = {order: _before_order(columns, numeric, order) for order in ("DMY", "MDY")}
    if early["DMY"] != early["MDY"]:
        better: Order = "DMY" if early["DMY"] < early["MDY"] else "MDY"
        return better, "so that fewer dates lie before their order"
    return ("DMY", "the file has European signs") if european else ("MDY", "nothing in the file says otherwise")


def _before_order(columns: Cells, numeric: Mapping[str, DateEvidence], order: Order) -> int:
    """How many dates lie before their order's date if both are read in this order."""
    if "order_date" not in numeric:
        return 0
    ordered = [parse_date(cell, order) for cell in columns["order_date"]]
    return sum(
        first is not None and (then := parse_date(cell, order)) is not None and then < first
        for role in numeric
        if role != "order_date"
        for cell, first in zip(columns[role], ordered, strict=True)
    )


def _note(role: str, found: DateEvidence, order: Order, why: str) -> str:
    text = f"{role}: dates are read as {ORDERS[order]} ({found.example!r})"
    if found.sure or not why:
        return text
    other = "DMY" if order == "MDY" else "MDY"
    change = f'to change it set date = "{other}" under [format] in the columns file'
    return f"{text}; all their numbers are 12 or less, {why}; {change}"
