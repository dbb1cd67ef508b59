"""A run day by day, from its journal: money booked, and units on hand at the end of the day."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["money_by_day", "stock_at", "stock_by_day"]

MOVES = {
    "opening": 1,
    "stocked": 1,
    "returned": 1,
    "dispatched": -1,
    "short_picked": -1,
    "transferred": -1,
}  # journal kind -> sign of its quantity in the units on hand
CLOSE = ("opening_value", "write_down")  # booked for the run as a whole
CHARGES = ("holding", "capital", "backorder")  # booked when the time that they are for is over, most at a day's end


def money_by_day(journal: pa.Table, days: float) -> NDArray[np.float64]:
    """(whole days,) contribution of each day; the run-out after the horizon is left out, and so is the close."""
    import pyarrow.compute as pc

    kinds = journal["kind"].cast("string").to_numpy(zero_copy_only=False)
    money = pc.fill_null(journal["money"], 0.0).to_numpy(zero_copy_only=False)
    time = journal["time"].to_numpy()
    whole = math.floor(days)
    day = np.where(np.isin(kinds, CHARGES), np.maximum(np.ceil(time) - 1.0, 0.0), np.floor(time))
    counted = (day < whole) & ~np.isin(kinds, CLOSE)
    return np.asarray(np.bincount(day[counted].astype(np.int64), money[counted], minlength=whole), np.float64)


def stock_by_day(journal: pa.Table, days: float) -> NDArray[np.float64]:
    """(whole days,) units on hand at the end of each day, reserved ones included."""
    return stock_at(journal, np.arange(1.0, math.floor(days) + 1.0))


def stock_at(journal: pa.Table, instants: NDArray[np.float64]) -> NDArray[np.float64]:
    """(instants,) units on hand at the end of each instant, reserved ones included."""
    kinds = journal["kind"].cast("string").to_numpy(zero_copy_only=False)
    moved = np.isin(kinds, list(MOVES))
    sign = np.array([MOVES[kind] for kind in kinds[moved]], np.float64)
    level = np.concatenate([[0.0], np.cumsum(sign * journal["quantity"].to_numpy()[moved])])
    return level[np.searchsorted(journal["time"].to_numpy()[moved], instants, side="right")]
