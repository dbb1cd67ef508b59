"""Which rows of a table make which order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.labels import labels
from fillrate.trace.logs.rows import Rows

__all__ = ["Layout", "lay_out"]

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Layout:
    """Rows of a table that can be used, as orders and lines.

    Attributes:
        first_row: (orders,) the first row of each order in the file; orders by instant, then as in the file.
        line_row: (lines,) the row of each line; lines by order, then as in the file.
        line_start: (orders + 1,) where each order's lines start.
    """

    first_row: Integers
    line_row: Integers
    line_start: Integers

    @property
    def order_of_line(self) -> Integers:
        """(lines,) order of each line."""
        return np.repeat(np.arange(len(self.first_row), dtype=np.int64), np.diff(self.line_start))


def lay_out(rows: Rows) -> Layout:
    """Group the rows without a problem by order number; an order's instant is that of its first row."""
    numbers = rows.texts["order_id"]
    good = np.array([row for row in range(len(numbers)) if row not in rows.problems], dtype=np.int64)
    code = labels(rows.said("order_id", good)).code
    _, first = np.unique(code, return_index=True)
    by_time = np.lexsort((first, rows.values["order_date"][good[first]]))
    rank = np.empty(len(first), dtype=np.int64)
    rank[by_time] = np.arange(len(first))
    order = rank[code]
    start = np.concatenate(([0], np.cumsum(np.bincount(order, minlength=len(first)))))
    return Layout(good[first[by_time]], good[np.argsort(order, kind="stable")], start.astype(np.int64))
