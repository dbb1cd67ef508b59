#!/usr/bin/env python3
"""Draw the picture of the README anew: docs/images/regional.svg.

Left, where the units of one run of the world `regional` went, under its best rule; right, how far its other baselines
stay behind that rule, as paired differences over the same orders. Takes a few minutes: 10 runs of each rule.
With --keep DIR finished runs are kept there, and a second call only draws.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

import fillrate
from fillrate.bench.report.drawing import GREY, INK, PALETTE, STYLE, bare, tick
from fillrate.bench.sentences import rivals
from fillrate.bench.showing import shipped_units

WORLD, REPLICATIONS, DAYS, SEED = "regional", 10, 100.0, 0
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "regional.svg"
BESIDE = {  # region -> where its name goes, in points from its circle: (across, up, alignment)
    "paris": (-6, 0, "right"),
    "munich": (7, -2, "left"),
    "brussels": (7, -3, "left"),
    "ruhr": (6, 4, "left"),
    "hamburg": (6, 5, "left"),
    "berlin": (6, 5, "left"),
    "vienna": (7, -3, "left"),
}


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
    for (site, region), shipped in sorted(units.items(), key=lambda item: item[1]):
        ends = zip(sites[site], regions[region], strict=True)
        width = max(0.3, 9.0 * shipped / largest)
        axes.plot(*ends, color=PALETTE[0], linewidth=width, alpha=0.45, solid_capstyle="round")
    for name, at in regions.items():
        axes.plot(*at, "o", color="white", markeredgecolor=GREY, markersize=5, zorder=3)
        if name not in sites or sites[name] != at:
            across, up, side = BESIDE.get(name, (6, 4, "left"))
            axes.annotate(
                name, at, (across, up), textcoords="offset points", ha=side, va="center", color=GREY, fontsize=8.5
            )
    for name, at in sites.items():
        axes.plot(*at, "s", color=INK, markeredgecolor="white", markersize=8, zorder=4)
        axes.annotate(
            name, at, (0, 8), textcoords="offset points", ha="center", va="bottom", weight="bold", fontsize=9, zorder=5
        )
    axes.set_aspect(1.55)  # a degree of latitude is that much longer than one of longitude here
    axes.margins(0.08, 0.09)
    axes.axis("off")


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
