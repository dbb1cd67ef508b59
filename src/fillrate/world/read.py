"""Reading a world from TOML: strict, with the place of every fault."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from fillrate.catalogue import find
from fillrate.errors import WorldError, nearest
from fillrate.world.checks import check
from fillrate.world.world import World

__all__ = ["load_world", "parse_world", "read_toml"]

KEYS = {
    "world": "header",
    "location": "locations",
    "region": "regions",
    "sku": "skus",
    "segment": "segments",
    "channel": "channels",
    "lane": "lanes",
}  # TOML key -> field
TABLES = {field: key for key, field in KEYS.items()}


def load_world(name_or_path: str | Path) -> World:
    """Read a world by name (workspace first, then the catalogue) or by path.

    Raises:
        NotFound: no such world.
        WorldError: the file is wrong; the message names file, key, what was found and what is allowed.
    """
    path = find("envs", name_or_path)
    return parse_world(read_toml(path, WorldError), path.name)


def read_toml(path: Path, error: type[WorldError] | Any) -> dict[str, Any]:
    """The tables of a TOML file, or one line that says where it breaks."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as fault:
        raise error(path.name, f"not UTF-8 text (byte {fault.start})", "a TOML file in UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise error(path.name, f"not TOML: {fault}", "see https://toml.io") from None
    except OSError as fault:
        raise error(str(path), f"cannot be read: {fault.strerror}") from None


def parse_world(tables: dict[str, Any], place: str) -> World:
    """A checked world from TOML tables; `place` names the file in messages."""
    allowed = sorted(TABLES.get(f.name, f.name) for f in fields(World))
    for key in tables:
        if key not in allowed:
            raise WorldError(f"{place}: [{key}]", "unknown table" + nearest(key, allowed), ", ".join(allowed))
    for key in ("world", "location", "region", "sku"):
        if key not in tables:
            raise WorldError(f"{place}: [{key}]", "missing", "this table is required")
    text = json.dumps({KEYS.get(key, key): value for key, value in tables.items()}, default=str)
    world = _validate(text, place)
    check(world, place)
    return world


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(World)


def _validate(text: str, place: str) -> World:
    from pydantic import ValidationError

    try:
        world: World = _adapter().validate_json(text, strict=True)
    except ValidationError as fault:
        raise _first(fault.errors(include_url=False)[0], json.loads(text), place) from None
    return world


def _first(fault: Any, tables: dict[str, Any], place: str) -> WorldError:
    """The first of pydantic's findings in our words."""
    where = f"{place}: {_dotted(fault['loc'], tables)}"
    if fault["type"] == "unexpected_keyword_argument":
        known = [f.name for f in fields(_class_at(fault["loc"][:-1]))]
        return WorldError(where, "unknown key" + nearest(str(fault["loc"][-1]), known), ", ".join(known))
    if fault["type"].startswith("missing"):
        return WorldError(where, "missing", "this key is required")
    wanted = fault["msg"].removeprefix("Input should be ")
    return WorldError(where, f"found {json.dumps(fault['input'])[:60]}", wanted)


def _dotted(steps: tuple[Any, ...], tables: Any) -> str:
    """('locations', 1, 'cost') as `[location] 'south': cost`, by name where the entry has one."""
    shown, at = [], tables
    for n, step in enumerate(steps):
        at = at[step] if (isinstance(at, list) and isinstance(step, int) and step < len(at)) else (
            at.get(step) if isinstance(at, dict) else None
        )
        if n == 0:
            shown.append(f"[{TABLES.get(step, step)}]")
        elif isinstance(step, int):
            named = at.get("name") if isinstance(at, dict) else None
            shown.append(f"'{named}'" if named else f"entry {step + 1}")
        else:
            shown.append(str(step))
    return " ".join(shown)


def _class_at(steps: tuple[Any, ...]) -> Any:
    """The configuration dataclass at a path of keys."""
    import typing

    kind: Any = World
    for step in steps:
        if isinstance(step, int):
            continue
        hint = typing.get_type_hints(kind)[step]
        inner = [a for a in typing.get_args(hint) if hasattr(a, "__dataclass_fields__")]
        kind = inner[0] if inner else hint
    return kind
