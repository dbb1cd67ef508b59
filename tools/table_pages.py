"""Pages made from the tables that the code itself reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from fillrate.bench.experiments import ExperimentFile
from fillrate.decision.columns import COLUMNS, FACTS, ORDER_COLUMNS, Column
from fillrate.deploy.fields import DECISION, REQUEST
from fillrate.deploy.fields import Field as RecordField
from fillrate.policy.spec import Entry
from fillrate.scorecard.metrics import COMPARED, METRICS
from fillrate.world import World
from fillrate.world.read import TABLES
from markdown import code, page, table

TOML_TYPES = {str: "string", int: "integer", bool: "boolean"}


def world_file() -> str:
    """Every key of a world file: type, unit, default, range and meaning."""
    says = "Times are in days unless the key says otherwise, money in the world's currency. Unknown keys are errors."
    return page("The world file", "the dataclasses of fillrate.world", [says, "", *_sections(World, TABLES)])


def policy_file() -> str:
    """Every key of a policy file, likewise."""
    says = "A policy states the table of the part that it plays; `[policy]` says which. Unknown keys are errors."
    return page("The policy file", "the dataclasses of fillrate.policy.spec", [says, "", *_sections(Entry, {})])


def experiment_file() -> str:
    """Every key of an experiment file, likewise."""
    says = "Each world with one variant of every axis is a case, with a folder of its own. Unknown keys are errors."
    body = [says, "", *_sections(ExperimentFile, {})]
    return page("The experiment file", "the dataclasses of fillrate.bench", body)


def records() -> str:
    """Every field of a request to a bundle, and of its decision."""
    says = "A field with an entry under *absent* may be left out. The same as JSON Schema lies in every bundle."
    body = [says, ""]
    for head, tables in (("Request", REQUEST), ("Decision", DECISION)):
        for name, found in tables.items():
            title = head if name == head.lower() else f"{head}: `{name}`"
            rows = [[code(f.name), _json_type(f), f.unit, f.absent, f.doc] for f in found]
            body += [f"## {title}", "", *table(["field", "type", "unit", "absent", "meaning"], rows)]
    return page("Requests and decisions", "the table of fillrate.deploy.fields", body)


def _json_type(field: RecordField) -> str:
    kind = field.kind.get("type", "")
    if "enum" in field.kind:
        return " or ".join(code(str(value)) for value in field.kind["enum"])
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _sections(root: type, keys: Mapping[str, str]) -> list[str]:
    """A section for each table of a file, then for each kind of value that these hold."""
    shown: list[type] = []
    body: list[str] = []
    for name, hint in get_type_hints(root).items():
        if (kind := _dataclass_in(hint)) is not None:
            key = keys.get(name, name)
            body += _section(f"[[{key}]]" if str(hint).startswith("tuple") else f"[{key}]", kind)
            shown.append(kind)
    for kind in shown:  # grows while it is walked: what a table holds, then what that holds
        for hint in get_type_hints(kind).values():
            inner = _dataclass_in(hint)
            if inner is not None and inner not in shown:
                shown.append(inner)
                body += _section(inner.__name__, inner)
    return body


def _section(title: str, kind: Any) -> list[str]:
    hints = get_type_hints(kind)
    rows = [
        [
            code(f.name),
            _type(hints[f.name]),
            f.metadata.get("unit", ""),
            _default(f),
            _range(f),
            f.metadata.get("doc", ""),
        ]
        for f in fields(kind)
    ]
    about = (kind.__doc__ or "").split("\n\n")[0]
    return [f"## {title}", "", about, "", *table(["key", "type", "unit", "default", "range", "meaning"], rows)]


def _dataclass_in(hint: Any) -> Any:
    """The dataclass that a type is made of: itself, or an argument of a tuple or union."""
    found = [a for a in (hint, *get_args(hint)) if isinstance(a, type) and is_dataclass(a)]
    return found[0] if found else None


def _type(hint: Any) -> str:
    """A type in TOML's words; of a choice, its values."""
    arguments = get_args(hint)
    if get_origin(hint) is Literal:
        return ", ".join(code(f'"{word}"') for word in arguments)
    if get_origin(hint) is Mapping:
        return "table"
    if get_origin(hint) is dict:
        return f"table of {_type(arguments[1])}"
    if get_origin(hint) is tuple and arguments[-1] is ...:
        return f"array of {_type(arguments[0])}"
    if get_origin(hint) is tuple:
        return "[" + ", ".join(map(_type, arguments)) + "]"
    if type(None) in arguments:
        return _type(arguments[0])
    if arguments:
        return " or ".join(map(_type, arguments))
    return TOML_TYPES.get(hint, getattr(hint, "__name__", "any"))


def _default(field: Field[Any]) -> str:
    value = field.default if field.default_factory is MISSING else field.default_factory()
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
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(v)}" for name, v in value.items()) + "}"
    if is_dataclass(value):
        pairs = [(f.name, getattr(value, f.name)) for f in fields(value) if getattr(value, f.name) != f.default]
        return "{" + ", ".join(f"{name} = {_toml(v)}" for name, v in pairs) + "}"
    return str(value)


def _range(field: Field[Any]) -> str:
    low, high = field.metadata.get("low"), field.metadata.get("high")
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"≥ {low:g}" if low is not None else f"≤ {high:g}" if high is not None else ""


def metrics() -> str:
    """The metrics of the scorecard."""
    says = "Fill rates exist by segment, region and location too: `unit_fill_rate[segment=contract]`."
    rows = [[code(m.key), m.title, m.unit, m.better, m.definition] for m in (METRICS | COMPARED).values()]
    head = ["metric", "title", "unit", "better", "definition"]
    return page("Metrics", "fillrate.scorecard.metrics", [says, "", *table(head, rows)])


def columns() -> str:
    """The columns of candidate tables and of order rankings, and the facts that they are made from."""
    facts = [[code(name), scope, unit, meaning] for name, (scope, unit, meaning) in FACTS.items()]
    seen = "Learners see value / (|value| + usual size), rounded to 2**-14."
    body = ["## Of candidate tables", "", seen, "", *_columns(COLUMNS, scaled=True)]
    body += ["## Of order rankings", "", *_columns(ORDER_COLUMNS)]
    body += ["## Facts", "", "What a host must know; a custom policy sees them too.", ""]
    return page("Columns", "fillrate.decision.columns", [*body, *table(["fact", "of each", "unit", "meaning"], facts)])


def _columns(given: tuple[Column, ...], scaled: bool = False) -> list[str]:
    rows = [[code(c.name), c.unit, f"{c.default:g}", c.definition, ", ".join(map(code, c.needs))] for c in given]
    if scaled:
        rows = [[*row, f"{c.scale:g}"] for row, c in zip(rows, given, strict=True)]
    return table(["column", "unit", "default", "meaning", "made from", *["usual size"] * scaled], rows)
