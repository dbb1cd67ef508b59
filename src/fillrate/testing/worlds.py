"""Random small worlds: every feature of the model is on in many of them, and much happens at one instant."""

from __future__ import annotations

from functools import cache
from itertools import product

from hypothesis import strategies as st

from fillrate.testing.buyers import channels, demands, horizon_of, segments, skus
from fillrate.testing.goods import supplies
from fillrate.testing.places import lanes, locations, regions, shipping
from fillrate.testing.values import durations, money, names, or_else, pick, seldom
from fillrate.world import World
from fillrate.world.checks import check
from fillrate.world.network import Lane
from fillrate.world.terms import Defaults, Header, Money, Timing

__all__ = ["worlds"]


@cache
@st.composite
def worlds(draw: st.DrawFn, least: int = 20, most: int = 80) -> World:
    """A checked world of 1 to 4 locations, up to 3 regions, SKUs and segments.

    Args:
        draw: given by Hypothesis.
        least: about the fewest orders of its horizon.
        most: about the most.
    """
    sites, areas = draw(names("site", 1, 4)), draw(names("area", 1, 3))
    items, buyers = draw(names("item", 1, 3)), draw(names("buyer", 1, 3))
    ways = draw(shipping())
    demand = draw(demands(items, buyers))
    days = horizon_of(demand, draw(st.integers(least, most)))
    places = tuple(draw(locations(name, items, buyers)) for name in sites)
    supply = draw(supplies(sites, items))
    world = World(
        header=draw(_headers(days, bool(supply.supplier))),
        locations=places,
        regions=tuple(draw(regions(name)) for name in areas),
        skus=tuple(draw(skus(name)) for name in items),
        segments=tuple(draw(segments(name, tuple(s.name for s in ways.service))) for name in buyers),
        channels=draw(channels(any(p.kind == "store" for p in places))),
        lanes=draw(_lanes(sites, areas)),
        demand=demand,
        shipping=ways,
        supply=supply,
        money=draw(_monies()),
        timing=draw(_timings(buyers)),
        defaults=Defaults("fcfs", "cheapest"),
    )
    check(world, "random world")
    return world


@cache
@st.composite
def _headers(draw: st.DrawFn, days: float, buys: bool) -> Header:
    before = draw(or_else("", pick("cheapest", "distance+base_stock" if buys else "distance"), odds=5))
    return Header(
        "random",
        horizon_days=days,
        warm_up_days=draw(pick(0.0, days / 4.0)),
        first_weekday=draw(st.integers(0, 6)),
        max_candidates=draw(pick(32, 32, 2, 1)),
        opening_policy=before,
        opening_days=2.5 if before else 0.0,
    )


@cache
@st.composite
def _lanes(draw: st.DrawFn, sites: tuple[str, ...], areas: tuple[str, ...]) -> tuple[Lane, ...]:
    return tuple(draw(lanes(site, area)) for site, area in product(sites, areas) if draw(seldom(3)))


@cache
@st.composite
def _monies(draw: st.DrawFn) -> Money:
    return Money(
        holding_rate_per_year=draw(pick(0.0, 0.2)),
        holding_per_day=draw(money(0.1)),
        capital_rate_per_year=draw(pick(0.0, 0.1)),
        charge=draw(pick("time_average", "period_end")),
        period_days=draw(pick(1.0, 0.25, 0.7)),
        salvage=draw(pick(1.0, 0.6, 0.0)),
        return_days=draw(durations(2.0)),
        return_fee=draw(money()),
        opening_cash=draw(or_else(None, pick(0.0, 40.0, 400.0))),
    )


@cache
@st.composite
def _timings(draw: st.DrawFn, buyers: tuple[str, ...]) -> Timing:
    return Timing(
        mode=draw(pick("on_receipt", "on_receipt", "wave")),
        wave_hours=draw(pick(6.0, 8.0, 24.0)),
        reoffer_hours=draw(or_else(0.0, pick(6.0, 5.0))),
        reevaluate_hours=draw(or_else(0.0, pick(6.0, 7.0), odds=2)),
        reevaluate_segments=draw(pick(("*",), buyers[:1])),
    )
