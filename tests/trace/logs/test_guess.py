"""Which column plays which role, for headers of shop systems that `shops/` does not hold."""

from __future__ import annotations

import pytest

from fillrate.trace.logs import Table, guess_columns

# header, one row, and the roles that matter most in telling the columns apart
CASES = {
    "WooCommerce, a row for each item": (
        "order_id,order_number,date,status,order_total,shipping_method,customer_id,billing_postcode,shipping_city,"
        "shipping_state,shipping_postcode,item_id,item_name,item_sku,item_quantity,item_subtotal,item_total",
        "101,101,2024-01-05 10:00:00,completed,66,Flat rate,7,89501,Reno,NV,89502,1,Mug,MUG,2,40,36",
        {"order_id": "order_number", "line_total": "item_total", "postal_code": "shipping_postcode", "sku": "item_sku"},
    ),
    "Magento": (
        "order_id,increment_id,created_at,status,customer_id,customer_group,sku,name,qty_ordered,price,row_total,"
        "base_cost,shipping_method,postcode,city,region,country_id",
        "1,100000001,2024-01-05 10:00:00,complete,5,General,MUG,Mug,2.0000,20.0000,40.0000,9.0000,flat,89501,Reno,NV,US",
        {"order_id": "increment_id", "quantity": "qty_ordered", "unit_cost": "base_cost", "state": "region"},
    ),
    "TPC-H": (
        "l_orderkey,l_partkey,l_quantity,l_extendedprice,l_shipdate,l_commitdate,l_receiptdate,o_totalprice,o_orderdate,"
        "o_orderpriority,ps_supplycost",
        "1,155190,17,21168.23,1996-03-13,1996-02-12,1996-03-22,172799.49,1996-01-02,5-LOW,812.5",
        {"line_total": "l_extendedprice", "promised_date": "l_commitdate", "unit_cost": "ps_supplycost"},
    ),
    "a market place": (
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
        "order_delivered_customer_date,order_estimated_delivery_date,order_item_id,product_id,seller_id,price,"
        "freight_value,customer_zip_code_prefix,customer_city,customer_state,seller_zip_code_prefix,seller_city",
        "e48,9ef,delivered,2017-10-02 10:56:33,2017-10-02 11:07:15,2017-10-04 19:55:00,2017-10-10 21:25:13,2017-10-18,"
        "1,872,350,29.99,8.72,03149,sao paulo,SP,09350,maua",
        {
            "order_date": "order_purchase_timestamp",
            "ship_date": "order_delivered_carrier_date",
            "promised_date": "order_estimated_delivery_date",
            "sku": "product_id",
            "unit_price": "price",
            "city": "customer_city",
            "quantity": "",
        },
    ),
    "shouted names": (
        "ORDERNUMBER,QUANTITYORDERED,PRICEEACH,ORDERLINENUMBER,SALES,ORDERDATE,STATUS,PRODUCTCODE,CUSTOMERNAME,CITY",
        "10107,30,95.7,2,2871,2/24/2003 0:00,Shipped,S10_1678,Land of Toys Inc.,NYC",
        {"order_id": "ORDERNUMBER", "quantity": "QUANTITYORDERED", "unit_price": "PRICEEACH", "sku": "PRODUCTCODE"},
    ),
    "several numbers": (
        "Sale Date,Item Name,Buyer,Quantity,Price,Order Shipping,Item Total,Transaction ID,Listing ID,Date Shipped,"
        "Ship Zipcode,Order ID,SKU",
        "01/25/24,Mug,ann,2,19.00,5,38,3333,4444,01/26/2024,89501,3100,MUG",
        {"order_id": "Order ID", "order_date": "Sale Date", "sku": "SKU", "line_total": "Item Total"},
    ),
    "short forms": (
        "so_num,so_line,cust,item_num,uom,ord_qty,ship_qty,ord_dt,req_dt,ship_dt,whse,zip",
        "S1,1,C1,I9,EA,4,4,2024-01-05,2024-01-09,2024-01-08,W1,89501",
        {"order_id": "so_num", "sku": "item_num", "quantity": "ord_qty", "promised_date": "req_dt"},
    ),
    "a cost that is a price": (
        "Order Number,Order Date,SKU,Quantity,Item Cost,Order Total Amount",
        "101,2024-01-05 10:00,MUG,2,20,45",
        {"unit_price": "Item Cost", "unit_cost": "", "line_total": ""},
    ),
    "a cost beside a price": (
        "Order Number,Order Date,SKU,Quantity,Item Cost,Price",
        "101,2024-01-05 10:00,MUG,2,20,45",
        {"unit_price": "Price", "unit_cost": "Item Cost"},
    ),
    "cells that contradict a name": (
        "Order Number,Order Date,SKU,Quantity,Time,Units",
        "101,2024-01-05,MUG,each,10:15,3",
        {"quantity": "Units", "order_time": "Time"},
    ),
    "no number for the product": (
        "Order Number,Order Date,Product Name,Quantity",
        "101,2024-01-05,Mug,2",
        {"sku": "Product Name", "product_name": "Product Name"},
    ),
}


def table(header: str, row: str) -> Table:
    cells = tuple(row.split(","))
    return Table("log.csv", tuple(header.split(",")), (cells, cells), (2, 3))


@pytest.mark.parametrize("name", CASES)
def test_roles_are_told_apart(name: str) -> None:
    header, row, expected = CASES[name]
    found = guess_columns(table(header, row))
    assert {role: found.get(role) for role in expected} == expected
    assert set(found.why) == set(found.columns)


def test_a_column_plays_one_role_and_a_role_has_one_column() -> None:
    for header, row, _ in list(CASES.values())[:-1]:
        columns = list(guess_columns(table(header, row)).columns.values())
        assert len(columns) == len(set(columns))


def test_an_empty_column_plays_no_role() -> None:
    found = guess_columns(table("order id,order date,sku,promised date", "1,2024-01-05,K,"))
    assert found.get("promised_date") == ""


def test_why_says_how_sure_a_guess_is() -> None:
    found = guess_columns(table("order id,order date,sku,Web Item Quantity", "1,2024-01-05,K,2"))
    assert found.why["order_id"] == "guessed, 1.00"
    assert 0.4 < float(found.why["quantity"].removeprefix("guessed, ")) < 0.9
