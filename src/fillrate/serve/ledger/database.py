"""Where the ledger lies: a file of SQLite in WAL mode, with no set-up, or PostgreSQL by URL through pg8000."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    URL,
    ClauseElement,
    Connection,
    PoolProxiedConnection,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from fillrate.errors import InputError, nearest
from fillrate.serve.ledger.statements import Compiled, Runner
from fillrate.serve.ledger.tables import LOG, META, METADATA

__all__ = ["Database", "open_database"]

ALLOWED = "a file name, or postgresql://user@host/name"
ONE_WRITER = 0x66696C6C  # number of the advisory lock that PostgreSQL's writers take in turn
BUSY_SECONDS = 30.0
SILENT_SECONDS = 8.0  # of PostgreSQL, after which it is gone; a report may let it count for longer
DURABILITY = ("full", "normal")


class Database:
    """Two engines on one database: one whose transactions write, one that only reads."""

    def __init__(self, url: URL, durability: str = "full", there: bool = False) -> None:
        """Open it, and make the tables that are not there yet.

        Args:
            url: where.
            durability: of SQLite: `full` survives a power cut, `normal` the end of the process alone.
            there: it must be a ledger already; what is none is left as it is.

        Raises:
            InputError: there is no such database, it cannot be reached, or it is no ledger and should be one.
        """
        self.lite = url.get_backend_name() == "sqlite"
        self.where = url.render_as_string(hide_password=True)
        options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
        if not self.lite:
            options = {"pool_pre_ping": True, "connect_args": {"timeout": None if there else SILENT_SECONDS}}
        self.writer, self.reader = create_engine(url, **options), create_engine(url, **options)
        self.compiled: dict[ClauseElement, Compiled] = {}
        self.kept: list[PoolProxiedConnection] = []  # of the writer, between its transactions
        if there:
            self._check_there()
        if self.lite:
            event.listen(self.writer, "connect", lambda made, _: _write_ahead(made, durability))
            event.listen(self.reader, "connect", lambda made, _: _write_ahead(made, durability))
            event.listen(self.writer, "begin", _begin_at_once)
            event.listen(self.reader, "begin", lambda connection: connection.exec_driver_sql("begin"))
        try:
            self._create()
        except (SQLAlchemyError, OSError) as fault:
            self.close()
            raise InputError(f"ledger {self.where}", _line(fault), ALLOWED) from None

    def _check_there(self) -> None:
        try:
            found = {META.name, LOG.name} <= set(inspect(self.reader).get_table_names())
        except (SQLAlchemyError, OSError) as fault:
            raise InputError(f"ledger {self.where}", _line(fault), ALLOWED) from None
        finally:
            self.reader.dispose()
        if not found:
            raise InputError(f"ledger {self.where}", "has no log of decisions", "the ledger of `fillrate serve`")

    def _create(self) -> None:
        with self.writer.begin() as connection:
            if not self.lite:  # two services that start together make the tables once
                connection.execute(text(f"select pg_advisory_xact_lock({ONE_WRITER})"))
            METADATA.create_all(connection)
            _add_columns(connection)

    @contextmanager
    def writing(self) -> Iterator[Runner]:
        """A transaction that writes; writers of all processes take turns. It commits, or nothing of it stays.

        On the driver itself: a `Connection` of SQLAlchemy costs more than what most transactions do.
        """
        pooled = self.kept.pop() if self.kept else self.writer.raw_connection()
        try:
            cursor = pooled.cursor()
            cursor.execute("begin immediate" if self.lite else f"select pg_advisory_xact_lock({ONE_WRITER})")
            yield Runner(cursor, self.writer.dialect, self.compiled)
            pooled.commit()
        except BaseException:
            pooled.close()  # what is not committed is rolled back
            raise
        if self.lite:  # a server may have gone away meanwhile: the pool asks
            self.kept.append(pooled)
        else:
            pooled.close()

    @contextmanager
    def reading(self) -> Iterator[Runner]:
        """A consistent view that hinders nobody."""
        with self.reader.connect() as connection:
            if not self.lite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            connection.begin()
            yield Runner(connection.connection.cursor(), connection.dialect, self.compiled)

    def tidy(self) -> None:
        """Copy SQLite's write-ahead log into its file, outside of commits."""
        if self.lite:
            pooled = self.reader.raw_connection()  # outside of any transaction
            try:
                pooled.cursor().execute("pragma wal_checkpoint(passive)")
            finally:
                pooled.close()

    def close(self) -> None:
        """Give every connection back."""
        while self.kept:
            self.kept.pop().close()
        self.writer.dispose()
        self.reader.dispose()


def open_database(place: str, durability: str = "full", there: bool = False) -> Database:
    """Open a ledger by file name or URL.

    Raises:
        InputError: the URL is wrong, or the database cannot be opened, or is not `there`.
    """
    if durability not in DURABILITY:
        raise InputError("durability", f"found '{durability}'{nearest(durability, DURABILITY)}", ", ".join(DURABILITY))
    try:
        url = make_url(place) if "://" in place else URL.create("sqlite+pysqlite", database=place)
        kind = url.get_backend_name()
    except ArgumentError:
        raise InputError(f"ledger {place.partition('://')[0]}", "no such URL", ALLOWED) from None
    if kind not in {"sqlite", "postgresql"}:
        raise InputError(f"ledger {url.render_as_string(hide_password=True)}", f"found '{kind}'", ALLOWED)
    return Database(url.set(drivername="postgresql+pg8000") if kind == "postgresql" else url, durability, there)


def _add_columns(connection: Connection) -> None:
    """Give a ledger of an earlier release the columns that have come since; they are empty there."""
    for table in METADATA.tables.values():
        there = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                kind = column.type.compile(connection.dialect)
                connection.execute(text(f"alter table {table.name} add column {column.name} {kind}"))


def _write_ahead(connection: Any, durability: str) -> None:
    """Readers and the writer do not hinder each other; a commit is on disk before it is answered."""
    connection.isolation_level = None  # transactions begin where `_begin_at_once` says
    cursor = connection.cursor()
    cursor.execute("pragma journal_mode = wal")
    cursor.execute(f"pragma synchronous = {durability}")
    cursor.execute("pragma wal_autocheckpoint = 20000")  # `tidy` does it first, outside of commits
    cursor.close()


def _begin_at_once(connection: Connection) -> None:
    """Take the write lock at the start: what a transaction reads then stays true until it commits."""
    connection.exec_driver_sql("begin immediate")


def _line(fault: Exception) -> str:
    return " ".join(str(getattr(fault, "orig", None) or fault).split())[:200]
