"""What a unit that is not sent costs, for the programs that weigh it against freight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fillrate.world import World

__all__ = ["Losses"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Losses:
    """Money/unit lost: the segment's loss in the region, and the margin at the price that the segment pays."""

    def __init__(self, world: World) -> None:
        """Read a world's prices, costs and losses."""
        self.price = np.array([sku.price for sku in world.skus])
        self.cost = np.array([sku.cost for sku in world.skus])
        self.factor = np.array([segment.price_factor for segment in world.segments])
        self.loss = np.array(world.tables.loss, np.float64).reshape(len(world.segments), -1)

    def __call__(self, segment: Ints, region: Ints, sku: Ints) -> Floats:
        """Money/unit, for ids of one shape."""
        found: Floats = self.loss[segment, region] + self.price[sku] * self.factor[segment] - self.cost[sku]
        return found
