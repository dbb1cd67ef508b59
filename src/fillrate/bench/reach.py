"""How many locations may serve a region: the nearest few, or a chain around a ring, the two classic designs.

Jordan and Graves (1995), "Principles on the benefits of manufacturing process flexibility", Management Science 41(4):
a little flexibility, laid out as one long chain, brings nearly all that full flexibility would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fillrate.world import World
from fillrate.world.network import Lane

__all__ = ["served_by_chain", "served_by_nearest"]


def served_by_nearest(world: World, number: int) -> World:
    """Each region keeps the lanes to the first `number` locations of its order: the cheapest, as a rule the nearest."""
    order = world.tables.region_order
    return _without_lanes(world, lambda region: set(order[region][:number]))


def served_by_chain(world: World, number: int) -> World:
    """Each region keeps its home and the `number` − 1 locations that follow around a ring.

    The ring runs west to east and back: it visits the locations by longitude. A region's home is the first of its
    order. Where a lane of the chain does not exist, it is not made.
    """
    order, places = world.tables.region_order, world.locations
    ring = sorted(range(len(places)), key=lambda l: (places[l].longitude, l))
    position = {l: n for n, l in enumerate(ring)}

    def kept(region: int) -> set[int]:
        if not order[region]:
            return set()
        start = position[order[region][0]]
        return {ring[(start + step) % len(ring)] for step in range(min(number, len(ring)))}

    return _without_lanes(world, kept)


def _without_lanes(world: World, kept: Callable[[int], set[int]]) -> World:
    """The world with every lane closed that is not kept; terms of stated lanes stay."""
    lanes = {(lane.location, lane.region): lane for lane in world.lanes}
    for r, region in enumerate(world.regions):
        left = kept(r)
        for l, place in enumerate(world.locations):
            if l not in left and world.tables.exists[r, l]:
                key = place.name, region.name
                lanes[key] = replace(lanes.get(key, Lane(*key)), closed=True)
    return replace(world, lanes=tuple(lanes.values()))
