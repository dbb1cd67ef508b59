"""Lanes of the map: recent flows, what the order at hand could take, and what was taken last."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from fillrate.gym.render.geography import Box, around, bezier, clear
from fillrate.gym.render.layout import FRAME, Layout
from fillrate.gym.render.scene import HOLD, Candidate, Scene
from fillrate.gym.render.sheet import BLUE, GREY, ORANGE, Sheet

__all__ = ["Lanes"]

POINTS = 24  # of a curve
WIDEST = 11.0  # points of the strongest flow
LEAST = 0.02  # share of it below which a flow is not shown
LABELS = 12  # candidates whose costs are written on the map
ALONG = (11, 9, 13, 7, 15, 5, 17, 3)  # points of a curve that its cost may stand at, best first

Points = NDArray[np.float64]


class Lanes:
    """Curves from locations to regions."""

    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        """Nothing flows yet."""
        self.sites, self.regions = layout.site_at, layout.region_at
        self.taken: list[Box] = layout.kept()
        smooth: dict[str, Any] = {"capstyle": "round"}
        self.flows = sheet.add(LineCollection([], colors="#8fb8d8", alpha=0.65, zorder=2, **smooth))
        self.barred = sheet.add(LineCollection([], colors=GREY, linewidths=1.0, linestyles=(0, (1, 3)), zorder=3))
        self.open = sheet.add(LineCollection([], colors=BLUE, linewidths=1.8, linestyles=(0, (4, 2.2)), zorder=3))
        self.last = sheet.line(color=ORANGE, linewidth=3.0, zorder=4)
        self.arrow = sheet.line(color=ORANGE, linestyle="none", markersize=13, zorder=4, mec="white")
        white = {"boxstyle": "round,pad=0.18", "facecolor": "white", "edgecolor": BLUE, "linewidth": 0.8}
        self.costs = [sheet.text(0, 0, ha="center", color=BLUE, bbox=white, zorder=9) for _ in range(LABELS)]

    def update(self, scene: Scene) -> None:
        """Show a scene."""
        self._show_flows(np.array(scene.flows, np.float64))
        decision, taken = scene.decision, scene.taken
        rows = decision.candidates if decision is not None else ()
        region = decision.region if decision is not None else 0
        curves = self._curves([row.location for row in rows], [region] * len(rows))
        self.open.set_segments([c for c, row in zip(curves, rows, strict=True) if row.legal])
        self.barred.set_segments([c for c, row in zip(curves, rows, strict=True) if not row.legal])
        self._show_costs([(c, row) for c, row in zip(curves, rows, strict=True) if row.legal], scene)
        self._show_last(*((taken.location, taken.region) if taken is not None else (HOLD, 0)))

    def _curves(self, sites: Sequence[int], regions: Sequence[int]) -> Points:
        return bezier(self.sites[list(sites)], self.regions[list(regions)], number=POINTS)

    def _show_flows(self, units: NDArray[np.float64]) -> None:
        if units.size == 0 or units.max() <= 0.0:
            self.flows.set_segments([])
            return
        share = units / units.max()
        those = np.nonzero(share > LEAST)
        self.flows.set_segments(list(self._curves(those[0].tolist(), those[1].tolist())))
        self.flows.set_linewidths(0.6 + (WIDEST - 0.6) * share[those])

    def _show_last(self, location: int, region: int) -> None:
        points = self._curves([location], [region])[0] if location != HOLD else np.empty((0, 2))
        self.last.set_data(*points.T)
        self.arrow.set_data(*points[POINTS // 2 : POINTS // 2 + 1].T)
        if len(points):
            way = points[POINTS // 2 + 1] - points[POINTS // 2 - 1]
            self.arrow.set_marker((3, 0, math.degrees(math.atan2(way[1], way[0])) - 90))  # type: ignore[arg-type]

    def _show_costs(self, legal: list[tuple[Points, Candidate]], scene: Scene) -> None:
        """Cost per unit on each legal lane, where it hides nothing."""
        quantity = scene.decision.quantity if scene.decision is not None else 1
        kept = list(self.taken)
        for text in self.costs[len(legal) :]:
            text.set_visible(False)
        for text, (curve, row) in zip(self.costs, legal, strict=False):
            boxes = [around(*curve[n]) for n in ALONG]
            at = clear(boxes, kept, FRAME)
            kept.append(boxes[at])
            text.set(position=curve[ALONG[at]], text=f"{row.cost_per_unit(quantity):.2f}", visible=True)
