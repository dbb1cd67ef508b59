"""What a network says of a table's rows, in NumPy: the bits of `decision.network`, for every sum there is exact.

A weight is a multiple of 2**-14, an input too, and a layer hands on multiples of 2**-10, so that a matrix product may
add in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.network import LARGEST_UNIT, STEPS
from fillrate.decision.scaling import GRID
from fillrate.policy.network import Network, read_network

__all__ = ["NumpyScorer", "Scorer", "read_scorer"]

Floats = NDArray[np.float64]


class Scorer(Protocol):
    """A network, whoever computes it."""

    columns: tuple[str, ...]
    of_order: list[bool]
    hold: list[float]

    def __call__(self, table: Sequence[Sequence[float]], hold: Sequence[float] | None) -> list[list[float]]:
        """(rows, outputs) of (columns, rows) values of a table, and of a last row that holds, if there is one."""
        ...


class NumpyScorer:
    """A network by matrix products."""

    def __init__(self, network: Network) -> None:
        """Turn the weights so that a table lies row by row."""
        self.columns, self.of_order, self.hold = network.columns, network.of_order, network.hold
        self.scale = np.array(network.scale)
        self.row, self.row_bias = np.ascontiguousarray(network.row.T), network.row_bias
        self.mix, self.mix_bias = np.ascontiguousarray(network.mix.T), network.mix_bias
        self.table = np.ascontiguousarray(network.table.T)
        self.score, self.score_bias = np.ascontiguousarray(network.score.T), network.score_bias

    def __call__(self, table: Sequence[Sequence[float]], hold: Sequence[float] | None) -> list[list[float]]:
        """See `Scorer`."""
        seen = self._seen(table, hold)
        each = _unit(seen @ self.row + self.row_bias)
        pool = np.concatenate((_unit(each.sum(axis=0) / len(each)), each.max(axis=0)))
        units = _unit(each @ self.mix + (self.mix_bias + pool @ self.table))
        found: list[list[float]] = (units @ self.score + self.score_bias).tolist()
        return found

    def _seen(self, table: Sequence[Sequence[float]], hold: Sequence[float] | None) -> Floats:
        """(rows, columns + 1) scaled values; the last column says that a row holds."""
        columns, rows = len(self.scale), len(table[0])
        seen = np.zeros((rows + (hold is not None), columns + 1))
        seen[:rows, :columns] = np.array(table, np.float64).T
        if hold is not None:
            seen[rows, :columns] = hold
            seen[rows, columns] = 1.0
        values = seen[:, :columns]
        values[...] = np.rint(values / (np.abs(values) + self.scale) * GRID) / GRID
        return seen


def read_scorer(path: Path, columns: tuple[str, ...], outputs: int) -> NumpyScorer:
    """A network from `policy.npz`."""
    return NumpyScorer(read_network(path, columns, outputs))


def _unit(total: Floats) -> Floats:
    """What a layer hands on; see `decision.network.unit`."""
    return np.asarray(np.rint(np.minimum(np.maximum(total, 0.0), LARGEST_UNIT) * STEPS) / STEPS)
