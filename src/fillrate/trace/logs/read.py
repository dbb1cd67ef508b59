"""Reading an order log in one call."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from fillrate.errors import OrderLogError
from fillrate.trace.logs.assemble import order_log
from fillrate.trace.logs.columns import ColumnMapping, check_columns, read_columns
from fillrate.trace.logs.guess import guess_columns, guessed
from fillrate.trace.logs.missing import Draft, left_out
from fillrate.trace.logs.orderlog import OrderLog
from fillrate.trace.logs.table import read_table

__all__ = ["read_order_log"]


def read_order_log(
    path: str | Path, columns: ColumnMapping | str | Path | None = None, draft: Draft | None = None
) -> OrderLog:
    """Read the order log of any shop from CSV or Parquet, one row per order line.

    Args:
        path: the file.
        columns: which column plays which role, or a columns.toml that says so; guessed if None.
        draft: called with the text of a columns.toml if guessing leaves a required role open; says where it wrote it.

    Raises:
        OrderLogError: the file cannot be read, a required column is missing, or no row can be used.
    """
    table = read_table(path)
    warning = ""
    if columns is None:
        mapping = guess_columns(table, draft)
    elif isinstance(columns, ColumnMapping):
        mapping = columns
    else:
        mapping = read_columns(columns)
        check_columns(mapping, table.header, str(columns))
        warning = left_out(mapping, guessed(table), Path(columns).name)
    log = order_log(table, mapping)
    if len(log) == 0:
        raise OrderLogError(str(path), f"has no usable row: {_commonest(log)}")
    return replace(log, warnings=(warning, *log.warnings)) if warning else log


def _commonest(log: OrderLog) -> str:
    if not log.rejects:
        return "there is a header only"
    reasons = Counter(reject.reason for reject in log.rejects)
    reason, count = reasons.most_common(1)[0]
    line = next(reject.line for reject in log.rejects if reject.reason == reason)
    return f"all {len(log.rejects)} are set aside, first of the commonest reason ({count}) line {line}: {reason}"
