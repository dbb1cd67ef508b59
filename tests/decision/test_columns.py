"""The table of columns: complete, computed as it says, and known to the model."""

from __future__ import annotations

import inspect
import random
from functools import partial

import pytest

from fillrate.decision.columns import BY_NAME, COLUMNS, FACTS, ORDER_COLUMNS, Column, same
from fillrate.decision.table import OVER_ROWS, Columns
from fillrate.model.simpy_model.facts import Facts

EVERY = [*COLUMNS, *ORDER_COLUMNS]


@pytest.mark.parametrize("column", EVERY, ids=lambda c: c.name)
def test_a_column_is_described_and_made_from_known_facts(column: Column) -> None:
    assert column.definition
    assert not column.definition.endswith(".")
    assert set(column.needs) <= set(FACTS)
    assert len(inspect.signature(column.of).parameters) == len(column.needs)


@pytest.mark.parametrize("columns", [COLUMNS, ORDER_COLUMNS])
def test_names_are_unique(columns: tuple[Column, ...]) -> None:
    names = [c.name for c in columns]
    assert len(names) == len(set(names))


def test_an_order_is_ranked_by_what_is_known_of_orders() -> None:
    assert {FACTS[need][0] for c in ORDER_COLUMNS for need in c.needs} == {"order"}


def test_the_model_knows_every_fact_that_a_column_needs() -> None:
    wanted = {need for c in COLUMNS for need in c.needs}
    assert not [need for need in wanted if not callable(getattr(Facts, f"_{need}", None))]


@pytest.mark.parametrize(
    ("name", "facts", "value"),
    [
        ("cost_per_unit", (4.0, 0.5, 2.0, 3.0), 2.5),  # a box of 4.00 over two units at 0.50
        ("cost_per_unit", (4.0, 0.5, 9.0, 1.0), 4.5),
        ("line_cover", (2.0, 4.0), 0.5),
        ("line_cover", (9.0, 4.0), 1.0),
        ("days_of_supply", (6.0, 1.5), 4.0),
        ("days_of_supply", (6.0, 0.0), 999.0),
        ("days_of_supply", (6.0, 1e-9), 999.0),
        ("expected_lateness", (3.0, 2.5), 0.5),
        ("expected_lateness", (2.0, 2.5), 0.0),
        ("scarcity", (3.0, 2.0, 4.0), 1.5),
        ("scarcity", (3.0, 2.0, 0.0), 6.0),
        ("net_value", (40.0, 20.0, 3.0, 5.0), 12.0),
        ("unit_margin", (40.0, 25.0), 15.0),
        ("one", (), 1.0),
    ],
)
def test_values(name: str, facts: tuple[float, ...], value: float) -> None:
    assert BY_NAME[name].of(*facts) == value


def test_what_an_order_loses() -> None:
    loss = next(c for c in ORDER_COLUMNS if c.name == "loss")
    assert loss.of(3.0, 2.5) == 7.5


def test_every_column_that_follows_from_a_row_has_its_loop() -> None:
    follows = [c.name for c in COLUMNS if not c.of_order and c.of is not same]
    assert sorted(OVER_ROWS) == sorted(follows)


@pytest.mark.parametrize("name", OVER_ROWS)
def test_a_column_over_rows_is_its_formula_row_by_row(name: str) -> None:
    chance, column = random.Random(name), BY_NAME[name]
    facts = {
        need: [chance.choice((0.0, 0.5, 1.0, 3.0, 40.0)) for _ in range(50)] if FACTS[need][0] == "row" else 2.0
        for need in column.needs
    }
    by_row = [column.of(*[v[row] if isinstance(v, list) else v for v in facts.values()]) for row in range(50)]
    made = Columns({need: partial(facts.get, need) for need in facts}, lambda: 50).column(name)
    assert made == by_row
    assert len(set(by_row)) > 3
