"""How well a column's cells fit what a role expects."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from fillrate.trace.logs.amounts import parse_amount, parse_count
from fillrate.trace.logs.dates import parse_clock, split_date
from fillrate.trace.logs.roles import Kind

__all__ = ["content_score", "looks_like_units", "sample"]

_SAMPLE = 1000
_POSTAL = re.compile(r"'?(?=[A-Za-z -]{0,9}\d)[A-Za-z0-9][A-Za-z0-9 -]{1,11}(?:\.0)?")


def sample(cells: Sequence[str]) -> Sequence[str]:
    """At most 1,000 cells, evenly spread over the column."""
    step = max(1, -(-len(cells) // _SAMPLE))
    return cells[::step]


def content_score(cells: Sequence[str], kind: Kind) -> float:
    """Share of the filled cells that look like the kind, 0 to 1, lowered by up to 30 % if many are empty."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return 0.0
    fit = _few(filled) if kind == "category" else sum(map(_LOOKS[kind], filled)) / len(filled)
    return fit * (0.7 + 0.3 * len(filled) / len(cells))


def looks_like_units(cells: Sequence[str]) -> bool:
    """True for small whole numbers that repeat, most of them below ten: units, not row numbers or amounts."""
    counts = [parse_count(cell) for cell in cells]
    whole = sorted(count for count in counts if count is not None)
    if len(whole) < max(3, 0.98 * len(cells)):
        return False
    return whole[len(whole) // 2] < 10 and len(set(whole)) <= max(3, len(whole) // 2)


def _few(filled: Sequence[str]) -> float:
    """1 if the cells repeat a few words, less with each further word; numbers count half."""
    distinct = set(filled)
    fit = min(1.0, max(20, len(filled) / 20) / len(distinct))
    return fit * (0.5 if all(_is_number(cell) for cell in distinct) else 1.0)


def _is_number(cell: str) -> bool:
    return parse_amount(cell) is not None or parse_amount(cell, ",") is not None


def _is_date(cell: str) -> bool:
    parts = split_date(cell)
    return parts is not None and parts.order != "EPOCH"


def _is_id(cell: str) -> bool:
    return not _is_date(cell) and (cell.isdigit() or not _is_number(cell) or re.fullmatch(r"\d+\.0", cell) is not None)


def _degrees(limit: float) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
        value = parse_amount(cell)
        value = parse_amount(cell, ",") if value is None else value
        return value is not None and abs(value) <= limit

    return fits


_LOOKS: dict[Kind, Callable[[str], bool]] = {
    "id": _is_id,
    "date": lambda cell: split_date(cell) is not None,
    "clock": lambda cell: parse_clock(cell) is not None,
    "count": lambda cell: parse_count(cell) is not None or parse_count(cell, ",") is not None,
    "amount": lambda cell: _is_number(cell.rstrip("% ")),
    "text": lambda cell: any(sign.isalpha() for sign in cell) and not _is_date(cell),
    "postal": lambda cell: _POSTAL.fullmatch(cell) is not None and not _is_date(cell),
    "latitude": _degrees(90),
    "longitude": _degrees(180),
    "any": bool,
}
