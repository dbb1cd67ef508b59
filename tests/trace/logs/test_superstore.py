"""A log of real shape: 5,009 orders of an American office supplier, which lies beside the checkout and not in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fillrate.trace.logs import OrderLog, read_order_log, regions

PATH = Path(__file__).parents[4] / "shared" / "data" / "superstore.csv"
pytestmark = pytest.mark.skipif(not PATH.is_file(), reason="../shared/data/superstore.csv is not there")


@pytest.fixture(scope="module")
def log() -> OrderLog:
    return read_order_log(PATH)


def test_every_order_and_line_is_read(log: OrderLog) -> None:
    assert (len(log), log.lines, len(log.rejects), log.rows_read) == (5009, 9994, 0, 9994)
    assert log.quantity.sum() == 37873
    assert len(log.sku.names) == 1862
    assert len(log.customer.names) == 793
    assert log.dates_only


def test_every_column_of_use_is_found(log: OrderLog) -> None:
    assert dict(log.columns.columns) == {
        "order_id": "Order ID",
        "order_date": "Order Date",
        "ship_date": "Ship Date",
        "sku": "Product ID",
        "product_name": "Product Name",
        "quantity": "Quantity",
        "line_total": "Sales",
        "profit": "Profit",
        "discount": "Discount",
        "segment": "Segment",
        "ship_mode": "Ship Mode",
        "state": "State",
        "city": "City",
        "postal_code": "Postal Code",
        "country": "Country",
        "customer_id": "Customer ID",
    }


def test_orders_run_with_time_and_lines_with_the_file(log: OrderLog) -> None:
    assert (np.diff(log.ordered_at.astype(np.int64)) >= 0).all()
    inside = np.diff(log.order_of_line) == 0
    assert (np.diff(log.line_number)[inside] > 0).all()
    first = log.line_number[log.line_start[:-1]]
    same_day = np.diff(log.ordered_at.astype(np.int64)) == 0
    assert (np.diff(first)[same_day] > 0).all()


def test_prices_and_costs_come_from_sales_and_profit(log: OrderLog) -> None:
    assert (log.unit_price * log.quantity).sum() == pytest.approx(2_297_200.8603, abs=1e-3)
    assert ((log.unit_price - log.unit_cost) * log.quantity).sum() == pytest.approx(286_397.0217, abs=1e-3)
    first = int(np.flatnonzero(log.line_number == 2)[0])  # 261.96 for 2, profit 41.9136
    assert log.unit_price[first] == 261.96 / 2
    assert log.unit_cost[first] == pytest.approx((261.96 - 41.9136) / 2, rel=1e-15)


def test_a_product_that_stands_twice_in_an_order_is_kept_twice(log: OrderLog) -> None:
    pairs = {(order, sku) for order, sku in zip(log.order_of_line.tolist(), log.sku.code.tolist(), strict=True)}
    assert len(pairs) == 9986
    assert "orders with a product on more than one line, which are kept apart: 8" in log.assumptions


def test_every_order_has_a_place(log: OrderLog) -> None:
    assert (log.places.source == 2).all()
    assert all(len(code) == 5 for code in log.places.postal_code.names)
    assert "orders with a ZIP code of fewer than five digits, filled up with leading zeros: 219" in log.assumptions


def test_regions_of_the_country(log: OrderLog) -> None:
    found = regions(log, 50)
    assert len(found.names) == 50
    assert found.orders.sum() == 5009
    assert found.names[0] == "NY 100"
    assert found.mean_km < 60
    coarse = regions(log, 10)
    assert coarse.mean_km > found.mean_km
    assert len(regions(log, 1000).names) == 376


def test_a_subset_of_rows_gives_the_same_orders(log: OrderLog, tmp_path: Path) -> None:
    lines = PATH.read_text(encoding="utf-8").splitlines()
    (tmp_path / "some.csv").write_text("\n".join(lines[:500]), encoding="utf-8")
    some = read_order_log(tmp_path / "some.csv")
    assert some.lines == 499
    assert set(some.order_ids) <= set(log.order_ids)
    assert some.columns.columns == log.columns.columns
