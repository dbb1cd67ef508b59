"""Decimal quantities as whole units and back: fillrate counts units, some shops sell 5.5 of a thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from fillrate.errors import InputError

__all__ = ["PLACES", "scale_of", "scales_of", "shown", "whole"]

PLACES = 4  # decimal places that a quantity may have; Magento's database keeps as many


def scale_of(quantities: Iterable[Decimal], place: str = "quantity") -> int:
    """The smallest power of ten that makes all quantities whole.

    Raises:
        InputError: more than four decimal places.

    >>> scale_of([Decimal("5.5"), Decimal("3")]), scale_of([Decimal("2.0")]), scale_of([])
    (10, 1, 1)
    """
    scale = 1
    for found in quantities:
        while found * scale != (found * scale).to_integral_value():
            scale *= 10
            if scale > 10**PLACES:
                raise InputError(place, f"found {found}", f"at most {PLACES} decimal places")
    return scale


def scales_of(quantities: Iterable[tuple[str, Decimal]], place: str = "quantity") -> dict[str, int]:
    """SKU -> its scale: each has its own, so that one sold by weight does not change what a unit of another is."""
    found: dict[str, list[Decimal]] = {}
    for sku, amount in quantities:
        found.setdefault(sku, []).append(amount)
    return {sku: scale_of(amounts, f"{place} of {sku}") for sku, amounts in found.items()}


def whole(amount: Decimal, scale: int) -> int:
    """Units of a quantity.

    >>> whole(Decimal("5.5"), 10)
    55
    """
    return int(amount * scale)


def shown(units: int, scale: int) -> int | float:
    """The quantity of so many units, whole where it is.

    >>> shown(25, 10), shown(40, 10)
    (2.5, 4)
    """
    return units // scale if units % scale == 0 else float(Decimal(units) / scale)


def scaled_price(price: Any, scale: int) -> float:
    """Money for one unit of a thing that is sold by the fraction."""
    return float(Decimal(str(price)) / scale)


def scale(scales: Mapping[str, int], sku: str) -> int:
    """The scale of a SKU; 1 where nothing of it is known."""
    return scales.get(sku, 1)
