"""From a trained network to the one that decides: its weights on the grid on which sums are exact."""

from __future__ import annotations

from fillrate.decision.weights import ARRAYS, Network, on_grid
from fillrate.learn.network import TableNetwork

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
    return Network(columns, **{name: on_grid(layer.detach()) for name, layer in zip(ARRAYS, layers, strict=True)})
