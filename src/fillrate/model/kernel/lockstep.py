"""Simulations side by side: each goes on to its next question, all are answered at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import ANSWER, ASK, GROWN, START
from fillrate.model.kernel.engine import totals_of
from fillrate.model.kernel.state import State
from fillrate.model.kernel.tables import Tables

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.setting import Setting
    from fillrate.scorecard.totals import Totals

__all__ = ["Lockstep"]

Batch = Callable[[NDArray[np.float64], NDArray[np.bool_]], NDArray[np.int64]]


class Lockstep:
    """n independent simulations whose source decisions are made outside, for all of them at once.

    `tables.value` (n, rows, columns) and `tables.mask` (n, rows) are written in place; `asking` (n,) says who has a
    question, the others have ended. Hold is the last row.
    """

    def __init__(self, setting: Setting, feeds: Sequence[Feed], columns: tuple[str, ...], widest: int = 1) -> None:
        """Start every feed and go to its first question.

        Args:
            setting: a world under a policy whose source is decided outside.
            feeds: (n,) what each simulation plays.
            columns: names of the columns of the tables.
            widest: most lines of an order that a fork may bring in.
        """
        self.setting, self.n, self.columns = setting, len(feeds), columns
        self.taken = np.zeros((self.n, 64), np.int16)  # answers so far, to catch up after a table was full
        self.answers = np.zeros(self.n, np.int64)  # how many
        self.steps = 0  # at least as many as answers of any simulation
        room = setting.room.with_cycles(max(len(feed.trace.orders) for feed in feeds))
        state = State(setting, room, max(widest, *(feed.widest for feed in feeds)), self.n)
        self.tables = Tables(state, columns)
        self.call = Call(state, self.tables)
        self.call.keep(self.taken, self.answers)
        for i, feed in enumerate(feeds):
            state.feed(i, feed)
        self.call.go(START)

    @property
    def state(self) -> State:
        """Where the simulations stand."""
        return self.call.state

    @property
    def asking(self) -> NDArray[np.bool_]:
        """(n,) who waits for an answer."""
        found: NDArray[np.bool_] = self.call.code == ASK
        return found

    @property
    def totals(self) -> Totals:
        """What the simulations came to so far."""
        return totals_of(self.state)

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

    def start(self, i: int, feed: Feed) -> None:
        """Let simulation i begin a feed."""
        self.answers[i] = 0
        room, widest = self.state.room.with_cycles(len(feed.trace.orders)), max(self.state.widest, feed.widest)
        if room != self.state.room or widest != self.state.widest:
            self.call.move(self.state.resized(room, widest))
        self.state.feed(i, feed)
        self.call.start(i)
        self.call.go(GROWN)

    def copy(self, i: int, other: Lockstep, j: int) -> None:
        """Let simulation i stand where simulation j of another lockstep of the setting stands, mid-offer or not."""
        theirs = other.state
        room, widest = self.state.room.with_all(theirs.room), max(self.state.widest, theirs.widest)
        if room != self.state.room or widest != self.state.widest:
            self.call.move(self.state.resized(room, widest))
        self.state.copy(i, theirs, j)
        self.tables.value[i], self.tables.mask[i] = other.tables.value[j], other.tables.mask[j]
        while self.taken.shape[1] < other.taken.shape[1]:
            self._note_more()
        self.taken[i, : other.taken.shape[1]], self.answers[i] = other.taken[j], other.answers[j]
        self.steps = max(self.steps, other.steps)
        self.call.code[i] = other.call.code[j]
        self.call.go(GROWN)

    def run(self, choose: Batch) -> None:
        """Let a vectorised rule decide until every simulation has ended.

        Args:
            choose: from the tables' values and masks to rows.
        """
        while self.call.asking:
            self.step(choose(self.tables.value, self.tables.mask))
