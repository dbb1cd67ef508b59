"""Line totals beside unit prices: those that are what is left after the discount, and those that nothing explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["beside_price"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_READINGS: Mapping[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "an amount a line": lambda gross, _, off: gross - off,
    "an amount a unit": lambda gross, units, off: gross - units * off,
    "a share": lambda gross, _, off: gross * (1 - off),
    "a percentage": lambda gross, _, off: gross * (1 - off / 100),
}


def beside_price(price: Floats, units: Floats, total: Floats, discount: Floats) -> tuple[Flags, Flags, str]:
    """Compare line totals with units × price, to a cent or a thousandth.

    Args:
        price: (rows,) money per unit, NaN where there is none, as in all of these.
        units: (rows,) units.
        total: (rows,) money per line.
        discount: (rows,) as the shop writes it; it means the same on all rows, whatever fits most of them.

    Returns:
        (rows,) True where the total is units × price less the discount, so that it is what was paid; (rows,) True where
        it is neither that nor units × price; and how the discount is read, empty if no row shows it.
    """
    gross = units * price
    differs = ~np.isnan(gross) & ~np.isnan(total) & ~_same(gross, total)
    paid = {how: differs & _same(read(gross, units, np.abs(discount)), total) for how, read in _READINGS.items()}
    best = max(paid, key=lambda how: int(paid[how].sum()))
    return paid[best], differs & ~paid[best], best if paid[best].any() else ""


def _same(one: Floats, other: Floats) -> Flags:
    near: Flags = np.abs(one - other) <= np.maximum(0.011, 0.001 * np.abs(other))
    return near
