"""What a learner sees of a column: between -1 and 1, on a grid on which sums of products are exact.

A column is measured by its usual size: 0 stays 0, the usual size becomes 1/2, and what is far larger still differs. The
same in training, in both engines and in production; the grid is fine enough for costs that differ by a per cent.
"""

from __future__ import annotations

__all__ = ["GRID", "scaled"]

GRID = 2.0**14  # steps in one


def scaled(value: float, scale: float) -> float:
    """A column's value between -1 and 1, a whole multiple of 2**-14.

    Args:
        value: in the column's unit.
        scale: its usual size, above 0.

    >>> scaled(5.0, 5.0), scaled(0.0, 5.0), scaled(-15.0, 5.0)
    (0.5, 0.0, -0.75)
    """
    size = value if value >= 0.0 else -value
    return round(value / (size + scale) * GRID) / GRID
