"""What becomes of a wanted quantity: lots, minimum, and what supplier, sender, storage and cash allow."""

from __future__ import annotations

from fillrate.world.fields import MOST_UNITS

__all__ = ["NO_LIMIT", "affordable", "trimmed", "whole_lots"]

NO_LIMIT = MOST_UNITS


def whole_lots(units: int, minimum: int, lot: int, cap: int = NO_LIMIT) -> int:
    """At least the minimum, in whole lots, rounded up; a rule's cap rounds down, but never below the smallest order.

    The cap says how much the rule wants at most, so lots do not lift an order above it. What a supplier does not sell,
    less than its minimum in whole lots, cannot be had: there its terms win over the cap.

    >>> whole_lots(3, 5, 4), whole_lots(9, 5, 4), whole_lots(9, 5, 4, 9), whole_lots(3, 5, 4, 3)
    (8, 12, 8, 8)
    """
    smallest = -(-max(1, minimum) // lot) * lot
    return min(-(-max(units, minimum) // lot) * lot, max(cap // lot * lot, smallest))


def trimmed(units: int, most: int, minimum: int, lot: int) -> int:
    """Units of an order of which at most `most` are allowed: whole lots, rounded down; none below the minimum.

    >>> trimmed(12, 11, 5, 4), trimmed(12, 7, 5, 4), trimmed(12, 12, 5, 4)
    (8, 0, 12)
    """
    kept = units if most >= units else most // lot * lot
    return kept if kept >= max(1, minimum) else 0


def affordable(cash: float, fixed: float, each: float) -> int:
    """Units that cash pays for, a fixed cost first; all amounts in money.

    >>> affordable(100.0, 10.0, 30.0), affordable(5.0, 10.0, 0.0), affordable(10.0, 10.0, 0.0) == NO_LIMIT
    (3, 0, True)
    """
    if cash < fixed:
        return 0
    return min(NO_LIMIT, int((cash - fixed) // each)) if each > 0.0 else NO_LIMIT
