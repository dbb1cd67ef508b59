"""Chance events of many orders at once, by the same keys as in a run; where a law is dear, a hair to the good side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from fillrate.draws import CONSTANT, GAMMA, TICK, TICKS, drawn, mix, seed_key, snap, uniform
from fillrate.world.law import Law

__all__ = ["MOST_DRAWS", "at_least", "durations", "least_of", "outcomes", "states"]

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
Flags = NDArray[np.bool_]

MOST_DRAWS = 8  # of one entity that are looked at; where more can be met, every outcome is taken to be possible


def states(seed: int, stream: str, *keys: Keys | int) -> Keys:
    """Mixed states of a stream, one a row of the keys."""
    state = np.array([seed_key(seed, stream)], np.uint64)
    for key in keys:
        state = mix(state, np.array([key], np.uint64) if isinstance(key, int) else key)
    return np.asarray(state, np.uint64)


def durations(law: Law, state: Keys) -> Floats:
    """What a law gives at each state, in days, exactly as in a run."""
    if law.code == CONSTANT:
        return np.full(len(state), snap(law.mean))
    terms = law.mean, law.cv, law.values, law.cumulative, 0, len(law.cumulative)
    return np.array([drawn(law.code, u, *terms) for u in uniform(state).tolist()], np.float64)


def at_least(law: Law, state: Keys) -> Floats:
    """The same or up to two ticks less: for times that may only be moved earlier."""
    if law.code != GAMMA:
        return durations(law, state)
    shape = 1.0 / (law.cv * law.cv)
    found = gammaincinv(shape, uniform(state)) * law.mean / shape * (1.0 - 1e-9)
    return np.asarray(np.maximum(np.floor(found * TICKS) * TICK - TICK, 0.0), np.float64)


def least_of(law: Law) -> float:
    """The shortest duration that a law can give, in days."""
    if law.code == CONSTANT:
        return snap(law.mean)
    return snap(min(law.values)) if law.law == "empirical" else 0.0


def outcomes(state: Keys, location_key: int, most: NDArray[np.int64], chance: float) -> tuple[Flags, Flags]:
    """(rows,) whether one of the events that a row may meet happens, and whether one does not.

    Args:
        state: states of a stream mixed with the rows' own keys.
        location_key: key of the location.
        most: (rows,) events that a row can meet, numbered from 0; above `MOST_DRAWS` both are taken to be possible.
        chance: probability of the event.
    """
    many = most > MOST_DRAWS
    happens, fails = many & (chance > 0.0), many & (chance < 1.0)
    here = mix(state, np.array([location_key], np.uint64))
    for n in range(min(int(most.max(initial=0)), MOST_DRAWS)):
        event = np.asarray(uniform(mix(here, np.array([n], np.uint64)))) < chance
        happens |= event & (n < most)
        fails |= ~event & (n < most)
    return happens, fails
