"""The exact whole-order solver: which units of an order to ship from where, given a price for everything.

This is the door for Python callers; `fillrate.decision.cover` is the solver itself, shared with the compiled engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from fillrate.decision.cover.codes import (
    BY_UNITS,
    COMPLETE_ORDER,
    ENUMERATION_LIMIT,
    EXACT,
    NO_SPLIT,
    NODE_LIMIT,
    Menu,
    Work,
)
from fillrate.decision.cover.solve import cover_order
from fillrate.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    IntegerArray: TypeAlias = Sequence[int] | npt.NDArray[np.integer]
    FloatArray: TypeAlias = Sequence[float] | npt.NDArray[np.floating]

Number = TypeVar("Number", int, float)

__all__ = ["Cover", "Scratch", "cover_scratch", "solve_listed", "solve_whole_order"]


class Cover(NamedTuple):
    """The answer to a whole order."""

    take: list[list[int]]  # (lines, rows) units to ship; the rest is held
    gain: float  # money, boxes charged
    exact: bool  # False if the node limit stopped the search; then `take` is the best answer met


def cover_scratch(lines: int, rows: int) -> tuple[Menu, Work]:
    """Scratch lists for `cover_order`; a compiled caller makes arrays of the same lengths."""
    cells = lines * rows
    menu = [0] * lines, [0] * lines, [0] * cells, [0] * cells, [0] * cells, [0.0] * cells, [0.0] * cells
    ints = [0] * rows, [0] * rows, [0] * rows, [0] * rows, [0] * (lines + 1)
    return menu, (*ints, [0.0] * rows, [0.0] * (lines + 1), [0.0] * 4)


class Scratch(dict[tuple[int, int], tuple[Menu, Work]]):
    """Scratch by lines and rows, made when it is first asked for and kept for the next order of that size."""

    def __missing__(self, size: tuple[int, int]) -> tuple[Menu, Work]:
        """What `cover_scratch` makes."""
        made = self[size] = cover_scratch(*size)
        return made


def solve_whole_order(
    quantity: IntegerArray,
    available: IntegerArray,
    value: FloatArray,
    true_cost: FloatArray,
    box: FloatArray,
    split: int,
    ship_complete: int,
    max_locations: int,
    node_limit: int = NODE_LIMIT,
    *,
    enumeration_limit: int = ENUMERATION_LIMIT,
) -> Cover:
    """Maximise Σ value × units shipped − Σ boxes of the locations used; exact, ties included.

    Ties prefer more units, then lower true cost with boxes, then fewer locations, then the lexicographically smallest
    list of rows, then lower rows within a line. Money must be on the grid of 2⁻²⁰, sums below 2³³: then it is exact.
    Few sets of locations or few assignments of lines are enumerated; larger orders are branched and bounded.

    Args:
        quantity: (lines,) units ordered, equal SKUs merged.
        available: (lines * rows,) units that may be taken, line by line; 0 where a row is masked.
        value: (lines * rows,) money gained by shipping a unit rather than holding it; may be negative.
        true_cost: (lines * rows,) money per unit shipped, for ties.
        box: (rows,) money for opening a parcel; 0 where an unpicked one is there.
        split: 0 all units from one location, 1 each line from one location, 2 free.
        ship_complete: 0 no, 1 a line ships in full or not at all, 2 the order does.
        max_locations: most locations that may ship; the number of rows if there is no such cap.
        node_limit: most nodes of the branch and bound.
        enumeration_limit: most sets of locations or assignments of lines to enumerate rather than branch and bound.

    Raises:
        InputError: lengths that do not fit, a negative quantity or box, or an unknown code.

    >>> solve_whole_order([2, 1], [2, 0, 1, 1], [9.0, 8.0, 9.0, 8.0], [1.0, 2.0, 1.0, 2.0], [4.0, 0.5], 1, 0, 2)
    Cover(take=[[2, 0], [1, 0]], gain=23.0, exact=True)
    """
    _check(quantity, available, value, true_cost, box)
    _check_codes(split, ship_complete, max_locations, node_limit)
    prices = _listed(quantity), _listed(available), _listed(value), _listed(true_cost), _listed(box)
    return solve_listed(*prices, split, ship_complete, max_locations, node_limit, enumeration_limit)


def solve_listed(
    units: list[int],
    stock: list[int],
    gains: list[float],
    costs: list[float],
    boxes: list[float],
    split: int,
    ship_complete: int,
    max_locations: int,
    node_limit: int = NODE_LIMIT,
    enumeration_limit: int = ENUMERATION_LIMIT,
    scratch: tuple[Menu, Work] | None = None,
) -> Cover:
    """`solve_whole_order` of lists, its arguments in the same order; nothing is checked, scratch may be handed in."""
    lines, rows = len(units), len(boxes)
    take, (menu, work) = [0] * (lines * rows), scratch or cover_scratch(lines, rows)
    status, gain = cover_order(
        units,
        stock,
        gains,
        costs,
        boxes,
        lines,
        rows,
        split,
        ship_complete,
        max_locations,
        node_limit,
        enumeration_limit,
        take,
        menu,
        work,
    )  # one by one: compiled, that is a call of a function in C, and a tuple would not be
    return Cover([take[line * rows : (line + 1) * rows] for line in range(lines)], gain, status == EXACT)


def _listed(array: Sequence[Number] | npt.NDArray[np.generic]) -> list[Number]:
    """The entries as a list of Python numbers: the solver's loops are several times slower on an array."""
    if isinstance(array, list):
        return array
    return list(array) if isinstance(array, Sequence) else array.tolist()


def _check(
    quantity: IntegerArray, available: IntegerArray, value: FloatArray, true_cost: FloatArray, box: FloatArray
) -> None:
    """Refuse arrays that do not fit together."""
    cells = len(quantity) * len(box)
    if not len(available) == len(value) == len(true_cost) == cells:
        found = f"{len(available)}, {len(value)} and {len(true_cost)} entries"
        raise InputError("whole order: available, value, true_cost", found, f"lines × rows = {cells} each")
    if min(quantity, default=0) < 0:
        raise InputError("whole order: quantity", f"{min(quantity)} units", "0 or more")
    if min(box, default=0.0) < 0.0:
        raise InputError("whole order: box", f"{min(box)}", "0 or more")


def _check_codes(split: int, ship_complete: int, max_locations: int, node_limit: int) -> None:
    """Refuse codes and limits that mean nothing."""
    if not NO_SPLIT <= split <= BY_UNITS:
        raise InputError("whole order: split", f"{split}", "0 (none), 1 (lines), 2 (units)")
    if not 0 <= ship_complete <= COMPLETE_ORDER:
        raise InputError("whole order: ship_complete", f"{ship_complete}", "0 (no), 1 (line), 2 (order)")
    if max_locations < 0:
        raise InputError("whole order: max_locations", f"{max_locations}", "0 or more")
    if node_limit < 1:
        raise InputError("whole order: node_limit", f"{node_limit}", "1 or more")
