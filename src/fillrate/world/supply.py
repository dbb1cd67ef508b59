"""Supply: opening stock, levels, suppliers, transfers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fillrate.world.fields import Strict, described
from fillrate.world.law import Law
from fillrate.world.network import Outage

__all__ = ["Item", "Supplier", "Supply"]


@dataclass(frozen=True)
class Item(Strict):
    """Numbers of a (location, SKU) pair; the last item that fits a pair and states a number gives it."""

    location: str = described("location; * = all", "*")
    sku: str = described("SKU; * = all", "*")
    units: int | None = described("opening stock", None, "units", low=0)
    base_stock: int | None = described("order-up-to level of base_stock", None, "units", low=0)
    reorder_point: int | None = described("s or r", None, "units")
    order_up_to: int | None = described("S of s_S", None, "units", low=0)
    order_quantity: int | None = described("Q of r_Q, or the amount of constant", None, "units", low=1)
    cap: int | None = described("most units an order (capped_base_stock)", None, "units", low=0)
    expedite_below: int | None = described("order by the fast option at or below this position", None, "units")


@dataclass(frozen=True)
class Supplier(Strict):
    """A supplier, or another location that sends what it carries (a transfer); the first that fits a pair serves it."""

    name: str = described("unique name")
    locations: tuple[str, ...] = described("locations it delivers to; * = all", ("*",))
    skus: tuple[str, ...] = described("SKUs it delivers; * = all", ("*",))
    from_location: str = described("a location of ours: the order is a transfer from there", "")
    lead_time_days: Law = described("law of the lead time", Law(), "days")
    order_cost: float = described("fixed cost of an order", 0.0, "money/order", low=0.0)
    cost_factor: float = described("factor on unit costs", 1.0, low=0.0)
    freight_per_unit: float = described("freight of a transfer", 0.0, "money/unit", low=0.0)
    minimum_units: int = described("smallest order", 0, "units", low=0)
    lot_units: int = described("orders are whole multiples of it", 1, "units", low=1)
    capacity_units: int = described("most units a review over all its orders; 0 = unlimited", 0, "units", low=0)
    expedite_per_unit: float = described("surcharge of the fast option", 0.0, "money/unit", low=0.0)
    expedite_lead_time_days: Law | None = described("lead time of the fast option; absent: none", None, "days")
    outage: Outage = described("when the start of its lead times is delayed", Outage())


@dataclass(frozen=True)
class Supply(Strict):
    """How stock starts and comes in."""

    review_days: float = described("time between reviews, at least 1e-5; 0 = continuous", 0.0, "days", low=0.0)
    opening: Literal["units", "base_stock", "coverage", "horizon"] = described(
        "opening stock where no item states units: none, base stock, days of home demand, or by the horizon", "units"
    )
    opening_days: float = described("days of home demand (coverage)", 0.0, "days", low=0.0)
    opening_z: float = described("standard deviations on top (coverage, horizon)", 0.0)
    service_level: float = described("aimed at by levels that no item states", 0.95, low=0.0, high=0.999999)
    safety_factor: float | None = described(
        "levels that no item states: home demand of lead time and review plus so many standard deviations; "
        "absent: by service_level",
        None,
    )
    item: tuple[Item, ...] = described("numbers by pair", ())
    supplier: tuple[Supplier, ...] = described("suppliers; none = no replenishment", ())
    caps_at_storage: bool = described("true: purchases are cut to the storage capacity", False)
