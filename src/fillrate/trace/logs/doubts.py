"""What is probably wrong with an order log that can be read all the same, and what to do about it."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.apart import apart
from fillrate.trace.logs.dates import DAY
from fillrate.trace.logs.layout import Layout
from fillrate.trace.logs.rows import Rows

__all__ = ["doubts"]

SHOWN = 5  # dates that are named
LEAST_REUSED, SHARE_REUSED = 5, 0.05  # orders with lines more than a day apart, from which on they are no accident


def doubts(rows: Rows, layout: Layout) -> tuple[str, ...]:
    """One text for each thing to look at before the log is believed."""
    return tuple(filter(None, (_lonely(rows, layout), _reused(rows, layout), _currencies(rows, layout))))


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
    if len(wide) < LEAST_REUSED or len(wide) <= SHARE_REUSED * len(start):
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


def _currencies(rows: Rows, layout: Layout) -> str:
    """Orders that are not all paid in one currency."""
    counts = Counter(text.upper() for text in rows.said("currency", layout.first_row) if text).most_common()
    if len(counts) < 2:
        return ""
    named = ", ".join(f"{text} ({n:,})" for text, n in counts[:SHOWN])
    return (
        f"Amounts are in {len(counts)} currencies, and added up as if they were one (orders): {named}. Convert them to "
        "one, or take the orders of the others out, and fit again."
    )


def _date(second: int) -> str:
    return str(np.datetime64(int(second), "s").astype("datetime64[D]"))
