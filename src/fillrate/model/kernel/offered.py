"""Simulations side by side: each goes on to its next offer, and what all of them charge for stock is said at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import ANSWER, ASK, START
from fillrate.model.kernel.tables import Tables
from fillrate.model.kernel.together import Together

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.setting import Setting
    from fillrate.model.kernel.state import State

__all__ = ["Offered"]


class Offered(Together):
    """n independent simulations whose whole offers are answered by prices from outside, for all of them at once.

    `tables.value` (n, locations, columns) and `tables.mask` (n, locations) are written in place; `asking` (n,) says who
    has an offer, the others have ended.
    """

    pause = ASK

    def __init__(self, setting: Setting, feeds: Sequence[Feed], columns: tuple[str, ...], widest: int = 1) -> None:
        """Start every feed and go to its first offer.

        Args:
            setting: a world under a policy whose prices are set outside.
            feeds: (n,) what each simulation plays.
            columns: names of the columns of the tables.
            widest: most lines of an order that a fork may bring in.
        """
        self.columns = columns
        self.said = np.zeros((len(feeds), 64, len(setting.world.locations)))  # to catch up after a table was full
        super().__init__(setting, feeds, widest)

    def _call(self, state: State) -> Call:
        self.tables = Tables(state, self.columns)
        return _Pricing(state, self)

    def step(self, prices: NDArray[np.float64]) -> None:
        """Answer every offer at hand and go on to the next ones.

        Args:
            prices: (n, locations) money for a unit, on the grid; of those who do not ask it does not matter.
        """
        those = np.flatnonzero(self.asking)
        if int(self.answers.max()) >= self.said.shape[1]:
            self.said = np.concatenate([self.said, np.zeros_like(self.said)], axis=1)
        self.said[those, self.answers[those]] = prices[those]
        self.answers[those] += 1
        self.state.arrays["levy"][:] = prices
        self.call.go(ANSWER)


class _Pricing(Call):
    """Drives simulations from offer to offer."""

    def __init__(self, state: State, offered: Offered) -> None:
        super().__init__(state, offered.tables)
        self.offered = offered

    def start(self, i: int) -> None:
        """Start one simulation, and let it charge again what it has charged."""
        self.again(START, i)
        for prices in self.offered.said[i, : self.offered.answers[i]]:
            self.state.arrays["levy"][i] = prices
            self.again(ANSWER, i)
