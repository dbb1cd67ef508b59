"""From a trained network to the one that decides: its weights on the grid on which sums are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from fillrate.decision.network import LARGEST_WEIGHT
from fillrate.decision.scaling import GRID
from fillrate.decision.weights import ARRAYS, Network
from fillrate.learn.network import TableNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["snapped"]


def snapped(network: TableNetwork, columns: tuple[str, ...]) -> Network:
    """The network with weights rounded to multiples of 2**-14, within 64 either way."""
    layers = (
        network.row.weight,
        network.row.bias,
        network.mix.weight,
        network.mix.bias,
        network.table.weight,
        network.score.weight,
        network.score.bias,
    )
    return Network(columns, **{name: _on_grid(layer) for name, layer in zip(ARRAYS, layers, strict=True)})


def _on_grid(layer: Tensor) -> NDArray[np.float64]:
    found = np.clip(layer.detach().numpy().astype(np.float64), -LARGEST_WEIGHT, LARGEST_WEIGHT)
    return np.asarray(np.rint(found * GRID) / GRID)
