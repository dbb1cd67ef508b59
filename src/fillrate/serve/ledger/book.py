"""One transaction on the ledger: rows that wait to be written, the log's next entry, events that go out with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select

from fillrate.serve.ledger.chain import head_of, link
from fillrate.serve.ledger.statements import Runner
from fillrate.serve.ledger.tables import KEYS, LINES, LOG, METADATA, ORDERS, OUTBOX, RESERVATIONS, SHADOWS
from fillrate.serve.ledger.texts import as_json

__all__ = ["Book"]

_INSERT = {table: insert(table) for table in METADATA.tables.values()}
_KEY = select(KEYS.c.verb, KEYS.c.fingerprint, KEYS.c.answer).where(KEYS.c.key == bindparam("of"))
_ORDER = select(ORDERS).where(ORDERS.c.id == bindparam("of"))
_SAID = select(LOG.c.payload).where(LOG.c.id == bindparam("of"))
_LAST_EVENT = select(func.coalesce(func.max(OUTBOX.c.seq), 0))
_ORDER_COLUMNS = tuple(column.name for column in ORDERS.columns)

Move = tuple[str, str, int, int]  # SKU, location, change of on hand, change of reserved
Fresh = Mapping[str, Any]


class Book:
    """What an operation reads and writes; nothing of it is seen by others before the commit.

    Inserts wait until somebody reads their table or the transaction ends, so that operations which share a
    transaction share them too.
    """

    def __init__(self, run: Runner, tells: bool = False, quota_days: float | None = None) -> None:
        """Find where the log ends.

        Args:
            run: the connection.
            tells: whether events go out; else none are written.
            quota_days: length of a period of quotas; None = what segments take is not counted.
        """
        self.run, self.tells, self.quota_days = run, tells, quota_days
        self.seq, self.hash = head_of(run)
        self.events = -1  # number of the last event, once one is written
        self.new: dict[Table, list[Fresh]] = {}
        self.keys: dict[str, tuple[str, str, str]] = {}  # of this transaction
        self.orders: dict[str, dict[str, Any]] = {}
        self.fresh: set[str] = set()  # orders that wait to be inserted
        self.missing: set[str] = set()  # names that were looked up, and of no order
        self.lines: dict[tuple[str, str], dict[str, Any]] = {}  # lines that do, by order and name
        self.moves: list[Move] = []  # of the operation under way
        self.told: list[tuple[str, Mapping[str, Any]]] = []  # events of it
        self.decided: list[tuple[float, Fresh, Fresh]] = []  # instant, request, decision
        self.soonest: float | None = None  # when the next patience or reservation ends, once it was looked up
        self.woken: dict[str, None] = {}  # SKUs of which stock came in or was released, in order

    def add(self, table: Table, **row: Any) -> None:
        """Insert a row, soon."""
        self.new.setdefault(table, []).append(row)

    def flush(self, *tables: Table) -> None:
        """Write the rows that wait: of these tables, or of all."""
        for table in tables or tuple(self.new):
            if rows := self.new.pop(table, None):
                self.run.many(_INSERT[table], rows)
            if table is ORDERS:
                self.fresh.clear()
            elif table is LINES:
                self.lines.clear()

    def close(self) -> None:
        """Write everything; the transaction commits next."""
        self.flush(ORDERS, LINES, RESERVATIONS, LOG, KEYS, OUTBOX, SHADOWS)
        self.flush()

    def key(self, key: str) -> tuple[str, str, str] | None:
        """Verb, fingerprint and answer under an idempotency key, if it was used."""
        found = self.keys.get(key)
        if found is None:
            rows = self.run.rows(_KEY, of=key)
            found = (rows[0][0], rows[0][1], rows[0][2]) if rows else None
        return found

    def decision(self, name: str) -> Any:
        """A decision that was written to the log."""
        self.flush(LOG)
        return json.loads(self.run.rows(_SAID, of=name)[0][0])["decision"]

    def keep_key(self, key: str, verb: str, fingerprint: str, answer: str, now: float) -> None:
        """Remember what was answered."""
        self.keys[key] = verb, fingerprint, answer
        self.add(KEYS, key=key, verb=verb, fingerprint=fingerprint, answer=answer, time=now)

    def order(self, name: str) -> dict[str, Any] | None:
        """The row of an order, if there is one; shared within the transaction."""
        found = self.orders.get(name)
        if found is None and name not in self.missing:
            if rows := self.run.rows(_ORDER, of=name):
                found = self.orders[name] = dict(zip(_ORDER_COLUMNS, rows[0], strict=True))
            else:
                self.missing.add(name)
        return found

    def add_order(self, row: dict[str, Any]) -> None:
        """A new order."""
        self.orders[row["id"]] = row
        self.missing.discard(row["id"])
        self.fresh.add(row["id"])
        self.new.setdefault(ORDERS, []).append(row)

    def add_line(self, row: dict[str, Any]) -> None:
        """A new line; it may still be changed until it is written."""
        self.lines[row["order_id"], row["line"]] = row
        self.new.setdefault(LINES, []).append(row)

    def moved(self, sku: str, location: str, on_hand: int, reserved: int) -> None:
        """Stock of a pair changed: the log entry of this operation will say so."""
        self.moves.append((sku, location, on_hand, reserved))

    def ends(self, when: float | None) -> None:
        """Some patience or reservation ends then."""
        if when is not None and self.soonest is not None:
            self.soonest = min(self.soonest, when)

    def tell(self, topic: str, payload: Mapping[str, Any]) -> None:
        """An event that goes out once this operation is committed."""
        if self.tells:
            self.told.append((topic, payload))

    def write(self, kind: str, name: str, now: float, order: str, payload: Mapping[str, Any]) -> None:
        """Append to the log what the operation did, with the stock it moved, and put its events into the outbox."""
        text = as_json({**payload, "moves": self.moves})
        self.seq += 1
        name = name or f"{kind}#{self.seq}"  # a decision's has a stroke in it
        self.hash = link(self.hash, self.seq, name, kind, now, order, text)
        self.add(LOG, seq=self.seq, id=name, kind=kind, time=float(now), order_id=order, payload=text, hash=self.hash)
        if self.told and self.events < 0:
            self.events = int(self.run.rows(_LAST_EVENT)[0][0])
        for topic, event in self.told:
            self.events += 1
            self.add(OUTBOX, seq=self.events, topic=topic, time=float(now), payload=as_json({**event, "log": name}))
        self.moves, self.told = [], []
