"""Driving the simulations of a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel import layout
from fillrate.model.kernel.cache import Root
from fillrate.model.kernel.codes import ASK, GROW, START

if TYPE_CHECKING:
    from fillrate.model.kernel.state import State
    from fillrate.model.kernel.tables import Tables

__all__ = ["Call"]

drive = Root("drive")


class Call:
    """A record of what is asked of simulations; calling it drives them on."""

    def __init__(self, state: State, tables: Tables | None = None, first: int = 0, last: int | None = None) -> None:
        """Simulations `first` to `last` - 1 of a state, to be started; `tables` are written at their questions."""
        self.state, self.tables = state, tables
        self.row, self.code = np.zeros(state.n, np.int64), np.zeros(state.n, np.int64)
        self.record = np.zeros(1, layout.CALL.dtype)
        for name, array in (("address", state.addresses), ("row", self.row), ("code", self.code)):
            layout.CALL.point(self.record[0], name, array)
        self.record[0]["first"], self.record[0]["last"] = first, state.n if last is None else last
        if tables is not None:
            self.record[0]["tabled"] = 1
            layout.CALL.point(self.record[0], "tables", tables.record)
        self.how = START
        self.address = int(self.record.ctypes.data)

    def __call__(self) -> None:
        """Drive them on to their next pause."""
        self.record[0]["how"] = self.how
        drive(self.address)

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
    def stuck(self) -> int:
        """How many paused because a table is full."""
        return int(self.record["stuck"][0])

    def count(self) -> None:
        """Count anew, after somebody else drove simulations of this call."""
        self.record[0]["asking"], self.record[0]["stuck"] = (
            int((self.code == ASK).sum()),
            int((self.code == GROW).sum()),
        )
