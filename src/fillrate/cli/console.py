"""What goes to stdout: JSON for machines, tables and paragraphs for people, as wide as the terminal."""

from __future__ import annotations

import io
import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["heading", "paragraph", "plain_table", "say", "say_json", "width", "working"]

MOST_WIDTH = 120  # text wider than this is hard to read


def width() -> int:
    """Columns to write in: the terminal's, 80 where there is none (a pipe), at most 120."""
    return min(MOST_WIDTH, shutil.get_terminal_size((80, 24)).columns)


def say(*things: Any) -> None:
    """Print texts and tables, in the terminal's style if there is one; a pipe gets plain text."""
    from rich.console import Console

    text = io.StringIO()  # written in one go below: rich itself would end the program where a pipe is closed
    console = Console(file=text, force_terminal=sys.stdout.isatty(), highlight=False, markup=False, width=width())
    for thing in things:
        console.print(thing)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines()))


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """A sign of life on stderr while a long piece of work is done, and what changes its text; silent if not watched."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(text) as status:
        yield status.update


def say_json(data: Any) -> None:
    """Print JSON; undefined numbers are null, never NaN."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def paragraph(text: str, indent: str = "") -> str:
    """Text wrapped to the width."""
    return textwrap.fill(" ".join(text.split()), width(), initial_indent=indent, subsequent_indent=indent)


def heading(text: str) -> Any:
    """A line that stands out where the terminal can."""
    from rich.text import Text

    return Text(text, style="bold")


def plain_table(*columns: str, right: tuple[str, ...] = (), title: str | None = None) -> Table:
    """A table with a line under its head and nothing else around it.

    Args:
        columns: heads.
        right: heads of the columns with numbers.
        title: above it.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), title=title)
    table.title_justify = "left"
    table.title_style, table.header_style = "bold", "bold"
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table
