"""The table that a network sees: what stays the same is taken from a block's template, the rest is asked for."""

from __future__ import annotations

import dis
from collections.abc import Callable
from operator import methodcaller
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME, Column, same
from fillrate.deploy.blocks import Block
from fillrate.deploy.facts import Facts
from fillrate.deploy.scores import Scorer

__all__ = ["Looking"]

STAY = frozenset(
    (
        "unit_cost",
        "distance_km",
        "transit_days",
        "is_home",
        "position",
        "home_rate",
        "rating",
        "third_party",
    )
)
"""Facts that are the same at every decision about a block."""

Floats = NDArray[np.float64]


class Looking:
    """Fills tables for one network."""

    def __init__(self, network: Scorer, holds: bool) -> None:
        """Tell its columns apart; with `holds` the last row of a table is hold."""
        self.network, self.holds = network, holds
        needs = {name: BY_NAME[name].needs for name in network.columns}
        self.of_line = [n for n, name in enumerate(network.columns) if needs[name] and network.of_order[n]]
        self.of_row = [
            n for n, name in enumerate(network.columns) if not network.of_order[n] and not {*needs[name]} <= STAY
        ]
        self.stay = [n for n in range(len(network.columns)) if n not in {*self.of_line, *self.of_row}]
        self._makers = [_maker(name) for n, name in enumerate(network.columns) if n in self.of_line]
        arrays = {n: _on_arrays(BY_NAME[network.columns[n]]) for n in self.of_row}
        self._vectors = [(n, of, needs[network.columns[n]]) for n, of in arrays.items() if of is not None]
        self._lists = [network.columns[n] for n, of in arrays.items() if of is None]
        self._of_lists = np.array([n for n, of in arrays.items() if of is None], np.intp)
        self._facts = tuple({need for _, _, names in self._vectors for need in names})
        self._by_line = np.array(self.of_line, np.intp)

    def table(self, facts: Facts) -> Floats:
        """(rows, columns + 2) of the line that facts point at."""
        block = facts.block
        template: Floats | None = block.templates.get(self)
        if template is None:
            template = block.templates[self] = self._template(facts, block)
        table, rows = template.copy(), len(block.location)
        if self._lists:
            table[:rows, self._of_lists] = np.array([facts.column(name) for name in self._lists], np.float64).T
        if self._vectors:
            known = {fact: np.array(getattr(facts, f"_{fact}")(), np.float64) for fact in self._facts}
            for n, of, needs in self._vectors:
                table[:rows, n] = of(*[known[need] for need in needs])
        if self.of_line:
            table[:, self._by_line] = [make(facts) for make in self._makers]
        return table

    def _template(self, facts: Facts, block: Block) -> Floats:
        """What stays, and in the row that holds the default of what differs by row."""
        rows, network = len(block.location), self.network
        table = np.zeros((rows + self.holds, len(network.columns) + 2))
        table[:, -1] = 1.0
        for n in self.stay:
            table[:rows, n] = facts.column(network.columns[n])
        if self.holds:
            table[rows, :-2], table[rows, -2] = network.hold, 1.0
        return table


def _maker(name: str) -> Any:
    """A column of an order or line as one number."""
    column = BY_NAME[name]
    facts = [methodcaller(f"_{need}") for need in column.needs]
    of = column.of
    return facts[0] if of is same else lambda known: of(*[fact(known) for fact in facts])


def _on_arrays(column: Column) -> Callable[..., Any] | None:
    """A column's own function over whole rows, where it has no branch: min and max are then NumPy's."""
    code = column.of.__code__
    if column.of is same or any("JUMP" in step.opname for step in dis.get_instructions(code)):
        return None
    return FunctionType(code, {"min": np.minimum, "max": np.maximum, "__builtins__": {}})
