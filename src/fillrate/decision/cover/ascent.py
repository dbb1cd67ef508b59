"""An upper bound on the gain of every set of locations between the open and the undecided ones, by dual ascent.

Linear programming dual of the location problem with x(line, row) ≤ most · open(row): give each line a price per piece.
A row earns, over all lines, `most` × (worth − price) where that is positive, keeps what exceeds its box, and
bound = Σ need × price + Σ what rows keep. Any prices give a bound. Prices start at each line's best worth and are
lowered in turn, one level of the menu at a time, while the boxes of undecided rows can take up what their rows earn
(Erlenkotter 1978, "A dual-based procedure for uncapacitated facility location", Operations Research 26(6), with limits
per line and row added). Steps stay on the money grid, so the bound is exact and needs no tolerance.
"""

from __future__ import annotations

import math

from fillrate.decision.cover.codes import CLOSED, COMPLETE_NO, COMPLETE_ORDER, UNDECIDED, Floats, Ints, Menu

__all__ = ["ascend"]

PER_MONEY = 1048576.0  # grid points per unit of money, 2²⁰
NO_LEVEL = 1e300  # further than any step goes


def ascend(
    lines: int, rows: int, complete: int, box: Floats, menu: Menu, state: Ints, slack: Floats, level: Floats, ends: Ints
) -> float:
    """Bound the gain with the boxes of open rows not yet charged.

    Args:
        lines: number of lines.
        rows: number of rows.
        complete: code of `ship_complete`; with order, open and undecided rows together must be able to complete it.
        box: (rows,) money.
        menu: what each row offers each line.
        state: (rows,) CLOSED, UNDECIDED or OPEN.
        slack: (rows,) written: what opening an undecided row takes off the bound, money; 0 for other rows.
        level: (lines,) written: price per piece, money.
        ends: (lines,) scratch.

    Returns:
        The bound, money.
    """
    for row in range(rows):
        slack[row] = box[row] if state[row] == UNDECIDED else 0.0
    bound = 0.0
    for line in range(lines):
        level[line] = _start(line, rows, complete, menu, state)
        bound += menu[0][line] * level[line]
        ends[line] = 0
    moved = True
    while moved:
        moved = False
        for line in range(lines):
            if ends[line] >= 0:
                gone = _lower(line, rows, complete, menu, state, slack, level, ends)
                bound -= gone
                moved = moved or ends[line] >= 0
    return bound


def _start(line: int, rows: int, complete: int, menu: Menu, state: Ints) -> float:
    """Highest worth on offer to a line; 0 if the line cannot ship, or must not at a loss."""
    need, width, order, most, _, worth, _ = menu
    first = line * rows
    top = 0.0
    pieces = 0
    for k in range(first + width[line] - 1, first - 1, -1):
        i = first + order[k]
        if state[order[k]] != CLOSED:
            top = worth[i]
            pieces += most[i]
    if complete == COMPLETE_ORDER:
        return top
    return max(top, 0.0) if complete == COMPLETE_NO or pieces >= need[line] else 0.0


def _lower(
    line: int, rows: int, complete: int, menu: Menu, state: Ints, slack: Floats, level: Floats, ends: Ints
) -> float:
    """Lower the price of a line by one level or as far as boxes allow; returns what the bound loses.

    `ends[line]` counts the offers at or above the price; it becomes −1 when the price can fall no more.
    """
    need, width, order, most, _, worth, _ = menu
    first = line * rows
    price = level[line]
    end = first + ends[line]
    stop = first + width[line]
    while end < stop and (state[order[end]] == CLOSED or worth[first + order[end]] >= price):
        end += 1
    step = price - worth[first + order[end]] if end < stop else NO_LEVEL
    if complete != COMPLETE_ORDER:
        step = min(step, price)  # holding a piece costs nothing
    full = 0  # pieces whose rows keep all that they earn
    for k in range(first, end):
        row = order[k]
        if state[row] != CLOSED:
            pieces = most[first + row]
            room = math.floor(slack[row] * PER_MONEY / pieces) / PER_MONEY
            if room > 0.0:
                step = min(step, room)
            else:
                full += pieces
    if full >= need[line] or step <= 0.0:
        ends[line] = -1
        return 0.0
    for k in range(first, end):
        row = order[k]
        pieces = most[first + row]
        if state[row] != CLOSED and slack[row] * PER_MONEY >= pieces:
            slack[row] -= pieces * step
    level[line] = price - step
    ends[line] = end - first
    return (need[line] - full) * step
