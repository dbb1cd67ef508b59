"""Where an order of a log has gone that a replay of the log does not play."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from fillrate.errors import OrderLogError
from fillrate.trace.fit.workspace import COLUMNS, REJECTS
from fillrate.trace.logs import read_columns
from fillrate.trace.store import load_trace

__all__ = ["whereabouts"]


def whereabouts(stored: Path, number: str, days: float) -> str:
    """Why a run of so many days does not play an order, in words.

    Args:
        stored: the trace of the log; `columns.toml` and `rejects.csv` lie in the workspace around it.
        number: of the order, as the log has it.
        days: that the run plays.
    """
    orders = load_trace(stored).orders
    row = orders.named(number)
    if row >= 0:
        return f"it comes on day {float(orders.time[row]):.4f}, and this run plays {days:g} days"
    workspace = stored.parent.parent
    with suppress(OSError, OrderLogError):  # a trace may be taken elsewhere without them
        for line, reason in _set_aside(workspace, number):
            return f"it was set aside (line {line}: {reason}), see {workspace / REJECTS}"
    return "the log has no such order"


def _set_aside(workspace: Path, number: str) -> Iterator[tuple[str, str]]:
    """Line and reason of each row of the order that was set aside."""
    column = read_columns(workspace / COLUMNS).get("order_id")
    with (workspace / REJECTS).open(encoding="utf-8", newline="") as file:
        _, _, *header = next(reader := csv.reader(file))
        for line, reason, *row in reader:
            if number and dict(zip(header, row, strict=False)).get(column) == number:  # a row may be short, or long
                yield line, reason
