"""Branch and bound over the sets of locations, for orders too large to enumerate."""

from __future__ import annotations

from fillrate.decision.cover.ascent import ascend
from fillrate.decision.cover.codes import CLOSED, EXACT, OPEN, STOPPED, UNDECIDED, Floats, Ints, Menu, Work
from fillrate.decision.cover.score import improve, score

__all__ = ["by_branching"]

NOWHERE = -1


def by_branching(
    lines: int, rows: int, complete: int, cap: int, box: Floats, menu: Menu, work: Work, node_limit: int
) -> int:
    """Find the best set of at most `cap` undecided rows; `record` and `best` of `work` hold the answer to beat.

    Depth first, opening a row before closing it. Each node tries the open rows alone, bounds what the undecided ones
    could add (all their boxes free; then by dual ascent), and closes every row whose opening would push the bound
    below the answer to beat.

    Returns:
        EXACT, or STOPPED if `node_limit` nodes were not enough to be sure.
    """
    state, _, trail, closed_at = work[:4]
    for row in range(rows):
        closed_at[row] = NOWHERE
    depth = 0
    for _ in range(node_limit):
        row = _visit(lines, rows, complete, cap, box, menu, work, depth)
        if row != NOWHERE:
            trail[depth] = row
            state[row] = OPEN
            depth += 1
        else:
            depth = _retreat(rows, state, trail, closed_at, depth)
            if depth == 0:
                return EXACT
    return STOPPED


def _visit(lines: int, rows: int, complete: int, cap: int, box: Floats, menu: Menu, work: Work, depth: int) -> int:
    """Try and bound a node; returns the row to branch on, or NOWHERE if nothing below the node can win."""
    state, best, _, closed_at, ends, slack, level, record = work
    boxes = 0.0
    count = 0
    for row in range(rows):
        if state[row] == OPEN:
            boxes += box[row]
            count += 1
    gain, units, cost = score(state, OPEN, lines, rows, complete, menu)
    improve(gain - boxes, units, cost + boxes, count, state, rows, record, best)
    if count == cap:
        return NOWHERE
    gain, units, cost = score(state, UNDECIDED, lines, rows, complete, menu)
    if not _may_win(gain - boxes, units, cost + boxes, count + 1, record):
        return NOWHERE
    spare = ascend(lines, rows, complete, box, menu, state, slack, level, ends) - boxes - record[0]
    if spare < 0.0:
        return NOWHERE
    for row in range(rows):
        if state[row] == UNDECIDED and slack[row] > spare:
            state[row] = CLOSED
            closed_at[row] = depth
    return _wanted(lines, rows, menu, state, slack, level)


def _may_win(gain: float, units: int, cost: float, count: int, record: Floats) -> bool:
    """Whether an answer no better than this in any respect could still beat the best so far."""
    if units < 0 or gain != record[0]:
        return units >= 0 and gain > record[0]
    if units != record[1]:
        return units > record[1]
    return cost < record[2] or (cost == record[2] and count <= record[3])


def _wanted(lines: int, rows: int, menu: Menu, state: Ints, slack: Floats, level: Floats) -> int:
    """The undecided row with the least slack, then the most pieces wanted from it at these prices; or NOWHERE."""
    most, worth = menu[3], menu[5]
    chosen = NOWHERE
    support = 0
    for row in range(rows):
        if state[row] != UNDECIDED or (chosen != NOWHERE and slack[row] > slack[chosen]):
            continue
        pieces = 0
        for line in range(lines):
            i = line * rows + row
            if most[i] > 0 and worth[i] >= level[line]:
                pieces += most[i]
        if chosen == NOWHERE or slack[row] < slack[chosen] or pieces > support:
            chosen, support = row, pieces
    return chosen


def _retreat(rows: int, state: Ints, trail: Ints, closed_at: Ints, depth: int) -> int:
    """Go back to the last row that was opened, close it instead and return the depth; 0 if there is none."""
    while depth > 0:
        for row in range(rows):
            if closed_at[row] >= depth:
                closed_at[row] = NOWHERE
                state[row] = UNDECIDED
        row = trail[depth - 1]
        if state[row] == OPEN:
            state[row] = CLOSED
            return depth
        state[row] = UNDECIDED
        depth -= 1
    return 0
