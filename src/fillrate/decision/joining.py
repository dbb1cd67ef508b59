"""The whole-order solver for an order that ships from some locations already: they count against its most."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from fillrate.decision.whole_order import Cover, solve_whole_order

__all__ = ["solve_joining"]


def solve_joining(
    quantity: Sequence[int],
    available: Sequence[int],
    value: Sequence[float],
    true_cost: Sequence[float],
    box: Sequence[float],
    split: int,
    ship_complete: int,
    room: int,
    joined: Sequence[int],
) -> Cover:
    """Answer a whole order from the rows that it ships from already and at most `room` others.

    Every choice of others is solved for itself, in lexicographic order; ties go to more units, then lower true cost
    with boxes, then the earlier choice. Arguments are those of `solve_whole_order`, and:

    Args:
        quantity: (lines,) units.
        available: (lines * rows,) units.
        value: (lines * rows,) money/unit gained.
        true_cost: (lines * rows,) money/unit, for ties.
        box: (rows,) money for opening a parcel.
        split: code of the split mode.
        ship_complete: code of ship-complete.
        room: most rows besides those joined.
        joined: rows that the order ships from already.

    >>> solve_joining([3], [1, 1, 1], [9.0, 8.0, 7.0], [0.0] * 3, [1.0] * 3, 2, 0, 1, [2]).take
    [[1, 0, 1]]
    """
    rows = len(box)
    other = [r for r in range(rows) if r not in joined and any(available[r::rows])]
    chosen, record = None, (0.0, 0, 0.0)
    for more in combinations(other, min(room, len(other))):
        usable = [n if i % rows in joined or i % rows in more else 0 for i, n in enumerate(available)]
        cover = solve_whole_order(quantity, usable, value, true_cost, box, split, ship_complete, rows)
        found = (cover.gain, *_shipped(cover, true_cost, box))
        if chosen is None or found > record:
            chosen, record = cover, found
    return chosen or Cover([[0] * rows for _ in quantity], 0.0, True)


def _shipped(cover: Cover, true_cost: Sequence[float], box: Sequence[float]) -> tuple[int, float]:
    """Units, and the true cost with boxes, negative."""
    rows, flat = len(box), [units for line in cover.take for units in line]
    boxes = sum([box[r] for r in range(rows) if any(flat[r::rows])])
    return sum(flat), -sum([units * cost for units, cost in zip(flat, true_cost, strict=True)]) - boxes
