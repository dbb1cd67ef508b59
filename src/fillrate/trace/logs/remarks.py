"""What an order log assumes beyond its columns: where lines of an order differ, what is missing, what is set aside."""

from __future__ import annotations

import numpy as np

from fillrate.trace.logs.labels import Labels, labels
from fillrate.trace.logs.layout import Layout
from fillrate.trace.logs.rejects import Reject
from fillrate.trace.logs.rows import Rows

__all__ = ["remarks"]

_GROUPS = ("segment", "channel", "ship_mode")
_DATES = ("order_date", "ship_date", "promised_date")
_SAID_ONCE = (*_DATES, *_GROUPS, "city", "state", "postal_code", "country", "customer_id")


def remarks(rows: Rows, layout: Layout, sku: Labels, rejects: tuple[Reject, ...], dates_only: bool) -> tuple[str, ...]:
    """The assumptions that show only once rows have become orders."""
    return (
        *_differences(rows, layout),
        *_missing(rows),
        *_repeats(sku, layout),
        *(["the log has dates only: arrival times within the day are not known"] if dates_only else []),
        *_set_aside(rows, layout, rejects),
    )


def _differences(rows: Rows, layout: Layout) -> list[str]:
    """Orders whose lines disagree on what an order says once."""
    first = layout.first_row[layout.order_of_line]
    notes = []
    for role in _SAID_ONCE:
        if not rows.columns.get(role):
            continue
        values = rows.values[role] if role in rows.values else labels(rows.texts[role]).code
        differ = len(np.unique(first[values[layout.line_row] != values[first]]))
        if differ:
            notes.append(f"orders whose lines differ in {rows.columns.get(role)}, of which the first counts: {differ}")
    return notes


def _missing(rows: Rows) -> list[str]:
    groups = [role.replace("_", " ") for role in _GROUPS if not rows.columns.get(role)]
    notes = [f"the log has no {name}: all orders belong to one, called all" for name in groups]
    return notes if rows.columns.get("promised_date") else [*notes, "the log has no promised dates"]


def _repeats(sku: Labels, layout: Layout) -> list[str]:
    skus = max(1, len(sku.names))
    pairs, count = np.unique(layout.order_of_line * skus + sku.code, return_counts=True)
    twice = len(np.unique(pairs[count > 1] // skus))
    return [f"orders with a product on more than one line, which are kept apart: {twice}"] if twice else []


def _set_aside(rows: Rows, layout: Layout, rejects: tuple[Reject, ...]) -> list[str]:
    if not rejects:
        return []
    numbers = rows.texts["order_id"]
    partly = {numbers[row] for row in rows.problems} & {numbers[row] for row in layout.first_row}
    cut = f"; order numbers with rows both kept and set aside: {len(partly)}" if partly else ""
    return [f"rows set aside: {len(rejects)} of {len(rejects) + len(layout.line_row)}{cut}"]
