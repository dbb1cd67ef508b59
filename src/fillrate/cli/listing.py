"""What lists say of catalogue entries: the head of each file, without building a world or loading NumPy.

A file that is broken is listed with what is wrong with it, so that one bad file hides no other.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from fillrate.catalogue import entries

__all__ = ["listed_policies", "listed_worlds"]


def listed_worlds() -> list[dict[str, Any]]:
    """Every world: name, title, size, default horizon, default policy, baselines and file."""
    return [_world(name, path) for name, path in entries("envs").items()]


def listed_policies() -> list[dict[str, Any]]:
    """Every policy: name, part, kind, title, worlds it was made or tuned for, reference and file."""
    return [_policy(name, path) for name, path in entries("policies").items()]


def _world(name: str, path: Path) -> dict[str, Any]:
    said, problem = _read(path)
    head, defaults = _table(said, "world"), _table(said, "defaults")
    return {
        "name": name,
        "title": head.get("title", ""),
        "locations": len(said.get("location", [])),
        "regions": len(said.get("region", [])),
        "skus": len(said.get("sku", [])),
        "segments": len(said.get("segment", [])) or 1,
        "days": head.get("horizon_days"),
        "defaults": {key: defaults[key] for key in ("rank", "source", "replenish", "modifiers") if key in defaults},
        "baselines": defaults.get("baselines", []),
        "source": head.get("source", ""),
        "optimum": head.get("optimum", ""),
        "file": str(path),
        "problem": problem,
    }


def _policy(name: str, path: Path) -> dict[str, Any]:
    said, problem = _read(path)
    head = _table(said, "policy")
    return {
        "name": name,
        "part": head.get("part"),
        "kind": head.get("kind", "rule"),
        "title": head.get("title", ""),
        "worlds": head.get("worlds", []),
        "reference": head.get("reference", ""),
        "file": str(path),
        "problem": problem,
    }


def _read(path: Path) -> tuple[dict[str, Any], str | None]:
    """The tables of a file, and what is wrong with it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), None
    except (OSError, ValueError) as fault:  # not readable, not UTF-8, not TOML
        return {}, " ".join(str(fault).split())


def _table(said: dict[str, Any], key: str) -> dict[str, Any]:
    found = said.get(key)
    return found if isinstance(found, dict) else {}
