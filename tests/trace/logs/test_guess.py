"""Which column plays which role, for headers of shop systems that `shops/` does not hold."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from fillrate.trace.logs import Table, guess_columns, order_log
from fillrate.trace.logs.contents import content_score

CASES = tomllib.loads((Path(__file__).parent / "headers.toml").read_text(encoding="utf-8"))


def table(header: str, row: str) -> Table:
    cells = tuple(row.split(","))
    return Table("log.csv", tuple(header.split(",")), (cells, cells), (2, 3))


@pytest.mark.parametrize("name", CASES)
def test_roles_are_told_apart(name: str) -> None:
    case = CASES[name]
    expected = case["roles"]
    found = guess_columns(table(case["header"], case["row"]))
    assert {role: found.get(role) for role in expected} == expected
    assert set(found.why) == set(found.columns)


def test_a_column_plays_one_role_and_a_role_has_one_column() -> None:
    for name in CASES.keys() - {"no number for the product"}:
        columns = list(guess_columns(table(CASES[name]["header"], CASES[name]["row"])).columns.values())
        assert len(columns) == len(set(columns))


def test_an_empty_column_plays_no_role() -> None:
    found = guess_columns(table("order id,order date,sku,promised date", "1,2024-01-05,K,"))
    assert found.get("promised_date") == ""


def test_empty_cells_weigh_a_little_against_a_column() -> None:
    assert content_score(["1", "2"], "count") == 1.0
    assert content_score(["1", ""], "count") == pytest.approx(0.85)
    assert content_score(["x", ""], "count") == 0.0


def test_why_says_how_sure_a_guess_is() -> None:
    found = guess_columns(table("order id,order date,sku,Web Item Quantity", "1,2024-01-05,K,2"))
    assert found.why["order_id"] == "guessed, 1.00"
    assert 0.4 < float(found.why["quantity"].removeprefix("guessed, ")) < 0.9


def test_a_quantity_by_name_is_kept_though_its_cells_are_none() -> None:
    rows = tuple((str(n), "2024-05-01", "P1", cell, "3.50") for n, cell in enumerate(("0", "-1", "many", "0", "0")))
    read = Table("log.csv", ("Order ID", "Order Date", "SKU", "Quantity", "Price"), rows, tuple(range(2, 7)))
    found = guess_columns(read)
    assert found.get("quantity") == "Quantity"
    assert "no quantities" in found.why["quantity"]
    log = order_log(read, found)
    assert (len(log), len(log.rejects)) == (0, 5)  # each set aside with its reason, none taken as one unit
