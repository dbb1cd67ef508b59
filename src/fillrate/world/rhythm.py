"""How demand changes with time: profiles, season and promotions; shared by sampling and by what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fillrate.world.world import World

__all__ = ["promotions_on", "rate_edges", "rate_factors", "segment_weights", "sku_weights"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def rate_edges(world: World, start: float, end: float) -> Floats:
    """(stretches + 1,) rising days between which no profile and no promotion changes: those of the hours and theirs."""
    changes = [day for promotion in world.demand.promotion for day in (promotion.from_day, promotion.to_day)]
    inner = [day for day in changes if start < day < end]
    return np.union1d(_hour_edges(start, end), inner) if inner else _hour_edges(start, end)


def _hour_edges(start: float, end: float) -> Floats:
    """(hours + 1,) days: start, every whole hour after t0 in between, and end."""
    inner = np.arange(np.floor(start * 24.0) + 1.0, np.ceil(end * 24.0)) / 24.0
    return np.concatenate([[start], inner[(inner > start) & (inner < end)], [end]])


def rate_factors(world: World, at: Floats) -> Floats:
    """(instants,) factor on the arrival rate; each profile is normalised to mean 1, promotions are not."""
    demand, header = world.demand, world.header
    factor = np.ones(len(at))
    hour, day = np.floor(at * 24.0).astype(np.int64), np.floor(at).astype(np.int64)
    year = (at + header.first_day_of_year) % 365.0 / 365.0
    for profile, place in (
        (demand.hour_profile, hour % 24),
        (demand.weekday_profile, (day + header.first_weekday) % 7),
        (demand.season_profile, (year * len(demand.season_profile)).astype(np.int64)),
    ):
        if profile:
            factor *= (np.array(profile) / np.mean(profile))[place]
    for promotion in demand.promotion:
        factor[(at >= promotion.from_day) & (at < promotion.to_day)] *= promotion.factor
    return factor


def promotions_on(world: World, at: Floats) -> Ints:
    """(instants,) which promotions run, the n-th as bit n."""
    state = np.zeros(len(at), np.int64)
    for n, promotion in enumerate(world.demand.promotion):
        state |= ((at >= promotion.from_day) & (at < promotion.to_day)).astype(np.int64) << n
    return state


def sku_weights(world: World, state: int) -> Floats:
    """(skus,) popularity while these promotions run."""
    weights = np.array([s.popularity for s in world.skus], np.float64)
    return _raised(world, state, weights, [s.name for s in world.skus], "sku")


def segment_weights(world: World, state: int) -> Floats:
    """(segments,) weight of the orders while these promotions run."""
    weights = np.array([s.weight for s in world.segments], np.float64)
    return _raised(world, state, weights, [s.name for s in world.segments], "segment")


def _raised(world: World, state: int, weights: Floats, names: list[str], kind: str) -> Floats:
    for n, promotion in enumerate(world.demand.promotion):
        if state >> n & 1:
            weights[np.isin(names, getattr(promotion, f"{kind}s"))] *= getattr(promotion, f"{kind}_factor")
    return weights
