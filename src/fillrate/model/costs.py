"""Money formulas shared by both engines; every booked amount is snapped to 2**-20."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fillrate.draws import snap

__all__ = ["ParcelMoney", "Terms", "amount", "charge", "late_days", "leftover_loss", "parcel_money", "unit_freight"]

Terms = tuple[float, float]
"""Money a parcel, and money a unit."""


class ParcelMoney(NamedTuple):
    """What a parcel brings, by account; positive = earned."""

    revenue: list[float]  # (lines,)
    goods: list[float]  # (lines,)
    freight: float
    handling: float
    fee: float

    @property
    def cost(self) -> float:
        """What the parcel costs to send, goods apart; positive."""
        return -(self.freight + self.handling + self.fee)


def amount(units: float, money_per_unit: float) -> float:
    """Money of some units, snapped."""
    return snap(units * money_per_unit)


def unit_freight(rate: float, rate_per_kg: float, weight_kg: float) -> float:
    """Freight of one unit on a lane, snapped."""
    return snap(rate + rate_per_kg * weight_kg)


def parcel_money(
    lines: Iterable[tuple[int, float, float, float]], box: float, handling: Terms, fee: Terms
) -> ParcelMoney:
    """Money of one parcel, certain as soon as it is placed; every amount is snapped if its terms are.

    Args:
        lines: units, price, unit cost and freight of a unit (`unit_freight`), for each line in the parcel.
        box: freight of the parcel as such.
        handling: of the location.
        fee: of a third-party site.
    """
    units, freight, revenue, goods = 0, box, [], []
    for count, price, cost, each in lines:
        units += count
        revenue.append(amount(count, price))
        goods.append(-amount(count, cost))
        freight += amount(count, each)
    (each_parcel, each_unit), (asked_parcel, asked_unit) = handling, fee
    handled, asked = each_parcel + amount(units, each_unit), asked_parcel + amount(units, asked_unit)
    return ParcelMoney(revenue, goods, -freight, -handled, -asked)


def charge(unit_days: float, money_per_unit_day: float) -> float:
    """A time charge: unit-days are exact, so it is multiplied and snapped once."""
    return snap(unit_days * money_per_unit_day)


def late_days(now: float, promised: float) -> float:
    """Days past a promise, 0 if kept."""
    return max(0.0, now - promised)


def leftover_loss(units: float, cost: float, salvage: float) -> float:
    """What leftover units lose against their cost at the close, snapped."""
    return snap(units * cost * (1.0 - salvage))
