"""How figures look and how they become inline SVG: one style, colours that the colour-blind can tell apart."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["GREY", "INK", "LIGHT", "WIDTH", "bare", "colours", "folded", "inline_svg", "name_lines", "room"]
__all__ += ["spread", "tick"]

WIDTH = 10.4  # inches: 1040 CSS pixels, the width of the page's text
INK, GREY, LIGHT = "#1f2933", "#6b7785", "#d9dee4"

# Okabe and Ito (2008), "Color Universal Design", without the yellow, which is too pale for lines on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

STYLE = {
    "axes.edgecolor": LIGHT,
    "axes.labelcolor": GREY,
    "axes.labelsize": 9,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 72,
    "font.family": "DejaVu Sans",  # measured with this, which is wide; the page sets its own font
    "font.size": 9,
    "svg.fonttype": "none",
    "text.color": INK,
    "text.parse_math": False,  # a name may hold a dollar sign
    "xtick.color": LIGHT,
    "xtick.labelcolor": GREY,
    "ytick.color": LIGHT,
    "ytick.labelcolor": GREY,
}


def inline_svg(name: str, height: float, draw: Callable[[Figure], None], label: str) -> str:
    """Draw a figure of the page's width and return it as an SVG element for HTML.

    Args:
        name: distinguishes the ids inside this drawing from those of the others on the page.
        height: inches.
        draw: fills the empty figure.
        label: what a screen reader says.

    XML prolog, document type, namespaces and metadata are dropped: HTML needs none, and they are the only addresses.
    """
    style: Any = {**STYLE, "svg.hashsalt": name}
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH, height))
        draw(figure)
        buffer = io.StringIO()
        with warnings.catch_warnings():  # of signs that are measured by another: text stays text, the page has fonts
            warnings.filterwarnings("ignore", "Glyph .* missing")
            figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _for_html(buffer.getvalue(), label)


def _for_html(svg: str, label: str) -> str:
    """The bare element: no group ids (they would repeat), no page-wide style, no size (the page's width decides)."""
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    view_box = re.search(r'viewBox="[^"]*"', svg)
    inside = svg[svg.index(">", svg.index("<svg")) + 1 :]
    inside = re.sub(r'<g id="[^"]*"', "<g", inside).replace("xlink:href", "href")
    opening = f'<svg role="img" aria-label="{escape(label)}" {view_box.group() if view_box else ""}>'
    return opening + re.sub(r"\n\s*", "\n", inside)


def colours(names: Sequence[str]) -> dict[str, str]:
    """A colour by name in the order given, grey for those that the palette cannot tell apart any more."""
    return {name: PALETTE[i] if i < len(PALETTE) else GREY for i, name in enumerate(names)}


def room(names: Iterable[str], size: float = 9.5) -> float:
    """Inches that the longest name takes at a font size in points, with a little air; DejaVu Sans runs at 0.6 em."""
    return 0.15 + 0.6 * size / 72 * max((len(line) for name in names for line in name.split("\n")), default=0)


def folded(name: str, most: int = 30) -> str:
    r"""A name on two lines where it is longer than `most`: broken after a plus, a space, an underscore, or halfway.

    >>> folded("priority_then_date+whole_order+base_stock"), folded("fcfs")
    ('priority_then_date+\nwhole_order+base_stock', 'fcfs')
    """
    if len(name) <= most:
        return name
    ends = next(
        (found for mark in "+ _" if (found := [n for n, c in enumerate(name, 1) if c == mark])), [len(name) // 2]
    )
    cut = min(ends, key=lambda n: abs(n - len(name) / 2))
    return f"{name[:cut]}\n{name[cut:]}"


def bare(axes: Axes, *, grid: str = "both") -> None:
    """Take what is no data out of a plot: tick marks and heavy frames; leave a pale grid on the axes named."""
    axes.tick_params(length=0, pad=5)
    axes.set_axisbelow(True)
    for axis in ("x", "y"):
        if grid in (axis, "both"):
            getattr(axes, f"{axis}axis").grid(visible=True, color="#eef1f4", linewidth=0.9)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Positions at least `gap` apart, as near to those wanted as least squares allows (pool adjacent violators).

    >>> spread([1.0, 1.1, 5.0], 1.0)
    [0.55, 1.55, 5.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[float, int]] = []  # mean of (wanted − rank × gap), size; means must not fall
    for rank, i in enumerate(order):
        mean, size = wanted[i] - rank * gap, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    means = [mean for mean, size in blocks for _ in range(size)]
    placed = dict(zip(order, (mean + rank * gap for rank, mean in enumerate(means)), strict=True))
    return [placed[i] for i in range(len(wanted))]


def name_lines(
    axes: Axes,
    ends: Mapping[str, float],
    colour: Mapping[str, str],
    points: float,
    labels: Mapping[str, str] | None = None,
) -> None:
    """The names of lines, or the labels that stand for them, right of where they end, so many points apart."""
    low, high = axes.get_ylim()
    gap = (high - low) * points / (axes.get_window_extent().height or 1)
    for name, height in zip(ends, spread(list(ends.values()), gap), strict=True):
        axes.annotate(
            (labels or {}).get(name, name), (1, height), (8, 0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", va="center", color=colour[name], annotation_clip=False,
        )  # fmt: skip


def tick(value: float, _: object = None) -> str:
    """An axis label: thousands separators, a true minus, no more digits than it has.

    >>> tick(-12000.0), tick(0.25), tick(0.0)
    ('−12,000', '0.25', '0')
    """
    return f"{value:,.10g}".replace("-", "−")
