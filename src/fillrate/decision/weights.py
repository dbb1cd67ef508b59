"""The weights of a learned policy as a file: `policy.npz` beside its `policy.toml`, arrays and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.arrays import read_arrays
from fillrate.decision.columns import BY_NAME
from fillrate.decision.network import LARGEST_WEIGHT, Weights
from fillrate.decision.scaling import GRID
from fillrate.errors import PolicyError
from fillrate.files import written_aside

__all__ = ["ARRAYS", "Network", "on_grid", "read_network", "shapes", "write_network"]

Floats = NDArray[np.float64]
ARRAYS = ("row", "row_bias", "mix", "mix_bias", "table", "score", "score_bias")
"""Arrays of the file, as `decision.network` takes them."""


@dataclass(frozen=True, eq=False)
class Network:
    """Columns that a network looks at, and its weights."""

    columns: tuple[str, ...]
    row: Floats  # (hidden, columns + 1) the last input says that a row holds
    row_bias: Floats  # (hidden,)
    mix: Floats  # (hidden, hidden)
    mix_bias: Floats  # (hidden,)
    table: Floats  # (hidden, 2 hidden) means, then the largest
    score: Floats  # (outputs, hidden) one score, or the gain of a unit and the cost of a box
    score_bias: Floats  # (outputs,)

    @property
    def hidden(self) -> int:
        """Units of a layer."""
        return len(self.row_bias)

    @cached_property
    def weights(self) -> Weights:
        """Flat lists, as `decision.network.best_row` takes them."""
        flat = [getattr(self, name).ravel().tolist() for name in ARRAYS]
        return (flat[0], flat[1], flat[2], flat[3], flat[4], flat[5], flat[6])

    @property
    def outputs(self) -> int:
        """Of a row: 1 a score, 2 the gain of a unit and the cost of a box."""
        return len(self.score_bias)

    @cached_property
    def scale(self) -> list[float]:
        """(columns,) usual sizes."""
        return [BY_NAME[name].scale for name in self.columns]

    @cached_property
    def hold(self) -> list[float]:
        """(columns,) what the row that holds shows of columns that differ by row."""
        return [BY_NAME[name].default for name in self.columns]

    @cached_property
    def of_order(self) -> list[bool]:
        """(columns,) whether the row that holds shows what the others do."""
        return [BY_NAME[name].of_order for name in self.columns]

    @cached_property
    def hash(self) -> str:
        """Of columns and weights."""
        said = hashlib.sha256(repr(self.columns).encode())
        for name in ARRAYS:
            said.update(np.ascontiguousarray(getattr(self, name), "<f8").tobytes())
        return said.hexdigest()[:16]

    def __repr__(self) -> str:
        """By its hash: a policy's hash is made of it."""
        return f"Network({len(self.columns)} columns, {self.hidden} units, {self.hash})"


def read_network(path: Path, columns: tuple[str, ...], outputs: int = 1) -> Network:
    """Weights from a file.

    Raises:
        PolicyError: there is no such file, or it does not hold what it should.
    """
    if not path.is_file():
        raise PolicyError(path.name, "no such file beside the policy's TOML", "the weights of its network")
    try:
        file = read_arrays(path)
        found = {name: np.asarray(file[name], np.float64) for name in ARRAYS}
    except (KeyError, ValueError) as fault:
        raise PolicyError(path.name, f"cannot be read ({fault})", "the arrays " + ", ".join(ARRAYS)) from None
    hidden = len(found["row_bias"])
    for (name, array), shape in zip(found.items(), shapes(len(columns), hidden, outputs), strict=True):
        if array.shape != shape:
            raise PolicyError(f"{path.name}: {name}", f"found shape {array.shape}", f"{shape}")
        if (on_grid(array) != array).any():
            allowed = f"multiples of 2**-14 within {LARGEST_WEIGHT:g} either way"
            raise PolicyError(f"{path.name}: {name}", "found other weights", allowed)
    return Network(columns, **found)


def write_network(path: Path, network: Network) -> None:
    """Write the weights, aside and then renamed."""
    with written_aside(path) as aside, aside.open("wb") as file:
        np.savez(file, **{name: getattr(network, name) for name in ARRAYS})


def on_grid(weights: Any) -> Floats:
    """Weights rounded to multiples of 2**-14, within 64 either way.

    >>> bool(on_grid(0.1) == 1638 / 2**14)
    True
    """
    return np.asarray(np.rint(np.clip(np.asarray(weights, np.float64), -LARGEST_WEIGHT, LARGEST_WEIGHT) * GRID) / GRID)


def shapes(columns: int, hidden: int, outputs: int) -> list[tuple[int, ...]]:
    """Of the arrays, in the order of `ARRAYS`."""
    square = (hidden, hidden)
    return [(hidden, columns + 1), (hidden,), square, (hidden,), (hidden, 2 * hidden), (outputs, hidden), (outputs,)]
