"""Integer codes of the solver and the types of the arrays it is handed."""

from __future__ import annotations

from typing import Protocol, TypeAlias

__all__ = [
    "BY_LINES",
    "BY_UNITS",
    "CLOSED",
    "COMPLETE_LINE",
    "COMPLETE_NO",
    "COMPLETE_ORDER",
    "ENUMERATION_LIMIT",
    "EXACT",
    "NODE_LIMIT",
    "NO_SPLIT",
    "OPEN",
    "STOPPED",
    "UNDECIDED",
    "Floats",
    "Ints",
    "Menu",
    "Work",
]

NO_SPLIT, BY_LINES, BY_UNITS = 0, 1, 2  # a segment's `split`: none, lines, units
COMPLETE_NO, COMPLETE_LINE, COMPLETE_ORDER = 0, 1, 2  # a segment's `ship_complete`: no, line, order
CLOSED, UNDECIDED, OPEN = 0, 1, 2  # state of a row while a solver runs
EXACT, STOPPED = 0, 1  # status: nothing is better; the node limit came first

# Beyond about a thousand sets the branch and bound, whose nodes cost more but are few, was the faster one.
ENUMERATION_LIMIT = 1_024
NODE_LIMIT = 100_000


class Ints(Protocol):
    """A list of int or a one-dimensional integer array."""

    def __getitem__(self, index: int, /) -> int:
        """Entry at `index`."""
        ...

    def __setitem__(self, index: int, value: int, /) -> None:
        """Replace the entry at `index`."""
        ...


class Floats(Protocol):
    """A list of float or a one-dimensional float64 array."""

    def __getitem__(self, index: int, /) -> float:
        """Entry at `index`."""
        ...

    def __setitem__(self, index: int, value: float, /) -> None:
        """Replace the entry at `index`."""
        ...


# need (lines,) pieces; width (lines,); row, most, size (lines * rows,); worth, price (lines * rows,). See `menu`.
Menu: TypeAlias = tuple[Ints, Ints, Ints, Ints, Ints, Floats, Floats]

# state, best, trail, mark (rows,); place (lines + 1,); slack (rows,) money; level (lines + 1,) money; record (4,): the
# gain, units, true cost and number of locations of the best answer so far. The middle ones are each solver's own.
Work: TypeAlias = tuple[Ints, Ints, Ints, Ints, Ints, Floats, Floats, Floats]
