"""When orders arrive: Poisson with profiles, periodic, or at most one a period."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import mix, seed_key, uniform
from fillrate.world import World
from fillrate.world.demand import Demand
from fillrate.world.law import count_quantile

__all__ = ["arrivals", "uniforms"]

Floats = NDArray[np.float64]


def uniforms(seed: int, stream: str, *keys: NDArray[np.uint64]) -> Floats:
    """One uniform per row of the key columns; the same bits as the scalar draw."""
    state = np.uint64(seed_key(seed, stream))
    for key in keys:
        state = mix(state, key)
    return np.asarray(uniform(state), np.float64)


def counting(n: int) -> NDArray[np.uint64]:
    """The keys 0, 1, ..., n - 1."""
    return np.arange(n, dtype=np.uint64)


def arrivals(world: World, seed: int) -> Floats:
    """(orders,) rising instants in [0, T), in days, snapped to 2**-20."""
    demand = world.demand
    if demand.process == "poisson":
        return _poisson(world, seed)
    starts = np.arange(0.0, world.days, demand.period_days)
    starts = np.rint(starts * 2.0**20) / 2.0**20
    if demand.process == "bernoulli":
        happens = uniforms(seed, "trial", counting(len(starts))) < demand.probability
        return starts[happens]
    draw = uniforms(seed, "count", counting(len(starts))).tolist()
    return np.repeat(starts, [count_quantile(demand.count, u) for u in draw])


def _poisson(world: World, seed: int) -> Floats:
    """Unit-rate arrivals, carried through the inverse of the cumulative rate."""
    edges, cumulative = _cumulative_rate(world)
    total = float(cumulative[-1])
    n = int(total + 6.0 * math.sqrt(total) + 20.0)
    gaps = [-math.log(1.0 - u) for u in uniforms(seed, "arrival", counting(n)).tolist()]
    instants = np.cumsum(gaps)
    times = np.interp(instants[instants < total], cumulative, edges)
    snapped: Floats = np.rint(times * 2.0**20) / 2.0**20
    return snapped[snapped < world.days]


def _cumulative_rate(world: World) -> tuple[Floats, Floats]:
    """Hour edges in days and the expected orders up to each."""
    demand = world.demand
    edges = np.append(np.arange(0.0, world.days, 1.0 / 24.0), world.days)
    middle = (edges[1:] + edges[:-1]) / 2.0
    rate = demand.rate_per_day * _factors(demand, world.header.first_weekday, world.header.first_day_of_year, middle)
    return edges, np.concatenate([[0.0], np.cumsum(rate * np.diff(edges))])


def _factors(demand: Demand, weekday: int, day_of_year: int, at: Floats) -> Floats:
    """Product of the profiles at the given days; each profile is normalised to mean 1, promotions are not."""
    factor = np.ones(len(at))
    hour, day = (at * 24.0).astype(np.int64), at.astype(np.int64)
    for profile, place in (
        (demand.hour_profile, hour % 24),
        (demand.weekday_profile, (day + weekday) % 7),
        (demand.season_profile, ((at + day_of_year) % 365.0 / 365.0 * len(demand.season_profile)).astype(np.int64)),
    ):
        if profile:
            factor *= (np.array(profile) / np.mean(profile))[place]
    for promotion in demand.promotion:
        factor[(at >= promotion.from_day) & (at < promotion.to_day)] *= promotion.factor
    return factor
