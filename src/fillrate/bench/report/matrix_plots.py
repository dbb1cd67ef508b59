"""Plots of a matrix: how far each policy is behind the best of a case, performance profiles, curves along an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from fillrate.bench import figures
from fillrate.bench.along import Along, Step
from fillrate.bench.matrix import Cell, Matrix
from fillrate.bench.profiles import cost_ratios, profile
from fillrate.bench.report.drawing import (
    GREY,
    INK,
    LIGHT,
    WIDTH,
    bare,
    folded,
    inline_svg,
    name_lines,
    room,
    spread,
    tick,
)
from fillrate.bench.verdicts import Definitions, title, unit

__all__ = ["along_plot", "behind_plot", "profile_plot"]

MARKS = ("o", "v", "^", "<", ">", "X", "D", "P")
MARK: Any = {"markersize": 7, "markeredgewidth": 1.3}
LINEAR = 1.0  # percent: below this the scale is linear, above it logarithmic
TICKS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


def behind_plot(matrix: Matrix, colour: Mapping[str, str]) -> str:
    """A row per policy, a mark per case: percent behind the best policy of the case."""
    names = [name for name in matrix.policies if matrix.row(name)]
    labels = [folded(name) for name in names]
    size = 8.0 if any("\n" in label for label in labels) else 9.5
    height, left = 0.95 + 0.34 * len(names), max(1.2, room(labels, size)) / WIDTH
    marked = len(matrix.cases) <= len(MARKS)
    marks = dict(zip(matrix.cases, MARKS, strict=False)) if marked else dict.fromkeys(matrix.cases, "o")
    shares = [100 * c.share for c in matrix.cells.values() if c.share is not None]

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((left, 0.5 / height, 0.97 - left, 1 - 0.95 / height))
        bare(axes, grid="x")
        axes.spines["left"].set_visible(False)
        for row, name in enumerate(names):
            _behind_row(axes, row, matrix.row(name), marks, colour[name], first_filled=marked)
        axes.set_yticks(range(len(names)), labels, color=INK, fontsize=size)
        axes.set_ylim(len(names) - 0.5, -0.5)
        _percent_axis(axes, 1.15 * max([*shares, LINEAR]))
        axes.set_xlabel(f"behind the best policy of the case, % of its {matrix.measure}")
        if marked:
            _legend(figure, matrix.cases, marks, 1 - 0.2 / height)

    return inline_svg("behind", height, draw, "How far each policy is behind the best of each case")


def _behind_row(
    axes: Axes, row: int, cells: Mapping[str, Cell], marks: Mapping[str, str], shade: str, *, first_filled: bool
) -> None:
    """A policy's marks on a bar from its best case to its worst."""
    shares = {case: 100 * c.share for case, c in cells.items() if c.share is not None}
    if not shares:
        return
    ends = [min(shares.values()), max(shares.values())]
    axes.plot(ends, [row, row], color=LIGHT, linewidth=5, zorder=1, solid_capstyle="round")
    for n, (case, share) in enumerate(shares.items()):
        full = shade if n == 0 and first_filled else "white"
        axes.plot(share, row, marks[case], color=full, markeredgecolor=shade, **MARK, zorder=3, clip_on=False)


