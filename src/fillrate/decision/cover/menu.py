"""What each row offers each line, sorted so that a line served from some open rows reads its answer off in order.

A line is counted in *pieces*. Where it must come from one row, or every row that offers something offers all of it, a
piece is the whole offer of a row (`need` 1, `most` 1, `size` its units); else a piece is a unit. So the three split
modes and the cap of one location look alike to everything that follows.
"""

from __future__ import annotations

from fillrate.decision.cover.codes import (
    BY_UNITS,
    CLOSED,
    COMPLETE_LINE,
    COMPLETE_NO,
    COMPLETE_ORDER,
    UNDECIDED,
    Floats,
    Ints,
    Menu,
)

__all__ = ["arrange", "offered"]


def offered(quantity: int, available: int, value: float, alone: bool, complete: int) -> int:
    """Units of a line that a row could ever ship in a best answer.

    Args:
        quantity: units ordered.
        available: units that the row may ship.
        value: money gained per unit.
        alone: whether no second row may join in this line.
        complete: code of `ship_complete`.
    """
    if available <= 0:
        return 0
    if available < quantity and alone and complete != COMPLETE_NO:
        return 0
    if value < 0.0 and (complete == COMPLETE_NO or (alone and complete == COMPLETE_LINE)):
        return 0
    return min(available, quantity)


def arrange(
    quantity: Ints,
    available: Ints,
    value: Floats,
    true_cost: Floats,
    box: Floats,
    lines: int,
    rows: int,
    split: int,
    complete: int,
    cap: int,
    menu: Menu,
    state: Ints,
    reach: Floats,
) -> int:
    """Write the menu and mark the rows worth a look as undecided, the others as closed.

    Args:
        quantity: (lines,) units.
        available: (lines * rows,) units.
        value: (lines * rows,) money/unit gained.
        true_cost: (lines * rows,) money/unit, for ties.
        box: (rows,) money for opening a row, at least 0.
        lines: number of lines.
        rows: number of rows.
        split: code of the split mode.
        complete: code of `ship_complete`.
        cap: most rows that may be open.
        menu: written; see `Menu`.
        state: (rows,) written.
        reach: (rows,) scratch.

    Returns:
        The number of undecided rows.
    """
    most = menu[3]
    for row in range(rows):
        reach[row] = 0.0
        state[row] = CLOSED
    for line in range(lines):
        alone = split != BY_UNITS or cap == 1 or quantity[line] == 1
        joint = complete == COMPLETE_ORDER or (complete == COMPLETE_LINE and not alone)
        for row in range(rows):
            i = line * rows + row
            units = offered(quantity[line], available[i], value[i], alone, complete)
            most[i] = units
            if units > 0:
                state[row] = UNDECIDED
                # A row that helps to complete others may be worth its box whatever it brings itself.
                reach[row] += box[row] if joint else value[i] * units
    useful = 0
    for row in range(rows):
        if reach[row] < box[row]:  # it costs more than it could bring, whatever else is open
            state[row] = CLOSED
        useful += state[row]
    for line in range(lines):
        alone = split != BY_UNITS or cap == 1 or quantity[line] == 1
        _cut(line, rows, quantity[line], alone, value, true_cost, state, menu)
        _sort(line, rows, menu)
    return useful


def _cut(
    line: int, rows: int, quantity: int, alone: bool, value: Floats, true_cost: Floats, state: Ints, menu: Menu
) -> None:
    """Cut a line into pieces, with the offers of its rows not yet sorted."""
    need, width, order, most, size, worth, price = menu
    first = line * rows
    count = 0
    whole = True
    for row in range(rows):
        if most[first + row] > 0 and state[row] != CLOSED:
            order[first + count] = row
            count += 1
            if most[first + row] < quantity:
                whole = alone
    width[line] = count
    need[line] = quantity if not whole else min(quantity, 1)
    for k in range(first, first + count):
        i = first + order[k]
        units = most[i] if whole else 1
        size[i] = units
        worth[i] = value[i] * units
        price[i] = true_cost[i] * units
        if whole:
            most[i] = 1


def _sort(line: int, rows: int, menu: Menu) -> None:
    """Sort the offers of a line: higher worth, then more units, then lower price, then the lower row (stable)."""
    _, width, order, _, size, worth, price = menu
    first = line * rows
    for k in range(first + 1, first + width[line]):
        row = order[k]
        i = first + row
        w, u, p = worth[i], size[i], price[i]
        at = k
        while at > first:
            j = first + order[at - 1]
            if worth[j] > w or (worth[j] == w and (size[j] > u or (size[j] == u and price[j] <= p))):
                break
            order[at] = order[at - 1]
            at -= 1
        order[at] = row
