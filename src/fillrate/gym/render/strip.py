"""The strip below: the contribution over the episode so far."""

from __future__ import annotations

import numpy as np
from matplotlib.collections import PolyCollection

from fillrate.gym.render.geography import Box
from fillrate.gym.render.scene import Scene
from fillrate.gym.render.sheet import BLUE, GREY, LINE, PALE, STILL, Sheet
from fillrate.gym.render.words import clock, money
from fillrate.world import World

__all__ = ["Strip"]

FRAME: Box = (24.0, 16.0, 1256.0, 116.0)
PLOT: Box = (40.0, 36.0, 1130.0, 92.0)


class Strip:
    """A line from the first decision to now, and its value now."""

    def __init__(self, sheet: Sheet, world: World) -> None:
        """Draw what stays."""
        self.currency = world.money.currency
        sheet.card(FRAME, facecolor=PALE, edgecolor="none", **STILL)
        sheet.text(PLOT[0], 104, "contribution so far", color=GREY, **STILL)
        self.zero = sheet.line(color=LINE, linewidth=1.0)
        self.fill = sheet.add(PolyCollection([], facecolors=BLUE, edgecolors="none", alpha=0.12))
        self.line = sheet.line(color=BLUE, linewidth=1.8)
        self.end = sheet.line(color=BLUE, marker="o", markersize=6)
        self.value = sheet.text(PLOT[2] + 10, 0, size=9, color=BLUE, weight="bold")
        self.first = sheet.text(PLOT[0], 26, color=GREY)
        self.now = sheet.text(PLOT[2], 26, color=GREY, ha="right")

    def update(self, scene: Scene) -> None:
        """Show a scene."""
        days, earned = (np.array(each) for each in zip(*scene.history, strict=True))
        low, high = float(earned.min()), float(earned.max())
        span = float(days[-1] - days[0])
        share = (days - days[0]) / span if span > 0 else np.linspace(0, 1, len(days))  # all at one instant: by decision
        x = PLOT[0] + (PLOT[2] - PLOT[0]) * share
        scale = (PLOT[3] - PLOT[1]) / max(high - low, 1e-9)
        y, zero = PLOT[1] + scale * (earned - low), PLOT[1] - scale * low
        self.line.set_data(x, y)
        inside = low <= 0.0 <= high  # else an area to the zero line would not be the money
        self.fill.set_verts([np.column_stack([[x[0], *x, x[-1]], [zero, *y, zero]])] if inside else [])
        self.zero.set_data([PLOT[0], PLOT[2]] if inside else [], [zero, zero] if inside else [])
        self.end.set_data(x[-1:], y[-1:])
        self.value.set(y=min(max(float(y[-1]), 32.0), 100.0), text=money(scene.contribution, self.currency))
        self.first.set_text(f"{clock(float(days[0]))}: {money(float(earned[0]), self.currency)}")
        self.now.set_text(clock(float(days[-1])))
