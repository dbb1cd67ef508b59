#!/usr/bin/env python3
"""Draw the picture of the README anew: docs/images/regional.svg.

Left, where the units of one run of the world `regional` went, under its best rule; right, how far its other baselines
stay behind that rule, as paired differences over the same orders. Takes a few minutes: 10 runs of each rule.
With --keep DIR finished runs are kept there, and a second call only draws.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

import fillrate
from fillrate.bench.report.drawing import GREY, INK, PALETTE, STYLE, bare, tick
from fillrate.bench.sentences import rivals
from fillrate.bench.showing import shipped_units
from fillrate.gym.render.geography import Box, beside, stretch

WORLD, REPLICATIONS, DAYS, SEED = "regional", 10, 100.0, 0
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "regional.svg"
Point = tuple[float, float]
RING = 7.0  # points around a place that its name keeps free


def main() -> None:
    """Run, draw, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", type=Path, help="folder of finished runs")
    keep = parser.parse_args().keep
    found = fillrate.compare(WORLD, replications=REPLICATIONS, seed=SEED, days=DAYS, folder=keep)
    world = fillrate.load_world(WORLD).over(DAYS)
    trace = fillrate.sample(world, SEED)
    journal = fillrate.simulate(world, trace, found.best.policy, journal=True).journal
    style = {**STYLE, "svg.hashsalt": "regional", "svg.fonttype": "path"}  # letters as outlines: no font is needed
    with mpl.rc_context(style):  # type: ignore[arg-type]
        figure = Figure(figsize=(10.4, 4.3))
        draw_flows(figure.add_axes((0.01, 0.01, 0.49, 0.91)), world, shipped_units(journal, trace, world))
        draw_differences(figure.add_axes((0.65, 0.15, 0.335, 0.76)), found)
        for across, title in (
            (0.01, "Where the units went"),
            (0.53, "How far the other rules stay behind, on the same orders"),
        ):
            figure.text(across, 0.945, title, weight="bold", fontsize=10.5)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(PICTURE, facecolor="white", metadata={"Date": None, "Creator": None})
    print(f"wrote {PICTURE}")


def draw_flows(axes: Axes, world: fillrate.World, units: Mapping[tuple[str, str], float]) -> None:
    """Sites, regions and the units shipped between them."""
    sites = {p.name: (p.longitude, p.latitude) for p in world.locations}
    regions = {r.name: (r.longitude, r.latitude) for r in world.regions}
    largest = max(units.values())
    lanes = {}
    for (site, region), shipped in sorted(units.items(), key=lambda item: item[1]):
        width = max(0.3, 9.0 * shipped / largest)
        lanes[sites[site], regions[region]] = width
        axes.plot(
            *zip(sites[site], regions[region], strict=True),
            color=PALETTE[0],
            linewidth=width,
            alpha=0.45,
            solid_capstyle="round",
        )
    axes.plot(*zip(*regions.values(), strict=True), "o", color="white", mec=GREY, markersize=5, zorder=3)
    axes.plot(*zip(*sites.values(), strict=True), "s", color=INK, markeredgecolor="white", markersize=8, zorder=4)
    axes.set_aspect(stretch([up for _, up in (*sites.values(), *regions.values())]))
    axes.margins(0.08, 0.09)
    axes.axis("off")
    elsewhere = {name: at for name, at in regions.items() if sites.get(name) != at}
    draw_names(axes, [*sites.items(), *elsewhere.items()], len(sites), lanes)


def draw_names(
    axes: Axes, places: Sequence[tuple[str, Point]], sites: int, lanes: Mapping[tuple[Point, Point], float]
) -> None:
    """Names beside their places, off the wide lanes; those of the first ones, the sites, are bold."""
    texts = [
        axes.annotate(name, at, (0, 0), textcoords="offset points", va="center", ha="center", zorder=5, fontsize=9)
        for name, at in places
    ]
    for n, text in enumerate(texts):
        text.set(weight="bold" if n < sites else "normal", color=INK if n < sites else GREY)
    axes.apply_aspect()
    points = axes.transData.transform([at for _, at in places])
    sizes = [(box.width + 2, box.height) for box in (text.get_window_extent() for text in texts)]
    window = axes.get_window_extent()
    boxes = beside(
        points, [RING] * len(places), sizes, (window.x0, window.y0, window.x1, window.y1), under(axes, lanes)
    )
    for text, (left, bottom, right, top), (x, y) in zip(texts, boxes, points.tolist(), strict=True):
        text.xyann = ((left + right) / 2 - x, (bottom + top) / 2 - y)


def under(axes: Axes, lanes: Mapping[tuple[Point, Point], float]) -> list[Box]:
    """Boxes along lanes, as wide as they are."""
    boxes: list[Box] = []
    for ends, width in lanes.items():
        start, end = axes.transData.transform(ends)
        for share in np.linspace(0.0, 1.0, 40):
            x, y = start + share * (end - start)
            boxes.append((x - width / 2, y - width / 2, x + width / 2, y + width / 2))
    return boxes


def draw_differences(axes: Axes, found: fillrate.Comparison) -> None:
    """Contribution of every rule less that of the best one, with 95 % intervals."""
    pairs = [pair.turned() for pair in rivals(found)]
    bare(axes, grid="x")
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=INK, linewidth=1.2)
    axes.plot(0, 0, "o", color=INK, markersize=7, markeredgecolor="white")
    for row, pair in enumerate(pairs, 1):
        colour = PALETTE[0] if pair.verdict == "not_shown" else PALETTE[1]
        axes.plot([pair.low or 0.0, pair.high or 0.0], [row, row], color=colour, linewidth=2.2, solid_capstyle="round")
        axes.plot(pair.difference or 0.0, row, "o", color=colour, markersize=7, markeredgecolor="white")
    axes.set_yticks(range(len(pairs) + 1), [found.best.policy, *(pair.a for pair in pairs)], color=INK, fontsize=9.5)
    axes.set_ylim(len(pairs) + 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(tick)
    axes.set_xlabel(f"contribution less that of {found.best.policy}, EUR a run")


if __name__ == "__main__":
    main()
