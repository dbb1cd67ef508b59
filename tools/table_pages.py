"""Pages made from the tables that the code itself reads."""

from __future__ import annotations

import math
import re
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, get_args, get_type_hints

from fillrate.decision.columns import COLUMNS, FACTS, ORDER_COLUMNS, Column
from fillrate.world import World
from fillrate.world.read import TABLES
from markdown import code, page, table

TOML_TYPES = {
    r"\bstr\b": "string",
    r"\bint\b": "integer",
    r"\bbool\b": "boolean",
    r"^tuple\[(.*), \.\.\.\]$": r"array of \1",
    r"\btuple\[": "[",
}


def world_file() -> str:
    """Every key of a world file: type, unit, default, range and meaning."""
    shown: list[type] = []
    body = [
        "Times are in days unless the key says otherwise, money in the world's currency. Unknown keys are errors.",
        "",
    ]
    for field in fields(World):
        kind = _dataclass_in(get_type_hints(World)[field.name])
        many = str(field.type).startswith("tuple")
        name = TABLES.get(field.name, field.name)
        if kind is not None:
            body += _section(f"[[{name}]]" if many else f"[{name}]", kind)
            shown.append(kind)
    for kind in shown:  # grows while it is walked: what a table holds, then what that holds
        for hint in get_type_hints(kind).values():
            inner = _dataclass_in(hint)
            if inner is not None and inner not in shown:
                shown.append(inner)
                body += _section(inner.__name__, inner)
    return page("The world file", "the dataclasses of fillrate.world", body)


def _section(title: str, kind: Any) -> list[str]:
    rows = [
        [code(f.name), _type(f), f.metadata.get("unit", ""), _default(f), _range(f), f.metadata.get("doc", "")]
        for f in fields(kind)
    ]
    about = (kind.__doc__ or "").split("\n\n")[0]
    return [f"## {title}", "", about, "", *table(["key", "type", "unit", "default", "range", "meaning"], rows)]


def _dataclass_in(hint: Any) -> Any:
    """The dataclass that a type is made of: itself, or an argument of a tuple or union."""
    found = [a for a in (hint, *get_args(hint)) if isinstance(a, type) and is_dataclass(a)]
    return found[0] if found else None


def _type(field: Field[Any]) -> str:
    """The type in TOML's words; of a choice, its values."""
    text = str(field.type).removesuffix(" | None").replace("'", '"')
    if text.startswith("Literal["):
        return ", ".join(code(word) for word in text[len("Literal[") : -1].split(", "))
    for python, toml in TOML_TYPES.items():
        text = re.sub(python, toml, text)
    return text


def _default(field: Field[Any]) -> str:
    value = field.default
    if value is MISSING:
        return "required"
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return "absent"
    return code(_toml(value))


def _toml(value: Any) -> str:
    """A value as it would be written; of a table only what differs from its own defaults."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if is_dataclass(value):
        pairs = [(f.name, getattr(value, f.name)) for f in fields(value) if getattr(value, f.name) != f.default]
        return "{" + ", ".join(f"{name} = {_toml(v)}" for name, v in pairs) + "}"
    return str(value)


def _range(field: Field[Any]) -> str:
    low, high = field.metadata.get("low"), field.metadata.get("high")
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"≥ {low:g}" if low is not None else f"≤ {high:g}" if high is not None else ""


def columns() -> str:
    """The columns of candidate tables and of order rankings, and the facts that they are made from."""
    facts = [[code(name), scope, unit, meaning] for name, (scope, unit, meaning) in FACTS.items()]
    body = ["## Of candidate tables", "", *_columns(COLUMNS), "## Of order rankings", "", *_columns(ORDER_COLUMNS)]
    body += ["## Facts", "", "What a host must know; a custom policy sees them too.", ""]
    return page("Columns", "fillrate.decision.columns", [*body, *table(["fact", "of each", "unit", "meaning"], facts)])


def _columns(given: tuple[Column, ...]) -> list[str]:
    rows = [[code(c.name), c.unit, f"{c.default:g}", c.definition, ", ".join(map(code, c.needs))] for c in given]
    return table(["column", "unit", "default", "meaning", "made from"], rows)
