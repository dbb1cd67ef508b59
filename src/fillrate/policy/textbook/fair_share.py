"""Fair share: a central stock divided so that every location has the same days of supply.

Equal fractions of demand covered, as in the allocation step of distribution requirements planning (Silver, Pyke and
Thomas 2017, section 11.5; Eppen and Schrage 1981 for why equal cover is the right aim).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative
from fillrate.policy.textbook.shares import largest_remainder

__all__ = ["FairShare", "fair_share", "fair_share_units"]


@dataclass(frozen=True)
class FairShare:
    """Days of supply of every location that receives, and the shipment to each (units)."""

    days: float
    shipments: tuple[float, ...]


def fair_share(stock: float, keep: float, on_hand: Sequence[float], rates: Sequence[float]) -> FairShare:
    """Ship all of `stock` − `keep` so that the locations end with equal days of supply.

    A location that already has more days than that receives nothing; one without demand neither. `rates` are units a
    day.

    Raises:
        InputError: a number is negative, the lists differ in length, or no location has demand.

    >>> result = fair_share(600, 100, on_hand=[50, 100, 75], rates=[10, 50, 15])
    >>> round(result.days, 2), [round(units, 1) for units in result.shipments]
    (9.67, [46.7, 383.3, 70.0])
    """
    not_negative("fair_share numbers", stock, keep, *on_hand, *rates)
    if len(on_hand) != len(rates):
        raise InputError("fair_share", f"{len(on_hand)} stocks, {len(rates)} rates", "one each per location")
    if not any(rates):
        raise InputError("fair_share rates", f"{list(rates)}", "at least one above 0")
    days = _common_days(max(0.0, stock - keep), on_hand, rates)
    return FairShare(days, tuple(max(0.0, days * rate - units) for units, rate in zip(on_hand, rates, strict=True)))


def _common_days(units: float, on_hand: Sequence[float], rates: Sequence[float]) -> float:
    """Days reached when `units` are poured over the locations, the emptiest (in days) first."""
    by_days = sorted((held / rate, rate) for held, rate in zip(on_hand, rates, strict=True) if rate > 0.0)
    days, rate_below = by_days[0][0], 0.0
    for next_days, rate in by_days:
        if rate_below * (next_days - days) > units:
            break
        units -= rate_below * (next_days - days)
        days, rate_below = next_days, rate_below + rate
    return days + units / rate_below


def fair_share_units(stock: int, keep: int, on_hand: Sequence[int], rates: Sequence[float]) -> tuple[int, ...]:
    """The same in whole units, which sum to `stock` − `keep`: the real shipments rounded by largest remainder.

    >>> fair_share_units(600, 100, on_hand=[50, 100, 75], rates=[10, 50, 15])
    (47, 383, 70)
    """
    return largest_remainder(fair_share(stock, keep, on_hand, rates).shipments, max(0, stock - keep))
