"""What a set of open locations is worth, which of two answers is better, and the matrix of units that belongs to one.

With the open rows fixed every line is on its own: it takes pieces from the open rows in the order of its menu.
"""

from __future__ import annotations

from fillrate.decision.cover.codes import COMPLETE_LINE, COMPLETE_NO, COMPLETE_ORDER, OPEN, Floats, Ints, Menu

__all__ = ["deal", "improve", "score"]


def score(state: Ints, least: int, lines: int, rows: int, complete: int, menu: Menu) -> tuple[float, int, float]:
    """Gain, units and true cost of the best service from the rows whose state is at least `least`, boxes not charged.

    Args:
        state: (rows,) CLOSED, UNDECIDED or OPEN.
        least: OPEN for the open rows, UNDECIDED for those that may still open too.
        lines: number of lines.
        rows: number of rows.
        complete: code of `ship_complete`.
        menu: what each row offers each line.

    Returns:
        (money, units, money); units are −1 if the whole order must ship and these rows cannot do it.
    """
    need, width, order, most, size, worth, price = menu
    gain = 0.0
    units = 0
    cost = 0.0
    for line in range(lines):
        left = need[line]
        first = line * rows
        line_gain = 0.0
        line_units = 0
        line_cost = 0.0
        for k in range(first, first + width[line]):
            row = order[k]
            if state[row] >= least:
                i = first + row
                pieces = min(most[i], left)
                line_gain += pieces * worth[i]
                line_units += pieces * size[i]
                line_cost += pieces * price[i]
                left -= pieces
                if left == 0:
                    break
        if complete != COMPLETE_NO:
            if left > 0 and complete == COMPLETE_ORDER:
                return 0.0, -1, 0.0
            if complete == COMPLETE_LINE and (left > 0 or line_gain < 0.0):
                continue  # all or nothing: nothing
        gain += line_gain
        units += line_units
        cost += line_cost
    return gain, units, cost


def improve(
    gain: float, units: int, cost: float, count: int, state: Ints, rows: int, record: Floats, best: Ints
) -> None:
    """Make the open rows the best answer so far if they are better than it.

    Args:
        gain: money, boxes charged.
        units: units shipped; −1 for an answer that is none.
        cost: true cost, boxes charged.
        count: number of open rows.
        state: (rows,) the rows compared.
        rows: number of rows.
        record: (4,) gain, units, cost and count of the best answer so far; written if this one is better.
        best: (rows,) 1 where the best answer opens a row, else 0; written likewise.
    """
    if units < 0 or gain < record[0]:
        return
    if gain == record[0]:
        if units < record[1]:
            return
        if units == record[1]:
            if cost > record[2] or (cost == record[2] and count > record[3]):
                return
            if cost == record[2] and count == record[3] and not _earlier(state, best, rows):
                return
    record[0] = gain
    record[1] = units
    record[2] = cost
    record[3] = count
    for row in range(rows):
        best[row] = 1 if state[row] == OPEN else 0


def _earlier(state: Ints, best: Ints, rows: int) -> bool:
    """Whether, of two sets of equally many rows, the open ones come first in lexicographic order."""
    for row in range(rows):
        if (state[row] == OPEN) != (best[row] == 1):
            return state[row] == OPEN
    return False


def deal(best: Ints, lines: int, rows: int, complete: int, menu: Menu, take: Ints) -> None:
    """Write the units that belong to a set of rows: the same service as `score` counts.

    Args:
        best: (rows,) 1 for the rows to serve from.
        lines: number of lines.
        rows: number of rows.
        complete: code of `ship_complete`.
        menu: what each row offers each line.
        take: (lines * rows,) units, zero on entry; written.
    """
    need, width, order, most, size, worth, _ = menu
    for line in range(lines):
        left = need[line]
        first = line * rows
        gain = 0.0
        for k in range(first, first + width[line]):
            i = first + order[k]
            if best[order[k]] == 1 and left > 0:
                pieces = min(most[i], left)
                take[i] = pieces * size[i]
                gain += pieces * worth[i]
                left -= pieces
        if complete == COMPLETE_LINE and (left > 0 or gain < 0.0):
            for row in range(rows):
                take[first + row] = 0
