"""The account whose changes are the rewards: bookings, with what is certain at placing taken forward to the placing.

Revenue, goods, freight, handling and fees of a parcel are booked when it leaves, but they are certain as soon as its
units are placed, so that is when a decision earns them; they are taken back if the parcel is moved or a unit is not
found. Everything placed leaves in the end, so the changes add up to the contribution.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fillrate.scorecard.journal import BOOKINGS

__all__ = ["ACCOUNTS", "LATENESS", "rewards"]

Floats = NDArray[np.float64]
ACCOUNTS: tuple[str, ...] = tuple(BOOKINGS)
LATENESS = ACCOUNTS.index("lateness")


def rewards(change: NDArray[np.float64], centre: NDArray[np.float64], left_out: Sequence[str], scale: float) -> Floats:
    """Rewards of a step.

    Args:
        change: (n, accounts) money earned since the last step.
        centre: (n,) money taken off: by orders that came since then, so that no policy can earn it by making steps.
        left_out: accounts that do not count.
        scale: what a unit of money is worth.
    """
    counted = change
    if left_out:
        counted = change[:, [n for n, name in enumerate(ACCOUNTS) if name not in left_out]]
    found: Floats = (counted.sum(axis=1) - centre) * scale
    return found
