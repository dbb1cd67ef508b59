"""The table that a network sees: what stays the same is taken from a block's template, the rest is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME, FACTS
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
        self._by_row = np.array(self.of_row, np.intp)
        self._by_line = np.array(self.of_line, np.intp)

    def table(self, facts: Facts) -> Floats:
        """(rows, columns + 2) of the line that facts point at."""
        block, names = facts.block, self.network.columns
        template: Floats | None = block.templates.get(self)
        if template is None:
            template = block.templates[self] = self._template(facts, block)
        table, rows = template.copy(), len(block.location)
        if self.of_row:
            table[:rows, self._by_row] = np.array([facts.column(names[n]) for n in self.of_row], np.float64).T
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
    of, needs = column.of, [f"_{need}" for need in column.needs]
    if any(FACTS[need][0] == "row" for need in column.needs):
        raise ValueError(name)
    return lambda facts: of(*[getattr(facts, need)() for need in needs])
