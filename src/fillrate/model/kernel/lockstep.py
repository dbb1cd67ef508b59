"""Simulations side by side: each goes on to its next question, all are answered at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import ANSWER, ASK, GROWN
from fillrate.model.kernel.tables import Tables
from fillrate.model.kernel.together import Together

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.setting import Setting
    from fillrate.model.kernel.state import State

__all__ = ["Lockstep"]

Batch = Callable[[NDArray[np.float64], NDArray[np.bool_]], NDArray[np.int64]]


class Lockstep(Together):
    """n independent simulations whose source decisions are made outside, for all of them at once.

    `tables.value` (n, rows, columns) and `tables.mask` (n, rows) are written in place; `asking` (n,) says who has a
    question, the others have ended. Hold is the last row.
    """

    pause = ASK

    def __init__(self, setting: Setting, feeds: Sequence[Feed], columns: tuple[str, ...], widest: int = 1) -> None:
        """Start every feed and go to its first question.

        Args:
            setting: a world under a policy whose source is decided outside.
            feeds: (n,) what each simulation plays.
            columns: names of the columns of the tables.
            widest: most lines of an order that a fork may bring in.
        """
        self.columns = columns
        self.taken = np.zeros((len(feeds), 64), np.int16)  # answers so far, to catch up after a table was full
        self.steps = 0  # at least as many as answers of any simulation
        super().__init__(setting, feeds, widest)

    def _call(self, state: State) -> Call:
        self.tables = Tables(state, self.columns)
        call = Call(state, self.tables)
        call.keep(self.taken, self.answers)
        return call

    def step(self, rows: NDArray[np.int64]) -> None:
        """Answer every question at hand and go on to the next ones.

        Args:
            rows: (n,) legal rows of the tables; of those who do not ask it does not matter.
        """
        self.steps += 1
        if self.steps >= self.taken.shape[1]:
            self._note_more()
        self.call.row[:] = rows
        self.call.go(ANSWER)

    def _note_more(self) -> None:
        """Make room for twice as many answers."""
        self.taken = np.concatenate([self.taken, np.zeros_like(self.taken)], axis=1)
        self.call.keep(self.taken, self.answers)

    def copy(self, i: int, other: Lockstep, j: int) -> None:
        """Let simulation i stand where simulation j of another lockstep of the setting stands, mid-offer or not."""
        self._stand(i, other, j)
        self.tables.value[i], self.tables.mask[i] = other.tables.value[j], other.tables.mask[j]
        while self.taken.shape[1] < other.taken.shape[1]:
            self._note_more()
        self.taken[i, : other.taken.shape[1]] = other.taken[j]
        self.steps = max(self.steps, other.steps)
        self.call.go(GROWN)

    def run(self, choose: Batch) -> None:
        """Let a vectorised rule decide until every simulation has ended.

        Args:
            choose: from the tables' values and masks to rows.
        """
        while self.call.asking:
            self.step(choose(self.tables.value, self.tables.mask))
