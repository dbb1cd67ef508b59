"""Plots of a matrix: how far each policy is behind the best of a case, performance profiles, curves along an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from fillrate.bench import figures
from fillrate.bench.along import Along
from fillrate.bench.matrix import Matrix
from fillrate.bench.profiles import cost_ratios, profile
from fillrate.bench.report.drawing import GREY, INK, WIDTH, bare, inline_svg, room, spread, tick
from fillrate.bench.verdicts import Definitions, title, unit

__all__ = ["along_plot", "behind_plot", "profile_plot"]

MARKS = ("o", "v", "^", "<", ">", "X", "D", "P")
LINEAR = 1.0  # percent: below this the scale is linear, above it logarithmic
TICKS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


def behind_plot(matrix: Matrix, colour: Mapping[str, str]) -> str:
    """A row per policy, a mark per case: percent behind the best policy of the case."""
    names = [name for name in matrix.policies if matrix.row(name)]
    height, left = 0.95 + 0.34 * len(names), max(1.2, room(names)) / WIDTH
    marked = len(matrix.cases) <= len(MARKS)
    marks = dict(zip(matrix.cases, MARKS, strict=False)) if marked else dict.fromkeys(matrix.cases, "o")
    shares = [100 * c.share for c in matrix.cells.values() if c.share is not None]

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((left, 0.5 / height, 0.97 - left, 1 - 0.95 / height))
        bare(axes, grid="x")
        axes.spines["left"].set_visible(False)
        axes.set_xscale("symlog", linthresh=LINEAR, linscale=0.6)
        for row, name in enumerate(names):
            cells = {case: 100 * c.share for case, c in matrix.row(name).items() if c.share is not None}
            if cells:
                axes.plot(
                    [min(cells.values()), max(cells.values())],
                    [row, row],
                    color="#d9dee4",
                    linewidth=5,
                    zorder=1,
                    solid_capstyle="round",
                )
            for n, (case, share) in enumerate(cells.items()):
                full = colour[name] if n == 0 and marked else "white"
                axes.plot(
                    share,
                    row,
                    marks[case],
                    color=full,
                    markeredgecolor=colour[name],
                    markersize=7,
                    markeredgewidth=1.3,
                    zorder=3,
                    clip_on=False,
                )
        axes.set_yticks(range(len(names)), names, color=INK, fontsize=9.5)
        axes.set_ylim(len(names) - 0.5, -0.5)
        most = max([*shares, LINEAR])
        axes.set_xlim(-0.02 * LINEAR, 1.15 * most)
        axes.xaxis.set_major_locator(FixedLocator([t for t in TICKS if t <= 1.15 * most]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(tick)
        axes.set_xlabel(
            "behind the best policy of the case, % of its controllable cost"
            if matrix.metric == "contribution"
            else "behind the best policy of the case, % of its mean"
        )
        if marked:
            _legend(figure, matrix.cases, marks, 1 - 0.2 / height)

    return inline_svg("behind", height, draw, "How far each policy is behind the best of each case")


def _legend(figure: Figure, cases: Sequence[str], marks: Mapping[str, str], y: float) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=marks[case],
            color=GREY if n == 0 else "white",
            markeredgecolor=GREY,
            markersize=7,
            label=case,
        )
        for n, case in enumerate(cases)
    ]
    figure.legend(
        handles=handles,
        loc="center right",
        bbox_to_anchor=(0.985, y),
        ncols=len(cases),
        frameon=False,
        fontsize=8.5,
        handletextpad=0.1,
        columnspacing=1.1,
    )


def profile_plot(matrix: Matrix, names: Sequence[str], colour: Mapping[str, str]) -> str:
    """Performance profiles over the cases, each named at its end."""
    ratios = cost_ratios(matrix)
    found = {name: profile(ratios[name]) for name in names if ratios[name]}
    most = 1.05 * max([x for xs, _ in found.values() for x in xs], default=1.1)
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
        last = {name: max([y for x, y in zip(*found[name], strict=True) if x <= end], default=0.0) for name in found}
        heights = spread(list(last.values()), 0.055)
        above = max(0.0, max(heights) - 1.0)
        heights = [height - above for height in heights]
        for name, height in zip(found, heights, strict=True):
            axes.annotate(
                name, (1, height), (8, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                va="center", color=colour[name], annotation_clip=False,
            )  # fmt: skip

    return inline_svg("profile", 3.6, draw, "Performance profiles over the cases")


def along_plot(found: Along, definitions: Definitions, colour: Mapping[str, str]) -> str:
    """A line per policy over the variants: the change since the first variant with its interval."""
    first = next(iter(found.steps.values()))
    scale = figures.scale_of(unit(found.metric, definitions))

    def draw(figure: Figure) -> None:
        axes = figure.add_axes((0.085, 0.14, 0.895 - room(found.steps, 9) / WIDTH, 0.84))
        bare(axes, grid="y")
        axes.axhline(0, color="#cbd2d9", linewidth=1)
        ends = {}
        for name, steps in found.steps.items():
            points = [(n, s.difference * scale.factor) for n, s in enumerate(steps) if s.difference is not None]
            axes.plot(
                *zip(*points, strict=True),
                "o-",
                color=colour[name],
                linewidth=1.8,
                markersize=6,
                markeredgecolor="white",
            )
            for n, step in enumerate(steps):
                if step.low is not None and step.high is not None:
                    axes.plot(
                        [n, n],
                        [step.low * scale.factor, step.high * scale.factor],
                        color=colour[name],
                        linewidth=1.4,
                        alpha=0.6,
                    )
            ends[name] = points[-1][1]
        axes.set_xticks(range(len(first)), [step.variant for step in first], color=INK)
        axes.set_xlim(-0.2, len(first) - 0.8)
        axes.set_ylabel(f"{title(found.metric, definitions)}, change since {first[0].variant}")
        axes.yaxis.set_major_formatter(tick)
        low, high = axes.get_ylim()
        gap = (high - low) * 13 / (axes.get_window_extent().height or 1)
        for name, height in zip(ends, spread(list(ends.values()), gap), strict=True):
            axes.annotate(
                name, (1, height), (8, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                va="center", color=colour[name], annotation_clip=False,
            )  # fmt: skip

    return inline_svg(f"along {found.world}", 3.8, draw, f"{title(found.metric, definitions)} along {found.axis}")
