"""What episodes have earned since their last steps, and how long these took."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.account import ACCOUNTS, rewards

__all__ = ["Earned"]


class Standing(Protocol):
    """Where n episodes stand."""

    @property
    def account(self) -> NDArray[np.float64]:
        """(n, accounts) money so far, what is certain taken forward."""
        ...

    @property
    def offered(self) -> NDArray[np.int64]:
        """(n,) orders offered at least once."""
        ...

    @property
    def now(self) -> NDArray[np.float64]:
        """(n,) days after t0."""
        ...


class Earned:
    """The accounts of n episodes at their last steps."""

    def __init__(self, n: int, centre: float, scale: float) -> None:
        """Nothing is earned yet; `centre` and `scale` as in `account.rewards`."""
        self.centre, self.scale = centre, scale
        self._account, self._offered, self._now = np.zeros((n, len(ACCOUNTS))), np.zeros(n, np.int64), np.zeros(n)

    def begin(self, those: Any = slice(None)) -> None:
        """Some episodes begin."""
        self._account[those], self._offered[those], self._now[those] = 0.0, 0, 0.0

    def take(self, there: Standing) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Rewards (n,) of a step, the change of each account (n, accounts), and the days (n,) that it took."""
        account, offered, now = there.account, there.offered, there.now
        change, elapsed = account - self._account, now - self._now
        reward = rewards(change, offered - self._offered, self.centre, self.scale)
        self._account, self._offered, self._now = account, offered, now
        return reward, change, elapsed
