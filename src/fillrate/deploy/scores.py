"""What a network says of a table's rows, in NumPy: the bits of `decision.network`, for every sum there is exact.

A weight is a multiple of 2**-14, an input too, and a layer hands on multiples of 2**-10, so that a matrix product may
add in any order. Here numbers between layers are counted in these steps: powers of 2 move from inputs to weights.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.network import LARGEST_UNIT, STEPS
from fillrate.decision.scaling import GRID
from fillrate.policy.network import Network, read_network

__all__ = ["NumpyScorer", "Scorer", "read_scorer"]

Floats = NDArray[np.float64]
TOP = LARGEST_UNIT * STEPS
TINY = 1e-300  # usual size of an input that is 0 or 1: it is seen as it is


class Scorer(Protocol):
    """A network, whoever computes it."""

    columns: tuple[str, ...]
    of_order: list[bool]
    hold: list[float]

    def __call__(self, table: Floats) -> list[list[float]]:
        """(rows, outputs) of a (rows, columns + 2) table; its last inputs are 1 in the row that holds, and 1."""
        ...


class NumpyScorer:
    """A network by matrix products."""

    def __init__(self, network: Network) -> None:
        """Turn the weights so that a table lies row by row, and take the steps into them."""
        self.columns, self.of_order, self.hold = network.columns, network.of_order, network.hold
        self.scale = np.array([*network.scale, TINY, TINY])
        inputs = np.hstack([network.row, network.row_bias[:, None]])
        self.row = _turned(inputs * (STEPS / GRID))
        self.mix, self.mix_bias = _turned(network.mix), network.mix_bias * STEPS
        self.table = _turned(network.table)
        self.score, self.score_bias = _turned(network.score / STEPS), network.score_bias

    def __call__(self, table: Floats) -> list[list[float]]:
        """See `Scorer`."""
        measured = np.abs(table)
        measured += self.scale
        np.divide(table, measured, out=measured)
        measured *= GRID
        each = _unit(np.rint(measured, out=measured) @ self.row)
        mean = np.add.reduce(each, axis=0)
        mean /= len(each)
        pool = np.concatenate((np.rint(mean, out=mean), np.maximum.reduce(each, axis=0)))
        units = each @ self.mix
        units += self.mix_bias + pool @ self.table
        found: list[list[float]] = (_unit(units) @ self.score + self.score_bias).tolist()
        return found


def read_scorer(path: Path, columns: tuple[str, ...], outputs: int) -> NumpyScorer:
    """A network from `policy.npz`."""
    return NumpyScorer(read_network(path, columns, outputs))


def _turned(weights: Floats) -> Floats:
    return np.ascontiguousarray(weights.T)


def _unit(total: Floats) -> Floats:
    """What a layer hands on, in steps, in place; see `decision.network.unit`."""
    np.maximum(total, 0.0, out=total)
    np.minimum(total, TOP, out=total)
    return np.rint(total, out=total)
