"""The page of the command line, made from what `--help` prints."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout

from fillrate.cli import main
from fillrate.cli.verbs import VERBS
from markdown import page

WIDTH = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1"}  # the same page on every terminal


def commands() -> str:
    """The help of `fillrate` and of each of its verbs."""
    os.environ.update(WIDTH)
    body = _shown("fillrate")
    for verb in VERBS:
        body += [f"## {verb}", "", *_shown("fillrate", verb)]
    return page("The command line", "fillrate.cli", body)


def _shown(*words: str) -> list[str]:
    printed = io.StringIO()
    with redirect_stdout(printed):
        main([*words[1:], "--help"])
    return ["```text", *(line.rstrip() for line in printed.getvalue().strip().splitlines()), "```", ""]
