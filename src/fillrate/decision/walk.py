"""The one walk through an offer that engines, environment and production share.

Lines come in trace order, one candidate table for each (line, remaining quantity). A row takes min(available,
remaining); if units remain, the line is asked again without that row. The mask forbids rows that break the split
rule or that would make ship-complete impossible. State is flat indexables (lists here, arrays in the compiled engine);
entry (line, row) is at line * rows + row.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

__all__ = ["COMPLETE", "SPLIT", "coverable", "legal_rows", "settle", "take_row"]

SPLIT = {"none": 0, "lines": 1, "units": 2}
COMPLETE = {"no": 0, "line": 1, "order": 2}

Ints = Sequence[int]


def legal_rows(
    line: int,
    rows: int,
    location: Ints,
    available: Ints,
    left: Ints,
    take: Ints,
    opened: list[int],
    split: int,
    complete: int,
    most: int,
) -> list[int]:
    """Rows that this line may take now; hold is always legal and not listed.

    Args:
        line: index of the line.
        rows: rows of each line's block.
        location: (lines * rows,) location of the row, -1 = no such row.
        available: (lines * rows,) whole units after limits, 0 where masked.
        left: (lines,) units still to be placed.
        take: (lines * rows,) units taken so far.
        opened: locations that the order already ships from.
        split: 0 one location, 1 one location a line, 2 free.
        complete: 0 no, 1 line, 2 order (without commit).
        most: most locations an order may ship from.
    """
    start = line * rows
    found: list[int] = []
    budget = 1 if split == 0 else most
    if split == 1 and any(take[start + r] for r in range(rows)):
        return found
    for r in range(rows):
        at = start + r
        if available[at] <= 0 or take[at] > 0:
            continue
        if location[at] not in opened and len(opened) >= budget:
            continue
        if complete and not _still_possible(
            line, r, rows, location, available, left, take, opened, split, complete, budget
        ):
            continue
        found.append(r)
    return found


def _still_possible(
    line: int,
    row: int,
    rows: int,
    location: Ints,
    available: Ints,
    left: Ints,
    take: Ints,
    opened: list[int],
    split: int,
    complete: int,
    budget: int,
) -> bool:
    """Whether what must be complete can still be after this row is taken."""
    at = line * rows + row
    if split == 1 and available[at] < left[line]:
        return False
    after = opened if location[at] in opened else [*opened, location[at]]
    rest = list(left)
    rest[line] = max(0, left[line] - available[at])
    free = list(available)
    for r in range(rows):  # rows already taken on this line, and this one, give no more
        if take[line * rows + r] > 0 or r == row:
            free[line * rows + r] = 0
    last = line + 1 if complete == 1 else len(left)
    if split == 1:
        rest[line] = 0
    return coverable(range(line, last), rows, location, free, rest, after, split, budget)


def coverable(
    lines: Sequence[int],
    rows: int,
    location: Ints,
    available: Ints,
    left: Ints,
    opened: list[int],
    split: int,
    budget: int,
) -> bool:
    """Whether every listed line can be filled from the opened locations and at most `budget` in all."""
    short = [l for l in lines if not _filled(l, rows, location, available, left[l], opened, split)]
    if not short:
        return True
    if len(opened) >= budget:
        return False
    line = short[0]
    for r in range(rows):
        at = line * rows + r
        if available[at] > 0 and location[at] not in opened:
            if coverable(short, rows, location, available, left, [*opened, location[at]], split, budget):
                return True
    return False


def _filled(line: int, rows: int, location: Ints, available: Ints, left: int, opened: list[int], split: int) -> bool:
    """Whether the opened locations can fill a line: together, or one of them alone if lines may not be split."""
    total = largest = 0
    for r in range(rows):
        at = line * rows + r
        if available[at] > 0 and location[at] in opened:
            total += available[at]
            largest = max(largest, available[at])
    return (largest if split == 1 else total) >= left


def take_row(
    line: int,
    row: int,
    rows: int,
    location: Ints,
    available: Ints,
    left: MutableSequence[int],
    take: MutableSequence[int],
    opened: list[int],
) -> int:
    """Take min(available, remaining) from a row; returns the units."""
    at = line * rows + row
    units = min(available[at], left[line])
    take[at] = units
    left[line] -= units
    if location[at] not in opened:
        opened.append(location[at])
    return units


def settle(rows: int, left: MutableSequence[int], take: MutableSequence[int], asked: Ints, complete: int) -> None:
    """Undo what ship-complete does not allow: a line, or the whole order, of which some units stay held.

    Args:
        rows: rows of each line's block.
        left: (lines,) units left unplaced; restored where takes are undone.
        take: (lines * rows,) units by row.
        asked: (lines,) units that the offer asked for.
        complete: 1 line, 2 order (0 changes nothing).
    """
    anything = any(left)
    for line in range(len(left)):
        if (complete == 1 and left[line] > 0) or (complete == 2 and anything):
            left[line] = asked[line]
            for r in range(rows):
                take[line * rows + r] = 0
