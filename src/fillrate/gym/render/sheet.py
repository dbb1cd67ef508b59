"""The sheet that a picture is drawn on: one pair of axes of 1280 by 720 pixels, and what is put on it."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from fillrate.bench.report.drawing import GREY, INK, PALETTE, STYLE
from fillrate.gym.render.geography import Box

__all__ = [
    "AMBER",
    "BLUE",
    "DPI",
    "GREY",
    "HEIGHT",
    "INK",
    "LINE",
    "ORANGE",
    "PALE",
    "RED",
    "STILL",
    "WIDTH",
    "Sheet",
    "short",
]

WIDTH, HEIGHT, DPI = 1280, 720, 100
BLUE, ORANGE, AMBER = PALETTE[0], PALETTE[1], PALETTE[4]
RED, PALE, LINE = "#c62828", "#f3f6f9", "#d9dee4"
STILL: dict[str, Any] = {"zorder": 0.5}  # what never changes, and lies under what does
SMALL = 8.5  # points: 12 pixels, the smallest letters


class Sheet:
    """A figure's one pair of axes, measured in pixels from the lower left corner."""

    def __init__(self, figure: Figure) -> None:
        """Clear the figure."""
        figure.clear()
        figure.set_facecolor("white")
        self.figure = figure
        self.axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(0, HEIGHT)
        self.axes.set_axis_off()

    def text(self, x: float, y: float, words: str = "", size: float = SMALL, **style: Any) -> Text:
        """Words at a point; vertically centred unless said otherwise."""
        with mpl.rc_context(STYLE):  # type: ignore[arg-type]
            return self.axes.text(x, y, words, size=size, **{"va": "center", "color": INK, **style})

    def line(self, **style: Any) -> Line2D:
        """A line without points."""
        return self.axes.add_line(Line2D([], [], **{"color": INK, "solid_capstyle": "round", **style}))

    def card(self, box: Box, **style: Any) -> FancyBboxPatch:
        """A rectangle with round corners."""
        left, bottom, right, top = box
        shape = "round,pad=0,rounding_size=5"
        patch = FancyBboxPatch((left, bottom), right - left, top - bottom, boxstyle=shape)
        patch.set(**{"facecolor": "white", "edgecolor": LINE, **style})
        self.axes.add_patch(patch)
        return patch

    def add(self, artist: Artist) -> Any:
        """A collection that is filled later; it does not move the limits."""
        self.axes.add_artist(artist)
        artist.set_clip_on(False)
        return artist

    @property
    def moving(self) -> list[Artist]:
        """Everything else, what lies below first."""
        axes = self.axes
        every: list[Artist] = [*axes.patches, *axes.lines, *axes.collections, *axes.texts]
        return sorted((a for a in every if a.get_zorder() > STILL["zorder"]), key=lambda a: a.get_zorder())

    def size(self, words: str, size: float = SMALL, **style: Any) -> tuple[float, float]:
        """Width and height that words take, pixels of the sheet."""
        text = self.text(0, 0, words, size, **style)
        box = text.get_window_extent().transformed(self.axes.transData.inverted())
        text.remove()
        return float(box.width), float(box.height)


def short(units: float) -> str:
    """A count in at most four signs.

    >>> short(87), short(1234), short(45600), short(2_000_000)
    ('87', '1.2k', '46k', '2M')
    """
    for size, sign in ((1e6, "M"), (1e3, "k")):
        if units >= 0.9995 * size:
            count = units / size
            return f"{count:.1f}".removesuffix(".0") + sign if count < 9.95 else f"{count:.0f}{sign}"
    return f"{units:.0f}"
