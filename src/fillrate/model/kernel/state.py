"""State of simulations as structured arrays with a leading axis, whose capacities can grow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.errors import InputError
from fillrate.model.kernel import layout
from fillrate.model.kernel.blueprint import PARTS, Blueprint, blueprint_of
from fillrate.model.kernel.memory import zeros

if TYPE_CHECKING:
    from fillrate.model.kernel.room import Room
    from fillrate.model.kernel.setting import Setting
    from fillrate.model.kernel.views import View

__all__ = ["State"]


class State:
    """n simulations of one setting; record i points at row i of every array."""

    def __init__(self, setting: Setting, room: Room, widest: int, n: int = 1) -> None:
        """Allocate.

        Args:
            setting: world and policy.
            room: capacities.
            widest: most lines of an order.
            n: simulations.
        """
        self.setting, self.room, self.widest, self.n = setting, room, widest, n
        self.blueprint = blueprint_of(setting, room, widest)
        self.memory = zeros(n * self.blueprint.each).reshape(n, self.blueprint.each)
        self.addresses = self.memory.ctypes.data + np.arange(n) * self.blueprint.each  # of the records of runs
        self.blueprint.begin(self.memory, self.addresses)
        self.parts = tuple(_Part(view, self.blueprint, self.memory) for view in PARTS)
        self.offers = self.parts[1]
        self.records, self.arrays = self.parts[0].records, self.parts[0].arrays
        self.feeds: list[Any] = [None] * n

    def feed(self, i: int, feed: Any) -> None:
        """Let a simulation play a feed."""
        self.feeds[i] = feed
        layout.RUN.point(self.records[i], "feed", feed.record)

    def copy(self, i: int, other: State, j: int) -> None:
        """Take over simulation j of another state of the same setting, wherever it stands; rooms may differ.

        Raises:
            InputError: there is not as much room here as there.
        """
        self._take(slice(i, i + 1), other, slice(j, j + 1))
        self.feed(i, other.feeds[j])

    def spread(self, n: int, other: State, j: int) -> None:
        """Let the first n simulations stand where simulation j of another state of the same world stands.

        What each of them plays stays. Raises as `copy`.
        """
        self._take(slice(1), other, slice(j, j + 1))
        for part in self.parts:
            part.scalars[1:n] = part.scalars[0]
        tables = slice(self.blueprint.tables_at, None)
        self.memory[1:n, tables] = self.memory[0, tables]

    def _take(self, here: slice, other: State, there: slice) -> None:
        """Take over the numbers and tables of simulations, all but what they play."""
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            mine.scalars[here] = theirs.scalars[there]
        self.records["widest"][here], self.records["spare"][here] = self.widest, self.blueprint.spare
        if self.room == other.room and self.widest == other.widest:
            tables = slice(self.blueprint.tables_at, None)
            self.memory[here, tables] = other.memory[there, tables]
            return
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            for name, rows in mine.arrays.items():
                wide = (self.widest, other.widest) if name == "order_line" else (1, 1)
                _copy_rows(_by_line(rows[here], wide[0]), _by_line(theirs.arrays[name][there], wide[1]))

    def grown(self, tables: int) -> State:
        """A larger state with all simulations of this one; `tables` as in `Room.grown`."""
        return self.resized(self.room.grown(tables), self.widest)

    def resized(self, room: Room, widest: int) -> State:
        """A larger state with all simulations of this one, whose tables are no longer tight."""
        larger = State(self.setting, room, widest, self.n)
        larger._take(slice(None), self, slice(None))
        for i, feed in enumerate(self.feeds):
            if feed is not None:
                larger.feed(i, feed)
        larger.records["tight"] = 0
        self.setting.room = replace(room, entries=0, cycles=0)  # what did for these will do for others
        return larger

    @property
    def bytes_each(self) -> int:
        """Bytes of one simulation."""
        return int(self.memory.shape[1])


class _Part:
    """Records and arrays of a view of all simulations."""

    def __init__(self, view: View, blueprint: Blueprint, memory: Any) -> None:
        self.arrays = _Arrays(view, blueprint, memory)
        self.records = self.arrays.made("")[:, 0]
        start = blueprint.starts[view.name, ""]
        self.scalars = memory[:, start : start + view.numbers]  # (n, bytes), without the addresses


class _Arrays(Mapping[str, Any]):
    """(n, entries) arrays by name, each made when it is first asked for: a run looks at few of a hundred."""

    def __init__(self, view: View, blueprint: Blueprint, memory: Any) -> None:
        self.view, self.blueprint, self.memory = view, blueprint, memory
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self.made(name)
        return self._made[name]

    def made(self, name: str) -> Any:
        """The array of a table; "" is the records."""
        of, (n, each) = (self.view.name, name), self.memory.shape
        size, kind = self.blueprint.tables[of]
        return np.ndarray((n, size), kind, self.memory, self.blueprint.starts[of], (each, kind.itemsize))

    def __iter__(self) -> Iterator[str]:
        return (name for of, name in self.blueprint.tables if of == self.view.name and name)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _by_line(table: Any, wide: int) -> Any:
    """(n, rows, wide) a view of (n, rows * wide)."""
    return table.reshape(len(table), table.shape[1] // wide, wide)


def _copy_rows(mine: Any, theirs: Any) -> None:
    _, rows, wide = theirs.shape
    if mine.shape[1] < rows:
        raise InputError("fork", f"{rows} rows of a table", f"at most {mine.shape[1]}")
    mine[:, :rows, :wide] = theirs
