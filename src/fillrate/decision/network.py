"""Networks: what a network says of the rows of a table. The same bits in Python, NumPy, compiled and exported.

Every row goes through the same layers and is seen beside what all rows have in common, the mean and the largest of each
unit, so one network works for any number of locations (Zaheer et al. 2017, Deep Sets). Hold is a row like the others
and is told apart by an input of its own.

Weights are multiples of 2**-14, inputs too (`decision.scaling`), and what a layer hands on is clipped and rounded to a
multiple of 2**-10: every sum is exact, in any order, so that nobody's arithmetic decides.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

__all__ = ["LARGEST_UNIT", "LARGEST_WEIGHT", "Weights", "Work", "best_row", "outputs", "unit"]

STEPS = 2.0**10  # in one, of what a layer hands on
LARGEST_UNIT = 64.0
LARGEST_WEIGHT = 64.0

Room = MutableSequence[float]
Layer = Sequence[float]
Work = tuple[Room, Room, Room, Room, Room]
"""Scratch: rows * hidden, 2 * hidden, hidden and hidden numbers, and rows * outputs for what comes out."""

Weights = tuple[Layer, Layer, Layer, Layer, Layer, Layer, Layer]
"""Row layer (hidden * (columns + 1)) and bias, mixing layer (hidden * hidden) and bias, table layer
(hidden * 2 * hidden), last layer (outputs * hidden) and bias."""


def unit(total: float) -> float:
    """What a layer hands on: nothing below 0, nothing above 64, on a grid of 2**-10.

    >>> unit(-1.0), unit(0.5004), unit(1e9)
    (0.0, 0.5, 64.0)
    """
    if total <= 0.0:
        return 0.0
    return round(min(total, LARGEST_UNIT) * STEPS) / STEPS


def best_row(
    columns: int,
    hidden: int,
    rows: int,
    legal: Sequence[int],
    count: int,
    seen: Sequence[float],
    weights: Weights,
    work: Work,
) -> int:
    """The legal row of the largest score; of equal ones the first, hold last.

    Args:
        columns: of the table.
        hidden: units of a layer.
        rows: locations of the table; also the number of the row that holds.
        legal: legal rows other than hold, the first `count` of them.
        count: how many there are.
        seen: ((rows + 1) * columns,) scaled values, hold last.
        weights: see `Weights`; one output.
        work: scratch, see `Work`.
    """
    score = work[4]
    outputs(columns, hidden, 1, rows + 1, rows, seen, weights, work)
    best, most = rows, score[rows]
    for n in range(count - 1, -1, -1):  # backwards, so that an equal one before takes its place
        if score[legal[n]] >= most:
            best, most = legal[n], score[legal[n]]
    return best


def outputs(
    columns: int,
    hidden: int,
    last: int,
    rows: int,
    hold: int,
    seen: Sequence[float],
    weights: Weights,
    work: Work,
) -> None:
    """What the network says of every row: (rows * last,) numbers in the last of `work`.

    Args:
        columns: of the table.
        hidden: units of a layer.
        last: outputs of a row.
        rows: of the table, hold among them if it is one.
        hold: the row that holds, or -1.
        seen: (rows * columns,) scaled values.
        weights: see `Weights`.
        work: scratch, see `Work`.
    """
    row, row_bias, mix, mix_bias, table, score, score_bias = weights
    each, pool, common, units, out = work
    _look(columns, hidden, rows, hold, seen, row, row_bias, each)
    _pool(hidden, rows, each, pool)
    for h in range(hidden):
        total = mix_bias[h]
        for k in range(2 * hidden):
            total += table[h * 2 * hidden + k] * pool[k]
        common[h] = total
    for r in range(rows):
        for h in range(hidden):
            total = common[h]
            for k in range(hidden):
                total += mix[h * hidden + k] * each[r * hidden + k]
            units[h] = unit(total)
        for n in range(last):
            total = score_bias[n]
            for h in range(hidden):
                total += score[n * hidden + h] * units[h]
            out[r * last + n] = total


def _look(
    columns: int,
    hidden: int,
    rows: int,
    hold: int,
    seen: Sequence[float],
    row: Sequence[float],
    row_bias: Sequence[float],
    each: MutableSequence[float],
) -> None:
    """The first layer, of every row."""
    width = columns + 1
    for r in range(rows):
        for h in range(hidden):
            total = row_bias[h]
            for c in range(columns):
                total += row[h * width + c] * seen[r * columns + c]
            if r == hold:
                total += row[h * width + columns]
            each[r * hidden + h] = unit(total)


def _pool(hidden: int, rows: int, each: Sequence[float], pool: MutableSequence[float]) -> None:
    """What all rows have in common: the mean and the largest of each unit."""
    for h in range(hidden):
        total = largest = 0.0
        for r in range(rows):
            total += each[r * hidden + h]
            largest = max(largest, each[r * hidden + h])
        pool[h] = unit(total / rows)
        pool[hidden + h] = largest
