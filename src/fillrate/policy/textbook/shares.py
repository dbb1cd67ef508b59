"""Dividing whole units or cents: by shares with the largest remainder, and down a list of sources."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, whole

__all__ = ["largest_remainder", "take_in_order"]


def largest_remainder(shares: Sequence[float], total: int) -> tuple[int, ...]:
    """Whole parts of `total` in proportion to `shares`, summing to it exactly (Hamilton's method).

    Each part is first rounded down; what is left goes, one each, to the largest remainders, the earlier first if they
    tie. Computed in exact fractions of the numbers given, so equal shares always tie.

    Raises:
        InputError: a share or the total is negative, or no share is above 0.

    >>> largest_remainder([50, 25, 75], 100)
    (33, 17, 50)
    >>> largest_remainder([1.0] * 7, 100)
    (15, 15, 14, 14, 14, 14, 14)
    """
    whole("largest_remainder total", total)
    not_negative("largest_remainder shares", *shares)
    exact = [Fraction(share) for share in shares]
    weight = sum(exact)
    if weight == 0:
        if total == 0:
            return (0,) * len(exact)
        raise InputError("largest_remainder shares", f"{list(shares)}", "at least one above 0")
    quotas = [total * share / weight for share in exact]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    first = sorted(range(len(parts)), key=lambda i: parts[i] - quotas[i])
    for i in first[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


def take_in_order(quantity: float, available: Sequence[float]) -> tuple[float, ...]:
    """What each source gives to one item when they are emptied in the order given, until the quantity is reached.

    Less than the quantity in sum means that it cannot be shipped in full.

    >>> take_in_order(8, [5.5, 3.0])
    (5.5, 2.5)
    """
    not_negative("take_in_order quantity and available", quantity, *available)
    taken: list[float] = []
    left = quantity
    for stock in available:
        taken.append(min(stock, left))
        left -= taken[-1]
    return tuple(taken)
