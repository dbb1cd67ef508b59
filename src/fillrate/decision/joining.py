"""The whole-order solver for an order that ships from some locations already: they count against its most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from fillrate.decision.cover.codes import ENUMERATION_LIMIT, EXACT, NODE_LIMIT, Floats, Ints, Menu, Work
from fillrate.decision.cover.solve import cover_order
from fillrate.decision.offer import Offer
from fillrate.decision.walk import is_open
from fillrate.decision.whole_order import Cover, cover_scratch, solve_listed

__all__ = ["Joins", "cover_offer", "join_order", "join_scratch", "solve_joining"]

# usable, answer (lines * rows,) units; other, picked (rows,): the rows that may be joined by more, the picked of them.
Joins: TypeAlias = tuple[Ints, Ints, Ints, Ints]


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

    This is the door for Python callers. Lengths and codes are not checked.

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
    lines, rows = len(quantity), len(box)
    at = [0] * rows
    for row in joined:
        at[row] = 1
    take, (menu, work), joins = [0] * (lines * rows), cover_scratch(lines, rows), join_scratch(lines, rows)
    units, stock = list(quantity), list(available)
    gains, costs, boxes = list(value), list(true_cost), list(box)
    status, gain = join_order(
        *(units, stock, gains, costs, boxes, lines, rows, split, ship_complete, room, at),
        *(NODE_LIMIT, ENUMERATION_LIMIT, take, joins, menu, work),
    )
    return Cover([take[line * rows : (line + 1) * rows] for line in range(lines)], gain, status == EXACT)


def cover_offer(
    offer: Offer,
    places: Sequence[int],
    available: list[int],
    value: list[float],
    true_cost: list[float],
    box: list[float],
    scratch: tuple[Menu, Work] | None = None,
) -> Cover:
    """Answer an offer as a whole; locations that the order ships from already count against the most that it may use.

    Args:
        offer: its lines; nothing of it is answered yet.
        places: (rows,) the locations.
        available: (lines * rows,) units.
        value: (lines * rows,) money/unit gained.
        true_cost: (lines * rows,) money/unit, for ties.
        box: (rows,) money for opening a parcel.
        scratch: for so many lines and rows, of a caller that keeps it (`Scratch`); written.
    """
    left, split, complete = list(offer.left), offer.split, offer.complete
    if not offer.before or offer.most - offer.before >= len(places):
        return solve_listed(left, available, value, true_cost, box, split, complete, offer.most, scratch=scratch)
    joined, room = [n for n, place in enumerate(places) if is_open(offer, place)], max(0, offer.most - offer.before)
    return solve_joining(left, available, value, true_cost, box, split, complete, room, joined)


def join_scratch(lines: int, rows: int) -> Joins:
    """Scratch lists for `join_order`; a compiled caller makes arrays of the same lengths."""
    return [0] * (lines * rows), [0] * (lines * rows), [0] * rows, [0] * rows


def join_order(
    quantity: Ints,
    available: Ints,
    value: Floats,
    true_cost: Floats,
    box: Floats,
    lines: int,
    rows: int,
    split: int,
    complete: int,
    room: int,
    joined: Ints,
    node_limit: int,
    enumeration_limit: int,
    take: Ints,
    joins: Joins,
    menu: Menu,
    work: Work,
) -> tuple[int, float]:
    """Answer a whole order that ships from some rows already; a shared definition.

    Every choice of others is solved for itself, in lexicographic order; ties go to more units, then lower true cost
    with boxes, then the earlier choice. Arguments are those of `cover_order` but:

    Args:
        quantity: (lines,) units.
        available: (lines * rows,) units.
        value: (lines * rows,) money/unit gained.
        true_cost: (lines * rows,) money/unit, for ties.
        box: (rows,) money for opening a parcel.
        lines: number of lines.
        rows: number of rows.
        split: code of the split mode.
        complete: code of ship-complete.
        room: most rows besides those joined, at least 0.
        joined: (rows,) 1 where the order ships from already, else 0.
        node_limit: of each choice.
        enumeration_limit: of each choice.
        take: (lines * rows,) written: units.
        joins: scratch; lengths as said at `Joins`.
        menu: scratch.
        work: scratch.

    Returns:
        EXACT or STOPPED, of the search that found the answer, and the gain (money).
    """
    usable, answer, other, picked = joins
    count = _others(available, lines, rows, joined, other)
    size = min(room, count)
    for n in range(size):
        picked[n] = n
    status, gain, units, cost, met = EXACT, 0.0, 0, 0.0, False
    more = True
    while more:
        _admit(available, lines, rows, joined, other, picked, size, usable)
        found, won = cover_order(
            quantity,
            usable,
            value,
            true_cost,
            box,
            lines,
            rows,
            split,
            complete,
            rows,
            node_limit,
            enumeration_limit,
            answer,
            menu,
            work,
        )
        shipped, spent = _shipped(answer, true_cost, box, lines, rows)
        better = won > gain or (won == gain and (shipped > units or (shipped == units and spent < cost)))
        if not met or better:
            status, gain, units, cost, met = found, won, shipped, spent, True
            for i in range(lines * rows):
                take[i] = answer[i]
        more = _advance(picked, size, count)
    return status, gain


def _others(available: Ints, lines: int, rows: int, joined: Ints, other: Ints) -> int:
    """Write the rows that have something and are not joined; returns how many."""
    count = 0
    for row in range(rows):
        there = False
        for line in range(lines):
            if available[line * rows + row] != 0:
                there = True
        if there and joined[row] == 0:
            other[count] = row
            count += 1
    return count


def _admit(
    available: Ints, lines: int, rows: int, joined: Ints, other: Ints, picked: Ints, size: int, usable: Ints
) -> None:
    """Write what the joined and the picked rows have, 0 for the others."""
    for i in range(lines * rows):
        usable[i] = available[i] if joined[i % rows] != 0 else 0
    for n in range(size):
        row = other[picked[n]]
        for line in range(lines):
            usable[line * rows + row] = available[line * rows + row]


def _advance(picked: Ints, size: int, count: int) -> bool:
    """Go on to the next choice of `size` of `count` in lexicographic order; False after the last."""
    n = size - 1
    while n >= 0 and picked[n] == count - size + n:
        n -= 1
    if n < 0:
        return False
    picked[n] += 1
    for later in range(n + 1, size):
        picked[later] = picked[later - 1] + 1
    return True


def _shipped(take: Ints, true_cost: Floats, box: Floats, lines: int, rows: int) -> tuple[int, float]:
    """Units, and their true cost with boxes."""
    units, cost, boxes = 0, 0.0, 0.0
    for i in range(lines * rows):
        units += take[i]
        cost += take[i] * true_cost[i]
    for row in range(rows):
        for line in range(lines):
            if take[line * rows + row] > 0:
                boxes += box[row]
                break
    return units, cost + boxes
