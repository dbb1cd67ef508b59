"""The trace: the orders as arrays, and the draw seed of every other chance event. Immutable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import name_key

__all__ = ["LINES", "Orders", "Trace"]

ALIKE = ("region", "segment", "channel", "pin", "ship_by", "deliver_by")  # columns that are often of one value
LINES = ("sku", "quantity", "price")  # columns by line; the others but `first_line` are by order
PEEK = 1024  # rows that tell most columns of several values


@dataclass(frozen=True)
class Orders:
    """Orders in order of arrival, with their lines in compressed rows.

    A column by order that holds one value throughout, as those that a world does not use do, is stored as that value,
    seen as many times as there are orders. So an order takes 28 to 56 bytes, a line 16.
    """

    time: NDArray[np.float64]  # (orders,) days after t0, whole multiples of 2**-20, rising
    key: NDArray[np.uint64]  # (orders,) key of the order's name or ordinal, for draws
    region: NDArray[np.int32]  # (orders,)
    segment: NDArray[np.int32]  # (orders,)
    channel: NDArray[np.int32]  # (orders,)
    pin: NDArray[np.int32]  # (orders,) location an order must be served from, -1 = free
    ship_by: NDArray[np.float64]  # (orders,) promised dispatch, days, on that grid; nan = the world's rule
    deliver_by: NDArray[np.float64]  # (orders,) promised delivery, days, on that grid; nan = the world's rule
    first_line: NDArray[np.int64]  # (orders + 1,)
    sku: NDArray[np.int32]  # (lines,)
    quantity: NDArray[np.int32]  # (lines,) units
    price: NDArray[np.float64]  # (lines,) money/unit, whole multiples of 2**-20

    def __post_init__(self) -> None:
        """Keep columns of one value as that, and make every array read-only."""
        for name in ALIKE:
            object.__setattr__(self, name, _once(getattr(self, name)))
        for f in fields(self):
            getattr(self, f.name).flags.writeable = False

    def __len__(self) -> int:
        """Return the number of orders."""
        return len(self.time)

    def named(self, number: str) -> int:
        """Row of the order that an order log calls so; -1 if none is."""
        found = np.flatnonzero(self.key == np.uint64(name_key(number)))
        return int(found[0]) if len(found) else -1

    @property
    def of_log(self) -> bool:
        """Whether the keys are those of numbers in a log, 64 bits each: sampled orders are counted, from 0 on."""
        return bool((self.key >> np.uint64(40)).any())

    def head(self, count: int) -> Orders:
        """So many orders from the first on, with their lines."""
        ends = {"first_line": count + 1} | dict.fromkeys(LINES, int(self.first_line[count]))
        return Orders(**{f.name: getattr(self, f.name)[: ends.get(f.name, count)] for f in fields(self)})

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        columns = [getattr(self, f.name) for f in fields(self)]
        return sum(column.itemsize if column.strides == (0,) else column.nbytes for column in columns)

    @property
    def lines(self) -> int:
        """Number of order lines."""
        return len(self.sku)


@dataclass(frozen=True)
class Trace:
    """What happens to us: the orders, and a seed from which every other chance event is derived by key."""

    orders: Orders
    seed: int
    days: float  # horizon T
    world: str = ""  # hash of the world it was made for

    @cached_property
    def hash(self) -> str:
        """Hash over orders, horizon and draw seed."""
        digest = hashlib.sha256(f"{self.seed} {self.days!r}".encode())
        for f in fields(self.orders):
            digest.update(f.name.encode())
            digest.update(np.ascontiguousarray(getattr(self.orders, f.name)).data)
        return digest.hexdigest()[:16]

    def reseeded(self, seed: int) -> Trace:
        """The same orders under other draws."""
        return replace(self, seed=seed)


def _once(column: NDArray[Any]) -> NDArray[Any]:
    """The column itself, or one cell of it in place of equal ones; nan equals nan."""
    if len(column) < 2 or column.strides == (0,):
        return column
    first = column[:1].copy()
    for rows in (column[:PEEK], column):
        if not ((rows == first) | ((rows != rows) & (first != first))).all():
            return column
    return np.broadcast_to(first[0], column.shape)
