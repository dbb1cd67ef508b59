"""Rows of an order log that cannot be used, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Reject", "write_rejects"]


@dataclass(frozen=True)
class Reject:
    """One row that was set aside.

    Attributes:
        line: line of the file on which the row begins, the header being line 1; in a Parquet file its row, from 1.
        reason: what is wrong with it; several reasons are joined by "; ".
        row: its cells as read.
    """

    line: int
    reason: str
    row: tuple[str, ...]


def write_rejects(path: Path, rejects: Iterable[Reject], header: Sequence[str]) -> None:
    """Write rejects as CSV in UTF-8: line, reason, then the row as it stood under its own header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("line", "reason", *header))
        writer.writerows((reject.line, reject.reason, *reject.row) for reject in rejects)
