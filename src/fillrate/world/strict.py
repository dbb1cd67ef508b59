"""Strict reading of TOML into dataclasses: every fault with its place, what was found and what is allowed."""

from __future__ import annotations

import json
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from fillrate.errors import InputError, nearest

__all__ = ["read_toml", "validate"]

T = TypeVar("T")
KINDS = {
    "a valid array": "a list, in brackets: [...]",
    "a valid boolean": "true or false",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "a text in quotes",
    "an object": "a table, in braces: { key = value }",
}  # what pydantic asks of JSON, in the words of TOML


def read_toml(path: Path, error: type[InputError]) -> dict[str, Any]:
    """The tables of a TOML file, or one line that says where it breaks."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors begin a file with a mark
    except UnicodeDecodeError as fault:
        raise error(path.name, f"not UTF-8 text (byte {fault.start})", "a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise error(path.name, f"not TOML: {fault}", "see https://toml.io") from None
    except OSError as fault:
        raise error(str(path), f"cannot be read: {fault.strerror}") from None


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def validate(
    kind: type[T],
    tables: Mapping[str, Any],
    place: str,
    error: type[InputError],
    shown: Mapping[str, str] | None = None,
) -> T:
    """Build a dataclass tree, in strict mode.

    Args:
        kind: the dataclass; unknown keys are refused wherever it derives from `Strict`.
        tables: what the TOML file holds, keys named as the fields.
        place: name of the file, for messages.
        error: which error to raise.
        shown: field -> key, where the file's key has another name.
    """
    from pydantic import ValidationError

    text = json.dumps(tables, default=str)
    try:
        built: T = _adapter(cast("Any", kind)).validate_json(text, strict=True)
    except ValidationError as fault:
        found = _first(fault.errors(include_url=False))
        where = f"{place}: {_dotted(found['loc'], json.loads(text), shown or {})}"
        raise error(where, *_words(kind, found)) from None
    return built


def _first(faults: list[Any]) -> Any:
    """The fault to name: an unknown key before the missing one that it was meant to be."""
    return next((f for f in faults if f["type"] == "unexpected_keyword_argument"), faults[0])


def _words(kind: type[Any], fault: Any) -> tuple[str, str]:
    """What was found and what is allowed, in our words."""
    if fault["type"] == "unexpected_keyword_argument":
        known = [f.name for f in fields(_class_at(kind, fault["loc"][:-1]))]
        return "unknown key" + nearest(str(fault["loc"][-1]), known), ", ".join(known)
    if fault["type"].startswith("missing"):
        return "missing", "this key is required"
    if fault["type"] in {"list_type", "tuple_type"} and isinstance(fault["input"], dict):
        return "found a single table", "a list of tables, in double brackets: [[...]]"
    if isinstance(fault["input"], list) and len(fault["loc"]) == 1:
        return "found a list of tables", "a single table, in single brackets: [...]"
    wanted: str = fault["msg"].removeprefix("Input should be ")
    return f"found {json.dumps(fault['input'])[:60]}", KINDS.get(wanted, wanted)


def _dotted(steps: tuple[Any, ...], tables: Any, shown: Mapping[str, str]) -> str:
    """('locations', 1, 'cost') as `[location] 'south' cost`, by name where the entry has one."""
    words: list[str] = []
    at = tables
    for n, step in enumerate(steps):
        at = _inside(at, step)
        if n == 0:
            words.append(f"[{shown.get(step, step)}]")
        elif isinstance(step, int):
            named = at.get("name") if isinstance(at, dict) else None
            words.append(f"'{named}'" if named else f"entry {step + 1}")
        else:
            words.append(str(step))
    return " ".join(words)


def _inside(at: Any, step: Any) -> Any:
    if isinstance(at, list):
        return at[step] if isinstance(step, int) and step < len(at) else None
    return at.get(step) if isinstance(at, dict) else None


def _class_at(kind: Any, steps: tuple[Any, ...]) -> Any:
    """The configuration dataclass at a path of keys."""
    for step in steps:
        if isinstance(step, int):
            continue
        hint = typing.get_type_hints(kind)[step]
        inner = [a for a in typing.get_args(hint) if hasattr(a, "__dataclass_fields__")]
        kind = inner[0] if inner else hint
    return kind
