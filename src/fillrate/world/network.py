"""Places: locations, regions and the lanes between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fillrate.world.fields import Strict, described
from fillrate.world.law import Law

__all__ = ["Lane", "Location", "Outage", "RateCard", "Region", "Service", "Shipping", "Station"]


@dataclass(frozen=True)
class Outage(Strict):
    """When a location or supplier is down: stated windows, or alternating exponential up and down times."""

    windows: tuple[tuple[float, float], ...] = described("stated [from, to) windows", (), "days", low=0.0)
    mean_up_days: float = described("mean time between outages, at least 1e-5; 0 = none", 0.0, "days", low=0.0)
    mean_down_days: float = described("mean length of an outage", 1.0, "days", low=0.0)


@dataclass(frozen=True)
class Station(Strict):
    """A pick station: finite servers, served in rank order, non-preemptive; no servers = picked at once."""

    servers: int = described("parallel pickers; 0 = no station", 0, low=0, high=1_000_000)
    law: Literal["deterministic", "exponential", "lognormal"] = described("law of the service", "deterministic")
    setup_minutes: float = described("mean set-up a parcel", 0.0, "minutes", low=0.0)
    line_minutes: float = described("mean a line", 0.0, "minutes", low=0.0)
    unit_minutes: float = described("mean a unit", 0.0, "minutes", low=0.0)
    cv: float = described("coefficient of variation (lognormal)", 0.5, low=1e-3)


@dataclass(frozen=True)
class Location(Strict):
    """An own warehouse, a store or a third-party site."""

    name: str = described("unique name")
    kind: Literal["warehouse", "store", "third_party"] = described("what it is", "warehouse")
    latitude: float = described("latitude", 0.0, "degrees", low=-90.0, high=90.0)
    longitude: float = described("longitude", 0.0, "degrees", low=-180.0, high=180.0)
    carries: tuple[str, ...] = described("SKUs of the assortment; * = all", ("*",))
    storage_units: float = described("storage capacity; 0 = unlimited", 0.0, "units", low=0.0)
    handling_per_unit: float = described("handling cost", 0.0, "money/unit", low=0.0)
    handling_per_parcel: float = described("handling cost", 0.0, "money/parcel", low=0.0)
    fee_per_unit: float = described("fee of a third-party site", 0.0, "money/unit", low=0.0)
    fee_per_parcel: float = described("fee of a third-party site", 0.0, "money/parcel", low=0.0)
    station: Station = described("pick station", Station())
    cut_off_hours: tuple[float, ...] = described(
        "hours of day at which parcels leave; none = at once", (), "h", low=0.0, high=24.0
    )
    short_pick_probability: float = described("chance that a pick misses one unit", 0.0, low=0.0, high=1.0)
    outage: Outage = described("when it is down", Outage())
    rating: float = described("rating used by fences_and_ratings and priority_list; larger first", 0.0)
    serves: tuple[str, ...] = described("fence: segments it may serve; * = all", ("*",))
    sales_history: float = described("past sales of a store, for ranking", 0.0, "money", low=0.0)


@dataclass(frozen=True)
class Region(Strict):
    """Where customers are."""

    name: str = described("unique name")
    weight: float = described("share of the demand, not normalised", 1.0, low=0.0)
    latitude: float = described("latitude", 0.0, "degrees", low=-90.0, high=90.0)
    longitude: float = described("longitude", 0.0, "degrees", low=-180.0, high=180.0)
    fast: float = described("how fast the region is to serve, for ranking", 0.0)
    loss_per_unit: float = described("cost of a unit lost here, added to the segment's", 0.0, "money/unit", low=0.0)


@dataclass(frozen=True)
class Lane(Strict):
    """A lane stated by hand; it replaces what `[shipping]` says for this pair."""

    location: str = described("from")
    region: str = described("to")
    box: float | None = described("cost of a parcel", None, "money/parcel", low=0.0)
    rate: float | None = described("cost of a unit", None, "money/unit", low=0.0)
    rate_per_kg: float | None = described("cost of a kilogram", None, "money/kg", low=0.0, high=1e9)
    distance_km: float | None = described("distance", None, "km", low=0.0)
    transit_days: Law | None = described("law of the transit time", None, "days")
    closed: bool = described("true removes the lane", False)


@dataclass(frozen=True)
class Service(Strict):
    """A carrier service, chosen by the segment."""

    name: str = described("unique name")
    cost_factor: float = described("factor on box and rates", 1.0, low=0.0)
    transit_factor: float = described("factor on transit times", 1.0, low=0.0)


@dataclass(frozen=True)
class RateCard(Strict):
    """A carrier's weight breaks for a distance band; fitted to box + rate x kg on reading."""

    up_to_km: float = described("band: lanes up to this distance", 1e9, "km", low=0.0)
    breaks: tuple[tuple[float, float], ...] = described("[kg up to, price] rows", (), "kg, money", low=0.0)


@dataclass(frozen=True)
class Shipping(Strict):
    """Lanes by formula: cost and transit from the distance."""

    reach_km: float = described("lanes longer than this do not exist", 1e9, "km", low=0.0)
    box: float = described("cost of a parcel", 0.0, "money/parcel", low=0.0)
    box_per_km: float = described("cost of a parcel by distance", 0.0, "money/parcel/km", low=0.0)
    rate: float = described("cost of a unit", 0.0, "money/unit", low=0.0)
    rate_per_km: float = described("cost of a unit by distance", 0.0, "money/unit/km", low=0.0)
    rate_per_kg: float = described("cost of a kilogram", 0.0, "money/kg", low=0.0, high=1e9)
    transit_days: Law = described("law of the transit at distance 0", Law(), "days")
    transit_days_per_1000_km: float = described("mean added by distance", 0.0, "days/1000 km", low=0.0)
    rate_card: tuple[RateCard, ...] = described("weight breaks; they replace box and rates", ())
    service: tuple[Service, ...] = described("carrier services; the first is the standard", (Service("standard"),))
