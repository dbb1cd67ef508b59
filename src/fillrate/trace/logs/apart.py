"""Dates that lie apart from all others: null dates of common systems, and those that are probably wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.dates import DAY

__all__ = ["NULL_DATES", "apart", "null_rows"]

NULL_DATES = ("1900-01-01", "1904-01-01", "1970-01-01", "1980-01-01", "2000-01-01", "2099-12-31")
"""What systems write for "no date", at midnight; years outside 1900 to 2099 are no dates in any case."""
LEAST_GAP = 60 * DAY
FEW = 100  # one in so many, at either end
LEAST = 10  # instants, of which one may be left out

Instants = NDArray[np.int64]


def apart(instants: Instants, others: Instants) -> NDArray[np.bool_]:
    """(n,) whether an instant lies apart: by more than 60 days and the whole span of the bulk from the bulk of others.

    The bulk begins as the others without their first and last hundredth (at least one, of ten or more), and takes in
    again whatever does not lie apart from it.

    Args:
        instants: (n,) seconds.
        others: (m,) seconds; from none of them nothing lies apart.

    >>> days = np.array([0, 50, 100, 130, 180, 220, 250, 300, 330, 400, 801]) * 86_400
    >>> np.flatnonzero(apart(days, days)).tolist()
    [10]
    """
    if not len(others):
        return np.zeros(len(instants), dtype=np.bool_)
    low, high = _bulk(np.sort(others))
    gap = max(LEAST_GAP, high - low)
    return (instants < low - gap) | (instants > high + gap)


def _bulk(ordered: Instants) -> tuple[int, int]:
    """First and last instant of the bulk."""
    cut = max(1, len(ordered) // FEW) if len(ordered) >= LEAST else 0
    first, last = cut, len(ordered) - 1 - cut
    while True:
        gap = max(LEAST_GAP, int(ordered[last] - ordered[first]))
        if first > 0 and ordered[first] - ordered[first - 1] <= gap:
            first -= 1
        elif last < len(ordered) - 1 and ordered[last + 1] - ordered[last] <= gap:
            last += 1
        else:
            return int(ordered[first]), int(ordered[last])


def null_rows(instants: Instants, known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows with a null date that lies apart from the dates that are none.

    Args:
        instants: (rows,) seconds since 1970.
        known: (rows,) whether there is one.
    """
    null = known & np.isin(instants, np.array(NULL_DATES, dtype="datetime64[s]").astype(np.int64))
    rows = np.flatnonzero(null)
    return rows[apart(instants[rows], instants[known & ~null])] if len(rows) else rows
