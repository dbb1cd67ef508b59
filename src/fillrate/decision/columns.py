"""The columns of candidate tables and of order rankings: one table of names, units, defaults and definitions.

Code, pages and bundles are made from it. A column is a pure function of facts: scalars that an engine, an
environment or a shop's host knows at that instant. Only + - * / and comparisons, so that the compiled engine can
run the very same functions; comparisons rather than `min` and `max`, which cost Python more than all the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["BY_NAME", "COLUMNS", "FACTS", "ORDER_COLUMNS", "Column"]

Scope = Literal["row", "line", "order"]

FACTS: dict[str, tuple[Scope, str, str]] = {
    "available": ("row", "units", "on hand - reserved - what the policy's limits keep back"),
    "unit_cost": ("row", "money/unit", "freight, handling and fee of one unit on this lane"),
    "box": ("row", "money", "cost of the parcel this row would open; 0 if it joins one that is not picked yet"),
    "joins": ("row", "0 or 1", "1 if units would join a parcel of the order that is not picked yet: no new box"),
    "distance_km": ("row", "km", "distance of the lane"),
    "transit_days": ("row", "days", "mean transit of the lane at the segment's service"),
    "delivery_days": (
        "row",
        "days",
        "until delivery, by the queue, the mean pick, the next cut-off and the mean transit",
    ),
    "due_days": (
        "row",
        "days",
        "until the promised delivery of this row: the date, or receipt + the lane's mean transit",
    ),
    "inbound": ("row", "units", "on order or on its way to the location"),
    "receipt_days": ("row", "days", "until the next receipt is expected, by mean lead time"),
    "is_home": ("row", "0 or 1", "1 if the location is the region's home for the SKU"),
    "position": ("row", "rows", "place of the row in the region's order, 0 = cheapest lane"),
    "queue_days": ("row", "days", "work waiting at the pick station, per server"),
    "home_rate": ("row", "units/day", "mean demand of the regions whose home this is"),
    "higher_rate": ("row", "units/day", "the part of it from segments of higher priority"),
    "rating": ("row", "", "rating of the location"),
    "third_party": ("row", "0 or 1", "1 if the site is run by a third party"),
    "rest_cover": ("row", "share", "share of the other open units of the order that the location has"),
    "opportunity": ("row", "money/unit", "planner's price of a unit of stock; 0 until a planner sets one"),
    "remaining": ("line", "units", "units of the line still to be placed"),
    "price": ("line", "money/unit", "price of the line"),
    "cost": ("line", "money/unit", "unit cost of the SKU"),
    "waiting": ("line", "units", "units of this SKU held by other orders"),
    "waiting_higher": ("line", "units", "the part of them from segments of higher priority"),
    "priority": ("order", "", "priority of the segment, larger first"),
    "loyalty": ("order", "", "loyalty of the segment"),
    "contract": ("order", "0 or 1", "1 if a contract binds us"),
    "loss_cost": ("order", "money/unit", "cost of a lost unit"),
    "promise_days": ("order", "days", "until the promised delivery"),
    "ship_days": ("order", "days", "until the promised dispatch"),
    "waited_days": ("order", "days", "since receipt"),
    "lines_left": ("order", "lines", "open lines of the order, this one included"),
    "horizon_share": ("order", "share", "share of the horizon left"),
    "review_days": ("order", "days", "until the next review of stock; 0 if continuous"),
    "received": ("order", "days", "instant of receipt"),
    "open_units": ("order", "units", "open units of the order"),
    "open_margin": ("order", "money", "price - cost over the open units"),
    "open_price": ("order", "money", "price over the open units"),
    "store_sales": ("order", "money", "past sales of the store an order is pinned to"),
    "fast": ("order", "", "how fast the region is to serve"),
}  # fact -> scope, unit, definition


def one() -> float:
    """The number 1, for constants in weighted sums."""
    return 1.0


def same(value: float) -> float:
    """A fact taken as it is."""
    return value


def margin(price: float, cost: float) -> float:
    """Money/unit earned before shipping."""
    return price - cost


def cost_per_unit(box: float, unit_cost: float, available: float, remaining: float) -> float:
    """What a unit costs from this row when it takes all it can."""
    units = available if available < remaining else remaining
    return (box + units * unit_cost) / (units if units > 1.0 else 1.0)


def cover(available: float, remaining: float) -> float:
    """Share of the line that this row can fill."""
    return (available if available < remaining else remaining) / remaining


def days_of_supply(available: float, home_rate: float) -> float:
    """Days that the available stock lasts, 999 without demand."""
    days = available / home_rate if home_rate > 0.0 else 999.0
    return days if days < 999.0 else 999.0


def lateness(delivery_days: float, due_days: float) -> float:
    """Days past the promised delivery that this row is expected to cost."""
    days = delivery_days - due_days
    return days if days > 0.0 else 0.0


def scarcity(higher_rate: float, receipt_days: float, available: float) -> float:
    """Expected demand of higher segments until the next receipt, over what is there."""
    return higher_rate * receipt_days / (available if available > 1.0 else 1.0)


def net_value(price: float, cost: float, unit_cost: float, opportunity: float) -> float:
    """Money/unit earned by shipping from this row, after its planner's price."""
    return price - cost - unit_cost - opportunity


def avoided_loss(open_units: float, loss_cost: float) -> float:
    """Money lost if the open units are never shipped."""
    return open_units * loss_cost


