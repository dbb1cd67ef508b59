"""Writing TOML: blocks with the comment that says where their numbers come from."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Block", "quoted", "toml_text"]

WIDTH = 120


@dataclass(frozen=True)
class Block:
    """One table of a file.

    Attributes:
        name: name of the table.
        entries: key -> text, number, bool, list of these, or a dict, which is written in one line; None is left out.
        comment: why the numbers are what they are, wrapped above the table.
        repeated: whether the table is one of a list, in double brackets.
    """

    name: str
    entries: Mapping[str, Any]
    comment: str = ""
    repeated: bool = False

    @property
    def head(self) -> str:
        """Its name in brackets."""
        return f"[[{self.name}]]" if self.repeated else f"[{self.name}]"


def toml_text(title: Iterable[str], blocks: Iterable[Block]) -> str:
    """A file: the paragraphs of its title as comments, then its tables; paragraphs that begin with a dash are a list.

    >>> print(toml_text(["A world."], [Block("sku", {"name": "x", "price": 2.0}, "Made up.", repeated=True)]), end="")
    # A world.
    <BLANKLINE>
    # Made up.
    [[sku]]
    name = "x"
    price = 2.0
    """
    parts = [_title(title)]
    for block in blocks:
        rows = [_commented(block.comment)] if block.comment else []
        rows += [block.head, *(_entry(key, value) for key, value in block.entries.items() if value is not None)]
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _title(paragraphs: Iterable[str]) -> str:
    found = ""
    for paragraph in paragraphs:
        listed = paragraph.startswith("- ") and "\n# - " in found
        found += ("" if not found else "\n" if listed else "\n#\n") + _commented(paragraph)
    return found


def _commented(text: str) -> str:
    text = "".join(sign if sign.isprintable() else " " for sign in text)  # control characters may not stand in a file
    below = "#   " if text.startswith("- ") else "# "
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent="# ", subsequent_indent=below)


def _entry(key: str, value: Any) -> str:
    line = f"{key} = {_value(value)}"
    if not isinstance(value, list | tuple) or (len(line) <= WIDTH and not _tables(value)):
        return line
    if _tables(value):
        rows = [f"  {_value(each)}," for each in value]
    else:
        items = ", ".join(_value(each) for each in value)
        rows = textwrap.wrap(items, WIDTH - 2, break_long_words=False, break_on_hyphens=False)
        if any(isinstance(each, str) for each in value):
            rows = [f"{_value(each)}," for each in value]  # a text may hold spaces, at which a line would break
        rows = [f"  {row}" for row in rows]
    return "\n".join([f"{key} = [", *rows, "]"])


def _tables(values: Sequence[Any]) -> bool:
    return any(isinstance(each, Mapping) for each in values)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return repr(value)


def quoted(text: str) -> str:
    r"""A TOML basic string; JSON escapes all that TOML asks for but DEL.

    >>> quoted('5" pipe')
    '"5\\" pipe"'
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
