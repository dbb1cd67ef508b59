"""Tables of a matrix, of an axis and of bad runs, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from fillrate.bench import figures
from fillrate.bench.along import Along
from fillrate.bench.matrix import Cell, Matrix
from fillrate.bench.verdicts import Definitions, unit

__all__ = ["along_table", "matrix_table", "tail_table"]


def matrix_table(matrix: Matrix) -> str:
    """Policies by cases: percent behind the best one, which is marked, with what is not shown to be worse."""
    heads = "".join(f'<th class="n" scope="col">{escape(case)}</th>' for case in matrix.cases)
    rows = ""
    for name in matrix.policies:
        cells = "".join(
            _cell(matrix.cells.get((name, case)), matrix.skipped.get((name, case), "")) for case in matrix.cases
        )
        worst = matrix.worst(name)
        shown = figures.UNDEFINED if worst is None else _percent(worst[1])
        rows += f'<tr><th scope="row">{escape(name)}</th>{cells}<td class="n">{shown}</td></tr>'
    return (
        f'<table class="scores"><thead><tr><th>Policy</th>{heads}<th class="n">Worst case</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _cell(cell: Cell | None, reason: str) -> str:
    if cell is not None and cell.behind == 0.0:
        return '<td class="n best">best</td>'
    if cell is None or cell.share is None:
        return f'<td class="n" title="{escape(reason)}">{figures.UNDEFINED}</td>'
    return f'<td class="n">{"" if cell.worse else "≈ "}{_percent(cell.share)}</td>'


def _percent(share: float) -> str:
    return f"{figures.text(100 * share, 1 if share >= 0.1 else 2)} %"


def along_table(found: Along, definitions: Definitions) -> str:
    """Variants by policies: the change since the first variant, and how much of the way to the last one that is."""
    factor = figures.scale_of(unit(found.metric, definitions)).factor
    heads = "".join(f'<th class="n" scope="col">{escape(name)}</th>' for name in found.steps)
    rows = ""
    for n, first in enumerate(next(iter(found.steps.values()))):
        cells = ""
        for steps in found.steps.values():
            step = steps[n]
            by = None if step.difference is None else step.difference * factor
            half = None if step.low is None or step.high is None else (step.high - step.low) / 2 * factor
            decimals = figures.places(by, half)
            note = f"± {figures.text(half, decimals)}" if half else ""
            note += f" · {100 * step.share:.0f} %" if step.share is not None and n else ""
            cells += f'<td class="n">{figures.text(by, decimals, sign=True)}<small>{note}</small></td>'
        rows += f'<tr><th scope="row">{escape(first.variant)}</th>{cells}</tr>'
    head = f"<thead><tr><th>{escape(found.axis)}</th>{heads}</tr></thead>"
    return f'<table class="scores">{head}<tbody>{rows}</tbody></table>'


def tail_table(runs: Mapping[str, tuple[float | None, float | None]], days: Mapping[str, tuple[float, float]]) -> str:
    """Policies by their mean run and the mean of their worst tenth, and the same for the days of the first run."""
    heads = "<th>Policy</th>" + "".join(
        f'<th class="n">{words}<small>{what}</small></th>'
        for words, what in (
            ("Runs", "mean"),
            ("Worst tenth of the runs", "mean"),
            ("Days", "mean, first run"),
            ("Worst tenth of the days", "mean, first run"),
        )
    )
    rows = ""
    for name, (mean, worst) in runs.items():
        day = days.get(name, (None, None))
        cells = "".join(f'<td class="n">{figures.text(x, figures.places(x, None))}</td>' for x in (mean, worst, *day))
        rows += f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
    return f'<table class="wide"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
