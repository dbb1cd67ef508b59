"""Versions: of the code that decides results, so that kept results are never those of other code, and of packages."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import fillrate.errors

__all__ = ["code_version", "installed"]

DECIDING = ("draws", "world", "trace", "decision", "policy", "scorecard", "model", "plan", "simulate")


def code_version(root: Path | None = None) -> str:
    """Hash of the sources of every package that a result depends on: 16 hexadecimal digits.

    The release's number would not do: between two releases the code changes and the number does not.

    Args:
        root: folder of the package; None is the one that runs.
    """
    folder = Path(fillrate.errors.__file__).parent if root is None else root
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder)
        if place.parts[0].removesuffix(".py") in DECIDING:
            digest.update(f"{place.as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def installed(distribution: str) -> str | None:
    """Version of a distribution, None where it is not installed (fillrate itself may be run from its sources)."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
