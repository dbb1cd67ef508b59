"""From a trained network to the one that decides: its weights on the grid on which sums are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from fillrate.decision.network import LARGEST_WEIGHT
from fillrate.decision.scaling import GRID
from fillrate.learn.network import TableNetwork
from fillrate.policy.network import ARRAYS, Network
from fillrate.policy.spec import Info, Learned, SourceRule

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["learned", "snapped"]


def snapped(network: TableNetwork, columns: tuple[str, ...]) -> Network:
    """The network with weights rounded to multiples of 2**-14, within 64 either way."""
    layers = (
        network.row.weight,
        network.row.bias,
        network.mix.weight,
        network.mix.bias,
        network.table.weight,
        network.score.weight[0],
        network.score.bias,
    )
    return Network(columns, **{name: _on_grid(layer) for name, layer in zip(ARRAYS, layers, strict=True)})


def _on_grid(layer: Tensor) -> NDArray[np.float64]:
    found = np.clip(layer.detach().numpy().astype(np.float64), -LARGEST_WEIGHT, LARGEST_WEIGHT)
    return np.asarray(np.rint(found * GRID) / GRID)


def learned(name: str, network: Network, worlds: tuple[str, ...] = (), title: str = "", about: str = "") -> Learned:
    """The network as a source policy, as it would be read from its folder."""
    info = Info(name, "source", "learned", title, about, REFERENCE, worlds)
    return Learned(info, source=SourceRule(method="network", columns=network.columns), network=network)


REFERENCE = "Zaheer et al. 2017, Deep Sets (network); Huang and Ontañón 2022 (masked policy gradient)."
