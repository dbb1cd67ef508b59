"""Numbers as people read them: digits that the interval supports, thousands separators, shares as percentages."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["UNDEFINED", "Scale", "counted", "interval_text", "p_text", "places", "scale_of", "shared_places", "text"]

UNDEFINED = "–"
MOST_PLACES = 6


@dataclass(frozen=True)
class Scale:
    """How a unit is written.

    Attributes:
        factor: what the stored number is multiplied by.
        suffix: follows a value, with its space.
        difference: follows a difference of two values, with its space.
    """

    factor: float
    suffix: str
    difference: str


def scale_of(unit: str) -> Scale:
    """The way a unit of the metric table is written: shares in percent, money bare, the rest as they are.

    >>> scale_of("share")
    Scale(factor=100.0, suffix=' %', difference=' points')
    """
    if unit == "share":
        return Scale(100.0, " %", " points")
    shown = "" if unit in {"", "index"} or unit.startswith("money") else f" {unit}"
    return Scale(1.0, shown, shown)


def places(size: float | None, half_width: float | None) -> int:
    """Decimal places for a number of this size: two digits of its half width, else four digits of itself.

    >>> places(1234.5678, 12.3), places(0.95312, 0.0042), places(87.654321, None)
    (0, 4, 2)
    """
    if half_width is not None and half_width > 0:
        digits = 1 - math.floor(math.log10(half_width))
    elif size is None or size == 0 or float(size).is_integer():
        return 0
    else:
        digits = 3 - math.floor(math.log10(abs(size)))
    return min(MOST_PLACES, max(0, digits))


def shared_places(numbers: Iterable[tuple[float | None, float | None]]) -> int:
    """Decimal places for a column of (size, half width): those that its widest interval supports.

    Without any interval, those that its numbers need.

    >>> shared_places([(94.1, 0.13), (87.4, 2.7)]), shared_places([(90.0, None), (89.6, 0.0)])
    (1, 2)
    """
    column = list(numbers)
    supported = [places(size, half) for size, half in column if half]
    return min(supported) if supported else max((places(size, None) for size, _ in column), default=0)


def text(value: float | None, decimals: int, *, sign: bool = False) -> str:
    """A number with thousands separators and a true minus; an en dash where undefined.

    >>> text(-12345.678, 1), text(0.04, 1, sign=True), text(-0.04, 1), text(None, 2)
    ('−12,345.7', '0.0', '0.0', '–')
    """
    if value is None:
        return UNDEFINED
    rounded = round(value, decimals) + 0.0  # + 0.0 turns a rounded −0.0 into 0.0
    shown = f"{abs(rounded):,.{decimals}f}"
    return ("−" if rounded < 0 else "+" if sign and rounded > 0 else "") + shown


def counted(number: float, word: str) -> str:
    """A number with its noun; of a duration, which lies on a grid of 2**-20 days, what was asked for.

    >>> counted(1.0, "day"), counted(2500, "run"), counted(30.10000038, "day")
    ('1 day', '2,500 runs', '30.1 days')
    """
    return f"{round(number, 5):,.10g} {word}{'' if number == 1 else 's'}"


def interval_text(low: float | None, high: float | None, decimals: int, *, sign: bool = False) -> str:
    """An interval in words; empty where there is none.

    >>> interval_text(-1.04, 2.5, 1), interval_text(None, None, 1)
    ('−1.0 to 2.5', '')
    """
    if low is None or high is None:
        return ""
    return f"{text(low, decimals, sign=sign)} to {text(high, decimals, sign=sign)}"


def p_text(p_value: float | None) -> str:
    """A p-value with two digits, never smaller than can be believed.

    >>> p_text(0.00004), p_text(0.0312), p_text(0.4213), p_text(0.9999), p_text(None)
    ('p < 0.001', 'p = 0.031', 'p = 0.42', 'p > 0.99', '–')
    """
    if p_value is None:
        return UNDEFINED
    if p_value < 0.001:
        return "p < 0.001"
    if p_value > 0.99:
        return "p > 0.99"
    return f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"
