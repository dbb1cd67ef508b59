"""Formulas of facts: what an engine, an environment and a shop's host all work out in the same way."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["box_to_add", "expected_receipt", "higher", "lines_left", "rest_cover"]


def box_to_add(box: Sequence[float], location: Sequence[int], joined: Sequence[int]) -> list[float]:
    """(rows,) box cost that each row would really add: none where the order has a parcel that takes the units.

    >>> box_to_add([4.0, 5.0], [0, 1], [1])
    [4.0, 0.0]
    """
    return [0.0 if place in joined else money for place, money in zip(location, box, strict=True)]


def rest_cover(
    place: int,
    line: int,
    first: int,
    lines: int,
    width: int,
    location: Sequence[int],
    available: Sequence[int],
    left: Sequence[int],
) -> float:
    """Share of the other open units of an order that a location has; 1 if there are none.

    Args:
        place: the location.
        line: the line under decision.
        first: the first line that counts; a walk has answered those before.
        lines: number of lines.
        width: rows of each line's block.
        location: (lines * width,) location of the row, -1 = no such row.
        available: (lines * width,) units, 0 where there is no row.
        left: (lines,) units not placed yet.

    >>> rest_cover(0, 0, 0, 2, 2, [0, 1, 1, 0], [9, 9, 3, 1], [5, 4])
    0.25
    """
    units, there = 0, 0
    for other in range(first, lines):
        if other == line or left[other] <= 0:
            continue
        units += left[other]
        for row in range(other * width, (other + 1) * width):
            if location[row] == place:
                there += min(left[other], available[row])
    return there / units if units > 0 else 1.0


def lines_left(line: int, first: int, lines: int, left: Sequence[int]) -> int:
    """Lines with open units, the one under decision among them; arguments as for `rest_cover`.

    >>> lines_left(1, 1, 4, [5, 1, 0, 2])
    2
    """
    count = 1
    for other in range(first, lines):
        if other != line and left[other] > 0:
            count += 1
    return count


def expected_receipt(soonest: float, now: float, next_review: float, lead_days: float) -> float:
    """Days until stock is expected: the earliest of what is on order, else of what the next review would order.

    Args:
        soonest: earliest expected instant of what is on order, in days; infinite if nothing is.
        now: days.
        next_review: days.
        lead_days: mean lead time.

    >>> expected_receipt(5.0, 4.0, 10.0, 2.0), expected_receipt(math.inf, 4.0, 10.0, 2.0)
    (1.0, 8.0)
    """
    if soonest < math.inf:
        return max(0.0, soonest - now)
    return next_review - now + lead_days


def higher(units: Sequence[float], priority: Sequence[float], segment: int) -> float:
    """Units of the segments with a higher priority than this one.

    >>> higher([5.0, 3.0, 1.0], [1.0, 3.0, 2.0], 0)
    4.0
    """
    total = 0.0
    for n in range(len(priority)):
        other = priority[n]
        if other > priority[segment]:
            total += units[n]
    return total
