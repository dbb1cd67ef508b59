"""The page of an experiment with several cases: who is best where, how far behind others are, what an axis is worth."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from fillrate.bench.along import Along
from fillrate.bench.matrix import Matrix
from fillrate.bench.report.drawing import colours
from fillrate.bench.report.matrix_plots import along_plot, behind_plot, profile_plot
from fillrate.bench.report.matrix_tables import along_table, matrix_table
from fillrate.bench.report.page import html_page, matrix_note
from fillrate.files import write_text
from fillrate.scorecard.metrics import METRICS

__all__ = ["write_overview"]

MOST_PROFILES = 7  # lines that colours still tell apart
FEWEST_CASES = 3  # for a profile


def write_overview(
    path: Path, name: str, title: str, matrix: Matrix, curves: Sequence[Along], command: str = ""
) -> None:
    """Write the page, one self-contained HTML file.

    Args:
        path: to write to.
        name: of the experiment.
        title: its question.
        matrix: policies by cases.
        curves: what the axis is worth, by world.
        command: the command line that makes it again.
    """
    colour = colours(list(matrix.policies))
    body = [
        _head(name, title, matrix),
        *(_curve(found, colour) for found in curves),
        _section("How far behind the best", behind_plot(matrix, colour), ""),
        _section("Policies by cases", matrix_table(matrix), matrix_note(matrix)),
        _profiles(matrix, colour),
        f"<section><h2>How this was made</h2><p><code>{escape(command)}</code></p></section>" if command else "",
    ]
    write_text(path, html_page(name, "".join(body)))


def _head(name: str, title: str, matrix: Matrix) -> str:
    over = f"Experiment {escape(name)} · {len(matrix.policies)} policies in {len(matrix.cases)} cases"
    return (
        f'<header><p class="over">{over}</p><h1>{escape(title or name)}</h1>'
        f'<div class="verdict"><p>{escape(matrix.sentence)}</p></div></header>'
    )


def _curve(found: Along, colour: dict[str, str]) -> str:
    drawn = along_plot(found, METRICS, colour)
    note = (
        "Change since the first variant, paired by trace seed, with 95 % intervals; in the table also the share of the "
        "way from the first variant to the last."
    )
    return _section(f"{found.axis}: what it is worth in {found.world}", drawn + along_table(found, METRICS), note)


def _profiles(matrix: Matrix, colour: dict[str, str]) -> str:
    names = list(matrix.policies[:MOST_PROFILES])
    if len(matrix.cases) < FEWEST_CASES or not (drawn := profile_plot(matrix, names, colour)):
        return ""
    note = (
        "Share of the cases in which a policy's controllable cost is at most so many times that of the cheapest "
        "policy. Left: how often it wins. Where its line reaches the top: how bad it gets (Dolan and Moré 2002)."
    )
    if len(names) < len(matrix.policies):
        note += f" The {len(names)} policies with the least worst case are drawn."
    return _section("Performance profiles", drawn, note)


def _section(heading: str, inside: str, note: str) -> str:
    caption = f"<figcaption>{escape(note)}</figcaption>" if note else ""
    return f"<section><h2>{escape(heading)}</h2><figure>{inside}{caption}</figure></section>"
