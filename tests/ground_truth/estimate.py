"""Estimates of the measures of a row, with intervals over independent seeds."""

from __future__ import annotations

import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats
from tests.ground_truth.rows import ROWS, Row

from fillrate.simulate import simulate
from fillrate.trace import sample


@dataclass(frozen=True)
class Estimate:
    """Mean and half-width of a measure."""

    mean: float
    half_width: float

    def holds(self, value: float, wanted: float) -> bool:
        """Whether the interval has the value, and is as narrow as wanted."""
        return abs(self.mean - value) <= self.half_width <= wanted


Engine = Literal["compiled", "simpy"]


def one_run(number: int, seed: int, days: float, engine: Engine) -> list[float]:
    """The measures of row `number` in one run, its station utilisation last."""
    row = ROWS[number]
    world = row.world.over(round(days * 1024) / 1024)
    card = simulate(world, sample(world, seed), row.policy, engine).scorecard
    return [*(row.measure(name, card) for name in row.expected), card["station_utilization"] or 0.0]


def estimate(
    row: Row, share: float, confidence: float, first_seed: int, jobs: int = 1, engine: Engine = "simpy"
) -> dict[str, Estimate]:
    """Run a row over its seeds, `share` of its full length in all."""
    number, seeds = ROWS.index(row), row.seeds
    days = row.days * share / seeds + row.world.header.warm_up_days
    arguments: list[tuple[int, int, float, Engine]] = [(number, first_seed + k, days, engine) for k in range(seeds)]
    if jobs == 1:
        runs = [one_run(*a) for a in arguments]
    else:
        with ProcessPoolExecutor(jobs) as pool:
            runs = list(pool.map(one_run, *zip(*arguments, strict=True)))
    values, load = np.array(runs)[:, :-1], np.array(runs)[:, -1]
    free = seeds - 1
    if row.utilization is not None:  # control variate: the load's mean is known (Law 2015, section 11.4)
        excess = load - load.mean()
        slope = excess @ values / (excess @ excess)
        values, free = values - np.outer(load - row.utilization, slope), seeds - 2
    factor = float(stats.t.ppf(0.5 + confidence / 2, free)) / math.sqrt(seeds)
    widths = factor * values.std(axis=0, ddof=seeds - free)
    return {
        name: Estimate(float(m), float(w)) for name, m, w in zip(row.expected, values.mean(axis=0), widths, strict=True)
    }