SCALES: dict[str, float] = {
    "quantity": 2.0,
    "unit_margin": 20.0,
    "priority": 2.0,
    "loyalty": 1.0,
    "contract": 1.0,
    "days_to_promise": 2.0,
    "lines_left": 2.0,
    "days_waited": 1.0,
    "distance_km": 500.0,
    "unit_shipping_cost": 2.0,
    "box_cost": 5.0,
    "cost_per_unit": 5.0,
    "transit_days": 2.0,
    "available": 20.0,
    "line_cover": 1.0,
    "order_cover": 1.0,
    "days_of_supply": 10.0,
    "inbound": 20.0,
    "days_to_receipt": 3.0,
    "home": 1.0,
    "row_position": 2.0,
    "station_workload": 0.25,
    "expected_lateness": 0.5,
    "opportunity_cost": 5.0,
    "net_value": 20.0,
    "horizon_left": 0.5,
    "days_to_review": 1.0,
    "units_waiting": 10.0,
    "units_waiting_higher": 5.0,
    "scarcity": 1.0,
    "one": 1.0,
    "rating": 1.0,
    "third_party": 1.0,
    "loss_cost": 5.0,
    "joins": 1.0,
}  # column of a candidate table -> a usual size, in its unit


@dataclass(frozen=True)
class Column:
    """One column: what it is called, measured in, means, and how it follows from facts."""

    name: str
    unit: str
    default: float
    definition: str
    needs: tuple[str, ...]
    of: Callable[..., float]

    @property
    def scale(self) -> float:
        """A usual size, in its unit: what learners see of the column is measured by it (`decision.scaling`)."""
        return SCALES.get(self.name, 1.0)

    @property
    def of_order(self) -> bool:
        """Whether all rows of a table show the same: it needs no fact of a row."""
        return not any(FACTS[need][0] == "row" for need in self.needs)


def _fact(fact: str, default: float = 0.0, name: str = "") -> Column:
    _, unit, definition = FACTS[fact]
    return Column(name or fact, unit, default, definition, (fact,), same)


COLUMNS: tuple[Column, ...] = (
    _fact("remaining", 1.0, "quantity"),
    Column("unit_margin", "money/unit", 0.0, "price - cost of the line", ("price", "cost"), margin),
    _fact("priority"),
    _fact("loyalty"),
    _fact("contract"),
    _fact("due_days", 0.0, "days_to_promise"),
    _fact("lines_left", 1.0),
    _fact("waited_days", 0.0, "days_waited"),
    _fact("distance_km"),
    _fact("unit_cost", 0.0, "unit_shipping_cost"),
    _fact("box", 0.0, "box_cost"),
    Column(
        "cost_per_unit",
        "money/unit",
        0.0,
        "shipping cost of a unit, its share of the box included",
        ("box", "unit_cost", "available", "remaining"),
        cost_per_unit,
    ),
    _fact("transit_days"),
    _fact("available"),
    Column("line_cover", "share", 1.0, "share of the line that the row can fill", ("available", "remaining"), cover),
    _fact("rest_cover", 1.0, "order_cover"),
    Column(
        "days_of_supply",
        "days",
        999.0,
        "available over the mean demand of its home regions, at most 999",
        ("available", "home_rate"),
        days_of_supply,
    ),
    _fact("inbound"),
    _fact("receipt_days", 0.0, "days_to_receipt"),
    _fact("is_home", 0.0, "home"),
    _fact("position", 0.0, "row_position"),
    _fact("queue_days", 0.0, "station_workload"),
    Column(
        "expected_lateness",
        "days",
        0.0,
        "expected days past the promised delivery",
        ("delivery_days", "due_days"),
        lateness,
    ),
    _fact("opportunity", 0.0, "opportunity_cost"),
    Column(
        "net_value",
        "money/unit",
        0.0,
        "price - cost - shipping - opportunity cost of a unit; the last is 0 until a planner sets one",
        ("price", "cost", "unit_cost", "opportunity"),
        net_value,
    ),
    _fact("horizon_share", 1.0, "horizon_left"),
    _fact("review_days", 0.0, "days_to_review"),
    _fact("waiting", 0.0, "units_waiting"),
    _fact("waiting_higher", 0.0, "units_waiting_higher"),
    Column(
        "scarcity",
        "ratio",
        0.0,
        "expected demand of higher segments until the next receipt, over available",
        ("higher_rate", "receipt_days", "available"),
        scarcity,
    ),
    Column("one", "", 1.0, "the number 1, for constants", (), one),
    _fact("rating"),
    _fact("third_party"),
    _fact("loss_cost"),
    _fact("joins"),
)
"""Columns of a candidate table; every row but hold has them, hold takes the defaults of row columns."""

ORDER_COLUMNS: tuple[Column, ...] = (
    _fact("received"),
    _fact("priority"),
    _fact("contract"),
    _fact("loyalty"),
    _fact("ship_days", 0.0, "days_to_ship"),
    _fact("promise_days", 0.0, "days_to_promise"),
    _fact("waited_days", 0.0, "days_waited"),
    _fact("open_units", 1.0, "units"),
    _fact("open_margin", 0.0, "margin"),
    _fact("open_price", 0.0, "value"),
    Column("loss", "money", 0.0, "cost of losing the open units", ("open_units", "loss_cost"), avoided_loss),
    _fact("store_sales"),
    _fact("fast", 0.0, "fast_region"),
)
"""Columns by which orders are ranked."""

BY_NAME = {c.name: c for c in COLUMNS}
