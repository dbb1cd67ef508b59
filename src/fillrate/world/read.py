"""Reading a world from TOML: strict, with the place of every fault."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from fillrate.catalogue import find
from fillrate.errors import WorldError, nearest
from fillrate.world.checks import check
from fillrate.world.strict import read_toml, validate
from fillrate.world.world import World

__all__ = ["load_world", "parse_world"]

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
    """Read a world by name (workspace first, then the catalogue) or by path; its trace is looked for from its file.

    Raises:
        NotFound: no such world.
        WorldError: the file is wrong; the message names file, key, what was found and what is allowed.
    """
    path = find("envs", name_or_path)
    world = parse_world(read_toml(path, WorldError), path.name)
    if not world.header.trace:
        return world
    return replace(world, header=replace(world.header, trace=str((path.parent / world.header.trace).resolve())))


def parse_world(tables: dict[str, Any], place: str) -> World:
    """A checked world from TOML tables; `place` names the file in messages."""
    allowed = sorted(TABLES.get(f.name, f.name) for f in fields(World))
    for key in tables:
        if key not in allowed:
            raise WorldError(f"{place}: [{key}]", "unknown table" + nearest(key, allowed), ", ".join(allowed))
    for key in ("world", "location", "region", "sku"):
        if key not in tables:
            raise WorldError(f"{place}: [{key}]", "missing", "this table is required")
    world = validate(World, {KEYS.get(key, key): value for key, value in tables.items()}, place, WorldError, TABLES)
    check(world, place)
    return world
