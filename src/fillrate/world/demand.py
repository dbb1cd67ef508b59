"""Demand: SKUs, customer segments, channels and how orders arrive."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from fillrate.world.fields import Strict, described
from fillrate.world.law import CountLaw, Law

__all__ = ["Basket", "Channel", "Demand", "Promotion", "Segment", "Sku"]


@dataclass(frozen=True)
class Sku(Strict):
    """A stock keeping unit."""

    name: str = described("unique name")
    price: float = described("list price", 0.0, "money/unit", low=0.0)
    cost: float = described("unit cost", 0.0, "money/unit", low=0.0)
    weight_kg: float = described("weight", 0.0, "kg/unit", low=0.0, high=1e9)
    popularity: float = described("share of the order lines, not normalised", 1.0, low=0.0)
    holding_per_day: float | None = described("holding cost; absent: from [money]", None, "money/unit/day", low=0.0)


@dataclass(frozen=True)
class Segment(Strict):
    """A customer segment and its terms."""

    name: str = described("unique name")
    weight: float = described("share of the orders, not normalised", 1.0, low=0.0)
    priority: float = described("larger is served first", 0.0)
    contract: float = described("1 if a contract binds us", 0.0)
    loyalty: float = described("loyalty score", 0.0)
    price_factor: float = described("factor on list prices", 1.0, low=0.0)
    service: str = described("carrier service; absent: the first", "")
    split: Literal["none", "lines", "units"] = described("how an order may be divided over locations", "units")
    ship_complete: Literal["no", "line", "order"] = described("what is held if it is not all there", "no")
    commit: bool = described("true reserves what is there while the rest waits", False)
    patience_days: Law = described("waiting before held units are lost; mean 0 = lost at once", Law(), "days")
    waits_forever: bool = described("true: held units are never lost before the close", False)
    loss_per_unit: float = described("cost of a lost unit", 0.0, "money/unit", low=0.0)
    backorder_per_unit_day: float = described("cost of waiting", 0.0, "money/unit/day", low=0.0)
    lateness_per_unit_day: float = described("cost of late delivery", 0.0, "money/unit/day", low=0.0)
    ship_within_days: float = described("promised dispatch after receipt", math.nan, "days", low=0.0)
    deliver_within_days: float = described("promised delivery after receipt", math.nan, "days", low=0.0)
    return_probability: float = described("chance that a delivered line comes back", 0.0, low=0.0, high=1.0)
    strategy: Literal["win", "gain", "improve", "redistribute", "fill", "lose", "skip"] = described(
        "what re-evaluation may do to its orders (backorder_processing)", "redistribute"
    )


@dataclass(frozen=True)
class Channel(Strict):
    """How an order came in; a channel may pin the location."""

    name: str = described("unique name")
    weight: float = described("share of the orders, not normalised", 1.0, low=0.0)
    pins: Literal["nothing", "nearest", "nearest_store"] = described("location an order must be served from", "nothing")


@dataclass(frozen=True)
class Basket(Strict):
    """One type of order, for demand by type list."""

    probability: float = described("share of the orders", low=0.0)
    skus: tuple[str, ...] = described("SKUs; none = no order in this period (bernoulli)", ())
    quantities: tuple[int, ...] = described("units by SKU; absent: one each", (), "units", low=1, high=1_000_000)


@dataclass(frozen=True)
class Promotion(Strict):
    """A window in which orders come faster, and some SKUs or segments ask for more than their share."""

    from_day: float = described("start", unit="days", low=0.0)
    to_day: float = described("end", unit="days", low=0.0)
    factor: float = described("factor on the arrival rate (poisson)", 1.0, low=0.0)
    skus: tuple[str, ...] = described("SKUs whose popularity is raised", ())
    sku_factor: float = described("factor on their popularity", 1.0, low=0.0)
    segments: tuple[str, ...] = described("segments whose weight is raised", ())
    segment_factor: float = described("factor on their weight", 1.0, low=0.0)


@dataclass(frozen=True)
class Demand(Strict):
    """How orders arrive and what is in them."""

    process: Literal["poisson", "periodic", "bernoulli"] = described("arrival process", "poisson")
    rate_per_day: float = described("mean orders (poisson)", 0.0, "orders/day", low=0.0)
    period_days: float = described("length of a period (periodic, bernoulli)", 1.0, "days", low=1e-5)
    count: CountLaw = described("orders a period (periodic)", CountLaw(), "orders")
    probability: float = described("chance of an order in a period (bernoulli)", 1.0, low=0.0, high=1.0)
    hour_profile: tuple[float, ...] = described(
        "24 factors by hour of day; their mean counts as 1 (poisson)", (), low=0.0
    )
    weekday_profile: tuple[float, ...] = described(
        "7 factors, Monday first; their mean counts as 1 (poisson)", (), low=0.0
    )
    season_profile: tuple[float, ...] = described(
        "factors over a year, evenly spaced; their mean counts as 1 (poisson)", (), low=0.0
    )
    promotion: tuple[Promotion, ...] = described("promotions", ())
    basket: tuple[Basket, ...] = described("order types; absent: by popularity and size", ())
    line_count: tuple[float, ...] = described("weights of 1, 2, ... lines", (1.0,), low=0.0)
    unit_count: tuple[float, ...] = described("weights of 1, 2, ... units a line", (1.0,), low=0.0)
