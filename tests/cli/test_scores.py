"""Tables of a comparison in a terminal: a lead is a lead, whichever way is good."""

from __future__ import annotations

from typing import Any

from fillrate.bench.across import across
from fillrate.bench.comparison import Comparison, compare_scores
from fillrate.bench.selection import Entrant, Rule, Selection
from fillrate.cli.scores import across_table, selection_table

LOST = {"few": (3.0, 4.0, 3.0), "many": (6.0, 6.0, 7.0)}


def lost_units(selection: Selection | None = None) -> Comparison:
    cards = {name: [{"lost_units": units} for units in runs] for name, runs in LOST.items()}
    return compare_scores("w", 0, 5.0, cards, metric="lost_units", selection=selection)


def column(table: Any, head: str) -> list[str]:
    (found,) = (c for c in table.columns if c.header == head)
    return list(found.cells)


def test_who_loses_less_is_ahead_by_a_positive_number() -> None:
    table = across_table(across({"w": lost_units()}))
    assert (column(table, "By"), column(table, "95 % interval")) == (["3.0"], ["0.5 to 5.5"])


def test_who_loses_more_is_behind_by_a_positive_number() -> None:
    entrants = {"few": Entrant(3, ""), "many": Entrant(3, "few")}
    table = selection_table(lost_units(Selection("few", Rule(0.95, 1.0, 10), True, entrants, 3)))
    assert (column(table, "Behind by"), column(table, "95 % interval")) == (["", "3.0"], ["", "0.5 to 5.5"])
