"""Enumeration of the sets of locations, in lexicographic order."""

from __future__ import annotations

from fillrate.decision.cover.codes import CLOSED, COMPLETE_NO, OPEN, UNDECIDED, Floats, Menu, Work
from fillrate.decision.cover.score import improve, score

__all__ = ["by_subsets", "subset_count"]


def subset_count(sites: int, cap: int, limit: int) -> int:
    """How many non-empty sets of at most `cap` of `sites` rows there are, or `limit` + 1 if more than `limit`."""
    total = 0
    choose = 1
    for size in range(1, min(cap, sites) + 1):
        choose = choose * (sites - size + 1) // size
        total += choose
        if total > limit:
            return limit + 1
    return total


def by_subsets(lines: int, rows: int, complete: int, cap: int, box: Floats, menu: Menu, work: Work) -> None:
    """Find the best set of at most `cap` undecided rows; `record` and `best` of `work` hold the answer to beat.

    Each row is tried alone first. A set is not extended once its boxes eat up what all rows together could bring, and
    not looked at if they eat up what its rows bring one by one: together they never bring more, unless only together
    they complete something.
    """
    state, best, trail, sites, _, alone, _, record = work
    ceiling, units, _ = score(state, UNDECIDED, lines, rows, complete, menu)
    if units < 0:
        return
    count = 0
    for row in range(rows):
        if state[row] == UNDECIDED:
            sites[count] = row
            count += 1
            state[row] = CLOSED
    for n in range(count):
        row = sites[n]
        state[row] = OPEN
        gain, units, cost = score(state, OPEN, lines, rows, complete, menu)
        improve(gain - box[row], units, cost + box[row], 1, state, rows, record, best)
        state[row] = CLOSED
        alone[row] = gain if complete == COMPLETE_NO else ceiling
    depth, following = 0, 0
    boxes, brought = 0.0, 0.0
    while following < count or depth > 0:
        if following < count and depth < cap:
            row = sites[following]
            trail[depth] = following
            depth += 1
            state[row] = OPEN
            boxes += box[row]
            brought += alone[row]
            following += 1
            if ceiling - boxes >= record[0]:
                if depth > 1 and brought - boxes >= record[0]:
                    gain, units, cost = score(state, OPEN, lines, rows, complete, menu)
                    improve(gain - boxes, units, cost + boxes, depth, state, rows, record, best)
                continue
        depth -= 1
        following = trail[depth] + 1
        row = sites[trail[depth]]
        state[row] = CLOSED
        boxes -= box[row]
        brought -= alone[row]
