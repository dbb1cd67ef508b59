"""What episodes have earned since their last steps, and how long these took."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.account import ACCOUNTS, rewards
from fillrate.gym.played import Played

__all__ = ["Earned"]


class Standing(Protocol):
    """Where n episodes stand."""

    @property
    def account(self) -> NDArray[np.float64]:
        """(n, accounts) money so far, what is certain taken forward."""
        ...

    @property
    def centre(self) -> NDArray[np.float64]:
        """(n,) money taken off the account so far."""
        ...

    @property
    def now(self) -> NDArray[np.float64]:
        """(n,) days after t0."""
        ...


class Earned:
    """The accounts of n episodes at their last steps."""

    def __init__(self, n: int, terms: Played) -> None:
        """Nothing is earned yet."""
        self.terms = terms
        self._account, self._centre, self._now = np.zeros((n, len(ACCOUNTS))), np.zeros(n), np.zeros(n)

    def begin(self, those: Any, there: Standing) -> None:
        """Some episodes have begun; bookings before their first pauses join the first rewards."""
        self._account[those], self._centre[those], self._now[those] = 0.0, 0.0, there.now[those]

    def take(self, there: Standing) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Rewards (n,) of a step, the change of each account (n, accounts), and the days (n,) that it took."""
        account, centre, now = there.account, there.centre, there.now
        change, elapsed = account - self._account, now - self._now
        reward = rewards(change, centre - self._centre, self.terms.left_out, self.terms.reward_scale)
        self._account, self._centre, self._now = account, centre, now
        return reward, change, elapsed
