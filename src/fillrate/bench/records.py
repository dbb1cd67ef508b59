"""Finished results as lines of JSON in a file: each is there whole or not at all, whatever ends a run."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fillrate.errors import InputError
from fillrate.files import append_whole

__all__ = ["append_record", "read_records"]

logger = logging.getLogger(__name__)


def read_records(path: Path) -> dict[str, dict[str, Any]]:
    """Records by their `key`, the newest of each; a torn line is logged and left out, so that its task runs again."""
    found: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(path.read_bytes().split(b"\n") if path.exists() else (), 1):
        try:
            record = json.loads(line) if line else None
            if record is not None:
                found[record["key"]] = record
        except (ValueError, KeyError, TypeError):
            logger.warning("%s line %d is torn: its task is run again", path, number)
    return found


def append_record(path: Path, record: Mapping[str, Any]) -> None:
    """Add one, with its `key`, on a line of its own.

    Raises:
        InputError: it cannot be written, on a full disk for instance; the file then ends where it ended before.
    """
    line = json.dumps(record, allow_nan=False).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        append_whole(path, line)
    except OSError as fault:
        problem = f"a result cannot be written: {fault.strerror or fault}"
        raise InputError(str(path), problem, "a place to write to; finished runs are kept") from fault
