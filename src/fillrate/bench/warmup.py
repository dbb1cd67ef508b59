"""Warm-up: how many days at the start of a run to leave out of steady-state metrics.

MSER-5: of all truncation points, the one after which the mean is known best (White 1997, "An effective truncation
heuristic for bias reduction in simulation output", Simulation 69(6); White, Cobb, Spratt 2000, "A comparison of five
steady-state truncation heuristics for simulation", Winter Simulation Conference). It is applied to days averaged over
several runs, so that it sees the transient and not the luck of one run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.bench.bootstrap import ROUNDING
from fillrate.bench.days import money_by_day, stock_by_day
from fillrate.bench.progress import progress_bar
from fillrate.policy import Policy, load_policy
from fillrate.simulate import simulate
from fillrate.trace import orders_of
from fillrate.world import World

__all__ = ["FEWEST_DAYS", "WarmUp", "mser", "suggested_warm_up"]

BATCH = 5  # observations
RUNS = 10
FEWEST_DAYS = 40  # of a run, for batches to be compared


@dataclass(frozen=True)
class WarmUp:
    """A suggested warm-up.

    Attributes:
        days: to leave out; None if the run does not settle in its first half.
        by: the same by series, on which it is the largest.
        stated: what the world's file says, days.
        policy: that was run.
        runs: how many runs were averaged.
    """

    days: float | None
    by: Mapping[str, float | None]
    stated: float
    policy: str
    runs: int

    def to_json(self) -> dict[str, Any]:
        """Plain types."""
        return {**vars(self), "by": dict(self.by)}


def mser(values: NDArray[np.float64]) -> int | None:
    """How many values to cut off at the start; None if there are too few, or if half of them would not be enough.

    Minimises the squared standard error of the mean of what is left, over whole batches and up to half of them.

    >>> mser(np.array([9.0, 8.0, 7.0, 6.0, 5.0] + [1.0, 2.0] * 20))
    5
    """
    whole = len(values) // BATCH
    if whole < 4:
        return None
    means = values[: whole * BATCH].reshape(whole, BATCH).mean(axis=1)
    last, noise = whole // 2, ROUNDING * float(np.abs(means).max())
    away = [means[cut:] - means[cut:].mean() for cut in range(last + 1)]
    error = [float((off[np.abs(off) > noise] ** 2).sum()) / len(off) ** 2 for off in away]
    best = int(np.argmin(error))
    return None if best == last else best * BATCH


def suggested_warm_up(
    world: World, policy: str | Policy | None = None, runs: int = RUNS, quiet: bool = False
) -> WarmUp:
    """Play some runs of a world and look where its days become alike.

    Args:
        world: over the horizon to be played.
        policy: None is the world's defaults.
        runs: to average over, with trace seeds 0, 1, ...; orders that the world replays are the same in each
        quiet: no progress bar.
    """
    whole = load_policy(policy if policy is not None else world.defaults.source, world)
    stock, money = [], []
    with progress_bar(runs, quiet=quiet) as advance:
        for seed in range(runs):
            journal = simulate(world, orders_of(world, seed), whole.fresh(), journal=True).journal
            stock.append(stock_by_day(journal, world.days))
            money.append(money_by_day(journal, world.days))
            advance(1)
    by: dict[str, float | None] = {}
    for name, series in (("units on hand", stock), ("contribution a day", money)):
        cut = mser(np.mean(series, axis=0)) if world.days >= FEWEST_DAYS else None
        by[name] = None if cut is None else float(cut)
    known = [days for days in by.values() if days is not None]
    days = max(known) if len(known) == len(by) else None
    return WarmUp(days, by, world.header.warm_up_days, whole.name, runs)
