"""As many runs as it takes for an interval of a wanted half-width.

The sequential procedure of Law (2015, Simulation Modeling and Analysis, section 9.4.1) on paired differences: look,
work out how many runs the spread so far asks for, play these (at most twice as many as there are), and look again. As
the half-width becomes small, the interval covers at its rate (Chow and Robbins 1965, Annals of Mathematical Statistics
36(2)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fillrate.errors import InputError

__all__ = ["FEWEST_RUNS", "Precision", "check_half_width", "runs_for"]

FEWEST_RUNS = 10
LEAST = 1e-9  # of a half-width, or a difference, that may be wanted


@dataclass(frozen=True)
class Precision:
    """A half-width that was wanted, and the one that was reached: of the widest difference to the best."""

    wanted: float
    half_width: float | None

    @property
    def reached(self) -> bool:
        """Whether the interval is as narrow as wanted."""
        return self.half_width is not None and self.half_width <= self.wanted


def runs_for(n: int, half_width: float | None, wanted: float, most: int) -> int:
    """How many runs to have next; n if they are enough, or the most that are allowed.

    Args:
        n: runs so far.
        half_width: of the widest interval over them; None if one is undefined.
        wanted: half-width to reach.
        most: runs allowed.

    >>> runs_for(10, 2.0, 1.0, 1000), runs_for(10, 1.2, 1.0, 1000), runs_for(20, 0.9, 1.0, 1000)
    (20, 15, 20)
    """
    if half_width is not None and half_width <= wanted:
        return n
    needed = 2 * n if half_width is None else math.ceil(n * (half_width / wanted) ** 2)
    return min(most, max(n + 1, min(needed, 2 * n)))


def check_half_width(wanted: float, place: str = "half-width") -> None:
    """Raise InputError unless a half-width, or a smallest difference, is a number that runs can reach."""
    if not LEAST <= wanted < math.inf:
        raise InputError(place, f"found {wanted:g}", f"{LEAST:g} or more, in the metric's unit")