def _percent_axis(axes: Axes, most: float) -> None:
    """Linear up to one per cent, logarithmic above."""
    axes.set_xscale("symlog", linthresh=LINEAR, linscale=0.6)
    axes.set_xlim(-0.02 * LINEAR, most)
    axes.xaxis.set_major_locator(FixedLocator([t for t in TICKS if t <= most]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(tick)


def _legend(figure: Figure, cases: Sequence[str], marks: Mapping[str, str], y: float) -> None:
    """The marks by case in one line, the first one filled."""
    full = [GREY, *["white"] * (len(cases) - 1)]
    handles = [
        Line2D([], [], linestyle="", marker=marks[case], color=shade, markeredgecolor=GREY, label=case, markersize=7)
        for case, shade in zip(cases, full, strict=True)
    ]
    look: Any = {"frameon": False, "fontsize": 8.5, "handletextpad": 0.1, "columnspacing": 1.1}
    figure.legend(handles=handles, loc="center right", bbox_to_anchor=(0.985, y), ncols=len(cases), **look)


def profile_plot(matrix: Matrix, names: Sequence[str], colour: Mapping[str, str]) -> str:
    """Performance profiles over the cases, each named at its end; empty where no case has a cost to divide by."""
    ratios = cost_ratios(matrix)
    found = {name: profile(ratios[name]) for name in names if ratios[name]}
    if not found:
        return ""
    most = 1.05 * max(x for xs, _ in found.values() for x in xs)
    end = min(max(most, 1.1), 4.0)

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.075, 0.14, 0.905 - room(found, 9) / WIDTH, 0.84))
        bare(axes)
        for name in reversed(list(found)):
            xs, ys = found[name]
            inside = [(x, y) for x, y in zip(xs, ys, strict=True) if x <= end]
            across = [1.0, *(x for x, _ in inside), end]
            up = [0.0, *(y for _, y in inside)]
            up = [*up, up[-1]]
            axes.step(across, up, where="post", color=colour[name], linewidth=1.8, clip_on=False)
        axes.set_xlim(1.0, end)
        axes.set_ylim(0.0, 1.02)
        axes.set_xlabel("controllable cost, times that of the cheapest policy of the case")
        axes.set_ylabel("share of the cases")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.xaxis.set_major_formatter(FuncFormatter(tick))
        ends = ((n, [y for x, y in zip(*found[n], strict=True) if x <= end]) for n in reversed(list(found)))
        last = {name: max(ys, default=0.0) for name, ys in ends}  # the first stands on top of its equals
        heights = spread(list(last.values()), 0.055)
        above = max(0.0, max(heights) - 1.0)
        heights = [height - above for height in heights]
        name_lines(axes, dict(zip(last, heights, strict=True)), colour, 0)

    return inline_svg("profile", 3.6, draw, "Performance profiles over the cases")


def along_plot(found: Along, definitions: Definitions, colour: Mapping[str, str]) -> str:
    """A line per policy over the variants: the change since the first variant with its interval."""
    first = next(iter(found.steps.values()))
    factor = figures.scale_of(unit(found.metric, definitions)).factor

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.085, 0.14, 0.895 - room(found.steps, 9) / WIDTH, 0.84))
        bare(axes, grid="y")
        axes.axhline(0, color=LIGHT, linewidth=1)
        known = {n: steps for n, steps in found.steps.items() if any(s.difference is not None for s in steps)}
        ends = {name: _curve(axes, steps, factor, colour[name]) for name, steps in known.items()}
        axes.set_xticks(range(len(first)), [step.variant for step in first], color=INK)
        axes.set_xlim(-0.2, len(first) - 0.8)
        axes.set_ylabel(f"{title(found.metric, definitions)}, change since {first[0].variant}")
        axes.yaxis.set_major_formatter(tick)
        name_lines(axes, ends, colour, 13)

    return inline_svg(f"along {found.world}", 3.8, draw, f"{title(found.metric, definitions)} along {found.axis}")


def _curve(axes: Axes, steps: Sequence[Step], factor: float, shade: str) -> float:
    """A policy's line with its intervals; returns where it ends."""
    points = [(n, s.difference * factor) for n, s in enumerate(steps) if s.difference is not None]
    axes.plot(*zip(*points, strict=True), "o-", color=shade, linewidth=1.8, markersize=6, markeredgecolor="white")
    for n, step in enumerate(steps):
        if step.low is not None and step.high is not None:
            axes.plot([n, n], [step.low * factor, step.high * factor], color=shade, linewidth=1.4, alpha=0.6)
    return points[-1][1]
