"""The metric table: key, unit, which way is better, and the definition; it feeds code, report and pages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = ["COMPARED", "METRICS", "Metric", "base_key"]

COUNTED = ("units", "days", "parcels", "1/year", "tables", "offers")  # units of what is never below 0
RANGES = {**dict.fromkeys(COUNTED, (0.0, math.inf)), "share": (0.0, 1.0), "index": (0.0, 1.0)}
OVERFULL = frozenset({"storage_utilization"})  # shares that may be above 1: storage capacity blocks no receipt


@dataclass(frozen=True)
class Metric:
    """One metric of the scorecard."""

    key: str
    title: str
    unit: str
    better: Literal["more", "less", "neither"]
    definition: str

    @property
    def range(self) -> tuple[float, float]:
        """Least and largest value that it can have."""
        least, most = RANGES.get(self.unit, (-math.inf, math.inf))
        return least, math.inf if self.key in OVERFULL else most


def _table(*rows: tuple[str, str, str, Literal["more", "less", "neither"], str]) -> dict[str, Metric]:
    return {row[0]: Metric(*row) for row in rows}


METRICS: dict[str, Metric] = _table(
    (
        "order_fill_rate",
        "Order fill rate",
        "share",
        "more",
        "orders of which every unit is dispatched by the promised ship date",
    ),
    (
        "line_fill_rate",
        "Line fill rate",
        "share",
        "more",
        "lines of which every unit is dispatched by the promised ship date",
    ),
    ("unit_fill_rate", "Unit fill rate", "share", "more", "units dispatched by the promised ship date (first pass)"),
    (
        "immediate_unit_fill_rate",
        "Immediate fill rate",
        "share",
        "more",
        "units allocated from stock at the instant of receipt, and not lost at it",
    ),
    (
        "eventual_unit_fill_rate",
        "Eventual fill rate",
        "share",
        "more",
        "units dispatched in the end, run-out after the horizon included",
    ),
    (
        "on_time_in_full",
        "On time in full",
        "share",
        "more",
        "orders of which every unit is delivered by the promised delivery date",
    ),
    (
        "backorder_units",
        "Backorders",
        "units",
        "less",
        "time average of open units that are not reserved, from their first offer on",
    ),
    (
        "backorder_units_end",
        "Backorders at the end",
        "units",
        "less",
        "open units that are not reserved when the horizon ends",
    ),
    (
        "backorder_wait_days",
        "Wait for stock",
        "days",
        "less",
        "mean time from receipt to a unit's first allocation, over all units ever allocated, with or without a wait",
    ),
    (
        "lost_units",
        "Lost units",
        "units",
        "less",
        "units of which the patience ran out, or that were open at the close",
    ),
    ("order_cycle_time_days", "Cycle time, mean", "days", "less", "time from receipt to the last delivery of an order"),
    ("order_cycle_time_days_p50", "Cycle time, median", "days", "less", "median of the order cycle time"),
    ("order_cycle_time_days_p95", "Cycle time, 95 %", "days", "less", "95th percentile of the order cycle time"),
    (
        "shipping_cost_per_order",
        "Shipping cost an order",
        "money/order",
        "less",
        "freight of the parcels of orders received after the warm-up, run-out included, over these orders",
    ),
    ("shipments_per_order", "Shipments an order", "parcels", "less", "parcels over orders with at least one parcel"),
    ("split_rate", "Split rate", "share", "less", "share of shipped orders with more than one parcel"),
    (
        "served_home_share",
        "Served from home",
        "share",
        "more",
        "share of dispatched units that come from their region's home location",
    ),
    ("on_hand_units", "Stock on hand", "units", "neither", "time average of units on hand, reserved ones included"),
    (
        "inventory_turnover",
        "Inventory turnover",
        "1/year",
        "more",
        "cost of goods dispatched a year over the mean stock value",
    ),
    ("days_of_supply", "Days of supply", "days", "neither", "mean units on hand over mean units dispatched a day"),
    (
        "storage_utilization",
        "Storage utilization",
        "share",
        "neither",
        "mean units on hand over storage capacity, where one is stated",
    ),
    ("station_utilization", "Station utilization", "share", "neither", "busy server time over server time"),
    ("station_wait_days", "Station wait", "days", "less", "mean time a parcel queues before its pick begins"),
    ("station_wait_share", "Station wait share", "share", "less", "share of picked parcels that had to queue"),
    (
        "cost_to_serve_per_order",
        "Cost to serve an order",
        "money/order",
        "less",
        "freight, handling, fees, lateness, losses, returns of orders received after warm-up, and waiting, over them",
    ),
    ("capital_employed", "Capital employed", "money", "neither", "time average of the stock on hand at unit cost"),
    (
        "contribution",
        "Contribution",
        "money",
        "more",
        "all bookings from the first event to the close, less the value of the opening state",
    ),
    (
        "contribution_per_day",
        "Contribution a day",
        "money/day",
        "more",
        "bookings between warm-up and horizon over those days; neither opening value nor close",
    ),
    ("controllable_cost", "Controllable cost", "money", "less", "margin of all ordered units less the contribution"),
    ("fairness_min", "Fairness, worst segment", "share", "more", "smallest unit fill rate of a segment"),
    (
        "fairness_jain",
        "Fairness, Jain",
        "index",
        "more",
        "Jain's index of the segments' unit fill rates (Jain, Chiu, Hawe 1984)",
    ),
    ("cut_tables", "Tables cut", "tables", "neither", "candidate tables cut at max_candidates"),
    (
        "masked_offers",
        "Offers without a choice",
        "offers",
        "neither",
        "offers held without asking, because only hold was legal",
    ),
)
"""Keys without a selector; `unit_fill_rate[segment=contract]` has the definition of its base key.

The five fill rates are given by segment and region, those of units also by location: of the units whose home is there,
from wherever they come.
"""

COMPARED: dict[str, Metric] = _table(
    (
        "gap_to_bound",
        "Gap to the bound",
        "share",
        "less",
        "hindsight bound less contribution, over controllable cost; of comparisons with a bound that is not `free`",
    ),
)
"""Keys that a comparison adds to scorecards."""


def base_key(key: str) -> str:
    """The table's key of a metric with or without a selector.

    >>> base_key("unit_fill_rate[segment=contract]")
    'unit_fill_rate'
    """
    return key.partition("[")[0]
