"""One-line errors for numbers that a formula cannot take."""

from __future__ import annotations

import math

from fillrate.errors import InputError

__all__ = ["fraction", "not_negative", "positive", "whole"]


def positive(place: str, *values: float) -> None:
    """Raise InputError unless every value is a finite number above 0."""
    for value in values:
        if not 0.0 < value < math.inf:
            raise InputError(place, f"{value!r}", "a finite number above 0")


def not_negative(place: str, *values: float) -> None:
    """Raise InputError unless every value is a finite number, 0 or above."""
    for value in values:
        if not 0.0 <= value < math.inf:
            raise InputError(place, f"{value!r}", "a finite number, 0 or above")


def whole(place: str, value: int, least: int = 0) -> None:
    """Raise InputError unless the value is a whole number of at least `least`."""
    if value != int(value) or value < least:
        raise InputError(place, f"{value!r}", f"a whole number, {least} or above")


def fraction(place: str, value: float) -> None:
    """Raise InputError unless the value lies strictly between 0 and 1."""
    if not 0.0 < value < 1.0:
        raise InputError(place, f"{value!r}", "a number above 0 and below 1")
