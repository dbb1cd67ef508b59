"""Guessing which column plays which role, from the names and from the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fillrate.trace.logs.columns import ColumnMapping
from fillrate.trace.logs.contents import content_score, looks_like_units, sample
from fillrate.trace.logs.exports import Export, known_export
from fillrate.trace.logs.headers import name_score, squeeze
from fillrate.trace.logs.missing import Draft, check_guess
from fillrate.trace.logs.roles import Role, roles
from fillrate.trace.logs.table import Table

__all__ = ["guess_columns", "guessed"]

_ENOUGH = 0.33  # a lower score is no guess
_FITTING = 0.1  # a column of which fewer cells fit is not the role's, whatever its name
_CLEAR = 0.9  # score of a name that hardly means anything else
_BESIDE_EXPORT = 0.9  # in a known export only a clear name adds a role that its maker does not name


@dataclass(frozen=True)
class _Candidate:
    score: float
    role: str
    column: str
    why: str


def guess_columns(table: Table, draft: Draft | None = None) -> ColumnMapping:
    """Guess a mapping that has all required roles; where one is left open, `draft` writes down what was guessed.

    Raises:
        OrderLogError: no column for the order's number, its date or its product.
    """
    mapping = guessed(table)
    check_guess(mapping, table, draft)
    return mapping


def guessed(table: Table) -> ColumnMapping:
    """Guess a mapping: each role gets the column with the best score that is left, best scores first.

    The score of a column is the fit of its name (`headers.name_score`) times .3 plus .7 times the share of its cells
    that look right. Known exports go before all names. A date, a quantity or a product that no name gives away is
    found by its cells alone, which `why` says. A required role may be left open.
    """
    cells = {name: sample(table.column(name)) for name in table.header}
    export = known_export(table.header)
    chosen = _of_export(export, cells) if export else {}
    for candidate in sorted(_candidates(cells, _BESIDE_EXPORT if export else 0.0), key=lambda c: -c.score):
        taken = {other.column for other in chosen.values()}
        if candidate.role not in chosen and candidate.column not in taken:
            chosen[candidate.role] = candidate
    _quantity_by_name(chosen, cells)
    _by_content(chosen, cells)
    _drop_order_totals(chosen, table)
    _drop_sizes(chosen, table)
    _name_for_sku(chosen)
    in_order = [role for role in roles() if role in chosen]
    return ColumnMapping(
        {role: chosen[role].column for role in in_order},
        why={role: chosen[role].why for role in in_order},
    )


def _of_export(export: Export, cells: Mapping[str, Sequence[str]]) -> dict[str, _Candidate]:
    by_name = {squeeze(name): name for name in reversed(list(cells))}
    chosen = {}
    for role in roles().values():
        for name in export.columns.get(role.name, ()):
            column = by_name.get(squeeze(name), "")
            if column and content_score(cells[column], role.kind) >= _FITTING:
                chosen[role.name] = _Candidate(2.0, role.name, column, f"{export.name} export")
                break
    return chosen


def _candidates(cells: Mapping[str, Sequence[str]], least_name: float) -> list[_Candidate]:
    return [
        candidate
        for role in roles().values()
        for column, some in cells.items()
        if (candidate := _scored(role, column, some, least_name)) is not None
    ]


def _scored(role: Role, column: str, some: Sequence[str], least_name: float) -> _Candidate | None:
    name = name_score(column, role)
    if name <= least_name:
        return None
    content = content_score(some, role.kind)
    score = name * (0.3 + 0.7 * content)
    if content < _FITTING or score < _ENOUGH:
        return None
    return _Candidate(score, role.name, column, f"guessed, {score:.2f}")


def _quantity_by_name(chosen: dict[str, _Candidate], cells: Mapping[str, Sequence[str]]) -> None:
    """Take a column that is called quantity whatever its cells: one unit a row instead would hide that they are bad."""
    taken = {candidate.column for candidate in chosen.values()}
    free = [column for column, some in cells.items() if column not in taken and any(some)]
    named = (column for column in free if name_score(column, roles()["quantity"]) >= _CLEAR)
    if "quantity" not in chosen and (column := next(named, "")):
        chosen["quantity"] = _Candidate(_ENOUGH, "quantity", column, "by its name, though its cells are no quantities")


def _by_content(chosen: dict[str, _Candidate], cells: Mapping[str, Sequence[str]]) -> None:
    """Find date and quantity by their cells where no name gave them away: the first column that fits."""
    taken = {candidate.column for candidate in chosen.values()}
    free = {column: some for column, some in cells.items() if column not in taken and any(some)}
    tests = {
        "order_date": lambda some: content_score(some, "date") > 0.9 and not all(cell.isdigit() for cell in some),
        "quantity": looks_like_units,
    }
    for role, fits in tests.items():
        column = next((column for column, some in free.items() if fits(some)), "")
        if role not in chosen and column:
            chosen[role] = _Candidate(_ENOUGH, role, column, "guessed from its cells alone")
            del free[column]


def _drop_order_totals(chosen: dict[str, _Candidate], table: Table) -> None:
    """Drop a guessed line total that is the same on all lines of nearly every order: it is the order's total."""
    found, order = chosen.get("line_total"), chosen.get("order_id")
    if found is None or order is None or found.score > 1:
        return
    totals: dict[str, list[str]] = {}
    for number, total in zip(table.column(order.column), table.column(found.column), strict=True):
        totals.setdefault(number, []).append(total)
    several = [values for values in totals.values() if len(values) > 1]
    if len(several) > 4 and sum(len(set(values)) == 1 for values in several) > 0.95 * len(several):
        del chosen["line_total"]


def _drop_sizes(chosen: dict[str, _Candidate], table: Table) -> None:
    """Drop Breite and Länge beside a height or depth: they are the sizes of the product."""
    if {"hohe", "hoehe", "tiefe"} & set(map(squeeze, table.header)):
        for role in ("latitude", "longitude"):
            if role in chosen and chosen[role].score < _CLEAR:
                del chosen[role]


def _name_for_sku(chosen: dict[str, _Candidate]) -> None:
    """Use the product's name where the log has no number for it."""
    if "sku" not in chosen and "product_name" in chosen:
        column = chosen["product_name"].column
        chosen["sku"] = _Candidate(_ENOUGH, "sku", column, "the product's name, as there is no number")
