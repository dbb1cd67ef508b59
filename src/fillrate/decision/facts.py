"""Formulas of facts: what an engine, an environment and a shop's host all work out in the same way."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["box_to_add", "expected_receipt", "higher", "rest_cover"]


def box_to_add(box: Sequence[float], location: Sequence[int], joined: Sequence[int]) -> list[float]:
    """(rows,) box cost that each row would really add: none where the order has a parcel that takes the units.

    >>> box_to_add([4.0, 5.0], [0, 1], [1])
    [4.0, 0.0]
    """
    return [0.0 if place in joined else money for place, money in zip(location, box, strict=True)]


def rest_cover(location: Sequence[int], others: Sequence[tuple[Sequence[int], Sequence[int], int]]) -> list[float]:
    """(rows,) share of the other open units of the order that each row's location has; 1 if there are none.

    Args:
        location: (rows,) locations of the line under decision.
        others: (locations, available units, open units) of each other line.

    >>> rest_cover([0, 1], [([1, 0], [3, 1], 4)])
    [0.25, 0.75]
    """
    units = 0
    for _, _, left in others:
        units += left
    if not units:
        return [1.0] * len(location)
    there = [0] * len(location)
    for places, available, left in others:
        for row, place in enumerate(location):
            for other, units_there in zip(places, available, strict=False):
                if other == place:
                    there[row] += min(left, units_there)
    return [n / units for n in there]


def expected_receipt(expected: Sequence[float], now: float, next_review: float, lead_days: float) -> float:
    """Days until stock is expected: the earliest of what is on order, else of what the next review would order.

    >>> expected_receipt([7.0, 5.0], 4.0, 10.0, 2.0), expected_receipt([], 4.0, 10.0, 2.0)
    (1.0, 8.0)
    """
    if expected:
        return max(0.0, min(expected) - now)
    return next_review - now + lead_days


def higher(units: Sequence[float], priority: Sequence[float], segment: int) -> float:
    """Units of the segments with a higher priority than this one.

    >>> higher([5.0, 3.0, 1.0], [1.0, 3.0, 2.0], 0)
    4.0
    """
    total = 0.0
    for n, other in zip(units, priority, strict=True):
        if other > priority[segment]:
            total += n
    return total
