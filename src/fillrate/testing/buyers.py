"""Random demand: SKUs, segments with every term, channels that pin, and the ways in which orders arrive."""

from __future__ import annotations

import math
from functools import cache
from typing import Literal

from hypothesis import strategies as st

from fillrate.testing.values import count_laws, durations, money, or_else, perhaps, pick, seldom
from fillrate.world.demand import Basket, Channel, Demand, Promotion, Segment, Sku
from fillrate.world.law import CountLaw, mean_of

__all__ = ["channels", "demands", "horizon_of", "segments", "skus"]


@cache
@st.composite
def skus(draw: st.DrawFn, name: str) -> Sku:
    """A SKU."""
    return Sku(
        name,
        price=10.0 + draw(money(10.0)),
        cost=draw(pick(0.0, 5.0, 7.7)),
        weight_kg=draw(pick(0.0, 0.3, 2.0)),
        popularity=draw(pick(1.0, 2.0)),
        holding_per_day=draw(perhaps(money(0.1))),
    )


@cache
@st.composite
def segments(draw: st.DrawFn, name: str, services: tuple[str, ...]) -> Segment:
    """A segment; one in four waits for ever, about as many not at all."""
    return Segment(
        name,
        weight=draw(pick(1.0, 2.0)),
        priority=float(draw(st.integers(0, 2))),
        contract=float(draw(st.integers(0, 1))),
        loyalty=float(draw(st.integers(0, 2))),
        price_factor=draw(pick(1.0, 0.9)),
        service=draw(pick("", *services)),
        split=draw(pick("none", "lines", "units")),
        ship_complete=draw(pick("no", "line", "order")),
        commit=draw(st.booleans()),
        patience_days=draw(durations(2.0)),
        waits_forever=draw(seldom(4)),
        loss_per_unit=draw(money(3.0)),
        backorder_per_unit_day=draw(money()),
        lateness_per_unit_day=draw(money()),
        ship_within_days=draw(pick(math.nan, 0.0, 0.7)),
        deliver_within_days=draw(pick(math.nan, 0.5, 1.0 / 3.0)),
        return_probability=draw(or_else(0.0, pick(0.3, 1.0))),
        strategy=draw(pick("win", "gain", "improve", "redistribute", "fill", "lose", "skip")),
    )


@cache
@st.composite
def channels(draw: st.DrawFn, stores: bool) -> tuple[Channel, ...]:
    """One channel, or three of which two pin; walk-in sales only where there is a store."""
    if not draw(seldom(3)):
        return (Channel("web"),)
    walk_in = (Channel("walk_in", 1.0, "nearest_store"),) if stores else ()
    return Channel("web"), Channel("collect", 1.0, "nearest"), *walk_in


@cache
@st.composite
def demands(draw: st.DrawFn, skus: tuple[str, ...], segments: tuple[str, ...]) -> Demand:
    """Demand by any process; baskets by types or by popularity and size."""
    process: Literal["poisson", "periodic", "bernoulli"]
    process = draw(pick("periodic", "periodic", "bernoulli", "poisson"))
    rhythm = process == "poisson" and draw(st.booleans())
    types = draw(or_else((), _baskets(skus, process == "bernoulli"), odds=2))
    asked_more = () if types else skus[:1]  # only where orders come by popularity
    return Demand(
        process=process,
        rate_per_day=draw(pick(4.0, 10.0)) if process == "poisson" else 0.0,
        period_days=draw(pick(0.25, 0.5)),
        count=draw(count_laws()) if process == "periodic" else CountLaw(),
        probability=draw(pick(0.5, 0.9)) if process == "bernoulli" else 1.0,
        hour_profile=(1.0,) * 12 + (3.0,) * 12 if rhythm else (),
        weekday_profile=(1.0, 1.0, 2.0, 1.0, 1.0, 0.5, 0.0) if rhythm else (),
        season_profile=(1.0, 2.0) if rhythm else (),
        promotion=draw(or_else((), _promotions(asked_more, segments, process == "poisson"))),
        basket=types,
        line_count=draw(pick((1.0,), (2.0, 1.0, 1.0))),
        unit_count=draw(pick((1.0,), (2.0, 1.0, 1.0))),
    )


@cache
def _promotions(
    skus: tuple[str, ...], segments: tuple[str, ...], faster: bool
) -> st.SearchStrategy[tuple[Promotion, ...]]:
    """One; its orders come faster only where the process has a rate."""
    raised = pick(1.0, 4.0)
    rate = raised if faster else st.just(1.0)
    one = st.builds(Promotion, st.just(0.5), st.just(1.5), rate, st.just(skus), raised, st.just(segments[:1]))
    return one.map(lambda promotion: (promotion,))


@cache
@st.composite
def _baskets(draw: st.DrawFn, skus: tuple[str, ...], empty: bool) -> tuple[Basket, ...]:
    """Order types; a SKU may stand in one of them twice, to be merged."""
    types = [Basket(1.0)] if empty and draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 3))):
        inside = tuple(draw(st.lists(pick(*skus), min_size=1, max_size=3)))
        units = tuple(draw(st.integers(1, 3)) for _ in inside)
        types.append(Basket(draw(pick(1.0, 2.0)), inside, units if draw(st.booleans()) else ()))
    return tuple(types)


def horizon_of(demand: Demand, orders: int) -> float:
    """Days in which about so many orders come in."""
    if demand.process == "poisson":
        return orders / demand.rate_per_day
    each = max(0.5, mean_of(demand.count)) if demand.process == "periodic" else demand.probability
    return orders / each * demand.period_days
