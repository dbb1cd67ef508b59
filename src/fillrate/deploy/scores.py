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
NOTHING, TOP, FINEST = np.array(0.0), np.array(LARGEST_UNIT * STEPS), np.array(GRID)
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
        """(outputs, rows) of a (columns + 2, rows) table, which is written over.

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
    """A network by matrix products; constants are arrays of the shape that NumPy takes at once.

    A layer has one unit more than the network, always one step: biases and what all rows share are weights of it.
    """

    def __init__(self, network: Network) -> None:
        """Bring the weights into the order of a table, and take the steps into them."""
        self.columns, self.of_order, self.hold = network.columns, network.of_order, network.hold
        self.order = order_of(self.columns, self.of_order)
        self.scale = [*(network.scale[n] for n in self.order), TINY, TINY]
        inputs = np.hstack([network.row[:, [*self.order, len(self.order)]], network.row_bias[:, None]])
        self.row = _with_one(inputs.T * (STEPS / GRID))
        self.mix = np.vstack([network.mix.T, np.zeros(len(network.mix))])
        mean, most = np.hsplit(network.table, 2)
        self.table = np.vstack([mean.T, network.mix_bias * STEPS, most.T, np.zeros(len(network.mix))])
        self.score, self.score_bias = network.score / STEPS, network.score_bias[:, None]
        self._shapes: dict[int, tuple[Floats, Floats, Floats]] = {}

    def __call__(self, table: Floats) -> list[list[float]]:
        """See `Scorer`."""
        scale, ones, rows = self._shapes.get(table.shape[1]) or self._shape(table.shape[1])
        measured = np.abs(table)
        np.add(measured, scale, measured)
        np.divide(table, measured, table)
        np.multiply(table, FINEST, table)
        each = _unit(np.rint(table, table).T.dot(self.row))
        pool = np.empty(len(self.table))
        mean, most = pool[: len(self.mix)], pool[len(self.mix) :]
        np.divide(ones.dot(each, mean), rows, mean)
        np.rint(mean, mean)
        np.maximum.reduce(each, out=most)
        mix = self.mix.copy()
        pool.dot(self.table, mix[-1])
        score = self.score.dot(_unit(each.dot(mix)).T)
        found: list[list[float]] = np.add(score, self.score_bias, score).tolist()
        return found

    def _shape(self, rows: int) -> tuple[Floats, Floats, Floats]:
        """Constants for tables of so many rows: usual sizes, ones, and the number of rows."""
        made = np.repeat(self.scale, rows).reshape(-1, rows), np.ones(rows), np.array(float(rows))
        self._shapes[rows] = made
        return made


def read_scorer(path: Path, columns: tuple[str, ...], outputs: int) -> NumpyScorer:
    """A network from `policy.npz`."""
    return NumpyScorer(read_network(path, columns, outputs))


def _with_one(weights: Floats) -> Floats:
    """(inputs, units + 1) weights with a unit more, which is the last input."""
    one = np.zeros((len(weights), 1))
    one[-1] = 1.0 / GRID
    return np.hstack([weights, one])


def _unit(total: Floats) -> Floats:
    """What a layer hands on, in steps, in place; see `decision.network.unit`."""
    np.maximum(total, NOTHING, out=total)
    np.minimum(total, TOP, out=total)
    return np.rint(total, total)
