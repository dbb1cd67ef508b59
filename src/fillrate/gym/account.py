"""The account whose changes are the rewards: bookings, with what is certain at placing taken forward to the placing.

Revenue, goods, freight, handling and fees of a parcel are booked when it leaves, but they are certain as soon as its
units are placed, so that is when a decision earns them; they are taken back if the parcel is moved or a unit is not
found. Everything placed leaves in the end, so the changes add up to the contribution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fillrate.scorecard.journal import BOOKINGS

__all__ = ["ACCOUNTS", "rewards"]

ACCOUNTS: tuple[str, ...] = tuple(BOOKINGS)


def rewards(
    change: NDArray[np.float64], offered: NDArray[np.int64], centre: float, scale: float
) -> NDArray[np.float64]:
    """Rewards of a step.

    Args:
        change: (n, accounts) money earned since the last step.
        offered: (n,) orders offered for the first time since then.
        centre: money taken off for each of them: a constant per order, which no policy can earn by making steps.
        scale: what a unit of money is worth.
    """
    found: NDArray[np.float64] = (change.sum(axis=1) - offered * centre) * scale
    return found
