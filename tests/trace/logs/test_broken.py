"""Broken logs: what is wrong is said in one line, or in one reject, and nothing is dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.errors import OrderLogError
from fillrate.trace.logs import read_order_log

HEADER = "order id,order date,sku,quantity,unit price,ship date,zip,country\n"
GOOD = "A1,2024-01-05,K1,2,3.50,2024-01-06,10001,US\n"

UNREADABLE = {
    "empty": (b"", "is empty; allowed: a header and rows separated by comma, semicolon, tab, pipe"),
    "blank": (b"\n\n  \n", "is empty"),
    "one column": (b"orders\n1\n2\n", "has one column only, 'orders'"),
    "prose": (b"Dear Sir\nplease find attached\n", "has one column only, 'Dear Sir'"),
    "header only": (HEADER.encode(), "has a header, but no row that fits it"),
    "excel": (b"PK\x03\x04rest", "is a zip archive or an Excel workbook; allowed: a CSV or Parquet file"),
    "old excel": (b"\xd0\xcf\x11\xe0rest", "is an old Excel workbook"),
    "gzip": (b"\x1f\x8b\x08rest", "is compressed with gzip"),
    "damaged parquet": (b"PAR1 cut off", "is no readable Parquet file"),
    "binary": (b"\x00\x01,\x02\n\x00\x00,\x00", "is not a text file"),
    "no order number": (b"order date,sku,qty\n2024-01-05,K,1\n", "no column looks like order_id"),
    "no date": (b"order id,sku,qty\n1,K,1\n", "no column looks like order_date"),
    "no product": (b"order id,order date,qty\n1,2024-01-05,1\n", "no column looks like sku"),
    "dates that are none": (
        b"order id,order date,sku\n1,soon,K\n2,later,K\n",
        "at which the order came in): 'order date' is called so, but its cells are like 'soon'",
    ),
    "days of a spreadsheet": (
        b"order id,order date,sku\n1,45663.43,K\n2,45664,K\n",
        "are like '45663.43' (a day as spreadsheets count: show the column as a date and export it again)",
    ),
    "empty dates": (b"order id,order date,sku\n1,,K\n2,,K\n", "'order date' is called so, but its cells are empty"),
    "all rows bad": (
        (HEADER + "A1,2024-01-05,K1,0,3.50,,,\nA2,2024-01-05,K1,-2,1,,,\nA3,2024-01-05,,1,1,,,\n").encode(),
        "has no usable row: all 3 are set aside, first of the commonest reason (1) line 2: quantity '0' is not",
    ),
    "quote never closed": (
        (HEADER + 'A1,2024-01-05,"K1,2\n' + "x" * 140_000).encode(),
        "line 2: cannot be read as CSV (field larger than field limit (131072)); is a quote left open?",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_says_why_in_one_line(name: str, tmp_path: Path) -> None:
    data, expected = UNREADABLE[name]
    path = tmp_path / "orders.csv"
    path.write_bytes(data)
    with pytest.raises(OrderLogError) as caught:
        read_order_log(path)
    message = str(caught.value)
    assert expected in message
    assert "orders.csv" in message
    assert "\n" not in message


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(OrderLogError, match=r"nowhere.csv: no such file; allowed: a CSV or Parquet file"):
        read_order_log(tmp_path / "nowhere.csv")


BAD_ROWS = {
    ",2024-01-05,K1,2,3.50,,,": "order id is missing",
    "A2,,K1,2,3.50,,,": "order date is missing",
    "A2,2024-02-30,K1,2,3.50,,,": "order date '2024-02-30' is not a date written year, month, day",
    "A2,05/01/2024,K1,2,3.50,,,": "order date '05/01/2024' is not a date written year, month, day",
    "A2,2024-01-05,,2,3.50,,,": "sku is missing",
    "A2,2024-01-05,NULL,2,3.50,,,": "sku is missing",
    "A2,2024-01-05,K1,,3.50,,,": "quantity is missing",
    "A2,2024-01-05,K1,0,3.50,,,": "quantity '0' is not a positive whole number",
    "A2,2024-01-05,K1,-1,3.50,,,": "a return: quantity is '-1'",
    "A2,2024-01-05,K1,1.5,3.50,,,": "quantity '1.5' is not a positive whole number",
    "A2,2024-01-05,K1,two,3.50,,,": "quantity 'two' is not a positive whole number",
    "A2,2024-01-05,K1,2,free,,,": "unit price 'free' is not a number",
    "A2,2024-01-05,K9,2,,,,": "has no price",
    "A2,2024-01-05,K1,2,-3.50,,,": "the price of a unit is -3.5, below 0",
    "A2,2024-01-05,K1,2,3.50,yesterday,,": "ship date 'yesterday' is not a date written year, month, day",
    "A2,2024-01-05,K1,2,3.50,2024-01-04,,": "ship date is before order date",
    "A2,2024-01-05,K1": "has 3 cells where the header has 8",
    "A2,2024-01-05,K1,2,3.50,,,US,more": "has 9 cells where the header has 8",
    "": "the row is empty",
    ",,,,,,,": "the row is empty",
    '"A2\nA3,x"': "has 1 cell where the header has 8 (lines 3 to 4 read as one row: is a quote left open?)",
    ",bad,,0,x,,,": "order id is missing; sku is missing; order date 'bad' is not a date written year, month, day; "
    "quantity '0' is not a positive whole number; unit price 'x' is not a number",
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_bad_row_is_set_aside_with_its_line_and_reason(row: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + GOOD + row + "\n" + GOOD.replace("A1", "A9"), encoding="utf-8")
    log = read_order_log(path)
    assert [(reject.line, reject.reason) for reject in log.rejects] == [(3, BAD_ROWS[row])]
    assert log.order_ids == ("A1", "A9")
    assert log.rows_read == 3
    assert "rows set aside: 1 of 3" in log.assumptions


def test_a_missing_price_is_that_of_the_products_other_rows(tmp_path: Path) -> None:
    prices = {"A1": "3.00", "A2": "", "A3": "5.00", "A4": "9.00", "A5": "-7.00", "A6": "free"}
    others = "B1,2024-01-05,K2,1,50.00,,,\nB2,2024-01-05,K3,1,,,,\n,2024-01-05,K1,1,,,,\n"
    lines = "".join(f"{order},2024-01-05,K1,2,{price},,,\n" for order, price in prices.items())
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + lines + others, encoding="utf-8")
    log = read_order_log(path)
    assert dict(zip(log.order_ids, log.unit_price, strict=True)) == {"A1": 3, "A2": 5, "A3": 5, "A4": 9, "B1": 50}
    assert log.order_ids == ("A1", "A2", "A3", "A4", "B1")
    assert "rows without a price, which have the median price of their product's other rows: 1" in log.assumptions
    assert [reject.line for reject in log.rejects] == [6, 7, 9, 10]


def test_copies_of_a_row_are_sales_and_said(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + 3 * GOOD + GOOD.replace("A1", "A9"), encoding="utf-8")
    log = read_order_log(path)
    assert (len(log), log.lines) == (2, 4)
    (said,) = (note for note in log.assumptions if "exact copies" in note)
    assert "count as sales like it: 2 (" in said


@pytest.mark.parametrize(
    ("status", "gone"),
    [
        ("cancelled", True),
        ("Canceled", True),
        ("wc-cancelled", True),
        ("VOIDED", True),
        ("storniert", True),
        ("completed", False),
        ("partially cancelled", False),
        ("refunded", False),
        ("", False),
    ],
)
def test_cancelled_orders_are_set_aside(status: str, gone: bool, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = (
        f"order id,order date,sku,qty,status\nA1,2024-01-05,K1,1,{status}\nA1,2024-01-05,K2,1,\nA2,2024-01-05,K1,1,ok\n"
    )
    path.write_text(rows, encoding="utf-8")
    log = read_order_log(path)
    assert log.order_ids == (("A2",) if gone else ("A1", "A2"))
    assert [reject.line for reject in log.rejects] == ([2, 3] if gone else [])


def test_a_latitude_beyond_the_pole_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    text = "order id,order date,sku,lat,lon\nA1,2024-01-05,K1,48.1,11.6\nA2,2024-01-05,K1,148.1,11.6\n"
    path.write_text(text, encoding="utf-8")
    log = read_order_log(path)
    assert [reject.reason for reject in log.rejects] == ["lat '148.1' is not a number from -90 to 90"]
    assert "the log has no quantity: each row is one unit" in log.assumptions


def test_lines_that_disagree_follow_the_first_and_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    text = HEADER + GOOD + GOOD.replace("2024-01-05", "2024-01-04").replace("10001", "94105")
    path.write_text(text, encoding="utf-8")
    log = read_order_log(path)
    assert log.ordered_at.astype("datetime64[D]").astype(str).tolist() == ["2024-01-05"]
    assert log.places.postal_code.texts() == ["10001"]
    assert "orders whose lines differ in order date, of which the first counts: 1" in log.assumptions
    assert "orders whose lines differ in zip, of which the first counts: 1" in log.assumptions
    assert "orders with a product on more than one line, which are kept apart: 1" in log.assumptions
    assert log.quantity.tolist() == [2, 2]


def test_shipping_on_the_day_of_an_order_with_a_time_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + GOOD.replace("01-05,K1", "01-06 14:00,K1"), encoding="utf-8")
    assert read_order_log(path).rejects == ()


def test_a_blank_segment_is_unknown_and_a_missing_one_is_all(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order id,order date,sku,segment\nA1,2024-01-05,K1,gold\nA2,2024-01-05,K1,\n", encoding="utf-8")
    log = read_order_log(path)
    assert log.segment.texts() == ["gold", "unknown"]
    assert log.channel.texts() == ["all", "all"]
    assert "the log has no channel: all orders belong to one, called all" in log.assumptions
