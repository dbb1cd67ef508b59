"""The table that a network sees: what stays the same is taken from a block's template, the rest is asked for."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME, same
from fillrate.deploy.blocks import Block
from fillrate.deploy.facts import Facts
from fillrate.deploy.scores import STAY, Scorer

__all__ = ["Looking"]

Floats = NDArray[np.float64]


class Looking:
    """Fills tables for one network."""

    def __init__(self, network: Scorer, holds: bool) -> None:
        """Tell its columns apart; with `holds` the last row of a table is hold."""
        self.network, self.holds = network, holds
        changing = [n for n in network.order if not {*BY_NAME[network.columns[n]].needs} <= STAY]
        of_row = [n for n in changing if not network.of_order[n]]
        self._of_row = [(network.columns[n], [network.hold[n]] if holds else []) for n in of_row]
        self._of_line = [_maker(network.columns[n]) for n in changing[len(of_row) :]]
        self._stay = [network.columns[n] for n in network.order[len(changing) :]]

    def table(self, facts: Facts) -> Floats:
        """(columns + 2, rows) of the line that facts point at."""
        found = facts.block.templates.get(self)
        if found is None:
            found = facts.block.templates[self] = self._template(facts, facts.block)
        template, write = found
        makers, rows = facts.columns.makers, template.shape[1]
        numbers: list[float] = []
        for name, hold in self._of_row:
            numbers += makers[name]()
            numbers += hold
        for make in self._of_line:
            numbers += [make(facts)] * rows
        table: Floats = template.copy()
        write(table, 0, *numbers)
        return table

    def _template(self, facts: Facts, block: Block) -> tuple[Floats, Callable[..., None]]:
        """What stays, below what does not, and how the latter is written."""
        network, rows = self.network, len(block.location)
        table = np.zeros((len(network.columns) + 2, rows + self.holds))
        table[-1] = 1.0
        changing = len(self._of_row) + len(self._of_line)
        for n, name in enumerate(self._stay, changing):
            table[n, :rows] = facts.column(name)
        if self.holds:
            table[changing:-2, rows], table[-2, rows] = [network.hold[n] for n in network.order[changing:]], 1.0
        return table, Struct(f"{changing * table.shape[1]}d").pack_into


def _maker(name: str) -> Any:
    """A column of an order or line as one number."""
    column = BY_NAME[name]
    facts = [methodcaller(f"_{need}") for need in column.needs]
    of = column.of
    return facts[0] if of is same else lambda known: of(*[fact(known) for fact in facts])
