"""The roles that a column of an order log can play: what its cells look like and what shops call it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

__all__ = ["Kind", "Role", "packaged_toml", "roles"]

Kind = Literal["id", "date", "clock", "count", "amount", "text", "category", "postal", "latitude", "longitude", "any"]


@dataclass(frozen=True)
class Role:
    """One thing that a column can say, as `trace/data/column_names.toml` describes it.

    Attributes:
        name: the key in columns.toml.
        kind: what its cells look like.
        level: "order" if all lines of an order share it, else "line".
        meaning: one line for people.
        names: what shops call it.
        weak: names that may also mean something else.
        never: words that give another meaning to a header which merely contains one of the names.
        required: a log without it cannot be read.
    """

    name: str
    kind: Kind
    level: Literal["order", "line"]
    meaning: str
    names: tuple[str, ...]
    weak: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    required: bool = False


def packaged_toml(name: str) -> Mapping[str, Any]:
    """A table of names that comes with the package."""
    return tomllib.loads(files("fillrate.trace").joinpath("data", name).read_text(encoding="utf-8"))


@cache
def roles() -> Mapping[str, Role]:
    """Every role by name, in the order of columns.toml."""
    return {name: _role(name, table) for name, table in packaged_toml("column_names.toml").items()}


def _role(name: str, table: Mapping[str, Any]) -> Role:
    lists = {
        "names": tuple(table["names"]),
        "weak": tuple(table.get("weak", ())),
        "never": frozenset(table.get("never", ())),
    }
    return Role(name, **{**table, **lists})
