"""The ledger as a whole: transactions that many calls share, and an audit of it against its own log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import func, select

from fillrate.errors import CheckFailed
from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.chain import entries, verify_chain
from fillrate.serve.ledger.database import Database, open_database
from fillrate.serve.ledger.statements import Runner
from fillrate.serve.ledger.stock import all_levels
from fillrate.serve.ledger.tables import LINES, ORDERS, RESERVATIONS, WAITING

__all__ = ["Ledger", "audit"]

_L, _R = LINES.c, RESERVATIONS.c
_LINES = select(_L.order_id, _L.line, _L.reserved, _L.shipped)
_PLACED = select(_R.order_id, _R.line, func.sum(_R.open), func.sum(_R.shipped)).group_by(_R.order_id, _R.line)
_RESERVED = select(_R.sku, _R.location, func.sum(_R.open)).group_by(_R.sku, _R.location)
_HELD = (
    select(_L.sku, ORDERS.c.segment, func.sum(_L.held))
    .join_from(LINES, ORDERS, _L.order_id == ORDERS.c.id)
    .where(_L.held > 0)
    .group_by(_L.sku, ORDERS.c.segment)
)
_WAITING = select(WAITING.c.sku, WAITING.c.segment, WAITING.c.units).where(WAITING.c.units > 0)


class Ledger:
    """Stock, orders, reservations and log in one database."""

    def __init__(
        self,
        place: str,
        tells: bool = False,
        quota_days: float | None = None,
        durability: str = "full",
        there: bool = False,
    ) -> None:
        """Open it by file name or URL.

        Args:
            place: file name or URL.
            tells: whether events go out.
            quota_days: length of a period of quotas, if there are any.
            durability: see `Database`.
            there: it must be a ledger already.

        Raises:
            InputError: it cannot be opened.
        """
        self.database: Database = open_database(place, durability, there)
        self.tells, self.quota_days = tells, quota_days

    @contextmanager
    def writing(self) -> Iterator[Book]:
        """A transaction; it is committed as a whole, or nothing of it is."""
        with self.database.writing() as run:
            book = Book(run, self.tells, self.quota_days)
            yield book
            book.close()

    def reading(self) -> AbstractContextManager[Runner]:
        """A consistent view."""
        return self.database.reading()

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()


def audit(run: Runner) -> dict[str, Any]:
    """Check the log's chain, and count the ledger again from the log and from its own reservations.

    Returns:
        Counts: log entries, stock pairs, units on hand, reserved and shipped.

    Raises:
        CheckFailed: something does not agree.
    """
    count = verify_chain(run)
    stock = {(sku, level.location): (level.on_hand, level.reserved) for sku, level in all_levels(run)}
    told: dict[tuple[str, str], tuple[int, int]] = {}
    for entry in entries(run):
        for sku, location, on_hand, reserved in json.loads(entry[5])["moves"]:
            before = told.get((sku, location), (0, 0))
            told[sku, location] = before[0] + on_hand, before[1] + reserved
    _agree("stock and log", stock, told)
    _agree("lines and reservations", _nonzero(run.rows(_LINES)), _nonzero(run.rows(_PLACED)))
    promised = {(sku, at): int(n) for sku, at, n in run.rows(_RESERVED)}
    _agree(
        "stock and reservations", {k: r for k, (_, r) in stock.items() if r}, {k: n for k, n in promised.items() if n}
    )
    _agree("held lines and waiting", _sums(run.rows(_HELD)), _sums(run.rows(_WAITING)))
    shipped = sum(int(row[3]) for row in run.rows(_LINES))
    on_hand, reserved = (sum(level[n] for level in stock.values()) for n in (0, 1))
    return {"entries": count, "pairs": len(stock), "on_hand": on_hand, "reserved": reserved, "shipped": shipped}


def _nonzero(rows: list[tuple[Any, ...]]) -> dict[tuple[str, str], tuple[int, int]]:
    return {(order, line): (int(a), int(b)) for order, line, a, b in rows if a or b}


def _sums(rows: list[tuple[Any, ...]]) -> dict[tuple[str, str], int]:
    return {(sku, segment): int(units) for sku, segment, units in rows}


def _agree(what: str, a: dict[Any, Any], b: dict[Any, Any]) -> None:
    for key in sorted(a.keys() | b.keys()):
        if a.get(key) != b.get(key):
            raise CheckFailed(f"{what} disagree on {key}: {a.get(key)} and {b.get(key)}")
