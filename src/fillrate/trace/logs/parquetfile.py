"""Parquet files as tables of text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fillrate.errors import OrderLogError
from fillrate.trace.logs.table import Table, clean, unique_header

__all__ = ["read_parquet"]


def read_parquet(path: Path) -> Table:
    """Read a Parquet file; every value becomes the text that a CSV file would hold (dates in ISO form).

    Raises:
        OrderLogError: the file is damaged, or has no column.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        stored = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        raise OrderLogError(str(path), f"is no readable Parquet file ({str(error).splitlines()[0]})") from None
    if not stored.num_columns:
        raise OrderLogError(str(path), "has no column", "one column for each of order, date and product at least")
    header, notes = unique_header(list(stored.column_names))
    columns = [_texts(column) for column in stored.columns]
    kinds = zip(header, stored.schema.types, strict=True)
    typed = frozenset(name for name, kind in kinds if _is_number(kind))
    rows = tuple(zip(*columns, strict=True))
    return Table(path.name, header, rows, tuple(range(1, len(rows) + 1)), (), notes, "", typed)


def _is_number(kind: Any) -> bool:
    import pyarrow.types as kinds

    return bool(kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind))


def _texts(column: Any) -> list[str]:
    """The cells of an Arrow column as clean text; a null is empty."""
    import pyarrow as pa

    try:
        values = column.cast(pa.string()).to_pylist()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        values = [None if value is None else str(value) for value in column.to_pylist()]
    return ["" if value is None else clean(value) for value in values]
