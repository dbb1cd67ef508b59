"""Finding a world, policy or experiment by name: first in the workspace, then in the built-in catalogue."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fillrate.errors import NotFound, nearest

__all__ = ["KINDS", "built_in", "entries", "find"]

KINDS = {"envs": "world", "policies": "policy", "experiments": "experiment"}


def built_in(kind: str) -> Path:
    """Folder of the catalogue that comes with fillrate: inside the wheel, or at the root of a checkout."""
    inside = Path(str(files(__name__).joinpath(kind)))
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / kind


def _folders(kind: str, workspace: Path | None) -> list[Path]:
    here = (workspace or Path.cwd()) / kind
    there = built_in(kind)
    return [here, there] if here.is_dir() and here.resolve() != there.resolve() else [there]


def entries(kind: str, workspace: Path | None = None) -> dict[str, Path]:
    """Every entry of a kind as name -> TOML file, sorted by name; a workspace's entry hides a built-in one.

    Hidden files and folders are none: one that is being written, or was when its process was killed.
    """
    found: dict[str, Path] = {}
    for folder in reversed(_folders(kind, workspace)):
        found |= {p.stem: p for p in folder.glob("[!.]*.toml")}
        found |= {p.parent.name: p for p in folder.glob("[!.]*/policy.toml")}
    return dict(sorted(found.items()))


def find(kind: str, name_or_path: str | Path, workspace: Path | None = None) -> Path:
    """The TOML file of an entry, given by name or by path.

    Raises:
        NotFound: neither a file nor a name in the workspace or the catalogue.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or "/" in str(name_or_path):
        if path.is_file():
            return path
        raise NotFound(str(path), f"no such {KINDS[kind]} file", "an existing .toml file or a name")
    known = entries(kind, workspace)
    name = str(name_or_path)
    if name not in known and path.is_file():
        raise NotFound(name, f"no {KINDS[kind]} file: those end in .toml", "an existing .toml file or a name")
    if name not in known:
        raise NotFound(f"{KINDS[kind]} '{name}'", "no such name" + nearest(name, known), ", ".join(known) or "none")
    return known[name]
