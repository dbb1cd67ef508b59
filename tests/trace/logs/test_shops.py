"""Logs of other shops: `shops/` holds small ones, written by hand in the form of real exports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fillrate.trace.logs import OrderLog, columns_toml, guess_columns, read_order_log, read_table, write_rejects

SHOPS = Path(__file__).parent / "shops"


def assumes(log: OrderLog, words: str) -> bool:
    return any(words in sentence for sentence in log.assumptions)


def test_shopify() -> None:
    log = read_order_log(SHOPS / "shopify.csv")
    assert log.order_ids == ("#1001", "#1002", "#1004")
    assert log.sku.texts() == ["MUG-B", "TEA-1", "TEA-1", "MUG-B"]
    assert log.quantity.tolist() == [2, 1, 1, 3]
    assert log.unit_price.tolist() == [19, 20, 20, 19]
    assert np.isnan(log.unit_cost).all()
    assert log.ordered_at[0] == np.datetime64("2024-03-09T23:55:00")
    assert log.shipped_at[0] == np.datetime64("2024-03-11T09:12:00")
    assert np.isnat(log.shipped_at[1])
    assert log.places.postal_code.texts() == ["02118", "89501", "89501"]
    assert log.ship_mode.texts() == ["Standard", "Express", "Standard"]
    assert log.channel.texts() == ["web", "pos", "web"]
    assert log.customer.texts() == ["ann@example.com", "bob@example.com", "bob@example.com"]
    assert [(reject.line, reject.reason) for reject in log.rejects] == [(6, "cancelled: Financial Status is 'voided'")]
    assert log.columns.why["order_id"] == "Shopify export"
    assert assumes(log, "take it from another line of their order: Fulfilled at (1)")
    assert assumes(log, "time zone (-0400, -0500) is dropped")
    assert not log.dates_only


def test_european_semicolons_and_decimal_commas() -> None:
    log = read_order_log(SHOPS / "european.csv")
    assert log.order_ids == ("B-7001", "B-7002", "B-7003", "B-7004")
    assert log.unit_price.tolist() == [1249, 3.95, 3.95, 8.5, 1249]
    assert log.unit_cost.tolist() == [810.5, 1.1, 1.1, 2, 810.5]
    assert log.ordered_at.astype(str).tolist()[0] == "2024-02-03T00:00:00"
    assert log.promised_at.astype("datetime64[D]").astype(str).tolist()[-1] == "2024-03-01"
    assert log.product_names == ('Kaffeemühle "Größe M"', "Filtertüten", "Tasse")
    assert log.segment.names == ("Händler", "Privat")
    assert (log.columns.date, log.columns.decimal) == ("DMY", ",")
    assert not log.places.source.any()  # a five-digit code in Germany is no ZIP code
    assert not log.places.zip3.texts()[0]
    assert assumes(log, "not UTF-8")
    assert assumes(log, "dates are read as day, month, year")
    assert assumes(log, "dates only")
    assert log.dates_only


def test_amazon_states_line_totals() -> None:
    log = read_order_log(SHOPS / "amazon.txt")
    assert log.columns.get("line_total") == "item-price"
    assert log.unit_price.tolist() == pytest.approx([349.99, 9.99, 9.99])
    assert log.places.postal_code.texts() == ["07102", "84101"]
    assert [reject.reason for reject in log.rejects] == ["quantity-purchased '0' is not a positive whole number"]


def test_sap_sales_documents() -> None:
    log = read_order_log(SHOPS / "sap.csv")
    assert log.order_ids == ("0000012345", "0000012347")
    assert log.quantity.tolist() == [25, 1]  # written 25.000
    assert log.unit_cost.tolist() == [0.8, 0.8]  # WAVWR 20.00 for 25
    assert log.ordered_at[0] == np.datetime64("2024-01-15T08:15:00")  # AUDAT and ERZET
    assert log.rejects[0].reason == "the cost of a unit is -90, below 0"  # 900.00-
    assert log.columns.get("cancelled_line") == "ABGRU"
    assert log.rejects[1].reason == "cancelled: ABGRU is '60'"
    assert assumes(log, "all its numbers end in the same three zeros")
    assert assumes(log, "order numbers with rows both kept and set aside: 1")


def test_an_online_retailer_with_credit_notes() -> None:
    log = read_order_log(SHOPS / "retail.csv")
    assert log.order_ids == ("536365", "536370", "536371")
    assert log.sku.texts() == ["85123A", "71053", "22728", "POST"]
    assert log.ordered_at[1] == np.datetime64("2010-12-13T08:45:00")
    assert [reject.line for reject in log.rejects] == [4]
    assert assumes(log, "month, day, year ('12/13/2010 8:45')")


def test_a_till_with_date_and_time_apart() -> None:
    log = read_order_log(SHOPS / "pos.csv")
    assert log.ordered_at.astype(str).tolist() == ["2024-01-05T09:15:00", "2024-01-05T17:40:00"]
    assert log.unit_price.tolist() == [3.5, 1.29, 3.5]
    assert not log.dates_only
    assert log.line_number.tolist() == [3, 4, 5]  # line 1 is sep=;, line 2 the header


def test_columns_that_no_name_gives_away_are_found_by_their_cells(tmp_path: Path) -> None:
    text = (SHOPS / "unheard_of.csv").read_text(encoding="utf-8").replace("auftr_x", "Order").replace("was,", "sku,")
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    log = read_order_log(path)
    assert (log.columns.get("order_date"), log.columns.get("quantity")) == ("wann", "wieviel")
    assert assumes(log, "order_date: column 'wann', guessed from its cells alone")
    assert log.places.postal_code.texts()[-2:] == ["02139", "60601"]
    assert assumes(log, "taken as the United States (4 of 4 postal codes have a ZIP prefix in use)")
    assert log.columns.country == "US"


def test_a_guess_can_be_corrected_and_handed_back(tmp_path: Path) -> None:
    table = read_table(SHOPS / "shopify.csv")
    text = columns_toml(guess_columns(table), table.header, table.source)
    (tmp_path / "columns.toml").write_text(text, encoding="utf-8")
    text = (tmp_path / "columns.toml").read_text(encoding="utf-8")
    corrected = text.replace('sku = "Lineitem sku"', 'sku = "Lineitem name"').replace('# date = ""', 'date = "YMD"')
    (tmp_path / "columns.toml").write_text(corrected, encoding="utf-8")
    log = read_order_log(SHOPS / "shopify.csv", tmp_path / "columns.toml")
    assert log.sku.names == ("Mug - Blue", "Tea Tin")
    assert log.columns.why["sku"] == "given"


def test_parquet_gives_the_same_as_csv(tmp_path: Path) -> None:
    days = np.array(["2024-01-31T10:00:00", "2024-01-31T10:00:00", "2024-02-29T00:00:00"], dtype="datetime64[s]")
    stored = pa.table(
        {
            "order_id": pa.array([7, 7, 8], pa.int64()),
            "order_date": pa.array(days),
            "ship_date": pa.array([None, None, days[2].astype("datetime64[D]").item()], pa.date32()),
            "sku": pa.array(["A", "B", "C"]).dictionary_encode(),
            "quantity": pa.array([1, 2, 3], pa.int32()),
            "unit_price": pa.array([1.234, 2.5, None], pa.float64()),
            "zip": pa.array([1001, 1001, 94105], pa.int64()),
            "tags": pa.array([["x"], [], None], pa.list_(pa.string())),
        }
    )
    pq.write_table(stored, tmp_path / "log.parquet")
    log = read_order_log(tmp_path / "log.parquet")
    assert log.order_ids == ("7",)
    assert log.unit_price.tolist() == [1.234, 2.5]  # a stored number is never 1,234
    assert log.ordered_at.tolist() == days[:1].tolist()
    assert log.places.postal_code.texts() == ["01001"]
    assert [(reject.line, reject.reason) for reject in log.rejects] == [(3, "has no price")]
    assert not assumes(log, "decimal")


def test_a_total_of_the_order_is_not_taken_for_a_total_of_the_line(tmp_path: Path) -> None:
    rows = [f"{order},2024-01-0{order},S{line},1,{order * 10}" for order in range(1, 7) for line in (1, 2)]
    (tmp_path / "log.csv").write_text("\n".join(["order id,order date,sku,qty,total", *rows]), encoding="utf-8")
    log = read_order_log(tmp_path / "log.csv")
    assert not log.columns.get("line_total")
    assert assumes(log, "the log has no prices")


def test_rejects_are_written_with_line_reason_and_row(tmp_path: Path) -> None:
    log = read_order_log(SHOPS / "retail.csv")
    write_rejects(tmp_path / "rejects.csv", log.rejects, log.header)
    lines = (tmp_path / "rejects.csv").read_bytes().decode().removesuffix("\n").split("\n")
    row = "C536379,22423,CAKESTAND,-1,12/1/2010 9:41,10.95,14527,United Kingdom"
    assert lines == [
        "line,reason,InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        f"4,a return: Quantity is '-1',{row}",
    ]


@pytest.mark.parametrize("name", ["shopify.csv", "european.csv", "amazon.txt", "sap.csv", "retail.csv", "pos.csv"])
def test_every_log_is_consistent(name: str) -> None:
    log = read_order_log(SHOPS / name)
    assert log.lines + len(log.rejects) == log.rows_read
    assert log.line_start[0] == 0
    assert log.line_start[-1] == log.lines
    assert (np.diff(log.line_start) > 0).all()
    assert (np.diff(log.ordered_at.astype(np.int64)) >= 0).all()
    assert (log.quantity > 0).all()
    assert len(log.order_of_line) == log.lines
    assert len(log.product_names) == len(log.sku.names)
    for labels in (log.segment, log.channel, log.ship_mode, log.customer, log.places.city, log.places.zip3):
        assert len(labels.code) == len(log)
