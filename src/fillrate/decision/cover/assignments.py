"""Enumeration of the rows that the lines are assigned to, for orders of few lines and many locations."""

from __future__ import annotations

from fillrate.decision.cover.codes import CLOSED, COMPLETE_ORDER, OPEN, Floats, Ints, Menu, Work
from fillrate.decision.cover.score import improve

__all__ = ["assignment_count", "by_assignments"]


def assignment_count(lines: int, complete: int, menu: Menu, limit: int) -> int:
    """How many ways there are to give each line one row or none, or `limit` + 1 if more than `limit`.

    So too if a line may need two rows, since then the best answer need not be among these ways.
    """
    need, width = menu[0], menu[1]
    total = 1
    for line in range(lines):
        if need[line] > 1:
            return limit + 1
        total *= max(1, width[line] + (0 if complete == COMPLETE_ORDER else 1))
        if total > limit:
            return limit + 1
    return total


def by_assignments(lines: int, rows: int, complete: int, cap: int, box: Floats, menu: Menu, work: Work) -> None:
    """Find the best assignment to at most `cap` undecided rows; `record` and `best` of `work` hold the answer to beat.

    Line by line, best row first, holding last. A branch ends where its gain and what the lines to come could add with
    their boxes free stay below the answer to beat. `need` of every line must be 0 or 1.
    """
    _, width, order, _, size, worth, price = menu
    state, best, users, _, place, _, rest, record = work
    if not _still_to_gain(lines, rows, complete, menu, rest):
        return
    for row in range(rows):
        state[row] = CLOSED
        users[row] = 0
    gain, units, cost, count = 0.0, 0, 0.0, 0
    line = 0
    place[0] = -1
    while line >= 0:
        at = place[line]
        if 0 <= at < width[line]:  # withdraw the row tried last
            row = order[line * rows + at]
            i = line * rows + row
            boxes = _leave(row, users, state)
            gain -= worth[i] - boxes * box[row]
            units -= size[i]
            cost -= price[i] + boxes * box[row]
            count -= boxes
        at += 1
        place[line] = at
        if at < width[line]:
            row = order[line * rows + at]
            i = line * rows + row
            boxes = _join(row, users, state)
            gain += worth[i] - boxes * box[row]
            units += size[i]
            cost += price[i] + boxes * box[row]
            count += boxes
        elif at > width[line] or (width[line] > 0 and complete == COMPLETE_ORDER):
            line -= 1
            continue
        if count > cap or gain + rest[line + 1] < record[0]:
            continue
        if line + 1 < lines:
            line += 1
            place[line] = -1
        else:
            improve(gain, units, cost, count, state, rows, record, best)


def _join(row: int, users: Ints, state: Ints) -> int:
    """Let one more line use a row; returns how many boxes that opens."""
    users[row] += 1
    state[row] = OPEN
    return 1 if users[row] == 1 else 0


def _leave(row: int, users: Ints, state: Ints) -> int:
    """Let one line fewer use a row; returns how many boxes that closes."""
    users[row] -= 1
    if users[row] > 0:
        return 0
    state[row] = CLOSED
    return 1


def _still_to_gain(lines: int, rows: int, complete: int, menu: Menu, rest: Floats) -> bool:
    """Write what lines `line`, `line` + 1, … could gain with boxes free; False if the order cannot be completed."""
    need, width, order, _, _, worth, _ = menu
    rest[lines] = 0.0
    for line in range(lines - 1, -1, -1):
        top = worth[line * rows + order[line * rows]] if width[line] > 0 else 0.0
        if complete == COMPLETE_ORDER and need[line] > 0 and width[line] == 0:
            return False
        rest[line] = rest[line + 1] + (top if complete == COMPLETE_ORDER else max(top, 0.0))
    return True
