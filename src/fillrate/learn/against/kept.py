"""Results of steps as files: a step whose file is there is not done again, so that a chain goes on after a kill."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fillrate.files import write_text

__all__ = ["kept", "read", "write"]

Record = dict[str, Any]


def kept(path: Path, make: Callable[[], Record]) -> Record:
    """What a file holds, or what is made now and then held by it."""
    if not path.exists():
        write(path, make())
    return read(path)


def read(path: Path) -> Record:
    """A record."""
    found: Record = json.loads(path.read_text(encoding="utf-8"))
    return found


def write(path: Path, record: Record) -> None:
    """Write a record, aside and then renamed."""
    write_text(path, json.dumps(record, allow_nan=False) + "\n")
