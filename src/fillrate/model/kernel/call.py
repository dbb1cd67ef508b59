"""Driving the simulations of a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fillrate.model.kernel import layout
from fillrate.model.kernel.cache import Root
from fillrate.model.kernel.codes import START

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
