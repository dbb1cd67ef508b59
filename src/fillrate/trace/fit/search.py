"""Finding the number at which a rising function, dear to evaluate, comes near an aim."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["solved"]

START, UP, DOWN = 2.0, 2.0, 1.0
LOW, HIGH = -6.0, 30.0
FINEST = 0.01
MOST_TRIALS = 12


def solved(function: Callable[[float], float], aim: float, close: float, tried: dict[float, float]) -> float:
    """The tried number, a multiple of 0.01 between -6 and 30, whose value is nearest to the aim.

    Steps outwards until the aim lies between two tried numbers, then halves or follows the straight line between them,
    whichever stays further inside (false position, kept away from the ends).

    Args:
        function: not falling.
        aim: value that is looked for.
        close: difference that is near enough.
        tried: numbers and their values so far; added to.

    >>> tried: dict[float, float] = {}
    >>> number = solved(lambda x: x / 10, 0.55, 0.005, tried)
    >>> number, len(tried)
    (5.5, 4)
    """
    for _ in range(MOST_TRIALS):
        nearest = min(tried, key=lambda x: (abs(tried[x] - aim), x), default=None)
        if nearest is not None and abs(tried[nearest] - aim) <= close:
            return nearest
        following = _next(aim, tried)
        if following in tried:
            break
        tried[following] = function(following)
    return min(tried, key=lambda x: (abs(tried[x] - aim), x))


def _next(aim: float, tried: dict[float, float]) -> float:
    """What to try next: a tried number if there is nothing left."""
    below = [x for x, value in tried.items() if value < aim]
    above = [x for x, value in tried.items() if value >= aim]
    if not below and not above:
        return START
    if not above:
        return min(HIGH, max(below) + UP)
    if not below:
        return max(LOW, min(above) - DOWN)
    low, high = max(below), min(above)
    if high - low <= FINEST:
        return low
    share = (aim - tried[low]) / (tried[high] - tried[low])
    inside = min(0.8, max(0.2, share))
    return min(high - FINEST, max(low + FINEST, round(low + inside * (high - low), 2)))
