"""Keyed draws: every chance event has its own uniform, found by key and never by position in a stream."""

from fillrate.draws.keyed import STREAMS, mix, name_key, seed_key, uniform
from fillrate.draws.laws import (
    TICK,
    TICKS,
    empirical,
    exponential,
    gamma,
    lognormal,
    normal_quantile,
    poisson,
    snap,
)

__all__ = [
    "STREAMS",
    "TICK",
    "TICKS",
    "empirical",
    "exponential",
    "gamma",
    "lognormal",
    "mix",
    "name_key",
    "normal_quantile",
    "poisson",
    "seed_key",
    "snap",
    "uniform",
]
