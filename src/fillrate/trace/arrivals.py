"""When orders arrive: Poisson with profiles, periodic, or at most one a period."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import TICKS, mix, seed_key, uniform
from fillrate.world import World
from fillrate.world.law import count_quantile
from fillrate.world.rhythm import rate_edges, rate_factors

__all__ = ["arrivals", "uniforms"]

Floats = NDArray[np.float64]
BLOCK = 65_536  # draws that are turned into Python's numbers at a time


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
    starts = np.rint(np.arange(0.0, world.days, demand.period_days) * TICKS) / TICKS
    starts = starts[starts < world.days]  # the last one may be rounded up to T
    if demand.process == "bernoulli":
        happens = uniforms(seed, "trial", counting(len(starts))) < demand.probability
        return starts[happens]
    draw = uniforms(seed, "count", counting(len(starts))).tolist()
    return np.repeat(starts, [count_quantile(demand.count, u) for u in draw])


def _poisson(world: World, seed: int) -> Floats:
    """Unit-rate arrivals, carried through the inverse of the cumulative rate."""
    edges, cumulative = _cumulative_rate(world)
    total = float(cumulative[-1])
    instants, n = np.zeros(1), int(total + 6.0 * math.sqrt(total) + 20.0)
    while instants[-1] < total:  # once, but for one seed in a thousand million
        gaps = _gaps(seed, n)
        instants, n = np.cumsum(gaps, out=gaps), 2 * n
    times = np.interp(instants[instants < total], cumulative, edges)
    snapped: Floats = np.rint(times * TICKS) / TICKS
    return snapped[snapped < world.days]


def _gaps(seed: int, n: int) -> Floats:
    """(n,) times between unit-rate arrivals; block by block, for Python's numbers take five times an array's room."""
    gaps = np.empty(n)
    for start in range(0, n, BLOCK):
        draw = uniforms(seed, "arrival", np.arange(start, min(start + BLOCK, n), dtype=np.uint64))
        gaps[start : start + BLOCK] = [-math.log(1.0 - u) for u in draw.tolist()]
    return gaps


def _cumulative_rate(world: World) -> tuple[Floats, Floats]:
    """Days between which the rate stands still, and the expected orders up to each."""
    edges = rate_edges(world, 0.0, world.days)
    rate = world.demand.rate_per_day * rate_factors(world, (edges[1:] + edges[:-1]) / 2.0)
    return edges, np.concatenate([[0.0], np.cumsum(rate * np.diff(edges))])
