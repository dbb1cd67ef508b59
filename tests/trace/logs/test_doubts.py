"""A log that can be read and is probably wrong: dates far from all others, order numbers used again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from fillrate.trace.logs import OrderLog, read_order_log
from fillrate.trace.logs.apart import apart

DAY = 86_400
HEADER = "order id,order date,sku,quantity\n"


def read(folder: Path, lines: Sequence[tuple[str, str]]) -> OrderLog:
    path = folder / "orders.csv"
    path.write_text(HEADER + "".join(f"{number},{when},K1,1\n" for number, when in lines), encoding="utf-8")
    return read_order_log(path)


def daily(count: int, first: str = "2024-03-01", step: int = 1) -> list[tuple[str, str]]:
    start = date.fromisoformat(first)
    return [(f"A{n}", (start + timedelta(days=step * n)).isoformat()) for n in range(count)]


@pytest.mark.parametrize("null", ["1970-01-01", "1900-01-01", "1904-01-01 00:00:00", "2099-12-31"])
def test_a_null_date_is_set_aside(null: str, tmp_path: Path) -> None:
    log = read(tmp_path, [*daily(80), *((f"N{n}", null) for n in range(7))])
    why = f"order date '{null}' lies far from all others: what systems write where there is no date"
    assert {reject.reason for reject in log.rejects} == {why}
    assert (len(log), len(log.rejects), log.warnings) == (80, 7, ())


def test_a_null_date_among_others_is_a_date(tmp_path: Path) -> None:
    for lines in (daily(40, "1999-12-20"), daily(20, "1969-12-28"), [("A", "1970-01-01"), ("B", "1970-01-01")]):
        assert read(tmp_path, lines).rejects == ()


def test_other_lonely_dates_are_kept_and_named(tmp_path: Path) -> None:
    log = read(tmp_path, [*daily(100), ("X", "1970-01-01 08:00"), ("Y", "2042-03-05")])
    assert (len(log), log.rejects) == (102, ())
    said, *_ = log.warnings
    assert "which came from 2024-03-01 to 2024-06-08: 1970-01-01, 2042-03-05 (orders: 2)" in said


@pytest.mark.parametrize(
    "lines",
    [
        daily(100),
        daily(12, step=100),  # an order each season
        [*daily(50), *((f"B{n}", when) for n, (_, when) in enumerate(daily(50, "2026-03-01")))],  # two campaigns
        [*daily(100), ("X", "2024-09-10")],  # 94 days after the last of 99
        [("A", "2020-01-01"), ("B", "2024-01-01")],
    ],
)
def test_gaps_of_an_ordinary_log_are_no_warning(lines: list[tuple[str, str]], tmp_path: Path) -> None:
    assert read(tmp_path, lines).warnings == ()


def test_the_gap_has_to_be_longer_than_60_days_and_than_the_bulk() -> None:
    for span, least in ((30, 60), (90, 90)):
        bulk = np.linspace(0, span * DAY, 50).astype(np.int64)
        for beyond, lonely in ((0, False), (1, True)):
            one = np.array([(span + least) * DAY + beyond, -least * DAY - beyond])
            for others in (bulk, np.concatenate((bulk, one))):
                assert apart(one, others).tolist() == [lonely, lonely]


def test_numbers_that_start_anew_are_told(tmp_path: Path) -> None:
    months = [(str(n), f"2024-0{month}-{n + 1:02d}") for month in (1, 2, 3) for n in range(20)]
    log = read(tmp_path, months)
    assert len(log) == 20
    (said,) = log.warnings
    assert "20 of 20 orders have lines more than a day apart, such as order id '0' with 2024-01-01 and 2024-03-01" in (
        said
    )
    assert "with the month in front (2024-01/0)" in said
    apart_by_month = [(f"{when[:7]}/{number}", when) for number, when in months]
    assert read(tmp_path, apart_by_month).warnings == ()


@pytest.mark.parametrize(
    ("orders", "again", "days", "told"),
    [(100, 6, 2, True), (100, 5, 2, False), (20, 4, 2, False), (20, 5, 2, True), (20, 20, 1, False)],
)
def test_a_few_late_lines_are_no_warning(orders: int, again: int, days: int, told: bool, tmp_path: Path) -> None:
    late = [(f"A{n}", when) for n, (_, when) in enumerate(daily(again, (date(2024, 3, 1 + days)).isoformat()))]
    assert bool(read(tmp_path, [*daily(orders), *late]).warnings) is told


def test_several_currencies_are_counted_and_named(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"A{n},2024-03-01,K1,1,5.00,{('EUR', 'eur', 'USD')[n % 3]}" for n in range(9)]
    path.write_text("\n".join(["order id,order date,sku,quantity,price,currency", *rows]), encoding="utf-8")
    log = read_order_log(path)
    assert log.currency.names == ("EUR", "USD")
    (said,) = log.warnings
    assert "Amounts are in 2 currencies, and added up as if they were one (orders): EUR (6), USD (3)." in said
    path.write_text(path.read_text(encoding="utf-8").replace("USD", "EUR"), encoding="utf-8")
    assert read_order_log(path).warnings == ()


def test_the_sign_of_a_price_is_its_currency_where_there_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "order id,order date,sku,quantity,price\nA,2024-03-01,K1,1,£5.00\nB,2024-03-01,K1,1,$6.00\n", encoding="utf-8"
    )
    log = read_order_log(path)
    assert log.currency.texts() == ["£", "$"]
    assert "2 currencies" in log.warnings[0]
    assert "GBP (1), $ (1)" in log.warnings[0]


@pytest.mark.parametrize(
    ("texts", "named"),
    [
        (("$", "USD", "us$"), ""),
        (("€", "EUR"), ""),
        (("$", "CAD"), ""),
        (("$", "CAD", "USD"), "$ (1), CAD (1), USD (1)"),
        (("$", "EUR"), "$ (1), EUR (1)"),
    ],
)
def test_a_sign_and_its_code_are_one_currency(texts: tuple[str, ...], named: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"A{n},2024-03-01,K1,1,5.00,{text}" for n, text in enumerate(texts)]
    path.write_text("\n".join(["order id,order date,sku,quantity,price,currency", *rows]), encoding="utf-8")
    said = "".join(read_order_log(path).warnings)
    assert said == "" if not named else f"(orders): {named}." in said


def test_a_reason_reads_as_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = "".join(f"{number},{when},K1,1\n" for number, when in daily(9))
    path.write_text(HEADER + rows + "A9,2024-03-09\n" * 2, encoding="utf-8")
    (said,) = read_order_log(path).warnings
    assert "2 of 11, 2 of them since the row has 2 cells where the header has 4. " in said


@pytest.mark.parametrize(("apart", "told"), [(1, False), (2, True)])
def test_totals_that_are_not_quantity_times_price_are_a_warning(apart: int, told: bool, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"A{n},2024-03-01,K1,2,5.00,{11.9 if n < apart else 10.0}\n" for n in range(20)]
    path.write_text("order id,order date,sku,quantity,unit price,line total\n" + "".join(rows), encoding="utf-8")
    said = read_order_log(path).warnings
    assert any("On 2 of 20 lines line total is not quantity times unit price" in text for text in said) is told
    assert len(said) == told


@pytest.mark.parametrize(("copied", "told"), [(18, True), (2, True), (1, False)])
def test_a_log_that_was_exported_twice_says_so(copied: int, told: bool, tmp_path: Path) -> None:
    log = read(tmp_path, [*daily(18), *daily(copied)])
    assert (len(log), log.lines) == (18, 18 + copied)
    assert (
        any(f"{copied} of {18 + copied} lines are exact copies of another one" in said for said in log.warnings) is told
    )
    assert len(log.warnings) == told


def test_rows_that_are_units_may_be_alike(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order id,order date,sku\n" + "A,2024-03-01,K1\n" * 3, encoding="utf-8")
    assert read_order_log(path).warnings == ()


def test_a_log_that_lost_a_tenth_of_its_rows_says_why(tmp_path: Path) -> None:
    lines = [line for n, line in enumerate(daily(60)) for line in (line, ("", "") if n % 2 else line)]
    said, copies = read(tmp_path, lines).warnings
    assert "30 of 90 lines are exact copies" in copies
    assert (
        "beside cancellations and returns: 30 of 120, 30 of them since order id is missing. The world holds only"
        in said
    )
    assert "Where an order's number stands on its first row alone, fill it down." in said
    assert read(tmp_path, [*daily(90), *[("", "2024-03-01")] * 10]).warnings == ()


def test_reasons_that_differ_in_the_cell_alone_are_one(tmp_path: Path) -> None:
    (said,) = read(tmp_path, [*daily(20), ("", "2024-03-01"), ("X", "soon"), ("Y", "later")]).warnings
    assert "3 of 23, 2 of them since order date is not a date written year, month, day." in said


def test_cancelled_and_empty_rows_are_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"A{n},2024-03-01,K1,1,{('cancelled', 'paid')[n % 2]}\n,,,,\n" for n in range(20)]
    path.write_text("order id,order date,sku,quantity,status\n" + "".join(rows), encoding="utf-8")
    log = read_order_log(path)
    assert (len(log.rejects), log.warnings) == (30, ())


def test_returns_are_no_loss_and_have_a_reason_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    units = ("1", "-1", "(2)", "1", "1", "2-")
    rows = [f"A{n},2024-03-01,K1,{each}\n" for n, each in enumerate(units)]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    log = read_order_log(path)
    assert [each.reason for each in log.rejects] == [f"a return: quantity is '{cell}'" for cell in ("-1", "(2)", "2-")]
    assert (len(log), log.warnings) == (3, ())


def test_dates_written_in_two_ways_are_a_warning(tmp_path: Path) -> None:
    days = [date(2024, 3, 1) + timedelta(days=n) for n in range(90)]
    lines = [(f"A{n}", day.strftime("%d/%m/%Y" if n < 30 else "%m/%d/%Y")) for n, day in enumerate(days)]
    _, said, *_ = read(tmp_path, lines).warnings
    assert "written in two ways: 18 dates such as '13/03/2024' can only be day, month, year, and are set aside" in said
    assert "all others are read as month, day, year, some of them wrongly" in said
    assert not any("two ways" in said for said in read(tmp_path, lines[26:]).warnings)  # four slips


def test_orders_at_midnight_among_others_with_a_time_are_a_warning(tmp_path: Path) -> None:
    lines = [(number, f"{when} {n % 24:02d}:00") for n, (number, when) in enumerate(daily(96))]
    assert read(tmp_path, lines).warnings == ()  # full hours
    (said,) = read(tmp_path, [*lines, *((f"B{number}", when) for number, when in daily(24))]).warnings
    assert "28 of 120 orders came at midnight sharp" in said
    assert read(tmp_path, daily(24)).warnings == ()  # dates alone
