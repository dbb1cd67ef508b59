"""Driving the simulations of a state."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel import layout
from fillrate.model.kernel.cache import Root
from fillrate.model.kernel.codes import ANSWER, FULL, GROWN, PLAN, PLANNED, START, TIGHT
from fillrate.model.kernel.planning import plan

if TYPE_CHECKING:
    from fillrate.model.kernel.room import Room
    from fillrate.model.kernel.state import State
    from fillrate.model.kernel.tables import Tables

__all__ = ["Call"]

drive = Root("drive")


class Call:
    """A record of what is asked of simulations; calling it drives them on."""

    def __init__(self, state: State, tables: Tables | None = None) -> None:
        """All simulations of a state, to be started; `tables` are written at their questions."""
        self.tables = tables
        self.kept: tuple[NDArray[np.int16], NDArray[np.int64]] | None = None
        self.row, self.code = np.zeros(state.n, np.int64), np.zeros(state.n, np.int64)
        self.record = np.zeros(1, layout.CALL.dtype)
        self.address = int(self.record.ctypes.data)
        for name, array in (("row", self.row), ("code", self.code)):
            layout.CALL.point(self.record[0], name, array)
        if tables is not None:
            self.record[0]["tabled"] = 1
            layout.CALL.point(self.record[0], "tables", tables.record)
        self.move(state)

    def move(self, state: State) -> None:
        """Go on in a larger state, to which the simulations were copied."""
        self.state = state
        layout.CALL.point(self.record[0], "address", state.addresses)

    def __call__(self, how: int, first: int = 0, last: int | None = None) -> None:
        """Drive simulations `first` to `last` - 1 on to their next pause."""
        record = self.record[0]
        record["how"], record["first"], record["last"] = how, first, self.state.n if last is None else last
        drive(self.address)

    def go(self, how: int) -> list[int]:
        """Drive all on to where somebody has to answer, in larger tables where they did not do.

        Returns:
            The simulations that had to start again, because a table was full in the middle of a step.
        """
        again: list[int] = []
        self.on(how)
        while self.stuck:
            self.move(self.state.grown(self.tight))
            full = np.flatnonzero(self.code == FULL).tolist()
            for i in full:
                self.start(i)
            again += full
            self.on(GROWN)
        return again

    def on(self, how: int, first: int = 0, last: int | None = None) -> None:
        """Drive simulations on to their next pause that is not for a plan: those are made here."""
        self(how, first, last)
        while self.planning:
            for i in np.flatnonzero(self.code == PLAN).tolist():
                plan(self.state, i)
            self(PLANNED, first, last)

    def start(self, i: int) -> None:
        """Start one simulation, and give it the answers that it has had: there is room for what they lead to."""
        self.again(START, i)
        if self.kept is not None:
            taken, answers = self.kept
            self.record[0]["most"] = 0
            for row in taken[i, : answers[i]].tolist():
                self.row[i] = row
                self.again(ANSWER, i)
            self.record[0]["most"] = taken.shape[1]

    def again(self, how: int, i: int) -> None:
        """Drive one simulation that has started again on to its next answer, in larger tables where some are tight."""
        self.on(how, i, i + 1)
        while self.code[i] == TIGHT:
            self.move(self.state.grown(self.tight))
            self.on(GROWN, i, i + 1)

    def keep(self, taken: NDArray[np.int16], answers: NDArray[np.int64]) -> None:
        """Note the answers: (n, most) room for them, and (n,) how many there are."""
        self.kept = taken, answers
        self.record[0]["most"] = taken.shape[1]
        layout.CALL.point(self.record[0], "taken", taken)
        layout.CALL.point(self.record[0], "answers", answers)

    @property
    def asking(self) -> int:
        """How many paused at a question."""
        return int(self.record["asking"][0])

    @property
    def planning(self) -> int:
        """How many paused for a plan."""
        return int(self.record["planning"][0])

    @property
    def stuck(self) -> int:
        """How many paused because a table has too few rows."""
        return int(self.record["stuck"][0])

    @property
    def tight(self) -> int:
        """Tables that have too few rows, as bits; with them those that will soon, so that they grow together."""
        stuck, state = self.code >= FULL, self.state
        bits = (state.records["full"] | state.records["tight"])[stuck]
        return int(np.bitwise_or.reduce(bits)) | soon(state.arrays["slots"]["used"][stuck].max(axis=0), state.room)


def soon(used: NDArray[np.int32], room: Room) -> int:
    """Tables more than half of whose rows are in use, as bits."""
    sizes = astuple(room)
    return sum(1 << n for n, rows in enumerate(used.tolist()) if 2 * rows > sizes[n])
