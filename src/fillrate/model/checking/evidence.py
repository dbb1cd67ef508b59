"""What the rules look at: a world, a trace and a journal as arrays, with the few sums that several rules need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fillrate.model.chance import Chance
from fillrate.scorecard.journal import KINDS
from fillrate.scorecard.ledger import Ledger
from fillrate.scorecard.promises import Promises
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["Evidence", "Finding", "running"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Finding = Iterator[str]


def running(group: Ints, change: Ints) -> Ints:
    """(rows,) sum of the changes of a row's group up to and including the row.

    >>> running(np.array([0, 1, 0, 0]), np.array([5, 2, -1, -3])).tolist()
    [5, 2, 4, 1]
    """
    if not len(group):
        return np.zeros(0, np.int64)
    order = np.argsort(group, kind="stable")
    sums = np.cumsum(change[order])
    head = np.flatnonzero(np.diff(group[order], prepend=group[order][0] - 1))
    base = sums[head] - change[order][head]
    out = np.empty(len(group), np.int64)
    out[order] = sums - np.repeat(base, np.diff(np.append(head, len(group))))
    return out


@dataclass(frozen=True)
class Evidence:
    """One journal under examination; the world has the trace's horizon."""

    world: World
    trace: Trace
    ledger: Ledger
    chance: Chance

    @cached_property
    def promises(self) -> Promises:
        """What world and trace say about orders and lines."""
        return Promises(self.world, self.trace)

    @cached_property
    def pair(self) -> Ints:
        """(rows,) carried pair of each row, -1 if it names none."""
        return self.promises.pair(self.ledger.location, self.ledger.sku)

    @cached_property
    def closed(self) -> int:
        """First row that the close wrote."""
        return self.ledger.close_row(self.trace.days)

    @cached_property
    def line_place(self) -> Ints:
        """(rows,) one number for each (line, location)."""
        return self.ledger.line * len(self.world.locations) + self.ledger.location

    @cached_property
    def order_place(self) -> Ints:
        """(rows,) one number for each (order, location)."""
        return self.ledger.order * len(self.world.locations) + self.ledger.location

    @cached_property
    def first_offer(self) -> Floats:
        """(orders,) instant of the first offer, inf if there was none."""
        first = np.full(len(self.trace.orders), np.inf)
        rows = self.ledger.rows("checked")
        np.minimum.at(first, self.ledger.order[rows], self.ledger.time[rows])
        return first

    def flow(self, signs: dict[str, int], group: Ints, rows: Ints) -> Ints:
        """Running units of each row's group, over some rows."""
        return running(group[rows], self.ledger.signed(signs)[rows])

    def show(self, row: int) -> str:
        """One journal row, for messages."""
        l = self.ledger
        said = [f"row {row}: t={l.time[row]:.6f} {KINDS[l.kind[row]]}"]
        for name, value in (("order", int(l.order[row])), ("line", int(l.line[row]))):
            said += [f"{name} {value}"] if value >= 0 else []
        for name, value, entries in (
            ("sku", int(l.sku[row]), self.world.skus),
            ("location", int(l.location[row]), self.world.locations),
        ):
            said += [f"{name} '{entries[value].name}'"] if value >= 0 else []
        return " ".join(said)

    def first(self, rows: Ints, broken: Bools, words: str) -> Finding:
        """The first row at which something is broken, and how many there are."""
        where = rows[broken]
        if len(where):
            more = f" ({len(where)} such rows)" if len(where) > 1 else ""
            yield f"{self.show(int(where[0]))}: {words}{more}"
