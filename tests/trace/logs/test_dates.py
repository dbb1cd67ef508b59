"""Dates and times of day as shops write them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fillrate.trace.logs.dates import Order, date_evidence, parse_clock, parse_date, split_date
from fillrate.trace.logs.formats import decide_dates


def seconds(text: str) -> int:
    return int(datetime.datetime.fromisoformat(text + "+00:00").timestamp())


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2024-01-31", "YMD", "2024-01-31T00:00:00"),
        ("2024/1/31", "YMD", "2024-01-31T00:00:00"),
        ("20240131", "YMD", "2024-01-31T00:00:00"),
        ("2024-01-31T14:05:06Z", "YMD", "2024-01-31T14:05:06"),
        ("2024-01-31 14:05:06.789", "YMD", "2024-01-31T14:05:06"),
        ("2024-01-31 23:55:00 -0500", "YMD", "2024-01-31T23:55:00"),
        ("2024-01-31T14:05:06+00:00", "YMD", "2024-01-31T14:05:06"),
        ("31.01.2024", "DMY", "2024-01-31T00:00:00"),
        ("31. 1. 2024", "DMY", "2024-01-31T00:00:00"),
        ("31/01/24 14:05", "DMY", "2024-01-31T14:05:00"),
        ("1/31/2024 2:05 PM", "MDY", "2024-01-31T14:05:00"),
        ("1/31/2024 12:05 am", "MDY", "2024-01-31T00:05:00"),
        ("01-31-24", "MDY", "2024-01-31T00:00:00"),
        ("31 Jan 2024", "NAMED", "2024-01-31T00:00:00"),
        ("31-Jan-24", "NAMED", "2024-01-31T00:00:00"),
        ("Jan-31-24", "NAMED", "2024-01-31T00:00:00"),
        ("January 31st, 2024 at 2:05 PM", "NAMED", "2024-01-31T14:05:00"),
        ("Wed, 31 Jan 2024 14:05:06 GMT", "NAMED", "2024-01-31T14:05:06"),
        ("31. März 2024", "NAMED", "2024-03-31T00:00:00"),
        ("1706709906", "EPOCH", "2024-01-31T14:05:06"),
        ("1706709906000", "EPOCH", "2024-01-31T14:05:06"),
    ],
)
def test_a_date_is_read(cell: str, order: Order, expected: str) -> None:
    assert parse_date(cell, order) == seconds(expected)


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("2023-02-29", "YMD"),
        ("2024-13-01", "YMD"),
        ("31/01/2024", "MDY"),
        ("01/31/2024", "DMY"),
        ("2024-01-31", "DMY"),
        ("31/01-2024", "DMY"),
        ("0000-00-00", "YMD"),
        ("0001-01-01", "YMD"),
        ("01/01/0001", "DMY"),
        ("9999-12-31", "YMD"),
        ("2024-01-31 25:00", "YMD"),
        ("2024-01-31 13:05 PM", "YMD"),
        ("31 Foo 2024", "NAMED"),
        ("12", "EPOCH"),
        ("tomorrow", "YMD"),
        ("", "YMD"),
    ],
)
def test_what_is_no_date_in_the_columns_order_is_none(cell: str, order: Order) -> None:
    assert parse_date(cell, order) is None


@given(st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2068, 12, 31)), st.sampled_from("-/."))  # noqa: DTZ001
def test_every_day_is_read_back_from_each_order(moment: datetime.datetime, sep: str) -> None:
    expected = seconds(moment.replace(microsecond=0).isoformat())
    for order, layout in (("YMD", "%Y{0}%m{0}%d"), ("DMY", "%d{0}%m{0}%y"), ("MDY", "%m{0}%d{0}%Y")):
        written = moment.strftime(layout.format(sep) + " %H:%M:%S")
        assert parse_date(written, order) == expected  # type: ignore[arg-type]


def test_a_number_above_twelve_decides_for_the_whole_column() -> None:
    us = date_evidence(["01/02/2024", "03/04/2024", "01/13/2024"])
    eu = date_evidence(["01/02/2024", "03/04/2024", "13/01/2024"])
    assert us is not None
    assert eu is not None
    assert (us.order, us.sure, us.example) == ("MDY", True, "01/13/2024")
    assert (eu.order, eu.sure, eu.example) == ("DMY", True, "13/01/2024")


def test_the_majority_decides_when_a_column_contradicts_itself() -> None:
    found = date_evidence(["13/01/2024", "14/01/2024", "01/15/2024"])
    assert found is not None
    assert (found.order, found.sure) == ("DMY", True)


def test_an_open_column_follows_a_sure_one() -> None:
    columns = {"order_date": ["01/02/2024"], "ship_date": ["13/02/2024"]}
    orders, notes = decide_dates(columns)
    assert orders == {"order_date": "DMY", "ship_date": "DMY"}
    assert "as in the other dates" in notes[0]
    assert "'01/02/2024'" in notes[0]


def test_an_open_order_is_the_one_that_ships_after_ordering() -> None:
    columns = {"order_date": ["02/01/2024", "05/01/2024"], "ship_date": ["03/01/2024", "01/02/2024"]}
    orders, notes = decide_dates(columns)  # month first, the second would be ordered in May and shipped in January
    assert orders["order_date"] == "DMY"
    assert "fewer dates lie before their order" in notes[0]


@pytest.mark.parametrize(
    ("cell", "european", "order", "why"),
    [
        ("01.02.2024", False, "DMY", "day first goes with points"),
        ("01/02/2024", True, "DMY", "European signs"),
        ("01/02/2024", False, "MDY", "nothing in the file says otherwise"),
    ],
)
def test_an_open_file_is_decided_and_says_so(cell: str, european: bool, order: str, why: str) -> None:
    orders, notes = decide_dates({"order_date": [cell]}, european=european)
    assert orders == {"order_date": order}
    assert why in notes[0]
    assert f'date = "{"MDY" if order == "DMY" else "DMY"}"' in notes[0]


def test_a_given_order_wins_and_is_no_assumption_about_days_and_months() -> None:
    orders, notes = decide_dates({"order_date": ["01/02/2024"], "ship_date": ["2024-02-01"]}, given="DMY")
    assert orders == {"order_date": "DMY", "ship_date": "YMD"}
    assert notes == ("order_date: dates are read as day, month, year ('01/02/2024')",)


def test_a_column_without_a_date_has_no_order() -> None:
    assert date_evidence(["x", "", "12"]) is None
    assert decide_dates({"order_date": ["x"]}) == ({}, ())


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("00:00", 0), ("9:05", 32_700), ("09:05:07", 32_707), ("2:05 PM", 50_700), ("140507", 50_707), ("24:00", None)],
)
def test_times_of_day(cell: str, expected: int | None) -> None:
    assert parse_clock(cell) == expected


def test_a_zone_is_kept_apart_from_the_clock() -> None:
    parts = split_date("2024-03-09 23:55:00 -0500")
    assert parts is not None
    assert (parts.clock, parts.zone) == (86_100, "-0500")
