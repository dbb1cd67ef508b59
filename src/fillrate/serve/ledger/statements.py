"""Statements written in SQLAlchemy Core, compiled once for a dialect and run on the driver itself.

A result object of SQLAlchemy costs several times what SQLite takes to answer; the ledger's rows are plain text and
numbers, which need no conversion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, Dialect

__all__ = ["Compiled", "Row", "Runner"]

Row = tuple[Any, ...]
AT_ONCE = 500  # rows of one insert


class Compiled(NamedTuple):
    """A statement as the driver takes it."""

    text: str
    names: tuple[str, ...]  # of its parameters, in order
    constants: dict[str, Any]  # parameters that the statement itself gives


class Runner:
    """Runs Core statements on one connection's cursor."""

    def __init__(self, cursor: Any, dialect: Dialect, compiled: dict[ClauseElement, Compiled]) -> None:
        """Share `compiled` between connections of the same dialect."""
        self.cursor, self.dialect, self.compiled = cursor, dialect, compiled

    def _compiled(self, statement: ClauseElement, names: Iterable[str] | None = None) -> Compiled:
        found = self.compiled.get(statement)
        if found is None:
            keys = None if names is None else list(names)
            made: Any = statement.compile(dialect=self.dialect, column_keys=keys)
            given = {name: value for name, value in made.params.items() if value is not None}
            found = self.compiled[statement] = Compiled(str(made), tuple(made.positiontup or ()), given)
        return found

    def _execute(self, statement: ClauseElement, values: dict[str, Any]) -> None:
        text, names, constants = self._compiled(statement)
        if constants:
            values = {**constants, **values}
        self.cursor.execute(text, tuple([values[name] for name in names]))

    def rows(self, statement: ClauseElement, **values: Any) -> list[Row]:
        """All rows of a query, or of what a change returns."""
        self._execute(statement, values)
        return [tuple(row) for row in self.cursor.fetchall()]

    def run(self, statement: ClauseElement, **values: Any) -> int:
        """Run a statement that returns no rows; how many it changed."""
        self._execute(statement, values)
        changed: int = self.cursor.rowcount
        return changed

    def many(self, statement: ClauseElement, rows: list[Mapping[str, Any]]) -> None:
        """Run an insert, made for the keys of the rows, for each of them."""
        text, names, _ = self._compiled(statement, rows[0])
        values = [tuple([row[name] for name in names]) for row in rows]
        if self.dialect.name == "sqlite":
            self.cursor.executemany(text, values)
            return
        head, _, group = text.partition(" VALUES ")
        for start in range(0, len(values), AT_ONCE):  # one round trip for many rows
            part = values[start : start + AT_ONCE]
            groups = ", ".join([group] * len(part))
            self.cursor.execute(f"{head} VALUES {groups}", tuple([value for row in part for value in row]))
