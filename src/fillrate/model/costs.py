"""Money formulas shared by both engines; every booked amount is snapped to 2**-20."""

from __future__ import annotations

TICK = 2.0**-20
TICKS = 2.0**20

__all__ = ["amount", "charge", "late_days", "leftover_loss", "unit_freight"]


def amount(units: float, money_per_unit: float) -> float:
    """Money of some units, snapped."""
    return round(units * money_per_unit * TICKS) * TICK


def unit_freight(rate: float, rate_per_kg: float, weight_kg: float) -> float:
    """Freight of one unit on a lane, snapped."""
    return round((rate + rate_per_kg * weight_kg) * TICKS) * TICK


def charge(unit_days: float, money_per_unit_day: float) -> float:
    """A time charge: unit-days are exact, so it is multiplied and snapped once."""
    return round(unit_days * money_per_unit_day * TICKS) * TICK


def late_days(now: float, promised: float) -> float:
    """Days past a promise, 0 if kept."""
    return max(0.0, now - promised)


def leftover_loss(units: float, cost: float, salvage: float) -> float:
    """What leftover units lose against their cost at the close, snapped."""
    return round(units * cost * (1.0 - salvage) * TICKS) * TICK
