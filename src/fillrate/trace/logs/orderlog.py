"""An order log that has been read: plain arrays, the rows that were set aside, and everything that was assumed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.columns import ColumnMapping
from fillrate.trace.logs.labels import Labels
from fillrate.trace.logs.rejects import Reject

__all__ = ["PLACE_SOURCES", "OrderLog", "Places"]

PLACE_SOURCES = ("unknown", "coordinates", "zip prefix", "mean of its city", "mean of its state")


@dataclass(frozen=True, eq=False)
class Places:
    """Where each of n orders goes.

    Attributes:
        latitude: (n,) degrees north, NaN where unknown.
        longitude: (n,) degrees east, NaN where unknown.
        source: (n,) int8, how the point was found: index into `PLACE_SOURCES`.
        zip3: first three digits of the ZIP code, for orders to the United States with one.
        postal_code: ZIP codes padded to five digits; other postal codes as written, in capitals.
        city: as written.
        town: city and state as most often written, and what tells it from others of that name; else the state.
        state: two-letter code for the United States (from the ZIP code if the log has none), else as written.
        country: as written, "US" where the log is taken to be one of the United States.
    """

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    source: NDArray[np.int8]
    zip3: Labels
    postal_code: Labels
    city: Labels
    town: Labels
    state: Labels
    country: Labels


@dataclass(frozen=True, eq=False)
class OrderLog:
    """The orders of a shop, sorted by time, those of one instant as in the file; lines of an order as in the file.

    Attributes:
        source: name of the file.
        order_ids: (orders,) numbers as the shop writes them.
        ordered_at: (orders,) datetime64[s], the shop's wall clock; midnight where `dates_only`.
        shipped_at: (orders,) datetime64[s], NaT where the log does not say.
        promised_at: (orders,) datetime64[s], NaT where the log does not say.
        segment: (orders,) class of customer; "all" for everybody if the log has none, "unknown" where it is blank.
        channel: (orders,) the same for the sales channel.
        ship_mode: (orders,) the same for the shipping service.
        customer: (orders,) code -1 where the log does not say.
        currency: (orders,) code or sign of what they are paid in; code -1 where the log does not say.
        places: where the orders go.
        line_start: (orders + 1,) int64, lines of order i are line_start[i] to line_start[i + 1].
        sku: (lines,) product.
        product_names: (skus,) name of each product, empty if the log has none.
        quantity: (lines,) int64 units, 1 or more.
        unit_price: (lines,) money per unit, NaN where the log does not say.
        unit_cost: (lines,) money per unit, NaN where the log does not say.
        discount: (lines,) as the shop writes it, NaN where the log does not say.
        line_number: (lines,) int64, line of the file (Parquet: row) from which it comes.
        dates_only: True if no order has a time of day: arrival times within the day have to be made up.
        rows_read: rows of the file after the header; lines + rejects.
        rejects: rows that were set aside, by line.
        assumptions: everything that was assumed, one sentence each.
        warnings: what is probably wrong with the file, and what to do about it.
        columns: the columns used, with the formats that were decided.
        header: all columns of the file.
    """

    source: str
    order_ids: tuple[str, ...]
    ordered_at: NDArray[np.datetime64]
    shipped_at: NDArray[np.datetime64]
    promised_at: NDArray[np.datetime64]
    segment: Labels
    channel: Labels
    ship_mode: Labels
    customer: Labels
    currency: Labels
    places: Places
    line_start: NDArray[np.int64]
    sku: Labels
    product_names: tuple[str, ...]
    quantity: NDArray[np.int64]
    unit_price: NDArray[np.float64]
    unit_cost: NDArray[np.float64]
    discount: NDArray[np.float64]
    line_number: NDArray[np.int64]
    dates_only: bool
    rows_read: int
    rejects: tuple[Reject, ...]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    columns: ColumnMapping
    header: tuple[str, ...]

    def __len__(self) -> int:
        """Number of orders."""
        return len(self.order_ids)

    @property
    def lines(self) -> int:
        """Number of order lines."""
        return len(self.quantity)

    @property
    def priced(self) -> bool:
        """Whether any line has a price."""
        return bool((~np.isnan(self.unit_price)).any())

    @property
    def order_of_line(self) -> NDArray[np.int64]:
        """(lines,) index of each line's order."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.line_start))
