"""The ledger's tables: stock and promises that a database itself keeps sound, and a log that only grows.

Times are days after t0, as everywhere; units are whole. Names and payloads are text, so that the same tables lie in
SQLite and in PostgreSQL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    Index,
    MetaData,
    Table,
    Text,
    event,
)

__all__ = ["KEYS", "LINES", "LOG", "META", "METADATA", "ORDERS", "OUTBOX", "RESERVATIONS", "SHADOWS", "STOCK"]
__all__ += ["TAKEN", "WAITING"]

METADATA = MetaData()
LEAN: dict[str, Any] = {"sqlite_with_rowid": False}  # the key is the table: one page less to write for each row


def _units(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _text(name: str, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


STOCK = Table(
    "stock",
    METADATA,
    _text("sku", key=True),
    _text("location", key=True),
    _units("on_hand"),  # reserved units included
    _units("reserved"),
    _units("safety"),  # never promised
    _units("inbound"),  # on order or on its way
    Column("next_receipt", Float),  # days after t0, null = nothing is expected
    Column("as_of", Float, nullable=False),  # when it was last counted, adjusted or received
    Column("opportunity", Float),  # money/unit, null = what the bundle says
    CheckConstraint("reserved >= 0 and reserved <= on_hand", name="reserved_is_there"),
    CheckConstraint("safety >= 0 and inbound >= 0", name="no_negative_units"),
    **LEAN,
)

ORDERS = Table(
    "orders",
    METADATA,
    _text("id", key=True),
    _units("nth"),  # order of arrival
    _text("segment"),
    Column("received", Float, nullable=False),
    Column("patience", Float),  # when it ends, null = never
    Column("deadline", Float),  # the same while units wait, else null
    _units("offers"),
    _text("request"),  # JSON, as it was first asked
    _text("fingerprint"),  # SHA-256 of what makes a repeated call the same
    **LEAN,
)

LINES = Table(
    "lines",
    METADATA,
    _text("order_id", key=True),
    _text("line", key=True),
    _units("position"),  # in the request
    _text("sku"),
    _units("ordered"),
    _units("reserved"),
    _units("shipped"),
    _units("held"),  # open: they wait for stock
    _units("dropped"),  # lost, cancelled or lapsed
    CheckConstraint("ordered = reserved + shipped + held + dropped", name="every_unit_is_somewhere"),
    CheckConstraint("reserved >= 0 and shipped >= 0 and held >= 0 and dropped >= 0", name="no_negative_units"),
    **LEAN,
)
Index("held_lines", LINES.c.sku, sqlite_where=LINES.c.held > 0, postgresql_where=LINES.c.held > 0)

WAITING = Table(
    "waiting",  # the sum of held units, kept up to date
    METADATA,
    _text("sku", key=True),
    _text("segment", key=True),
    _units("units"),
    CheckConstraint("units >= 0", name="no_negative_units"),
    **LEAN,
)

RESERVATIONS = Table(
    "reservations",
    METADATA,
    _text("id", key=True),
    _text("order_id"),
    _text("line"),
    _text("sku"),
    _text("location"),
    _units("units"),
    _units("open"),  # neither shipped nor released
    _units("shipped"),
    _units("picking"),  # 1 once its pick has begun: later units need a parcel of their own
    Column("expires", Float),  # days after t0, null = never
    CheckConstraint("open >= 0 and shipped >= 0 and open + shipped <= units", name="no_negative_units"),
    **LEAN,
)
Index("reservations_of_order", RESERVATIONS.c.order_id)
Index(
    "reservations_that_expire",
    RESERVATIONS.c.expires,
    sqlite_where=RESERVATIONS.c.open > 0,
    postgresql_where=RESERVATIONS.c.open > 0,
)
Index(
    "orders_that_wait",
    ORDERS.c.deadline,
    sqlite_where=ORDERS.c.deadline.is_not(None),
    postgresql_where=ORDERS.c.deadline.is_not(None),
)

LOG = Table(
    "log",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _text("id"),
    _text("kind"),
    Column("time", Float, nullable=False),
    _text("order_id"),  # empty where there is none
    _text("payload"),  # JSON
    _text("hash"),  # SHA-256 of the hash before, and of this row
    **LEAN,
)
Index("log_by_id", LOG.c.id, unique=True)

KEYS = Table(
    "keys",
    METADATA,
    _text("key", key=True),
    _text("verb"),
    _text("fingerprint"),  # SHA-256 of what was asked
    _text("answer"),  # JSON
    Column("time", Float, nullable=False),
    **LEAN,
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _text("topic"),
    Column("time", Float, nullable=False),
    _text("payload"),  # JSON
    **LEAN,
)

SHADOWS = Table(
    "shadows",
    METADATA,
    _text("decision", key=True),  # of the champion
    _text("challenger"),
    Column("time", Float, nullable=False),
    _text("payload"),  # JSON: both decisions and what they cost
    **LEAN,
)
Index("shadows_by_time", SHADOWS.c.time)

TAKEN = Table(
    "taken",  # units that segments have taken, for quotas
    METADATA,
    _text("sku", key=True),
    _text("segment", key=True),
    _units("units"),
    _units("period"),  # of the quota
    _units("in_period"),
    **LEAN,
)

META = Table("meta", METADATA, _text("name", key=True), _text("value"), **LEAN)

_ddl: Any = DDL
for verb in ("update", "delete"):
    refuse = f"create trigger log_refuses_{verb} before {verb} on log begin select raise(abort, 'append only'); end"
    event.listen(LOG, "after_create", _ddl(refuse).execute_if(dialect="sqlite"))
event.listen(
    LOG,
    "after_create",
    _ddl(
        "create or replace function log_only_grows() returns trigger as "
        "$$ begin raise exception 'append only'; end $$ language plpgsql; "
        "create trigger log_refuses_change before update or delete or truncate on log "
        "for each statement execute function log_only_grows()"
    ).execute_if(dialect="postgresql"),
)
