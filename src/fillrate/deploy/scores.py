"""What a network says of a table's rows, in NumPy: the bits of `decision.network`, for every sum there is exact.

A weight is a multiple of 2**-14, an input too, and a layer hands on multiples of 2**-10, so that a matrix product may
add in any order. Here numbers between layers are counted in these steps: powers of 2 move from inputs to weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME
from fillrate.decision.network import LARGEST_UNIT, STEPS
from fillrate.decision.scaling import GRID
from fillrate.decision.weights import Network, read_network

__all__ = ["STAY", "NumpyScorer", "Scorer", "order_of", "read_scorer"]

Floats = NDArray[np.float64]
TOP = LARGEST_UNIT * STEPS
STAY = frozenset(
    (
        "unit_cost",
        "distance_km",
        "transit_days",
        "is_home",
        "position",
        "home_rate",
        "rating",
        "third_party",
    )
)
"""Facts that are the same at every decision about a block."""
TINY = 1e-300  # usual size of an input that is 0 or 1: it is seen as it is


class Scorer(Protocol):
    """A network, whoever computes it."""

    columns: tuple[str, ...]
    of_order: list[bool]
    hold: list[float]
    order: list[int]  # positions in `columns`: how a table's lines follow each other

    def __call__(self, table: Floats) -> list[list[float]]:
        """(rows, outputs) of a (columns + 2, rows) table, which is written over.

        Columns come in `order`; two more are 1 in the row that holds, and 1 everywhere.
        """
        ...


def order_of(columns: Sequence[str], of_order: Sequence[bool]) -> list[int]:
    """Columns that differ from decision to decision come first, those of rows before those of lines and orders."""

    def kind(n: int) -> int:
        needs = {*BY_NAME[columns[n]].needs}
        return 2 if needs <= STAY else int(of_order[n])

    return sorted(range(len(columns)), key=kind)


class NumpyScorer:
    """A network by matrix products."""

    def __init__(self, network: Network) -> None:
        """Bring the weights into the order of a table, and take the steps into them."""
        self.columns, self.of_order, self.hold = network.columns, network.of_order, network.hold
        self.order = order_of(self.columns, self.of_order)
        self.scale = np.array([*(network.scale[n] for n in self.order), TINY, TINY])[:, None]
        inputs = np.hstack([network.row[:, [*self.order, len(self.order)]], network.row_bias[:, None]])
        self.row = np.ascontiguousarray(inputs * (STEPS / GRID))
        self.mix, self.mix_bias = network.mix, network.mix_bias * STEPS
        self.table = network.table
        self.score, self.score_bias = np.ascontiguousarray(network.score.T / STEPS), network.score_bias

    def __call__(self, table: Floats) -> list[list[float]]:
        """See `Scorer`."""
        measured = np.abs(table)
        measured += self.scale
        np.divide(table, measured, out=table)
        table *= GRID
        each = _unit(self.row.dot(np.rint(table, out=table)))
        pool = np.empty((2, len(each)))
        mean = np.add.reduce(each, axis=1, out=pool[0])
        mean /= each.shape[1]
        np.rint(mean, out=mean)
        np.maximum.reduce(each, axis=1, out=pool[1])
        common = self.table.dot(pool.reshape(-1))
        common += self.mix_bias
        units = self.mix.dot(each)
        units += common[:, None]
        found: list[list[float]] = (_unit(units).T.dot(self.score) + self.score_bias).tolist()
        return found


def read_scorer(path: Path, columns: tuple[str, ...], outputs: int) -> NumpyScorer:
    """A network from `policy.npz`."""
    return NumpyScorer(read_network(path, columns, outputs))


def _unit(total: Floats) -> Floats:
    """What a layer hands on, in steps, in place; see `decision.network.unit`."""
    np.maximum(total, 0.0, out=total)
    np.minimum(total, TOP, out=total)
    return np.rint(total, out=total)
