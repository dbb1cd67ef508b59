"""The one walk through an offer that engines, environment and production share.

Lines come in trace order, one candidate table for each (line, remaining quantity). A row takes min(available,
remaining); if units remain, the line is asked again without that row. The mask forbids rows that break the split
rule or that would make ship-complete impossible. State is flat indexables (lists here, arrays in the compiled engine);
entry (line, row) is at line * rows + row.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

__all__ = ["COMPLETE", "SPLIT", "coverable", "drop_small", "legal_rows", "settle", "take_row"]

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
    if split == 1 and any(take[start + r] > 0 for r in range(rows)):
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
    """Whether what must be complete (this line, or every line) can still be after this row is taken."""
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
    lines = range(line, line + 1) if complete == 1 else range(len(left))
    return coverable(lines, rows, location, free, rest, after, split, budget)


def coverable(
    lines: Sequence[int],
    rows: int,
    location: Ints,
    available: Ints,
    left: Ints,
    opened: list[int],
    split: int,
    budget: int,
    barred: Ints = (),
) -> bool:
    """Whether every listed line can be filled from the opened locations and at most `budget` in all.

    Exact: a line that is short needs one more of the locations that have it. Each is tried; one that has failed is
    barred from what is tried after it, and a line that the locations left could not fill ends the search.
    """
    room = budget - len(opened)
    short = -1
    for l in lines:
        if not _fillable(l, rows, location, available, left[l], opened, barred, split, 0):
            if room <= 0 or not _fillable(l, rows, location, available, left[l], opened, barred, split, room):
                return False
            short = l if short < 0 else short
    if short < 0 or room >= rows * len(left):
        return True
    failed = list(barred)
    for r in range(rows):
        at = short * rows + r
        if available[at] > 0 and location[at] not in opened and location[at] not in failed:
            if coverable(lines, rows, location, available, left, [*opened, location[at]], split, budget, failed):
                return True
            failed.append(location[at])
    return False


def _fillable(
    line: int,
    rows: int,
    location: Ints,
    available: Ints,
    left: int,
    opened: list[int],
    barred: Ints,
    split: int,
    room: int,
) -> bool:
    """Whether a line fills from the opened locations and the best `room` others, alone if lines may not be split."""
    here: list[int] = []
    other: list[int] = []
    for r in range(rows):
        at = line * rows + r
        if available[at] > 0 and location[at] in opened:
            here.append(available[at])
        elif available[at] > 0 and location[at] not in barred:
            other.append(available[at])
    if split == 1:
        return left <= 0 or max([0, *here, *(other if room > 0 else [])]) >= left
    return sum(here) + sum(sorted(other, reverse=True)[:room]) >= left


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


def drop_small(
    rows: int,
    location: Ints,
    price: Sequence[float],
    left: MutableSequence[int],
    take: MutableSequence[int],
    before: Ints,
    least: float,
) -> bool:
    """Undo what further locations would ship if it is not worth a parcel; whether anything was undone.

    Free of the threshold are the locations that the order ships from already and, if there is none, the one whose
    goods are worth most in this offer (the first met of equal ones).

    Args:
        rows: rows of each line's block.
        location: (lines * rows,) location of the row, -1 = no such row.
        price: (lines,) money/unit.
        left: (lines,) units left unplaced; restored where takes are undone.
        take: (lines * rows,) units by row.
        before: locations that the order shipped from before this offer.
        least: money that the goods of a further location must be worth.
    """
    worth: dict[int, float] = {}
    for at, units in enumerate(take):
        if units > 0:
            worth[location[at]] = worth.get(location[at], 0.0) + units * price[at // rows]
    free = list(before) or [max(worth, key=lambda place: worth[place], default=-1)]
    small = [place for place, money in worth.items() if money < least and place not in free]
    for at, units in enumerate(take):
        if units > 0 and location[at] in small:
            left[at // rows] += units
            take[at] = 0
    return bool(small)


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
