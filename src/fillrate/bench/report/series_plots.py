"""Plots of what happened in the runs: stock over time, and a map of the units shipped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fillrate.bench.report.content import Flows, Series
from fillrate.bench.report.drawing import GREY, INK, WIDTH, bare, folded, inline_svg, name_lines, room, tick

__all__ = ["flow_map", "stock_plot"]

WIDEST = 7.0  # points: the line of the largest flow


def stock_plot(stock: Mapping[str, Series], names: Sequence[str], colour: Mapping[str, str]) -> str:
    """Units on hand over the days, a line per policy, each named at its end."""
    labels = {name: folded(name) for name in names}
    leading = 24 if any("\n" in label for label in labels.values()) else 13  # points

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.075, 0.125, 0.905 - room(labels.values(), 9) / WIDTH, 0.86))
        bare(axes, grid="y")
        for name in reversed(names):  # the best on top
            axes.plot(*stock[name], color=colour[name], linewidth=1.5)
        axes.margins(x=0)
        axes.set_xlabel("day")
        axes.set_ylabel("units on hand")
        axes.yaxis.set_major_formatter(tick)
        name_lines(axes, {name: stock[name][1][-1] for name in names}, colour, leading, labels)

    return inline_svg("stock", 3.6, draw, "Units on hand over time by policy")


def flow_map(flows: Flows, names: Sequence[str], colour: Mapping[str, str]) -> str:
    """Locations, regions and the units shipped between them: a panel per policy, all on one scale."""
    largest = max((units for name in names for units in flows.units[name].values()), default=0.0) or 1.0
    west, east, south, north = _frame([*flows.locations.values(), *flows.regions.values()])
    stretch = 1 / max(0.2, math.cos(math.radians((south + north) / 2)))  # a degree of latitude against one of longitude
    panel = WIDTH * 0.92 / len(names)
    titles = {name: f"{name}: {sum(flows.units[name].values()):,.0f} units shipped" for name in names}
    titles = {name: folded(words, int(panel / (0.65 * 9.5 / 72))) for name, words in titles.items()}
    above = 0.32 + 0.17 * any("\n" in words for words in titles.values())
    height = min(6.0, max(2.4, panel * (north - south) / (east - west) * stretch)) + 0.8

    def draw(figure: Figure) -> None:
        grid = figure.subplots(1, len(names), squeeze=False, sharex=True, sharey=True)
        figure.subplots_adjust(left=0.06, right=0.99, top=1 - above / height, bottom=0.48 / height, wspace=0.06)
        for axes, name in zip(grid.flat, names, strict=True):
            _shipments(axes, flows, flows.units[name], largest, colour[name])
            axes.set(xlim=(west, east), ylim=(south, north), xlabel="longitude, degrees")
            axes.set_aspect(stretch)
            axes.set_title(titles[name])
        grid[0, 0].set_ylabel("latitude, degrees")

    return inline_svg("map", height, draw, f"Map of units shipped under {' and '.join(names)}")


def _shipments(axes: Axes, flows: Flows, units: Mapping[tuple[str, str], float], largest: float, shade: str) -> None:
    bare(axes)
    for (location, region), shipped in sorted(units.items(), key=lambda item: item[1]):
        if shipped > 0:
            ends = zip(flows.locations[location], flows.regions[region], strict=True)
            width = max(0.3, WIDEST * shipped / largest)
            axes.plot(*ends, color=shade, linewidth=width, alpha=0.5, solid_capstyle="round", zorder=2)
    for name, (x, y) in flows.regions.items():
        axes.plot(x, y, "o", color="white", markeredgecolor=GREY, markersize=4.5, zorder=3)
        axes.annotate(
            name, (x, y), (0, -6), textcoords="offset points", ha="center", va="top", fontsize=7.5, color=GREY
        )
    for name, (x, y) in flows.locations.items():
        axes.plot(x, y, "s", color=INK, markeredgecolor="white", markersize=7.5, zorder=4)
        axes.annotate(
            name, (x, y), (0, 7), textcoords="offset points", ha="center", va="bottom", weight="bold", fontsize=8.5
        )


def _frame(places: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """West, east, south and north of all places with a margin for their names."""
    across, up = [x for x, _ in places], [y for _, y in places]
    wide, tall = max(max(across) - min(across), 0.5), max(max(up) - min(up), 0.5)
    return min(across) - 0.09 * wide, max(across) + 0.09 * wide, min(up) - 0.1 * tall, max(up) + 0.1 * tall
