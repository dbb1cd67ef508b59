"""Shortcuts: an order of one line from one row, and a row that no other can beat."""

from __future__ import annotations

from fillrate.decision.cover.codes import BY_UNITS, CLOSED, COMPLETE_NO, COMPLETE_ORDER, Floats, Ints, Menu

__all__ = ["one_line", "outright"]

ENDLESS = 2.0**60  # more money than any order is worth


def one_line(
    quantity: int,
    available: Ints,
    value: Floats,
    true_cost: Floats,
    box: Floats,
    rows: int,
    split: int,
    complete: int,
    cap: int,
    take: Ints,
) -> tuple[bool, float]:
    """Answer an order of one line that a single row serves best.

    Arguments as of `arrange`, for one line; `take` (rows,) is zero on entry and written.

    Returns:
        Whether it is answered, and the gain. It is not if two rows might have to share the line.
    """
    alone = split != BY_UNITS or cap == 1 or quantity == 1
    chosen, gain, units, cost = -1, 0.0, 0, 0.0
    shares, top, low = False, 0.0, 0.0  # rows with less than the line asks for: are there any, best value, lowest box
    for row in range(rows if cap > 0 else 0):
        mine = available[row]
        if mine <= 0 or (value[row] < 0.0 and (alone or complete == COMPLETE_NO)):
            continue
        if mine < quantity and not alone:
            top = max(top, value[row]) if shares else value[row]
            low = min(low, box[row]) if shares else box[row]
            shares = True
            continue
        if mine < quantity and complete != COMPLETE_NO:
            continue
        mine = min(mine, quantity)
        row_gain = value[row] * mine - box[row]
        if row_gain < gain:
            continue
        row_cost = true_cost[row] * mine + box[row]
        if row_gain > gain or mine > units or (mine == units and row_cost < cost):
            chosen, gain, units, cost = row, row_gain, mine, row_cost
    # Rows that are worse for every unit and no cheaper to open cannot help the chosen one.
    helpful = shares and (chosen < 0 or value[chosen] <= top or box[chosen] > low)
    if helpful and _most_shared(quantity, available, value, box, rows, complete) >= gain:
        return False, 0.0
    if chosen >= 0:
        take[chosen] = units
    return True, gain


def _most_shared(quantity: int, available: Ints, value: Floats, box: Floats, rows: int, complete: int) -> float:
    """No answer earns more in which a row ships less than the line asks for: from it alone, or two boxes and more."""
    alone, best, first, second = -ENDLESS, -ENDLESS, ENDLESS, ENDLESS
    for row in range(rows):
        units, worth, cost = available[row], value[row], box[row]
        if units <= 0 or (worth < 0.0 and complete == COMPLETE_NO):
            continue
        best = max(best, worth)
        first, second = min(first, cost), min(second, max(first, cost))
        if units < quantity and complete == COMPLETE_NO:
            alone = max(alone, worth * units - cost)
    return max(alone, best * quantity - first - second)


def outright(lines: int, rows: int, complete: int, box: Floats, menu: Menu, state: Ints) -> int:
    """The row that serves every line best and has the cheapest box, or −1 if there is none.

    Its answer, or holding everything, cannot be beaten: all other answers pay at least this box and gain at most as
    much from each line; and of equal rows the menus put the lowest first.
    """
    need, width, order, most = menu[:4]
    winner = -1
    for line in range(lines):
        if need[line] == 0 or (width[line] == 0 and complete != COMPLETE_ORDER):
            continue
        if width[line] == 0:
            return -1
        row = order[line * rows]
        i = line * rows + row
        if (winner >= 0 and row != winner) or most[i] < need[line]:
            return -1
        winner = row
    if winner >= 0:
        for row in range(rows):
            if state[row] != CLOSED and box[row] < box[winner]:
                return -1
    return winner
