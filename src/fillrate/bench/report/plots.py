"""Plots of the comparison itself: service against cost, paired differences to the best, service by segment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Transform, blended_transform_factory

from fillrate.bench import figures
from fillrate.bench.comparison import Comparison, Pair
from fillrate.bench.frontier import far_off, frontier
from fillrate.bench.report.drawing import GREY, INK, WIDTH, bare, folded, inline_svg, room, spread, tick
from fillrate.bench.sentences import rivals
from fillrate.bench.standing import shared_decimals
from fillrate.bench.statistics import Estimate
from fillrate.bench.verdicts import Definitions, title, unit, within

__all__ = ["differences_plot", "parts_plot", "tradeoff_plot"]

DOMINATED = "#a9b4bf"
NEAR = 5.0  # points of type between two marks that lie on each other
BESIDE = (0.605, 0.83)  # where the columns of words right of the differences begin, as a share of the width


def tradeoff_plot(
    comparison: Comparison, definitions: Definitions, x: str, y: str, colour_of: Mapping[str, str]
) -> str:
    """Service against cost: a point per policy with the intervals of both; dominated policies are grey."""
    far = far_off(comparison)
    points = {
        n: (within(e[x], x, definitions), within(e[y], y, definitions))
        for n, e in ((n, comparison.policies[n]) for n in colour_of)  # best first
        if e[x].mean is not None and e[y].mean is not None and n not in far
    }

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.075, 0.105, 0.9, 0.88))
        bare(axes)
        scales = [figures.scale_of(unit(key, definitions)).factor for key in (x, y)]
        places = {n: (_scaled(a, scales[0]), _scaled(b, scales[1])) for n, (a, b) in points.items()}
        best = frontier(comparison)
        colour = {name: shade if name in best else DOMINATED for name, shade in colour_of.items()}
        axes.plot(
            *zip(*((places[n][0][0], places[n][1][0]) for n in best), strict=True), color="#9fb3c8", lw=1.2, zorder=0
        )
        for name, (across, up) in reversed(places.items()):  # the best on top
            axes.plot(across[1:], [up[0]] * 2, color=colour[name], linewidth=1.6, alpha=0.55, solid_capstyle="round")
            axes.plot([across[0]] * 2, up[1:], color=colour[name], linewidth=1.6, alpha=0.55, solid_capstyle="round")
            axes.plot(across[0], up[0], "o", color=colour[name], markersize=8, markeredgecolor="white")
        axes.margins(x=0.09, y=0.1)
        axes.text(0.008, 0.985, "↖ better", transform=axes.transAxes, va="top", color=GREY)
        _beside_points(axes, {n: (a[0], b[0]) for n, (a, b) in places.items()})
        axes.set_xlabel(_axis_title(x, definitions))
        axes.set_ylabel(_axis_title(y, definitions))
        axes.xaxis.set_major_formatter(tick)

    return inline_svg("tradeoff", 4.5, draw, f"{title(y, definitions)} against {title(x, definitions)} by policy")


def differences_plot(comparison: Comparison, definitions: Definitions, colour: Mapping[str, str]) -> str:
    """Paired differences to the best policy on the deciding metric (forest plot), with numbers and verdicts."""
    pairs = [pair.turned() for pair in rivals(comparison) if pair.difference is not None]
    scale = figures.scale_of(unit(comparison.best.metric, definitions)).factor

    best, names = comparison.best.policy, [folded(n) for n in (comparison.best.policy, *(pair.a for pair in pairs))]
    size = 8.0 if any("\n" in name for name in names) else 9.5
    height, left = 0.8 + 0.31 * len(names), max(1.2, room(names, size)) / WIDTH

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((left, 0.5 / height, 0.58 - left, 1 - 0.75 / height))
        bare(axes, grid="x")
        axes.spines["left"].set_visible(False)
        axes.axvline(0, color=colour[best], linewidth=1.2)
        axes.plot(0, 0, "o", color=colour[best], markersize=7, markeredgecolor="white")
        axes.text(BESIDE[1], 0, "best mean", transform=_beside(axes), va="center", fontsize=9)
        decimals = shared_decimals([_estimate(pair) for pair in pairs], scale)
        for row, pair in enumerate(pairs, 1):
            _difference_row(axes, row, pair, scale, decimals, colour[pair.a])
        axes.set_yticks(range(len(names)), names, color=INK, fontsize=size)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(tick)
        less = best if folded(best) == best else "the best"
        axes.set_xlabel(f"{_axis_title(comparison.best.metric, definitions)}: policy minus {less}")
        for x, words in zip(BESIDE, ("difference (95 % interval)", "verdict"), strict=True):
            figure.text(x, 1 - 0.21 / height, words, color=GREY, fontsize=8.5)

    return inline_svg("differences", height, draw, f"Paired differences to {best} with intervals")


def parts_plot(
    comparison: Comparison,
    definitions: Definitions,
    parts: Mapping[str, str],
    names: Sequence[str],
    colour: Mapping[str, str],
) -> str:
    """A metric by part (segments, say): a panel per part, in it a bar per policy with its interval and value.

    Args:
        comparison: the estimates.
        definitions: the metric table.
        parts: metric key by name of the part.
        names: policies, from top to bottom.
        colour: colour by policy.
    """
    columns = min(3, len(parts))
    rows = math.ceil(len(parts) / columns)
    first = next(iter(parts.values()))
    scale = figures.scale_of(unit(first, definitions))
    decimals = shared_decimals([comparison.policies[n][key] for n in names for key in parts.values()], scale.factor)
    labels = [folded(name) for name in names]
    size = 7.5 if any("\n" in label for label in labels) else 9.0
    left = max(1.2, room(labels, size)) / WIDTH
    panel = WIDTH * (0.94 - left) / (columns + 0.26 * (columns - 1))
    titles = {part: folded(part, int(panel / (0.65 * 9.5 / 72))) for part in parts}
    above = 0.3 + 0.17 * any("\n" in words for words in titles.values())
    height = rows * (0.15 + above + 0.27 * len(names))

    def draw(figure: Figure) -> None:
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        figure.subplots_adjust(left=left, right=0.94, top=1 - above / height, bottom=0.05 / height, wspace=0.26)
        for axes in grid.flat[len(parts) :]:
            axes.set_visible(False)
        for axes, (part, key) in zip(grid.flat, parts.items(), strict=False):
            estimates = [within(comparison.policies[n][key], key, definitions) for n in names]
            _bars(axes, estimates, [colour[n] for n in names], scale, decimals)
            axes.set_title(titles[part])
            axes.set_yticks(range(len(names)), labels, color=INK, fontsize=size)
            axes.set_ylim(len(names) - 0.5, -0.5)

    return inline_svg("parts", height, draw, f"{title(first, definitions)} and of the other parts, by policy")


def _bars(
    axes: Axes, estimates: Sequence[Estimate], colour: Sequence[str], scale: figures.Scale, decimals: int
) -> None:
    bare(axes, grid="none")
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    for row, (estimate, shade) in enumerate(zip(estimates, colour, strict=True)):
        if estimate.mean is None:
            axes.text(0, row, f" {figures.UNDEFINED}", va="center", color=GREY)
            continue
        mean, low, high = _scaled(estimate, scale.factor)
        axes.barh(row, mean, height=0.7, color=shade, alpha=0.85)
        axes.plot([low, high], [row, row], color=INK, linewidth=1.4)
        label = figures.text(mean, decimals) + scale.suffix
        axes.annotate(label, (max(mean, high), row), (5, 0), textcoords="offset points", va="center", fontsize=8.5)


def _difference_row(axes: Axes, row: int, pair: Pair, scale: float, decimals: int, shade: str) -> None:
    mean, low, high = _scaled(_estimate(pair), scale)
    axes.plot([low, high], [row, row], color=shade, linewidth=2, solid_capstyle="round")
    axes.plot(mean, row, "o", color=shade, markersize=7, markeredgecolor="white")
    interval = "" if pair.low is None else f"  ({figures.interval_text(low, high, decimals)})"
    words = {"a_better": "better", "b_better": "worse", "not_shown": "not shown"}[pair.verdict]
    chance = "one run only" if pair.p_value is None else figures.p_text(pair.p_value)
    for x, what in zip(BESIDE, (figures.text(mean, decimals) + interval, f"{words} ({chance})"), strict=True):
        axes.text(x, row, what, transform=_beside(axes), va="center", fontsize=9)


def _beside(axes: Axes) -> Transform:
    """Across the whole figure, down by the rows of the plot."""
    return blended_transform_factory(axes.figure.transFigure, axes.transData)


def _beside_points(axes: Axes, points: Mapping[str, tuple[float, float]]) -> None:
    """Names right of and above their points, moved apart where they would touch, with a hair line to the point then."""
    low, high = axes.get_ylim()
    inches = axes.get_window_extent().transformed(axes.figure.dpi_scale_trans.inverted())
    left, right = axes.get_xlim()
    point = (high - low) / (72 * inches.height)
    said = _together(points, (NEAR * (right - left) / (72 * inches.width), NEAR * point))
    names, places = [folded(name) for name in said], list(said.values())
    ends = [left + (x - left) / (0.95 - room([n]) / inches.width) for n, (x, _) in zip(names, places, strict=True)]
    axes.set_xlim(left, max(right, *ends))  # so far that every name fits
    wanted = [y + 3 * point for _, y in places]
    gap = (26 if any("\n" in name for name in names) else 14) * point
    for name, (x, y), want, height in zip(names, places, wanted, spread(wanted, gap), strict=True):
        across = x + (0.024 if abs(height - want) > 4 * point else 0.011) * (right - left)
        if abs(height - want) > 4 * point:
            axes.plot([x, across], [y, height + 4 * point], color=GREY, linewidth=0.7, zorder=1)
        axes.text(across, height, name, va="bottom", color=INK, fontsize=9.5)


def _together(points: Mapping[str, tuple[float, float]], near: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """What to write at which point: one that lies on another is counted there.

    >>> _together({"a": (1.0, 1.0), "b": (1.0, 1.1), "c": (5.0, 1.0), "d": (0.9, 1.0)}, (0.2, 0.2))
    {'a and 2 others': (1.0, 1.0), 'c': (5.0, 1.0)}
    """
    others: dict[str, int] = {}
    for name, place in points.items():
        on_it = (f for f in others if all(abs(a - b) <= n for a, b, n in zip(points[f], place, near, strict=True)))
        first = next(on_it, name)
        others[first] = others.get(first, -1) + 1
    return {first + f" and {n} other{'s' * (n > 1)}" * (n > 0): points[first] for first, n in others.items()}


def _scaled(estimate: Estimate, factor: float) -> tuple[float, float, float]:
    """Mean, low and high in the unit shown; without an interval all three are the mean."""
    mean = (estimate.mean or 0.0) * factor
    ends = (estimate.low, estimate.high)
    low, high = (mean if end is None else end * factor for end in ends)
    return mean, low, high


def _estimate(pair: Pair) -> Estimate:
    return Estimate(pair.difference, pair.low, pair.high, 0)


def _axis_title(key: str, definitions: Definitions) -> str:
    suffix = figures.scale_of(unit(key, definitions)).suffix.strip()
    return title(key, definitions) + (f", {suffix}" if suffix else "")
