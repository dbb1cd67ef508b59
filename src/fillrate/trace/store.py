"""Traces on disk: one Parquet file, checked by hash on loading."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from fillrate.errors import TraceError
from fillrate.files import written_aside
from fillrate.trace.trace import LINES, Orders, Trace

__all__ = ["Names", "load_named", "load_trace", "save_trace"]

Names = Mapping[str, Sequence[str]]
"""Names by column (region, segment, channel, pin, sku), in the order of the ids that the trace uses."""


def save_trace(trace: Trace, path: str | Path, names: Names | None = None) -> None:
    """Write one row an order, its lines as lists; written aside and renamed.

    Args:
        trace: what to store.
        path: the file.
        names: what the ids mean, for a trace that is to outlive changes of its world.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    orders = trace.orders
    columns: dict[str, Any] = {f.name: getattr(orders, f.name) for f in fields(orders) if f.name != "first_line"}
    for name in LINES:
        columns[name] = pa.LargeListArray.from_arrays(orders.first_line, columns[name])
    facts = {"seed": trace.seed, "days": trace.days, "world": trace.world, "hash": trace.hash}
    said = {"fillrate": json.dumps(facts)} | ({} if names is None else {"names": json.dumps(dict(names))})
    table = pa.table(columns).replace_schema_metadata(said)
    with written_aside(Path(path)) as aside:
        pq.write_table(table, aside, compression="zstd")


def load_trace(path: str | Path) -> Trace:
    """Read a trace back.

    Raises:
        TraceError: not a trace of fillrate, or its content does not fit its hash.
    """
    return load_named(path)[0]


def load_named(path: str | Path) -> tuple[Trace, Names]:
    """Read a trace back, and the names of its ids; no names if none were stored.

    Raises:
        TraceError: not a trace of fillrate, or its content does not fit its hash.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        facts = json.loads(table.schema.metadata[b"fillrate"])
        names: Names = json.loads(table.schema.metadata.get(b"names", b"{}"))
        arrays = {name: table[name].combine_chunks() for name in table.column_names}
        first = np.asarray(arrays["sku"].offsets, np.int64)
        flat = {n: (a.values if n in LINES else a).to_numpy(zero_copy_only=False) for n, a in arrays.items()}
        trace = Trace(Orders(**flat, first_line=first), facts["seed"], facts["days"], facts["world"])
        stored = facts["hash"]
    except (pa.ArrowInvalid, AttributeError, KeyError, TypeError, ValueError, OSError) as fault:
        raise TraceError(str(path), f"not a stored trace ({type(fault).__name__})", "a file of `save_trace`") from None
    if trace.hash != stored:
        raise TraceError(str(path), f"content has hash {trace.hash}", f"{stored}, as stored")
    return trace, names
