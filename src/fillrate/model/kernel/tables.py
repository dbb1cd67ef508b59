"""Candidate tables of simulations that pause at questions, in arrays that stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fillrate.decision.columns import BY_NAME, COLUMNS
from fillrate.model.kernel import layout
from fillrate.model.kernel.codes import LEVY

if TYPE_CHECKING:
    from fillrate.model.kernel.state import State

__all__ = ["Tables"]

NUMBER = {column.name: n for n, column in enumerate(COLUMNS)}


class Tables:
    """(n, rows, columns) values and (n, rows) masks; hold is the last row, rows that are not there are 0.

    Where whole offers are asked about, a row is a location of the world, and there is none to hold.
    """

    def __init__(self, state: State, columns: tuple[str, ...]) -> None:
        """Make room for all simulations of a state; `columns` are names."""
        whole = int(state.setting.record[0]["method"]) == LEVY
        rows = len(state.setting.world.locations) if whole else int(state.offers.arrays["legal"].shape[1]) + 1
        self.columns = columns
        self.value = np.zeros((state.n, rows, len(columns)))
        self.mask = np.zeros((state.n, rows), np.bool_)
        self.arrays = {
            "name": np.array([NUMBER[name] for name in columns], np.int64),
            "hold": np.array([BY_NAME[name].default for name in columns]),
            "of_order": np.array([BY_NAME[name].of_order for name in columns], np.uint8),
            "value": self.value,
            "mask": self.mask,
        }
        self.record = np.zeros(1, layout.TABLES.dtype)
        for name, array in self.arrays.items():
            layout.TABLES.point(self.record[0], name, array)
        self.record[0]["columns"], self.record[0]["rows"] = len(columns), rows
