"""Shares of a plan: how often each item of an order should come from each location."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fillrate.model.planning import Kinds
from fillrate.plan.program import Program

__all__ = ["shares_of"]

Floats = NDArray[np.float64]


def shares_of(program: Program, kinds: Kinds, sent: Floats, demand: Floats) -> Floats:
    """(segments * regions * items, locations) shares of an optimum.

    Types of order that are not expected go by SKU, and a SKU that is not expected comes from its home.

    Args:
        program: whose optimum it is.
        kinds: numbers of the items.
        sent: (sent columns,) orders that have an item sent.
        demand: (classes,) orders expected.
    """
    c, world = program.classes, program.world
    cells = len(world.segments) * len(world.regions) * kinds.count
    row = (c.segment[c.of] * len(world.regions) + c.region[c.of]) * kinds.count
    share, total = np.zeros((cells, len(world.locations))), np.zeros(cells)
    for number in (c.number, kinds.by_sku + c.sku) if c.by_type else (c.number,):
        at = row + number
        np.add.at(share, (at[program.item], program.place), sent)
        total += np.bincount(at, demand[c.of], cells)
    known = total > 0.0
    share[known] /= total[known, None]
    return np.where(known[:, None], np.minimum(share, 1.0), _homes(program, kinds, cells))


def _homes(program: Program, kinds: Kinds, cells: int) -> Floats:
    """(segments * regions * items, locations) 1 at the region's home for the item."""
    world, tables = program.world, program.world.tables
    sku_of = np.zeros(kinds.count, np.int64)
    for items in kinds.item_of:
        sku_of[items] = np.arange(kinds.skus)
    home = np.tile(tables.homes[:, sku_of], (len(world.segments), 1, 1)).ravel()
    share = np.zeros((cells, len(world.locations)))
    there = np.flatnonzero(home >= 0)
    share[there, tables.pair_location[home[there]]] = 1.0
    return share
