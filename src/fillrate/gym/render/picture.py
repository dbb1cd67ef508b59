"""The picture of a scene: a map, the candidate table and the money, on a figure whose artists are used again."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fillrate.gym.render.chart import Chart
from fillrate.gym.render.panel import Panel
from fillrate.gym.render.scene import Scene
from fillrate.gym.render.sheet import DPI, GREY, HEIGHT, STILL, WIDTH, Sheet
from fillrate.gym.render.strip import Strip
from fillrate.gym.render.words import FIGURES, clock, figures
from fillrate.world import World

__all__ = ["SIZE", "Picture"]

SIZE = (WIDTH / DPI, HEIGHT / DPI)  # inches
RIGHT_EDGES = (1256.0, 1090.0, 970.0, 850.0)  # of the figures in the head, from the last to the first


class Picture:
    """A scene drawn on a figure; each `update` moves what has changed."""

    def __init__(self, world: World, figure: Figure | None = None) -> None:
        """Draw what stays, on a figure of `SIZE` (a new one if none is given)."""
        if figure is None:
            figure = Figure(figsize=SIZE, dpi=DPI)
            self.canvas = FigureCanvasAgg(figure)
        self.figure, self.world, self.background = figure, world, None
        self.sheet = sheet = Sheet(figure)
        sheet.text(24, 692, world.name, 17, weight="bold", **STILL)
        self.clock = sheet.text(24 + sheet.size(world.name, 17, weight="bold")[0] + 18, 690, size=12, color=GREY)
        self.figures = []
        for edge in RIGHT_EDGES:
            self.figures.append(sheet.text(edge, 696, size=13, weight="bold", ha="right"))
        for edge, what in zip(RIGHT_EDGES, reversed(FIGURES), strict=True):
            sheet.text(edge, 674, what, color=GREY, ha="right", **STILL)
        self.parts = (Chart(sheet, world), Panel(sheet, world), Strip(sheet, world))

    def update(self, scene: Scene) -> None:
        """Show a scene."""
        self.clock.set_text(f"{clock(scene.now)} of {self.world.days:g}")
        for text, much in zip(self.figures, reversed(figures(self.world, scene)), strict=True):
            text.set_text(much)
        for part in self.parts:
            part.update(scene)

    def array(self) -> NDArray[np.uint8]:
        """(720, 1280, 3) red, green and blue of what is shown: what never changes is drawn once."""
        canvas: Any = self.canvas  # whose methods have no types
        if self.background is None:
            for artist in self.sheet.moving:
                artist.set_animated(True)  # left out of the next drawing
            canvas.draw()
            self.background = canvas.copy_from_bbox(self.figure.bbox)
        canvas.restore_region(self.background)
        for artist in self.sheet.moving:
            self.sheet.axes.draw_artist(artist)
        return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
