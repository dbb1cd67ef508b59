"""Markdown of the generated pages: a page and a table."""

from __future__ import annotations

from collections.abc import Iterable


def page(title: str, made_from: str, body: Iterable[str]) -> str:
    """A page with its title and the remark that it is generated."""
    lines = [f"<!-- made by `make docs` from {made_from}: edit that, not this -->", "", f"# {title}", "", *body]
    return "\n".join(lines).rstrip() + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """The lines of a table and an empty one; bars within cells are escaped."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in [head, *rows]]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return [lines[0], "|" + "---|" * len(cells[0]), *lines[1:], ""]


def code(text: object) -> str:
    """A text set as code, or nothing for nothing."""
    return f"`{text}`" if str(text) else ""
