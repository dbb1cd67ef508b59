"""An offer as flat data: one order's open lines at one instant, their rows, and what has been taken so far.

No engine, no order object: an engine, an environment and a shop's host make the same offer from what they know. Fields
are scalars and flat indexables (lists here, arrays in a compiled engine), so that the same functions read them.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import NamedTuple

__all__ = ["COMPLETE", "LINE", "OPENED", "SPLIT", "Offer", "allow_units", "make_offer"]

SPLIT = {"none": 0, "lines": 1, "units": 2}
COMPLETE = {"no": 0, "line": 1, "order": 2}
LINE, OPENED = 0, 1  # entries of `state`: the line under decision, and how many locations are opened


class Offer(NamedTuple):
    """Entry (line, row) of a flat list is at line * width + row."""

    lines: int
    width: int  # rows of each line's block; also the number that means hold
    split: int  # 0 one location for the order, 1 one location a line, 2 free
    complete: int  # 0 no, 1 line, 2 order (0 where reserved units may wait for the rest)
    most: int  # most locations that the order may ship from
    least: float  # money that the goods of a further location must be worth
    before: int  # locations that the order ships from already: the first entries of `opened`
    location: Sequence[int]  # (lines * width,) location of the row, -1 = no such row
    available: Sequence[int]  # (lines * width,) whole units after limits, 0 where masked
    asked: Sequence[int]  # (lines,) units to be placed
    price: Sequence[float]  # (lines,) money/unit
    left: MutableSequence[int]  # (lines,) units not placed yet
    take: MutableSequence[int]  # (lines * width,) units by row: the answer
    opened: MutableSequence[int]  # (before + lines * width,) locations the order ships from
    legal: MutableSequence[int]  # (width,) rows that the line may take, the first n of them
    free: MutableSequence[int]  # (lines * width,) scratch
    rest: MutableSequence[int]  # (lines,) scratch
    barred: MutableSequence[int]  # (lines * width,) scratch
    trail: MutableSequence[int]  # (3 * lines * width + 3,) scratch
    state: MutableSequence[int]  # (2,) LINE and OPENED


def make_offer(
    location: Sequence[int],
    available: Sequence[int],
    asked: Sequence[int],
    price: Sequence[float],
    before: Sequence[int],
    split: int,
    complete: int,
    most: int,
    least: float = 0.0,
) -> Offer:
    """A fresh offer of which nothing is taken; arguments as the fields, `before` the locations themselves."""
    lines, cells = len(asked), len(location)
    return Offer(
        lines,
        cells // lines if lines else 0,
        split,
        complete,
        1 if split == 0 else most,
        least,
        len(before),
        location,
        available,
        asked,
        price,
        list(asked),
        [0] * cells,
        [*before, *[0] * cells],
        [0] * (cells // lines if lines else 0),
        [0] * cells,
        [0] * lines,
        [0] * cells,
        [0] * (3 * cells + 3),
        [-1, len(before)],
    )


def allow_units(asked: Sequence[int], caps: MutableSequence[int], lines: int, complete: int) -> None:
    """Turn the most units of each line into those that may be placed: none of what may not be placed in full.

    Args:
        asked: (lines,) open units.
        caps: (lines,) most units under caps and quotas; written.
        lines: how many.
        complete: 0 no, 1 line, 2 order.

    >>> caps = [[2, 9], [2, 9], [2, 9]]
    >>> for complete in range(3): allow_units([3, 2], caps[complete], 2, complete)
    >>> caps
    [[2, 2], [0, 2], [0, 0]]
    """
    short = False
    for line in range(lines):
        caps[line] = min(asked[line], caps[line])
        short = short or caps[line] < asked[line]
        if complete == 1 and caps[line] < asked[line]:
            caps[line] = 0
    for line in range(lines):
        if complete == 2 and short:
            caps[line] = 0
