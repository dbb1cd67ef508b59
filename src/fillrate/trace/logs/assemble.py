"""From a table and the roles of its columns to an order log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.addresses import Addresses
from fillrate.trace.logs.columns import ColumnMapping, check_columns
from fillrate.trace.logs.dates import DAY
from fillrate.trace.logs.doubts import doubts
from fillrate.trace.logs.labels import Labels, labels
from fillrate.trace.logs.layout import Layout, lay_out
from fillrate.trace.logs.orderlog import OrderLog
from fillrate.trace.logs.places import locate
from fillrate.trace.logs.rejects import Reject
from fillrate.trace.logs.remarks import remarks
from fillrate.trace.logs.rows import Rows, read_rows
from fillrate.trace.logs.table import Table

__all__ = ["order_log"]


def order_log(table: Table, columns: ColumnMapping) -> OrderLog:
    """Turn a table into an order log. Every row is either a line of an order or a reject.

    A row is set aside if it has no order number, date or product, a cell that cannot be read, a null date far from all
    other dates, a quantity that is not a positive whole number, no price in a log with prices nor on another row of its
    product, a price or cost below 0, a shipping date before its order, or was cancelled. The log may end up without an
    order.

    Raises:
        OrderLogError: the mapping names a column that the table does not have, or lacks a required role.
    """
    check_columns(columns, table.header, table.source)
    rows = read_rows(table, columns)
    layout = lay_out(rows)
    first, line = layout.first_row, layout.line_row
    rejects = _rejects(table, rows)
    sku = labels(rows.said("sku", line))
    names, name_notes = _product_names(sku, rows.said("product_name", line))
    found = locate(_addresses(rows, layout))
    dates_only = not np.any(rows.values["order_date"][first] % DAY)
    copies = len(line) - len({table.rows[row] for row in line.tolist()})
    notes = (*table.notes, *rows.notes, *name_notes, *_made(rows, layout, copies))
    notes += (*remarks(rows, layout, sku, rejects, dates_only), *found.notes)
    return OrderLog(
        source=table.source,
        order_ids=tuple(rows.said("order_id", first)),
        ordered_at=_instants(rows, "order_date", first),
        shipped_at=_instants(rows, "ship_date", first),
        promised_at=_instants(rows, "promised_date", first),
        segment=_group(rows, "segment", first),
        channel=_group(rows, "channel", first),
        ship_mode=_group(rows, "ship_mode", first),
        customer=labels(rows.said("customer_id", first)),
        currency=labels(text.upper() for text in rows.said("currency", first)),
        places=found.places,
        line_start=layout.line_start,
        sku=sku,
        product_names=names,
        quantity=rows.values["quantity"][line],
        unit_price=rows.values["price"][line],
        unit_cost=rows.values["cost"][line],
        discount=rows.values["discount"][line],
        line_number=np.array(table.lines, dtype=np.int64)[line],
        dates_only=dates_only,
        rows_read=len(table.rows) + len(table.rejects),
        rejects=rejects,
        assumptions=notes,
        warnings=(*doubts(rows, layout, rejects, copies), *found.doubts),
        columns=replace(rows.columns, country=found.country),
        header=table.header,
    )


def _rejects(table: Table, rows: Rows) -> tuple[Reject, ...]:
    found = [Reject(table.lines[row], "; ".join(reasons), table.rows[row]) for row, reasons in rows.problems.items()]
    return tuple(sorted((*table.rejects, *found), key=lambda reject: reject.line))


def _made(rows: Rows, layout: Layout, copies: int) -> list[str]:
    """Lines that the log may not mean: copies of another one, and those whose price comes from others."""
    filled = int(rows.values["price_filled"][layout.line_row].sum())
    notes = []
    if copies:
        notes.append(
            f"rows that are exact copies of another row, order number and all, and count as sales like it: {copies} "
            "(if the export wrote them twice, take them out of the file)"
        )
    if filled:
        notes.append(f"rows without a price, which have the median price of their product's other rows: {filled}")
    return notes


def _group(rows: Rows, role: str, first: NDArray[np.int64]) -> Labels:
    return labels(rows.said(role, first), "unknown" if rows.columns.get(role) else "all")


def _instants(rows: Rows, role: str, first: NDArray[np.int64]) -> NDArray[np.datetime64]:
    seconds: NDArray[np.int64] = rows.values[role][first].astype(np.int64)
    return seconds.view("datetime64[s]")


def _addresses(rows: Rows, layout: Layout) -> Addresses:
    postal_code, city, state, country = (
        rows.said(role, layout.first_row) for role in ("postal_code", "city", "state", "country")
    )
    return Addresses(
        postal_code,
        city,
        state,
        country,
        rows.values["latitude"][layout.first_row],
        rows.values["longitude"][layout.first_row],
        country_default=rows.columns.country,
        european=rows.columns.decimal == "," or rows.columns.date == "DMY",
    )


def _product_names(sku: Labels, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first name of each product, and a note on products with several."""
    first: dict[int, str] = {}
    several = set()
    for code, name in zip(sku.code.tolist(), names, strict=True):
        if name and first.setdefault(code, name) != name:
            several.add(code)
    note = f"products with several names, of which the first counts: {len(several)}"
    return tuple(first.get(code, "") for code in range(len(sku.names))), (note,) if several else ()
