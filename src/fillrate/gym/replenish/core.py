"""Episodes side by side in the compiled engine that pause at reviews, seen as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.core import Playing
from fillrate.gym.replenish.terms import Terms

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.reviews import Reviews

__all__ = ["Core"]


class Core(Playing["Reviews"]):
    """n episodes, each at its next review or at its end."""

    def __init__(self, terms: Terms, n: int = 1) -> None:
        """Nothing is played yet."""
        super().__init__(terms, n)
        self.terms = terms

    def _together(self, feeds: list[Feed]) -> Reviews:
        from fillrate.model.kernel.reviews import Reviews

        return Reviews(self.terms.setting, feeds)

    def answer(self, units: NDArray[np.int64]) -> None:
        """(n, pairs) units to buy; of those who have ended it does not matter."""
        self.lockstep.step(units)

    @property
    def table(self) -> NDArray[np.float64]:
        """(n, pairs, facts) what is known."""
        arrays = self.lockstep.state.arrays
        stock = arrays["stock"]
        units = (stock["on_hand"], stock["on_hand"] - arrays["free"], stock["held"])
        return self.terms.facts.table(np.stack(units, axis=2), self._due(), self.now)

    def _due(self) -> NDArray[np.int64]:
        """(n, pairs, periods) units on their way: from purchase to purchase along the lists of all pairs at once."""
        arrays, facts = self.lockstep.state.arrays, self.terms.facts
        slot, coming = arrays["stock"]["coming"].copy(), arrays["coming"]
        due = np.zeros((*slot.shape, facts.periods), np.int64)
        now, (who, pair) = self.now, np.nonzero(slot >= 0)
        at = slot[who, pair]
        while len(at):
            found = coming[who, at]
            np.add.at(due, (who, pair, facts.entry(found["expected"] - now[who])), found["units"])
            more = found["next"] >= 0
            who, pair, at = who[more], pair[more], found["next"][more]
        return due
