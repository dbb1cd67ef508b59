"""The root of the whole-order solver: lay out the menu, then take the shortest way to a proven best answer."""

from __future__ import annotations

from fillrate.decision.cover.assignments import assignment_count, by_assignments
from fillrate.decision.cover.branch import by_branching
from fillrate.decision.cover.codes import EXACT, NO_SPLIT, OPEN, Floats, Ints, Menu, Work
from fillrate.decision.cover.menu import arrange
from fillrate.decision.cover.score import deal, improve, score
from fillrate.decision.cover.single import one_line, outright
from fillrate.decision.cover.subsets import by_subsets, subset_count

__all__ = ["cover_lines", "cover_order"]


def cover_order(
    quantity: Ints,
    available: Ints,
    value: Floats,
    true_cost: Floats,
    box: Floats,
    lines: int,
    rows: int,
    split: int,
    complete: int,
    max_locations: int,
    node_limit: int,
    enumeration_limit: int,
    take: Ints,
    menu: Menu,
    work: Work,
) -> tuple[int, float]:
    """Answer a whole order.

    Args:
        quantity: (lines,) units ordered, at least 0.
        available: (lines * rows,) units that may be taken; 0 where a row is masked.
        value: (lines * rows,) money gained by shipping a unit rather than holding it; may be negative.
        true_cost: (lines * rows,) money per unit shipped, for ties.
        box: (rows,) money for opening a parcel, at least 0; 0 where an unpicked one is there.
        lines: number of lines.
        rows: number of rows.
        split: NO_SPLIT, BY_LINES or BY_UNITS.
        complete: COMPLETE_NO, COMPLETE_LINE or COMPLETE_ORDER.
        max_locations: most locations that may ship; `rows` if there is no such cap.
        node_limit: most nodes of the branch and bound, at least 1.
        enumeration_limit: most sets or assignments to enumerate before branching and bounding instead.
        take: (lines * rows,) written: units.
        menu: scratch; arrays need and width of (lines,), the others of (lines * rows,).
        work: scratch; lengths as said at `Work`.

    Returns:
        EXACT or STOPPED, and the gain (money). A stopped search wrote the best answer that it met.
    """
    for i in range(lines * rows):
        take[i] = 0
    cap = min(1 if split == NO_SPLIT else rows, max_locations)
    if lines == 1:
        done, gain = one_line(quantity[0], available, value, true_cost, box, rows, split, complete, cap, take)
        if done:
            return EXACT, gain
    useful = arrange(
        quantity, available, value, true_cost, box, lines, rows, split, complete, cap, menu, work[0], work[5]
    )
    status = cover_lines(lines, rows, useful, complete, cap, node_limit, enumeration_limit, box, menu, work)
    deal(work[1], lines, rows, complete, menu, take)
    return status, work[7][0]


def cover_lines(
    lines: int,
    rows: int,
    useful: int,
    complete: int,
    cap: int,
    node_limit: int,
    enumeration_limit: int,
    box: Floats,
    menu: Menu,
    work: Work,
) -> int:
    """Find the best rows for an arranged menu with `useful` undecided rows; `best` and `record` of `work` are written.

    Returns:
        EXACT or STOPPED.
    """
    state, best, record = work[0], work[1], work[7]
    for row in range(rows):
        best[row] = 0
    for i in range(4):
        record[i] = 0.0
    row = outright(lines, rows, complete, box, menu, state)
    if useful == 0 or cap <= 0:
        return EXACT
    if row >= 0:
        state[row] = OPEN
        gain, units, cost = score(state, OPEN, lines, rows, complete, menu)
        improve(gain - box[row], units, cost + box[row], 1, state, rows, record, best)
        return EXACT
    subsets = subset_count(useful, cap, enumeration_limit)
    assignments = assignment_count(lines, complete, menu, enumeration_limit)
    if min(subsets, assignments) > enumeration_limit:
        return by_branching(lines, rows, complete, cap, box, menu, work, node_limit)
    if subsets <= assignments:
        by_subsets(lines, rows, complete, cap, box, menu, work)
    else:
        by_assignments(lines, rows, complete, cap, box, menu, work)
    return EXACT
