"""The question a source policy answers, as an object for custom policies, records and explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import PolicyError, nearest

__all__ = ["OrderView", "Question", "ReplenishView", "SupportsRank", "SupportsReplenish", "SupportsSource"]


@dataclass(frozen=True)
class Question:
    """One candidate table: rows are locations in the region's order, hold last; its arrays are read-only."""

    now: float  # days after t0
    order: int  # trace row
    line: int  # line of the offer, in trace order
    sku: str
    quantity: int  # units still to be placed
    locations: tuple[str, ...]  # (rows,) names; "hold" is the last
    columns: tuple[str, ...]  # (columns,) names
    table: NDArray[np.float64]  # (rows, columns)
    mask: NDArray[np.bool_]  # (rows,) legal rows; hold is always legal

    def __post_init__(self) -> None:
        """Lock the arrays: what is legal is not the policy's to change."""
        self.table.setflags(write=False)
        self.mask.setflags(write=False)

    def column(self, name: str) -> NDArray[np.float64]:
        """(rows,) values of one column.

        Raises:
            PolicyError: the table has no such column.
        """
        if name not in self.columns:
            found = f"'{name}' is not among the columns that the policy asks for" + nearest(str(name), self.columns)
            raise PolicyError("question column", found, ", ".join(self.columns))
        return self.table[:, self.columns.index(name)]

    def record(self) -> dict[str, Any]:
        """Plain JSON of the question."""
        rows = [
            {"location": place, "legal": bool(ok), **dict(zip(self.columns, map(float, values), strict=True))}
            for place, ok, values in zip(self.locations, self.mask, self.table, strict=True)
        ]
        facts = {"now": self.now, "order": self.order, "line": self.line, "sku": self.sku, "quantity": self.quantity}
        return {**facts, "rows": rows}


@dataclass(frozen=True)
class OrderView:
    """What a custom rank policy sees of one waiting order: the order columns by name."""

    order: int  # trace row
    columns: Mapping[str, float]


@dataclass(frozen=True)
class ReplenishView:
    """What a custom replenish policy sees at a review; arrays are over carried (SKU, location) pairs."""

    now: float
    locations: Sequence[str]
    skus: Sequence[str]
    on_hand: NDArray[np.int64]
    reserved: NDArray[np.int64]
    inbound: NDArray[np.int64]
    held: NDArray[np.int64]  # open units whose home the pair is


@runtime_checkable
class SupportsSource(Protocol):
    """A custom source policy."""

    def source(self, question: Question) -> int:
        """Row to take; the last row holds."""
        ...


@runtime_checkable
class SupportsRank(Protocol):
    """A custom rank policy."""

    def rank(self, orders: Sequence[OrderView]) -> Sequence[float]:
        """Score of each order; larger is offered first, ties by trace row."""
        ...


@runtime_checkable
class SupportsReplenish(Protocol):
    """A custom replenish policy."""

    def replenish(self, view: ReplenishView) -> Sequence[int]:
        """Units to order for each pair."""
        ...
