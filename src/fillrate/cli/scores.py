"""Scorecards and comparisons as tables for a terminal, 80 columns being enough."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fillrate.bench import figures
from fillrate.bench.verdicts import better, title, unit
from fillrate.cli.console import plain_table, width
from fillrate.scorecard.metrics import METRICS, base_key

if TYPE_CHECKING:
    from fillrate.bench.across import Across, Winner
    from fillrate.bench.comparison import Comparison, Pair
    from fillrate.bench.matrix import Cell, Matrix

__all__ = [
    "across_table",
    "breakdown_tables",
    "comparison_tables",
    "matrix_tables",
    "scorecard_table",
    "selection_table",
]

Scores = Mapping[str, float | None]
PARTS = ("segment", "region", "location")


def scorecard_table(scores: Scores, currency: str) -> Any:
    """The metrics of one run that are defined, in the order of the metric table."""
    table = plain_table("Metric", "Value", "", right=("Value",))
    for key, metric in METRICS.items():
        if (value := scores.get(key)) is not None:
            of_unit = metric.unit.replace("money", currency).replace("share", "%")
            table.add_row(metric.title, _number(value, metric.unit), of_unit)
    return table


def _number(value: float, of_unit: str) -> str:
    shown = value * figures.scale_of(of_unit).factor
    return figures.text(shown, figures.places(shown, None))


def breakdown_tables(scores: Scores) -> list[Any]:
    """A table for each way in which metrics are broken down, where there is more than one part."""
    tables = []
    for part in PARTS:
        keys = [key for key in scores if f"[{part}=" in key and scores[key] is not None]
        names = list(dict.fromkeys(key.partition("=")[2][:-1] for key in keys))
        metrics = list(dict.fromkeys(base_key(key) for key in keys))
        if len(names) > 1:
            tables += _breakdown(part, names, metrics, scores)
    return tables


def _breakdown(part: str, names: Sequence[str], metrics: Sequence[str], scores: Scores) -> list[Any]:
    """Names by metrics, as many columns a table as the width holds."""
    columns = {key: [_shown(scores.get(f"{key}[{part}={name}]"), key) for name in names] for key in metrics}
    return _even_tables(part.capitalize(), names, columns)


def _shown(value: float | None, key: str) -> str:
    return figures.UNDEFINED if value is None else _number(value, unit(key))


def comparison_tables(comparison: Comparison) -> list[Any]:
    """Policies by main metrics, mean ± half its interval; as many columns a table as the width holds."""
    from fillrate.bench.standing import key_metrics, ranking

    names = ranking(comparison)
    columns = {key: _column(comparison, key, names) for key in key_metrics(comparison)}
    return _even_tables("Policy", names, columns)


def selection_table(found: Comparison) -> Any:
    """How far each policy came: its runs, how far the selected one is ahead, and to whom it lost."""
    from fillrate.bench.sentences import is_equal, rivals
    from fillrate.bench.standing import shared_decimals
    from fillrate.bench.statistics import Estimate

    table = plain_table("Policy", "Runs", "Behind by", "95 % interval", "Left", right=("Runs", "Behind by"))
    if found.selection is None:
        return table
    factor = _lead(found.best.metric)
    pairs = rivals(found)
    decimals = shared_decimals([Estimate(p.difference, p.low, p.high, 0) for p in pairs], abs(factor))
    table.add_row(
        found.selection.best, f"{found.selection.entrants[found.selection.best].replications:,}", "", "", "selected"
    )
    for pair in pairs:
        by, low, high = (None if x is None else x * factor for x in _turned(pair, factor))
        entrant = found.selection.entrants[pair.b]
        left = "the same" if is_equal(pair) else f"beaten by {entrant.lost_to}" if entrant.lost_to else "still in"
        interval = figures.interval_text(low, high, decimals)
        table.add_row(pair.b, f"{entrant.replications:,}", figures.text(by, decimals), interval, left)
    return table


def _lead(metric: str) -> float:
    """What a difference best - other is multiplied by, so that it says by how much the best is ahead."""
    return figures.scale_of(unit(metric)).factor * (-1.0 if better(metric) == "less" else 1.0)


def _turned(found: Pair | Winner, factor: float) -> tuple[float | None, float | None, float | None]:
    """A difference with the ends of its interval, in the order that they have once they are multiplied."""
    return (found.difference, found.low, found.high) if factor > 0 else (found.difference, found.high, found.low)


def matrix_tables(found: Matrix) -> list[Any]:
    """Policies by cases, as many columns a table as the width holds: percent behind the best, which has a star.

    The policy with the smallest worst case comes first.
    """
    names = found.policies
    columns = {_stacked(case): [_behind(found.cells.get((name, case))) for name in names] for case in found.cases}
    columns["worst"] = [_worst(found.worst(name)) for name in names]
    room = width() - max(map(len, [*names, "Policy"]))
    wide = {head: 2 + max(map(len, [*cells, *head.split("\n")])) for head, cells in columns.items()}
    return [
        _table("Policy", names, block, [columns[head] for head in block]) for block in _blocks(wide, room, len(wide))
    ]


def _stacked(case: str) -> str:
    """The name of a case, a word a line; a number keeps its sign of per cent."""
    return re.sub(r" (?!%)", "\n", case)


def _worst(found: tuple[str, float] | None) -> str:
    return figures.UNDEFINED if found is None else _percent(found[1])


def _behind(cell: Cell | None) -> str:
    if cell is not None and cell.behind == 0.0:
        return "*"
    if cell is None or cell.share is None:
        return figures.UNDEFINED
    return ("" if cell.worse else "≈ ") + _percent(cell.share)


def _percent(share: float) -> str:
    return figures.text(100 * share, 1 if share >= 0.1 else 2)


def across_table(found: Across) -> Any:
    """The best policy of each world, and how far it is ahead of the closest other one."""
    table = plain_table("World", "Best", "Ahead of", "By", "95 % interval", "Shown", right=("By", "95 % interval"))
    factor = _lead(found.metric)
    for w in found.winners:
        lead, low, high = (None if x is None else x * factor for x in _turned(w, factor))
        decimals = figures.places(lead, None if low is None or high is None else (high - low) / 2)
        interval = figures.interval_text(low, high, decimals)
        shown = "no" if w.rival in w.unbeaten else "yes" if w.rival else ""
        table.add_row(w.world, w.policy, w.rival, figures.text(lead, decimals), interval, shown)
    return table


def _even_tables(first: str, names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> list[Any]:
    """Names by metrics in as few tables as the width allows, and about as many columns in each."""
    room = width() - max(map(len, [*names, first]))
    wide = {key: 2 + max(map(len, [*cells, *_head(key).split("\n")])) for key, cells in columns.items()}
    blocks = _blocks(wide, room, len(wide))
    even = _blocks(wide, room, math.ceil(len(wide) / len(blocks)))  # no lonely column in the last table
    return [
        _table(first, names, list(map(_head, keys)), [list(map(_styled, columns[key])) for key in keys])
        for keys in (even if len(even) == len(blocks) else blocks)
    ]


def _blocks(wide: Mapping[str, int], room: int, most: int) -> list[list[str]]:
    """Keys in blocks that fit into the room, with at most so many keys each."""
    blocks: list[list[str]] = [[]]
    for key, columns in wide.items():
        used = sum(wide[k] for k in blocks[-1])
        if blocks[-1] and (used + columns > room or len(blocks[-1]) == most):
            blocks.append([])
        blocks[-1].append(key)
    return blocks


def _table(first: str, names: Sequence[str], heads: Sequence[str], columns: Sequence[Sequence[Any]]) -> Any:
    """Names by columns, each under its head."""
    table = plain_table(first, *heads, right=tuple(heads))
    for row in zip(names, *columns, strict=True):
        table.add_row(*row)
    for column in table.columns:
        column.no_wrap = True
    return table


def _head(key: str) -> str:
    """A metric's title on two lines, with a percent sign where it is a share."""
    words = title(key).split() + (["%"] if unit(key) == "share" else [])
    cut = min(range(1, len(words) + 1), key=lambda n: max(len(" ".join(words[:n])), len(" ".join(words[n:]))))
    return "\n".join(filter(None, [" ".join(words[:cut]), " ".join(words[cut:])]))


def _column(comparison: Comparison, key: str, names: Sequence[str]) -> list[str]:
    from fillrate.bench.standing import cells

    found = cells(comparison, key, names)
    half = max(len(cell.half_width) for cell in found.values())
    shown = []
    for cell in found.values():
        mark = "*" if cell.best else "≈" if cell.tied else " "
        interval = f" ± {cell.half_width:>{half}}" if cell.half_width else " " * (3 + half) * (half > 0)
        shown.append(f"{mark} {cell.mean}{interval}")
    return shown


def _styled(cell: str) -> Any:
    from rich.text import Text

    return Text(cell, style="bold" if cell.startswith("*") else "")
