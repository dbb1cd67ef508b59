"""Random networks: locations of all kinds, regions, lanes, carrier services and rate cards."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from fillrate.testing.values import durations, money, or_else, outages, perhaps, pick, seldom, subsets
from fillrate.world.network import Lane, Location, RateCard, Region, Service, Shipping, Station

__all__ = ["lanes", "locations", "regions", "shipping"]


@cache
@st.composite
def stations(draw: st.DrawFn) -> Station:
    """No station in half of the cases; else one that is often busy."""
    if draw(st.booleans()):
        return Station()
    return Station(
        servers=draw(st.integers(1, 2)),
        law=draw(pick("deterministic", "exponential", "lognormal")),
        setup_minutes=draw(pick(0.0, 90.0, 360.0)),
        line_minutes=draw(pick(0.0, 45.0)),
        unit_minutes=draw(pick(0.0, 7.0)),
    )


@cache
@st.composite
def locations(draw: st.DrawFn, name: str, skus: tuple[str, ...], segments: tuple[str, ...]) -> Location:
    """A location."""
    return Location(
        name=name,
        kind=draw(pick("warehouse", "store", "third_party")),
        latitude=draw(pick(50.0, 51.0, 53.0)),
        longitude=draw(pick(8.0, 10.0)),
        carries=draw(subsets(skus)),
        storage_units=draw(pick(0.0, 6.0, 30.0)),
        handling_per_unit=draw(money()),
        handling_per_parcel=draw(money()),
        fee_per_unit=draw(money()),
        fee_per_parcel=draw(money()),
        station=draw(stations()),
        cut_off_hours=draw(or_else((), pick((12.0,), (18.0, 9.5), (24.0, 12.0)))),
        short_pick_probability=draw(or_else(0.0, pick(0.2, 0.9))),
        outage=draw(outages()),
        rating=float(draw(st.integers(0, 2))),
        serves=draw(subsets(segments)),
        sales_history=float(draw(st.integers(0, 2))),
    )


@cache
@st.composite
def regions(draw: st.DrawFn, name: str) -> Region:
    """A region."""
    return Region(
        name=name,
        weight=draw(pick(1.0, 3.0)),
        latitude=draw(pick(50.0, 52.0)),
        longitude=draw(pick(8.0, 11.0)),
        fast=float(draw(st.integers(0, 1))),
        loss_per_unit=draw(or_else(0.0, money(3.0))),
    )


@cache
@st.composite
def lanes(draw: st.DrawFn, location: str, region: str) -> Lane:
    """A lane stated by hand, in part or closed."""
    return Lane(
        location,
        region,
        box=draw(perhaps(money(4.0))),
        rate=draw(perhaps(money())),
        rate_per_kg=draw(perhaps(money())),
        distance_km=draw(perhaps(pick(0.0, 10.0, 700.0))),
        transit_days=draw(perhaps(durations())),
        closed=draw(seldom(3)),
    )


@cache
@st.composite
def shipping(draw: st.DrawFn) -> Shipping:
    """Lanes by formula, carrier services, and sometimes a rate card or a reach."""
    services = (Service("standard"), Service("express", draw(pick(1.5, 2.0)), 0.5))
    card = RateCard(400.0, ((1.0, 4.0), (5.0, 6.1), (10.0, 9.0)))
    return Shipping(
        reach_km=draw(or_else(1e9, pick(300.0))),
        box=draw(money(4.0)),
        box_per_km=draw(pick(0.0, 0.001)),
        rate=draw(money()),
        rate_per_km=draw(pick(0.0, 0.003)),
        rate_per_kg=draw(money(0.5)),
        transit_days=draw(durations(random=1)),
        transit_days_per_1000_km=draw(pick(0.0, 1.0)),
        rate_card=draw(or_else((), pick((card,)))),
        service=services[: draw(st.integers(1, 2))],
    )
