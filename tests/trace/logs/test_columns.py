"""columns.toml: written, read back, and every way of getting it wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.errors import OrderLogError
from fillrate.trace.logs import ColumnMapping, columns_toml, read_columns
from fillrate.trace.logs.columns import check_columns
from fillrate.trace.logs.exports import exports
from fillrate.trace.logs.headers import name_score, words
from fillrate.trace.logs.roles import roles

HEADER = ("Order ID", "Order Date", "SKU", "Qty", "Note")
GOOD = {"order_id": "Order ID", "order_date": "Order Date", "sku": "SKU"}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    mapping = ColumnMapping(GOOD, date="DMY", decimal=",", country="US", why={"sku": "guessed, 0.90"})
    (tmp_path / "columns.toml").write_text(columns_toml(mapping, HEADER, "orders.csv"), encoding="utf-8")
    back = read_columns(tmp_path / "columns.toml")
    assert (back.columns, back.date, back.decimal, back.country) == (GOOD, "DMY", ",", "US")
    assert set(back.why.values()) == {"given"}


def test_the_file_says_how_it_was_guessed_and_what_is_left_over() -> None:
    text = columns_toml(ColumnMapping(GOOD, why={"sku": "guessed, 0.90"}), HEADER, "orders.csv")
    assert 'sku = "SKU"  # number of the product (guessed, 0.90)' in text
    assert '# unit_cost = ""  # what one unit costs the shop' in text
    assert '# Columns that play no role: "Qty", "Note"' in text


@given(st.text(min_size=1).filter(lambda name: "\x7f" in name or name.isprintable() or '"' in name or "\\" in name))
def test_any_name_of_a_column_survives(name: str) -> None:
    import tomllib

    text = columns_toml(ColumnMapping(GOOD | {"quantity": name}), (), "orders.csv")
    assert tomllib.loads(text)["quantity"] == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('order_ids = "A"', "columns.toml order_ids: no such role (did you mean 'order_id'?); allowed: order_id, "),
        ("order_id = 3", "columns.toml order_id: is 3; allowed: a text in quotes"),
        ('order_id = ""', "columns.toml order_id: is ''; allowed: a text in quotes"),
        ('[format]\ndate = "DDMM"', "columns.toml date: is 'DDMM'; allowed: 'YMD' or 'DMY' or 'MDY'"),
        ('[format]\ndates = "DMY"', "columns.toml dates: no such format key (did you mean 'date'?)"),
        ('format = "DMY"', "columns.toml format: is 'DMY'; allowed: a table [format]"),
        ("order_id = ", "columns.toml: is no TOML: "),
    ],
)
def test_a_wrong_file_is_one_line(text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "columns.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OrderLogError) as caught:
        read_columns(path)
    assert str(caught.value).startswith(f"{tmp_path}/{expected}")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OrderLogError, match="no such file"):
        read_columns(tmp_path / "columns.toml")


def test_a_column_that_the_log_has_not_gets_a_hint() -> None:
    for wrong, meant in (("sku", "SKU"), ("order-date", "Order Date"), ("Ordre Date", "Order Date")):
        with pytest.raises(OrderLogError, match=rf"x.toml sku: no column '{wrong}' \(did you mean '{meant}'\?\)"):
            check_columns(ColumnMapping(GOOD | {"sku": wrong}), HEADER, "x.toml")


def test_required_roles_are_named_all_at_once() -> None:
    with pytest.raises(OrderLogError, match=r"x.toml: no column for order_date; allowed: order_date = "):
        check_columns(ColumnMapping({"order_id": "Order ID", "sku": "SKU"}), HEADER, "x.toml")
    with pytest.raises(OrderLogError, match=r"x.toml: no column for order_date, sku; allowed: order_date = .*, sku = "):
        check_columns(ColumnMapping({"order_id": "Order ID"}), HEADER, "x.toml")


def test_the_tables_of_names_are_well_formed() -> None:
    for role in roles().values():
        for name in (*role.names, *role.weak):
            assert " ".join(words(name)) == name, f"{role.name}: {name!r} is not in the form of a squeezed header"
        assert not set(role.names) & set(role.weak), role.name
    strong = [name for role in roles().values() for name in role.names]
    shared = {name for name in strong if strong.count(name) > 1}
    assert shared == {"order time"}  # a date or a time of day: the cells decide
    assert {role for role in roles() if roles()[role].required} == {"order_id", "order_date", "sku"}


def test_known_exports_name_only_roles() -> None:
    for export in exports():
        assert set(export.columns) <= set(roles()), export.name
        assert {"order_id", "order_date", "sku", "quantity"} <= set(export.columns), export.name


def test_names_are_scored_by_how_much_of_them_fits() -> None:
    def score(header: str, role: str) -> float:
        return name_score(header, roles()[role])

    assert score("OrderID", "order_id") == score("order-id", "order_id") == 1.0
    assert score("Customer Order Number", "order_id") == 0.0  # the customer's own number
    assert 0.5 < score("Web Order Number", "order_id") < 1.0
    assert score("Order Item ID", "order_id") == 0.0
    assert score("Shipping Price", "unit_price") == 0.0
    assert score("Shipping Zip", "postal_code") > score("Billing Zip", "postal_code") > 0
    assert score("Warehouse City", "city") == 0.0
    assert score("Last Updated Date", "order_date") == 0.0
