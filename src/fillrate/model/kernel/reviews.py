"""Simulations side by side: each goes on to its next review, and what all of them buy is said at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import ON, REPLENISH, START
from fillrate.model.kernel.together import Together

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.setting import Setting
    from fillrate.model.kernel.state import State

__all__ = ["Reviews"]


class Reviews(Together):
    """n independent simulations whose purchases are decided outside, for all of them at once.

    `asking` (n,) says who has a review, the others have ended. What is known at a review stands in `state`.
    """

    pause = REPLENISH

    def __init__(self, setting: Setting, feeds: Sequence[Feed]) -> None:
        """Start every feed and go to its first review.

        Args:
            setting: a world under a policy whose replenishment is decided outside.
            feeds: (n,) what each simulation plays.
        """
        pairs = len(setting.world.tables.pair_sku)
        self.bought = np.zeros((len(feeds), 64, pairs), np.int32)  # units so far, to catch up after a table was full
        super().__init__(setting, feeds)

    def _call(self, state: State) -> Call:
        self.buying = _Buying(state, self)
        return self.buying

    def step(self, units: NDArray[np.int64]) -> None:
        """Buy, and go on to the next reviews.

        Args:
            units: (n, pairs) to order, none negative; of those who do not ask it does not matter.
        """
        those = np.flatnonzero(self.asking)
        if int(self.answers.max()) >= self.bought.shape[1]:
            self._note_more()
        self.bought[those, self.answers[those]] = units[those]
        self.answers[those] += 1
        self.state.arrays["buy"][:] = units
        self.call.go(ON)

    def copy(self, i: int, other: Reviews, j: int) -> None:
        """Let simulation i stand at the review at which simulation j of others of the setting stands."""
        self._stand(i, other, j)
        past = other.past(j)
        while self.bought.shape[1] < len(past):
            self._note_more()
        self.bought[i, : len(past)] = past

    def _note_more(self) -> None:
        """Make room for twice as many purchases."""
        self.bought = np.concatenate([self.bought, np.zeros_like(self.bought)], axis=1)

    def past(self, i: int) -> NDArray[np.int32]:
        """(reviews, pairs) what simulation i has bought."""
        return self.bought[i, : self.answers[i]]


class _Buying(Call):
    """Drives simulations from review to review."""

    def __init__(self, state: State, reviews: Reviews) -> None:
        super().__init__(state)
        self.reviews = reviews

    def start(self, i: int) -> None:
        """Start one simulation, and let it buy again what it has bought: there is room for what that leads to."""
        self.again(START, i)
        for units in self.reviews.past(i):
            self.state.arrays["buy"][i] = units
            self.again(ON, i)
