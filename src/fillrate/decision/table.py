"""Columns of a candidate table made from facts: the same for every host that can name its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from typing import Any

from fillrate.decision.columns import BY_NAME, FACTS, Column, same

__all__ = ["Columns"]

Fact = Callable[[], Any]  # (rows,) numbers for a row fact, one number otherwise, as known at the call


class Columns:
    """Makes columns when they are asked for.

    A host hands in its facts by name; of a fact it leaves out, every column that needs it takes its default.
    """

    def __init__(self, facts: Mapping[str, Fact], rows: Callable[[], int]) -> None:
        """Look every column's facts up once; `rows` tells the number of rows besides hold."""
        self.rows = rows
        known = [column for column in BY_NAME.values() if all(need in facts for need in column.needs)]
        self.makers: dict[str, Callable[[], Sequence[float]]] = {c.name: _maker(c, facts, rows) for c in known}
        self.of_order = {c.name for c in known if c.of_order}

    def column(self, name: str) -> Sequence[float]:
        """(rows,) values of a column."""
        maker = self.makers.get(name)
        return maker() if maker is not None else [BY_NAME[name].default] * self.rows()

    def hold(self, name: str) -> float:
        """Value of a column in the hold row: what is true of the order and line, the default of what rows have."""
        if name in self.of_order and (values := self.column(name)):
            return values[0]
        return BY_NAME[name].default


def _maker(column: Column, facts: Mapping[str, Fact], rows: Callable[[], int]) -> Callable[[], Sequence[float]]:
    of, sources = column.of, [(FACTS[need][0] == "row", facts[need]) for need in column.needs]
    if of is same and sources[0][0]:
        return sources[0][1]
    if not any(by_row for by_row, _ in sources):
        return lambda: [of(*[fact() for _, fact in sources])] * rows()
    return lambda: list(map(of, *[fact() if by_row else repeat(fact()) for by_row, fact in sources]))
