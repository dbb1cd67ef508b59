"""Whatever a file holds, every row after the header is a line of an order or a reject."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fillrate.trace.logs import ColumnMapping, OrderLog, order_log, read_table

HEADER = (
    "id",
    "when",
    "sku",
    "qty",
    "price",
    "total",
    "profit",
    "shipped",
    "zip",
    "state",
    "city",
    "lat",
    "lon",
    "status",
)
ROLES = [
    "order_id",
    "order_date",
    "sku",
    "quantity",
    "unit_price",
    "line_total",
    "profit",
    "ship_date",
    "postal_code",
    "state",
    "city",
    "latitude",
    "longitude",
    "status",
]
DATES = ["2024-01-05", "2024-01-06 10:00", "05/01/2024", "13.01.2024", "Jan 5, 2024", "never", "", "1704412800"]
AMOUNTS = ["1", "2.50", "1.234", "1,234", "3,95", "$7", "-1", "x", "", "(2)", "1e999"]
CELLS = {
    "id": ["A", "B", "C", "", "NULL"],
    "when": DATES,
    "sku": ["K1", "K2", ""],
    "qty": ["1", "2", "10.000", "0", "-1", "1.5", "", "x"],
    "price": AMOUNTS,
    "total": AMOUNTS,
    "profit": AMOUNTS,
    "shipped": DATES,
    "zip": ["10001", "1001", "999", "x", ""],
    "state": ["NY", "New York", "Nowhere", ""],
    "city": ["Reno", ""],
    "lat": ["48.1", "", "99", "x"],
    "lon": ["11.6", "", "0"],
    "status": ["ok", "cancelled", ""],
}
good_rows = st.tuples(*(st.sampled_from(CELLS[name]) for name in HEADER))
rows = st.lists(st.one_of(good_rows, good_rows.map(lambda row: row[:5]), st.just(())), max_size=12)
chosen = st.sets(st.sampled_from([role for role in ROLES if role not in ("order_id", "order_date", "sku")]))


def read(records: list[tuple[str, ...]], roles: set[str], delimiter: str = ",") -> OrderLog:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([HEADER, *records])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        columns = {role: name for role, name in zip(ROLES, HEADER, strict=True) if role in roles}
        return order_log(read_table(path), ColumnMapping(columns))


@settings(max_examples=150, deadline=None)
@given(rows, chosen, st.sampled_from([",", ";", "\t"]))
def test_rows_in_are_lines_and_rejects_out(records: list[tuple[str, ...]], some: set[str], delimiter: str) -> None:
    log = read(records, some | {"order_id", "order_date", "sku"}, delimiter)
    assert log.rows_read == len(records)
    assert log.lines + len(log.rejects) == len(records)
    used = [*log.line_number.tolist(), *(reject.line for reject in log.rejects)]
    assert sorted(used) == list(range(2, len(records) + 2))
    assert all(reject.reason for reject in log.rejects)
    assert log.line_start[-1] == log.lines
    assert len(set(log.order_ids)) == len(log)
    assert not np.isnat(log.ordered_at).any()
    assert (np.diff(log.ordered_at.astype(np.int64)) >= 0).all()
    assert (log.quantity >= 1).all()
    assert not (log.unit_price < 0).any()
    assert not (log.unit_cost < 0).any()
    assert (np.isnan(log.places.latitude) == (log.places.source == 0)).all()


@settings(max_examples=50, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_an_order_keeps_the_same_lines_wherever_they_stand(records: list[tuple[str, ...]], random: object) -> None:
    plain = [(*row[:1], "2024-01-05", *row[2:4]) for row in records if len(row) == len(HEADER)]
    shuffled = list(plain)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert contents(plain) == contents(shuffled)


def contents(records: list[tuple[str, ...]]) -> dict[str, list[tuple[str, int]]]:
    padded = [row + ("",) * (len(HEADER) - len(row)) for row in records]
    log = read(padded, {"order_id", "order_date", "sku", "quantity"})
    skus = log.sku.texts()
    return {
        order: sorted((skus[line], int(log.quantity[line])) for line in range(log.line_start[i], log.line_start[i + 1]))
        for i, order in enumerate(log.order_ids)
    }
