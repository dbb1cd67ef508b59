"""What policies pay on the same traces, and what a paired difference says."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.statistics import paired_difference
from fillrate.learn.search import feeds_of
from fillrate.learn.tune.playing import side_by_side
from fillrate.policy import load_policy
from fillrate.simulate import Replications
from fillrate.world import World

__all__ = ["Against", "compared", "costs_of"]

Floats = NDArray[np.float64]
AT_ONCE = 50  # traces in memory
METRIC = "controllable_cost"


@dataclass(frozen=True)
class Against:
    """A policy's controllable cost less a rule's on the same traces; below 0 the policy is better."""

    money: float
    low: float
    high: float
    per_cent: float  # of the rule's cost
    low_per_cent: float
    high_per_cent: float
    traces: int

    @property
    def is_better(self) -> bool:
        """Whether chance is ruled out."""
        return self.high < 0.0


def compared(policy: Sequence[float] | Floats, rule: Sequence[float] | Floats) -> Against:
    """The paired difference.

    >>> compared([9.0, 18.0, 27.5], [10.0, 20.0, 30.0]).per_cent.__round__(2)
    -9.17
    """
    mine, other = np.asarray(policy, np.float64), np.asarray(rule, np.float64)
    found, size = paired_difference(mine, other), 100.0 / float(np.mean(other))
    mean, low, high = (float(found.mean or 0.0), _known(found.low), _known(found.high))
    return Against(mean, low, high, mean * size, low * size, high * size, found.n)


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


def costs_of(world: World, policies: Mapping[str, Any], first: int, traces: int) -> dict[str, Floats]:
    """(traces,) the controllable cost of each policy on the traces from seed `first` on."""
    played = Replications(world, {name: load_policy(policy) for name, policy in policies.items()})
    found: dict[str, list[Floats]] = {name: [] for name in policies}
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, traces, AT_ONCE):
            feeds = feeds_of(world, first + start, min(AT_ONCE, traces - start))
            for name in policies:
                found[name].append(side_by_side(played, name, feeds, METRIC, pool, threads))
    return {name: np.concatenate(parts) for name, parts in found.items()}
