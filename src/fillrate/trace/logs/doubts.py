"""What is probably wrong with an order log that can be read all the same, and what to do about it."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.apart import apart
from fillrate.trace.logs.currencies import currencies
from fillrate.trace.logs.dates import DAY, ORDERS, Order, parse_date
from fillrate.trace.logs.layout import Layout
from fillrate.trace.logs.readings import RETURN
from fillrate.trace.logs.rejects import Reject
from fillrate.trace.logs.rows import Rows

__all__ = ["doubts"]

SHARE_LOST = 0.1  # of the rows, from which on those set aside are more than some bad ones
SHARE_COPIED = 0.1  # of the lines, from which on copies are more than customers who put a thing in twice
SHARE_APART = 0.1  # of the lines, from which on line totals that are not quantity x price are more than some slips
SHARE_MIDNIGHT = 0.1  # of the orders; 1 in 24 where times are full hours
SWAPPED: dict[Order, Order] = {"DMY": "MDY", "MDY": "DMY"}
SHOWN = 5  # dates that are named
LEAST, SHARE_REUSED = 5, 0.05  # dates the other way round, or orders with lines more than a day apart: no accident


def doubts(rows: Rows, layout: Layout, rejects: tuple[Reject, ...], copies: int) -> tuple[str, ...]:
    """One text for each thing to look at before the log is believed; `copies` lines are exact ones of another."""
    kept = len(layout.line_row)
    found = (_lost(rows, rejects, kept), _twice(rows, copies, kept), _two_ways(rows))
    by_order = (_lonely, _reused, _midnight, _currencies, _totals)
    return tuple(filter(None, (*found, *(doubt(rows, layout) for doubt in by_order))))


def _lost(rows: Rows, rejects: tuple[Reject, ...], kept: int) -> str:
    """Many rows that say something, are neither cancelled nor returns, and are not in the world."""
    meant = ("cancelled: ", RETURN)
    lost = [each.reason for each in rejects if any(each.row) and not any(word in each.reason for word in meant)]
    if len(lost) <= SHARE_LOST * (len(lost) + kept):
        return ""
    kinds = Counter(re.sub(r"""(['"]).*?\1 """, "", reason.split("; ")[0]) for reason in lost)
    ((why, count),) = kinds.most_common(1)
    why = f"the row {why}" if why.startswith("has ") else why
    missing = f"{rows.columns.get('order_id')} is missing"
    down = " Where an order's number stands on its first row alone, fill it down." if missing in kinds else ""
    return (
        f"Rows that were set aside, beside cancellations and returns: {len(lost):,} of {len(lost) + kept:,}, "
        f"{count:,} of them since {why}. The world holds only the others. Mend the file, or columns.toml, by what "
        f"rejects.csv says, and fit again.{down}"
    )


def _twice(rows: Rows, copies: int, kept: int) -> str:
    """Many lines that are there twice. Where there is no quantity, a row is one unit, and the next one is alike."""
    if not copies or copies < SHARE_COPIED * kept or not rows.columns.get("quantity"):
        return ""
    return (
        f"{copies:,} of {kept:,} lines are exact copies of another one, order number and all, and count as sales like "
        "it: was the export appended to itself? If so, take them out of the file, and fit again."
    )


def _two_ways(rows: Rows) -> str:
    """Dates that can only be read the other way round, so that others may be read wrongly."""
    read: Order | None = next((order for order in SWAPPED if order == rows.columns.date), None)
    cells = rows.texts["order_date"]
    others = [cells[row] for row in rows.problems if read and _only(cells[row], SWAPPED[read], read)]
    if read is None or len(others) < LEAST:
        return ""
    return (
        f"{rows.columns.get('order_date')} is written in two ways: {len(others):,} dates such as {others[0]!r} can "
        f"only be {ORDERS[SWAPPED[read]]}, and are set aside; all others are read as {ORDERS[read]}, some of them "
        "wrongly where no number is above 12. Write all dates as year-month-day, and fit again."
    )


def _only(cell: str, order: Order, other: Order) -> bool:
    return parse_date(cell, order) is not None and parse_date(cell, other) is None


def _lonely(rows: Rows, layout: Layout) -> str:
    """Orders whose date lies apart from all others, and stretches the log."""
    ordered = rows.values["order_date"][layout.first_row]
    lonely = apart(ordered, ordered)
    if not lonely.any():
        return ""
    days = sorted({_date(second) for second in ordered[lonely].tolist()})
    named = ", ".join(days[:SHOWN]) + (f" and {len(days) - SHOWN} more" if len(days) > SHOWN else "")
    rest = ordered[~lonely]
    return (
        f"A few orders lie far from all others, which came from {_date(rest.min())} to {_date(rest.max())}: {named} "
        f"(orders: {lonely.sum()}). They stretch the log over days without demand. If these dates are wrong, mend them "
        "or take the rows out, and fit again."
    )


def _reused(rows: Rows, layout: Layout) -> str:
    """Order numbers whose lines lie more than a day apart, which may stand for several orders."""
    if not len(layout.first_row):
        return ""
    ordered, start = rows.values["order_date"][layout.line_row], layout.line_start[:-1]
    first, last = np.minimum.reduceat(ordered, start), np.maximum.reduceat(ordered, start)
    wide: NDArray[np.int64] = np.flatnonzero(last - first > DAY)
    if len(wide) < LEAST or len(wide) <= SHARE_REUSED * len(start):
        return ""
    at = wide[0]
    number, column = rows.said("order_id", layout.first_row[[at]])[0][:40], rows.columns.get("order_id")
    once, again = _date(int(first[at])), _date(int(last[at]))
    return (
        f"Order numbers may have been used again: {len(wide):,} of {len(start):,} orders have lines more than a day "
        f"apart, such as {column} {number!r} with {once} and {again}. Lines of one number are read as one order, at "
        "the date of its first line. If the numbers start anew, say each month, make them unique, for instance with "
        f"the month in front ({once[:7]}/{number}), and fit again."
    )


def _midnight(rows: Rows, layout: Layout) -> str:
    """Orders at midnight among others with a time: more than a clock by the hour would bring there are dates alone."""
    ordered = rows.values["order_date"][layout.first_row]
    count = int((ordered % DAY == 0).sum())
    if not SHARE_MIDNIGHT * len(ordered) < count < len(ordered):
        return ""
    return (
        f"{count:,} of {len(ordered):,} orders came at midnight sharp: their time of day is probably not known, and "
        "they are replayed and sampled at midnight. With dates alone on all orders, times are drawn over the day."
    )


def _currencies(rows: Rows, layout: Layout) -> str:
    """Orders that are not all paid in one currency."""
    counts = currencies(rows.said("currency", layout.first_row)).most_common()
    if len(counts) < 2:
        return ""
    named = ", ".join(f"{text} ({n:,})" for text, n in counts[:SHOWN])
    return (
        f"Amounts are in {len(counts)} currencies, and added up as if they were one (orders): {named}. Convert them to "
        "one, or take the orders of the others out, and fit again."
    )


def _totals(rows: Rows, layout: Layout) -> str:
    """Line totals that are neither quantity × price nor that less the discount: one of the two is not what was paid."""
    count, lines = int(rows.values["total_apart"][layout.line_row].sum()), len(layout.line_row)
    if not count or count < SHARE_APART * lines:
        return ""
    price, total = rows.columns.get("unit_price"), rows.columns.get("line_total")
    return (
        f"On {count:,} of {lines:,} lines {total} is not quantity times {price}, nor that less a discount, and {price} "
        f"is taken as paid. If customers paid {total}, take unit_price out of columns.toml, and fit again with it."
    )


def _date(second: int) -> str:
    return str(np.datetime64(int(second), "s").astype("datetime64[D]"))
