"""Simulations side by side: each goes on to its next question, all are answered at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.call import Call
from fillrate.model.kernel.codes import ANSWER, ASK, GROW, START
from fillrate.model.kernel.engine import totals_of
from fillrate.model.kernel.state import State
from fillrate.model.kernel.tables import Tables

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.room import Room
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
        self.widest = max(widest, *(feed.widest for feed in feeds))
        self._allocate(setting.room.with_cycles(max(len(feed.trace.orders) for feed in feeds)))
        for i, feed in enumerate(feeds):
            self.state.feed(i, feed)
        self._go(START)

    def _allocate(self, room: Room) -> None:
        self.state = State(self.setting, room, self.widest, self.n)
        self.tables = Tables(self.state, self.columns)
        self.call = Call(self.state, self.tables)
        self.call.keep(self.taken, self.answers)

    @property
    def asking(self) -> NDArray[np.bool_]:
        """(n,) who waits for an answer."""
        found: NDArray[np.bool_] = self.call.code == ASK
        return found

    @property
    def totals(self) -> Totals:
        """What the simulations came to so far."""
        return totals_of([self.state])

    def step(self, rows: NDArray[np.int64]) -> None:
        """Answer every question at hand and go on to the next ones.

        Args:
            rows: (n,) legal rows of the tables; of those who do not ask it does not matter.
        """
        self.steps += 1
        if self.steps >= self.taken.shape[1]:
            self.taken = np.concatenate([self.taken, np.zeros_like(self.taken)], axis=1)
            self.call.keep(self.taken, self.answers)
        self.call.row[:] = rows
        self._go(ANSWER)

    def start(self, i: int, feed: Feed) -> None:
        """Let simulation i begin a feed."""
        self.answers[i], self.widest = 0, max(self.widest, feed.widest)
        room = self.state.room.with_cycles(len(feed.trace.orders))
        if room != self.state.room or self.widest != self.state.widest:
            self._grow(room)
        self.state.feed(i, feed)
        self._catch_up(i)
        self.call.count()

    def run(self, choose: Batch) -> None:
        """Let a vectorised rule decide until every simulation has ended.

        Args:
            choose: from the tables' values and masks to rows.
        """
        while self.call.asking:
            self.step(choose(self.tables.value, self.tables.mask))

    def _go(self, how: int) -> None:
        self.call.how = how
        self.call()
        while self.call.stuck:
            stuck = np.flatnonzero(self.call.code == GROW)
            self._grow(self.state.room.grown(int(np.bitwise_or.reduce(self.state.records["error"][stuck]))))
            for i in stuck.tolist():
                self._catch_up(i)
            self.call.count()

    def _grow(self, room: Room) -> None:
        """Larger tables for all; who stood at a question still does."""
        state, tables, call = self.state, self.tables, self.call
        self._allocate(room)
        self.setting.room = self.state.room
        for i in range(self.n):
            if state.feeds[i] is not None:
                self.state.copy(i, state, i)
        self.tables.value[:], self.tables.mask[:] = tables.value, tables.mask
        self.call.code[:], self.call.row[:] = call.code, call.row

    def _catch_up(self, i: int) -> None:
        """Start simulation i and give it the answers that it has had."""
        alone = Call(self.state, self.tables, i, i + 1)
        alone()
        for row in self.taken[i, : self.answers[i]].tolist():
            alone.how, alone.row[i] = ANSWER, row
            if alone.code[i] != ASK:
                break
            alone()
        self.call.code[i] = alone.code[i]
