"""Traces on disk: what is read is what was written, bit for bit; what was tampered with is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fillrate.errors import TraceError
from fillrate.simulate import simulate
from fillrate.trace import Trace, load_trace, sample, save_trace
from fillrate.world import World, load_world

Make = Callable[..., World]


@pytest.fixture
def trace(world: Make) -> Trace:
    demand = {"rate_per_day": 30.0, "line_count": [2.0, 1.0], "unit_count": [2.0, 1.0]}
    return sample(world(3.0, demand=demand), 1)


@pytest.fixture
def stored(trace: Trace, tmp_path: Path) -> Path:
    save_trace(trace, tmp_path / "t.parquet")
    return tmp_path / "t.parquet"


def rewritten(path: Path, change: Callable[[pa.Table], pa.Table]) -> Path:
    pq.write_table(change(pq.read_table(path)), path)
    return path


def facts_of(table: pa.Table) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(table.schema.metadata[b"fillrate"])
    return found


def test_a_trace_comes_back_bit_for_bit(trace: Trace, stored: Path) -> None:
    back = load_trace(stored)
    for f in fields(trace.orders):
        before, after = getattr(trace.orders, f.name), getattr(back.orders, f.name)
        assert before.dtype == after.dtype
        assert before.tobytes() == after.tobytes()
    assert (back.seed, back.days, back.world, back.hash) == (trace.seed, trace.days, trace.world, trace.hash)
    assert not back.orders.time.flags.writeable


def test_a_trace_without_orders_comes_back(world: Make, tmp_path: Path) -> None:
    none = sample(world(demand={"rate_per_day": 0.0}), 1)
    save_trace(none, tmp_path / "none.parquet")
    assert load_trace(tmp_path / "none.parquet").hash == none.hash


def test_writing_leaves_no_half_file_and_replaces_what_was_there(trace: Trace, stored: Path) -> None:
    save_trace(trace.reseeded(9), stored)
    assert [p.name for p in stored.parent.iterdir()] == ["t.parquet"]
    assert load_trace(stored).seed == 9


@pytest.mark.parametrize("column", ["time", "region", "segment", "channel", "pin", "ship_by", "key"])
def test_a_changed_order_is_refused(column: str, stored: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        values = table[column].to_numpy().copy()
        values[3] = 7
        return table.set_column(table.column_names.index(column), column, pa.array(values, table[column].type))

    with pytest.raises(TraceError, match=r"content has hash \w+; allowed: \w+, as stored"):
        load_trace(rewritten(stored, change))


@pytest.mark.parametrize("column", ["sku", "quantity", "price"])
def test_a_changed_line_is_refused(column: str, stored: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        rows = table[column].to_pylist()
        rows[2] = [value + 1 for value in rows[2]]
        return table.set_column(table.column_names.index(column), column, pa.array(rows, table[column].type))

    with pytest.raises(TraceError, match="content has hash"):
        load_trace(rewritten(stored, change))


def test_a_line_moved_to_the_next_order_is_refused(stored: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        for column in ("sku", "quantity", "price"):
            rows = table[column].to_pylist()
            rows[1], rows[2] = [*rows[1], *rows[2]], []
            table = table.set_column(table.column_names.index(column), column, pa.array(rows, table[column].type))
        return table

    with pytest.raises(TraceError, match="content has hash"):
        load_trace(rewritten(stored, change))


@pytest.mark.parametrize(("fact", "value"), [("seed", 2), ("days", 4.0), ("hash", "0" * 16)])
def test_changed_facts_are_refused(fact: str, value: float | str, stored: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        return table.replace_schema_metadata({"fillrate": json.dumps(facts_of(table) | {fact: value})})

    with pytest.raises(TraceError, match="content has hash"):
        load_trace(rewritten(stored, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.drop_columns(["region"]),
        lambda table: table.append_column("more", pa.array([1] * len(table))),
        lambda table: table.replace_schema_metadata(None),
        lambda table: table.replace_schema_metadata({"fillrate": "{}"}),
        lambda table: table.replace_schema_metadata({"fillrate": "?"}),
        lambda table: table.set_column(table.column_names.index("sku"), "sku", pa.array([1] * len(table))),
    ],
    ids=["missing column", "further column", "no facts", "empty facts", "facts no json", "no lists"],
)
def test_what_is_no_trace_is_refused(change: Callable[[pa.Table], pa.Table], stored: Path) -> None:
    with pytest.raises(TraceError, match="not a stored trace"):
        load_trace(rewritten(stored, change))


def test_no_parquet_and_no_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("hello")
    for name in ("text.parquet", "none.parquet"):
        with pytest.raises(TraceError, match=f"{name}: not a stored trace"):
            load_trace(tmp_path / name)


def test_the_hash_covers_orders_horizon_and_seed_but_not_the_world(trace: Trace) -> None:
    assert trace.reseeded(2).hash != trace.hash
    assert replace(trace, days=4.0).hash != trace.hash
    assert replace(trace, world="another").hash == trace.hash
    quantity = trace.orders.quantity.copy()
    quantity[0] += 1
    assert replace(trace, orders=replace(trace.orders, quantity=quantity)).hash != trace.hash
    assert np.array_equal(trace.reseeded(2).orders.time, trace.orders.time)


def test_a_stored_trace_plays_as_the_sampled_one(tmp_path: Path) -> None:
    world = load_world("two_warehouses")
    trace = sample(world, 3, 30.0)
    save_trace(trace, tmp_path / "t.parquet")
    back = simulate(world, load_trace(tmp_path / "t.parquet"), "cheapest")
    assert dict(back.scorecard) == dict(simulate(world, trace, "cheapest").scorecard)


def test_a_trace_of_another_world_is_refused() -> None:
    trace = sample(load_world("two_warehouses"), 3, 30.0)
    with pytest.raises(TraceError, match="was made for world"):
        simulate(load_world("lost_sales"), trace, "cheapest")
