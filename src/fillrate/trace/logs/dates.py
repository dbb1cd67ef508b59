"""Dates as shops write them, and the one order of day, month and year in which a whole column is written."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = [
    "DAY",
    "ORDERS",
    "DateEvidence",
    "Order",
    "Parts",
    "date_evidence",
    "parse_clock",
    "parse_date",
    "split_date",
]

DAY = 86_400  # seconds

Order = Literal["YMD", "DMY", "MDY", "NAMED", "EPOCH"]
ORDERS: dict[Order, str] = {
    "YMD": "year, month, day",
    "DMY": "day, month, year",
    "MDY": "month, day, year",
    "NAMED": "day, name of the month, year",
    "EPOCH": "seconds or milliseconds since 1970",
}

_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|[A-Z]{3,4}|[+-]\s?\d{2}\s?:?\d{2}|[+-]\d{2})?"
)
_SAP_CLOCK = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?P<half>)(?P<zone>)")
_TIME = rf"(?:(?:[T,]|\s)\s*(?:at\s+|um\s+)?{_CLOCK})?"
_WEEKDAY = r"(?:[^\W\d]{2,9}\.?,\s*)?"
_DAY = r"(?P<a>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<b>[^\W\d]{3,10})\.?"
_SHAPES = tuple(
    (order, re.compile(shape + _TIME))
    for order, shape in (
        ("YMD", r"(?P<a>\d{4})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{1,2})"),
        ("YMD", r"(?P<a>\d{4})(?P<sep>)(?P<b>\d{2})(?P<c>\d{2})"),
        ("NUMERIC", r"(?P<a>\d{1,2})(?P<sep>[-/.])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<c>\d{4}|\d{2})"),
        ("NAMED", rf"{_WEEKDAY}{_DAY}(?:\.|[-\s/])*(?P<sep>){_MONTH},?[-\s/]*(?P<c>\d{{4}}|\d{{2}})"),
        ("NAMED", rf"{_WEEKDAY}{_MONTH}(?P<sep>)[-\s]*{_DAY},?[-\s]+(?P<c>\d{{4}}|\d{{2}})"),
    )
)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?")
_MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * i : 3 * i + 3]: i + 1 for i in range(12)}
_MONTHS |= {"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12}
_FIRST, _LAST = 1900, 2099


@dataclass(frozen=True)
class Parts:
    """A date taken apart.

    Attributes:
        order: how it is written; "NUMERIC" if only the column can tell day from month.
        a, b, c: its three numbers as written, the month's name turned into its number.
        sep: the sign between them.
        clock: seconds since midnight, None if there is no time of day.
        zone: the time zone as written, empty if there is none.
    """

    order: str
    a: int
    b: int
    c: int
    sep: str = ""
    clock: int | None = None
    zone: str = ""


@lru_cache(maxsize=200_000)
def split_date(cell: str) -> Parts | None:
    """Take a date apart, or None if the cell is none. Its numbers may still be no day of the calendar.

    >>> split_date("31/01/2024 14:05"), split_date("Jan 31, 2024").order, split_date("soon")
    (Parts(order='NUMERIC', a=31, b=1, c=2024, sep='/', clock=50700, zone=''), 'NAMED', None)
    """
    for order, shape in _SHAPES:
        found = shape.fullmatch(cell)
        if found is None:
            continue
        clock = _seconds(found) if found["hour"] else None
        month = found["b"] if order != "NAMED" else str(_MONTHS.get(found["b"][:3].lower(), 0))
        year = found["a"] if order == "YMD" else found["c"]
        if (found["hour"] and clock is None) or month == "0" or year[:-2] == "00":
            return None
        return Parts(order, int(found["a"]), int(month), int(found["c"]), found["sep"], clock, found["zone"] or "")
    if _EPOCH.fullmatch(cell):
        whole = int(cell.partition(".")[0])
        return Parts("EPOCH", whole // 1000 if whole >= 10**12 else whole, 0, 0, clock=0)
    return None


def _seconds(found: re.Match[str]) -> int | None:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 61 else None


def parse_clock(cell: str) -> int | None:
    """Seconds since midnight of a time of day (14:05, 2:05 PM, 140500), or None.

    >>> parse_clock("2:05 pm"), parse_clock("25:00")
    (50700, None)
    """
    found = re.fullmatch(_CLOCK, cell) or _SAP_CLOCK.fullmatch(cell)
    return _seconds(found) if found else None


def parse_date(cell: str, order: Order) -> int | None:
    """Seconds since 1970 of a date written in the given order, as the shop's wall clock shows it; None if it is none.

    Two-digit years are 1969 to 2068, as in POSIX; years outside 1900 to 2099 are no dates (systems write 0000-00-00,
    0001-01-01 and 9999-12-31 for "none").

    >>> parse_date("31/01/2024", "DMY"), parse_date("31/01/2024", "MDY")
    (1706659200, None)
    """
    parts = split_date(cell)
    if parts is None or (parts.order != order and not (parts.order == "NUMERIC" and order in ("DMY", "MDY"))):
        return None
    if order == "EPOCH":
        return parts.a
    year, month, day = {"YMD": (parts.a, parts.b, parts.c), "MDY": (parts.c, parts.a, parts.b)}.get(
        order, (parts.c, parts.b, parts.a)
    )
    year += 0 if year > 99 else (2000 if year < 69 else 1900)
    try:
        days = datetime.date(year, month, day).toordinal() - datetime.date(1970, 1, 1).toordinal()
    except ValueError:
        return None
    return days * DAY + (parts.clock or 0) if _FIRST <= year <= _LAST else None


@dataclass(frozen=True)
class DateEvidence:
    """What the cells of a column say about their order.

    Attributes:
        order: the order that reads most cells.
        sure: False if day first and month first read every cell equally well.
        sep: the most common sign between the numbers.
        example: a cell for people, one that decided it where `sure` is True.
    """

    order: Order
    sure: bool
    sep: str
    example: str


def date_evidence(cells: Iterable[str]) -> DateEvidence | None:
    """Decide a column's order by a majority of its cells; None if none of them is a date.

    A number above 12 is no month: it tells day first from month first. Without one, `order` is "DMY" and not sure.

    >>> date_evidence(["01/02/2024", "01/13/2024"]).order, date_evidence(["01/02/2024"]).sure
    ('MDY', False)
    """
    counts = Counter(cells)
    dates = [(cell, parts, count) for cell, count in sorted(counts.items()) if (parts := split_date(cell)) is not None]
    if not dates:
        return None
    family = _most(((parts.order, count) for _, parts, count in dates))
    mine = [date for date in dates if date[1].order == family]
    sep = _most(((parts.sep, count) for _, parts, count in mine))
    order: Order | None = next((known for known in ORDERS if known == family), None)
    if order is not None:
        return DateEvidence(order, True, sep, mine[0][0])
    votes: dict[Order, int] = {"DMY": 0, "MDY": 0}
    example: dict[Order, str] = {}
    for cell, parts, count in mine:
        if (parts.a > 12) != (parts.b > 12):
            vote: Order = "DMY" if parts.a > 12 else "MDY"
            votes[vote] += count
            example.setdefault(vote, cell)
    order = "MDY" if votes["MDY"] > votes["DMY"] else "DMY"
    return DateEvidence(order, votes["DMY"] != votes["MDY"], sep, example.get(order, mine[0][0]))


def _most(pairs: Iterable[tuple[str, int]]) -> str:
    """The text with the highest count; the last in the alphabet among equals, which puts YMD first."""
    counter: Counter[str] = Counter()
    for text, count in pairs:
        counter[text] += count
    return max(sorted(counter, reverse=True), key=counter.__getitem__)
