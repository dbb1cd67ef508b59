"""Numbers as shops write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.trace.logs.amounts import currency_of, decimal_evidence, parse_amount, parse_count
from fillrate.trace.logs.formats import decide_decimals


@pytest.mark.parametrize(
    ("cell", "mark", "expected"),
    [
        ("12", ".", 12),
        ("$1,234.50", ".", 1234.5),
        ("US$ 1,234,567.89", ".", 1234567.89),
        ("1.234,50 €", ",", 1234.5),
        ("EUR 1.234.567", ",", 1234567),
        ("1'234.50 CHF", ".", 1234.5),
        ("1 234,50 kr", ",", 1234.5),
        ("1\u202f234,50", ",", 1234.5),
        ("R$ 12,30", ",", 12.3),
        ("₹1,23,456.00", ".", 123456),
        ("(5.00)", ".", -5),
        ("-$5.00", ".", -5),
        ("12.50-", ".", -12.5),
        ("CHF 12.-", ".", 12),
        ("12,- €", ",", 12),
        ("\u22123", ".", -3),
        (".5", ".", 0.5),
        ("5.", ".", 5),
        ("1e-05", ".", 1e-5),
        ("261.96", ".", 261.96),
        ("957.5775", ".", 957.5775),
    ],
)
def test_a_number_is_read(cell: str, mark: str, expected: float) -> None:
    assert parse_amount(cell, mark) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        ("abc", "."),
        ("", "."),
        ("1,23", "."),  # no group of thousands
        ("1.23", ","),
        ("1.2.3", "."),
        ("12,34.56.78", "."),
        ("--5", "."),
        ("(-5)", "."),
        ("nan", "."),
        ("inf", "."),
        ("1e999", "."),
        ("1 2", "."),
        ("€", "."),
        ("0x10", "."),
    ],
)
def test_what_is_no_number_is_none(cell: str, mark: str) -> None:
    assert parse_amount(cell, mark) is None


@given(st.integers(-(10**12), 10**12), st.sampled_from([".", ","]), st.sampled_from(["", "€ ", "$", "USD "]))
def test_cents_are_read_back_with_either_mark(cents: int, mark: str, sign: str) -> None:
    text = f"{abs(cents) / 100:,.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert parse_amount(f"{'-' if cents < 0 else ''}{sign}{text}", mark) == pytest.approx(cents / 100, rel=1e-15)


def test_units_are_positive_and_whole() -> None:
    assert [parse_count(cell) for cell in ("1", "2.0", "1,000", "0", "-1", "1.5", "x", "3000000000")] == [
        1, 2, 1000, None, None, None, None, None,
    ]  # fmt: skip
    assert parse_count("10,000", ",") == 10


def test_evidence_for_the_decimal_mark() -> None:
    assert decimal_evidence(["1,234.5", "2"]).mark == "."
    assert decimal_evidence(["1.234,5", "2"]).mark == ","
    assert decimal_evidence(["3,95"]).mark == ","
    assert decimal_evidence(["1.234.567"]).mark == ","
    assert decimal_evidence(["0.125"]).mark == "."
    assert decimal_evidence(["1234.567"]).mark == "."
    assert decimal_evidence(["1.234", "12"]).mark == ""
    assert decimal_evidence(["1.234", "12"]).example == "1.234"
    assert decimal_evidence(["10.000", "5.000"]).mark == "."  # SAP writes quantities with three decimals
    assert decimal_evidence(["10,000", "5"]).mark == ""


def test_an_open_column_follows_the_rest_of_the_file_and_says_so() -> None:
    marks, notes = decide_decimals({"quantity": ["2", "1.000"], "unit_price": ["3,95"]})
    assert marks == {"quantity": ",", "unit_price": ","}
    change = 'if that is wrong set decimal = "." under [format] in the columns file'
    assert notes == (f"quantity: '1.000' is read with a decimal comma (as in the other columns); {change}",)


def test_an_open_file_follows_its_delimiter() -> None:
    columns = {"unit_price": ["1.234"]}
    assert decide_decimals(columns, delimiter=";")[0] == {"unit_price": ","}
    assert decide_decimals(columns, delimiter=",")[0] == {"unit_price": "."}
    assert "nothing in the file says otherwise" in decide_decimals(columns)[1][0]


def test_typed_given_and_degrees_are_not_guessed() -> None:
    assert decide_decimals({"unit_price": ["1.234"]}, delimiter=";", typed=["unit_price"]) == ({"unit_price": "."}, ())
    assert decide_decimals({"unit_price": ["1.234"]}, given=",") == ({"unit_price": ","}, ())
    assert decide_decimals({"latitude": ["48.137"]}, delimiter=";") == ({"latitude": "."}, ())


@pytest.mark.parametrize(
    ("cell", "sign"), [("12 EUR", "EUR"), ("$5", "$"), ("CHF 3.-", "CHF"), ("15", ""), ("rest", "")]
)
def test_currencies(cell: str, sign: str) -> None:
    assert currency_of(cell) == sign
