"""What a bound is computed for: a world over its horizon, the orders of a trace, and what its draws belong to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.plan.bound.book import Book
from fillrate.world import World

__all__ = ["Case", "Flows", "none"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Case:
    """A world, its orders and the seed of every other draw."""

    world: World
    book: Book
    seed: int
    held: Floats  # (skus,) holding and capital cost that is counted, money/unit/day


@dataclass(frozen=True)
class Flows:
    """Units that may come in, as columns; a transfer leaves its sender."""

    pair: Ints  # (flows,) where they come in
    at: Floats  # (flows,) days from which they are there; inf = after the horizon
    value: Floats  # (flows,) money/unit, at most 0 as a rule
    sender: Ints  # (flows,) pair that they are taken from, -1 = bought
    leaves: Floats  # (flows,) days at which they are taken


def none() -> Flows:
    """No flows."""
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    return Flows(whole, real, real, whole, real)
