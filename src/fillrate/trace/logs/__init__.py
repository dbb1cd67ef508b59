"""Reading the order log of any shop: columns, formats, rejects, places, sites."""

from __future__ import annotations

from fillrate.trace.logs.assemble import order_log
from fillrate.trace.logs.columns import ColumnMapping, columns_toml, read_columns
from fillrate.trace.logs.guess import guess_columns
from fillrate.trace.logs.labels import Labels
from fillrate.trace.logs.orderlog import PLACE_SOURCES, OrderLog, Places
from fillrate.trace.logs.read import read_order_log
from fillrate.trace.logs.regions import UNKNOWN, Regions, regions
from fillrate.trace.logs.rejects import Reject, write_rejects
from fillrate.trace.logs.sites import Sites, Stock, read_sites, read_stock
from fillrate.trace.logs.table import Table, read_table

__all__ = [
    "PLACE_SOURCES",
    "UNKNOWN",
    "ColumnMapping",
    "Labels",
    "OrderLog",
    "Places",
    "Regions",
    "Reject",
    "Sites",
    "Stock",
    "Table",
    "columns_toml",
    "guess_columns",
    "order_log",
    "read_columns",
    "read_order_log",
    "read_sites",
    "read_stock",
    "read_table",
    "regions",
    "write_rejects",
]
