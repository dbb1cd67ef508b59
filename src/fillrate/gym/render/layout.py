"""Where the places of a world and their names lie on the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.render.geography import Box, apart, around, beside, fitted, middle_of
from fillrate.world import World
from fillrate.world.network import Location, Region

__all__ = ["CARD", "CIRCLE", "FRAME", "Layout"]

FRAME: Box = (24.0, 132.0, 776.0, 650.0)  # of the map, pixels of the sheet
INSIDE: Box = (88.0, 186.0, 712.0, 604.0)  # where the middles of what is shown may lie
CARD, CIRCLE = 21.0, 14.0  # half a location's card, radius of a region, pixels
BADGE = 12.0  # half a badge at a card's corner
MOST = 60  # places that there is room for names of
SHORT = 130.0  # a lane whose cost can stand at its middle only
COUNTS = "888 of 8.8k"  # the longest that is usual under a location's name

Points = NDArray[np.float64]
Measure = Callable[[str, bool], float]  # width of words, bold or not


class Layout:
    """Points of locations and regions, boxes of their names."""

    def __init__(self, world: World, measure: Measure) -> None:
        """Lay a world out.

        Args:
            world: whose locations and regions.
            measure: width that a name takes, pixels; of a location's it is bold.
        """
        self.every: list[Location | Region] = [*world.locations, *world.regions]
        self.sites = len(world.locations)
        self.few = len(self.every) <= MOST
        self.radii = [CARD + 3] * self.sites + [CIRCLE + 5] * len(world.regions)
        points = fitted([e.latitude for e in self.every], [e.longitude for e in self.every], INSIDE, 1.5)
        self.points = apart(points, self._reach(), INSIDE) if self.few else points
        self.site_at, self.region_at = self.points[: self.sites], self.points[self.sites :]
        sizes = [self._size(n, measure) for n in range(len(self.every))]
        self.names = beside(self.points, self.radii, sizes, FRAME, [*self.badges(), *self._short_lanes()])

    def _reach(self) -> Any:
        """(places, places) how far apart they are shown at least; between a location and a region a lane is seen."""
        radii, site = np.asarray(self.radii), np.arange(len(self.radii)) < self.sites
        lane = min(150.0, max(34.0, 500.0 / len(radii)))
        return np.add.outer(radii, radii) + np.where(site[:, None] == site, 10.0, lane)

    def _size(self, n: int, measure: Measure) -> tuple[float, float]:
        """Of a name, with the counts under a location's; nothing where there are too many of them."""
        site = n < self.sites
        if not (self.few or (site and self.sites <= MOST)):
            return 0.0, 0.0
        width = measure(self.every[n].name, site)
        return (max(width, measure(COUNTS, False)), 30.0) if site else (width + 4, 17.0)

    def named(self, n: int) -> str:
        """The name that is shown of the n-th place, perhaps none."""
        left, _, right, _ = self.names[n]
        return self.every[n].name if right > left else ""

    def side(self, n: int) -> tuple[str, float]:
        """How a name is aligned so that it stays near its place, and where it begins, ends or has its middle."""
        (left, _, right, _), x = self.names[n], float(self.points[n, 0])
        if left >= x:
            return "left", left
        return ("right", right) if right <= x else ("center", (left + right) / 2)

    def badges(self) -> Iterator[Box]:
        """Boxes of the badges at the corners of cards."""
        for x, y in self.site_at.tolist():
            yield x + CARD - BADGE, y + CARD - BADGE, x + CARD + BADGE, y + CARD + BADGE

    def kept(self) -> list[Box]:
        """Everything on which no cost should stand."""
        rings = zip(self.points.tolist(), self.radii, strict=True)
        return [*self.names, *self.badges(), *((x - r, y - r, x + r, y + r) for (x, y), r in rings)]

    def _short_lanes(self) -> Iterator[Box]:
        """Rooms for the costs of lanes so short that they can stand nowhere else."""
        for site in self.site_at if self.few else ():
            for region in self.region_at:
                if np.hypot(*(site - region)) < SHORT:
                    yield around(*middle_of(site, region))
