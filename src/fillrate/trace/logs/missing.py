"""What a mapping leaves open: required roles that no column plays, and columns that guessing would use."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from fillrate.errors import OrderLogError
from fillrate.trace.logs.columns import ColumnMapping, columns_toml
from fillrate.trace.logs.headers import WEAK, name_score
from fillrate.trace.logs.roles import Role, roles
from fillrate.trace.logs.table import Table

__all__ = ["Draft", "check_guess", "left_out"]

Draft = Callable[[str], Path]
"""Writes the text of a columns.toml somewhere, and says where."""


def check_guess(mapping: ColumnMapping, table: Table, draft: Draft | None = None) -> None:
    """Check that a guess has all required roles. If not, what it has is written down with `draft`: a file is complete.

    Raises:
        OrderLogError: no column for the order's number, its date or its product.
    """
    missing = [role for role in roles().values() if role.required and not mapping.get(role.name)]
    if not missing:
        return
    if not table.rows:
        raise OrderLogError(table.source, "has a header, but no row that fits it")
    problem = "; ".join(
        f"no column looks like {role.name} ({role.meaning}){_near_miss(role, table)}" for role in missing
    )
    wanted = ", ".join(f'{role.name} = "..."' for role in missing)
    where = "in a --columns file"
    if draft is not None:
        path = draft(columns_toml(mapping, table.header, table.source))
        where = f"in {path}, where all else that was guessed stands now, handed back with --columns"
    raise OrderLogError(table.source, problem, f"{wanted} {where}, each one of {', '.join(table.header)}")


def _near_miss(role: Role, table: Table) -> str:
    """A column that is called so, but whose cells are not."""
    for column in table.header:
        if name_score(column, role) >= WEAK:
            cell = next(filter(None, table.column(column)), "")
            serial = role.kind == "date" and re.fullmatch(r"[2-5]\d{4}([.,]\d+)?", cell)
            hint = " (a day as spreadsheets count: show the column as a date and export it again)" if serial else ""
            return f": {column!r} is called so, but its cells are {f'like {cell[:40]!r}{hint}' if cell else 'empty'}"
    return ""


def left_out(mapping: ColumnMapping, guess: ColumnMapping, place: str) -> str:
    """A text on columns that a file does not name and that their names would give a role; empty if there is none."""
    used = set(mapping.columns.values())
    spare = [
        f"{role} = {column}"
        for role, column in guess.columns.items()
        if not mapping.get(role) and column not in used and "alone" not in guess.why[role]
    ]
    if not spare:
        return ""
    return (
        f"{place} leaves out what would have been guessed: {', '.join(spare)}. A role that it does not name is not "
        "used: unless you have left them out on purpose, add these lines, and fit again."
    )
