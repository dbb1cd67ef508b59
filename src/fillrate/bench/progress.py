"""A progress bar for long work: on stderr, and only where someone is watching."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

__all__ = ["Advance", "progress_bar"]


class Advance(Protocol):
    """Moves the bar on."""

    def __call__(self, pieces: int, note: str = "", /) -> None:
        """Count finished pieces; a note stands behind the bar until the next one."""


@contextmanager
def progress_bar(total: int, *, what: str = "runs", quiet: bool = False) -> Iterator[Advance]:
    """A function that advances the bar by a number of finished pieces; silent if told or if stderr is no terminal."""
    if quiet or total == 0 or not sys.stderr.isatty():
        yield lambda _pieces, _note="", /: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    notes = TextColumn("{task.fields[note]}", markup=False)
    with Progress(*columns, notes, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total, note="")

        def advance(pieces: int, note: str = "", /) -> None:
            if note:
                progress.update(task, note=note)
            progress.advance(task, pieces)

        yield advance
