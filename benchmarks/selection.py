"""Does selection keep its promise, do intervals cover, and what does a sequential design save?

Usage: python benchmarks/selection.py [--json] [--repetitions N] [--samples N] [--worlds N]

Normal populations with known means (the least favourable, where all rivals are behind by the indifference zone alone,
and evenly spaced ones; common random numbers of correlation 0 or 0.8; equal and unequal spreads), and two small worlds
whose best policy is known from thousands of runs. `correct` is the share of selections that were right (promised:
0.95), `runs` what they took on average, `share_of_fixed` that over what the two-stage design of Clark and Yang (1986)
would take. Then the share of 95 % intervals that cover the mean, by law, number of values and kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from _command import run
from numpy.typing import NDArray

from fillrate.bench.compare import compare
from fillrate.bench.selection import Rule, select
from fillrate.bench.statistics import METHODS, mean_interval

PROMISE, ZONE = 0.95, 0.5
WORLDS = {
    "two_warehouses": (10.0, ("cheapest", "fixed_primary", "random", "prioritize_high_stock")),
    "baskets": (20.0, ("cheapest", "distance", "whole_order", "fixed_primary")),
}
Floats = NDArray[np.float64]


def measure(repetitions: int, samples: int, worlds: int) -> dict[str, Any]:
    """Run all of it."""
    populations = {name: tried(means, spreads, rho, repetitions) for name, means, spreads, rho in configurations()}
    found = {name: on_world(name, days, policies, worlds) for name, (days, policies) in WORLDS.items()}
    return {"promise": PROMISE, "populations": populations, "worlds": found, "coverage": coverage(samples)}


def configurations() -> Iterator[tuple[str, Floats, Floats, float]]:
    """Name, means, standard deviations and correlation of the populations."""
    for k in (2, 5, 10):
        behind = np.array([0.0] + [-ZONE] * (k - 1))
        spaced = -ZONE * np.arange(k)
        for rho in (0.0, 0.8):
            yield f"slippage k={k} rho={rho:g}", behind, np.ones(k), rho
            if k > 2:
                yield f"spaced k={k} rho={rho:g}", spaced, np.ones(k), rho
        yield f"slippage k={k} best varies most", behind, np.array([2.0] + [1.0] * (k - 1)), 0.0


def tried(means: Floats, spreads: Floats, rho: float, repetitions: int) -> dict[str, float]:
    """Selections among normal populations; the first one is the best."""
    right, runs, fixed = 0, 0, 0
    names = [f"p{i}" for i in range(len(means))]
    for repetition in range(repetitions):
        random = np.random.default_rng([repetition, len(means), round(10 * rho)])

        def play(left: list[str], first: int, upto: int, random: Any = random) -> dict[str, Floats]:
            shared = random.normal(size=(upto - first, 1))
            own = random.normal(size=(upto - first, len(means)))
            x = means + spreads * (np.sqrt(rho) * shared + np.sqrt(1.0 - rho) * own)
            return {name: x[:, names.index(name)] for name in left}

        found = select(names, play, Rule(PROMISE, ZONE, 100_000))
        right, runs, fixed = right + (found.best == "p0"), runs + found.runs, fixed + found.fixed * len(names)
    return _shares(right, runs, fixed, repetitions)


def on_world(world: str, days: float, policies: tuple[str, ...], repetitions: int) -> dict[str, Any]:
    """Selections on a world, each on seeds of its own; the truth is what 3,000 other runs say."""
    truth = compare(world, policies, 3000, seed=10_000_000, days=days, quiet=True)
    rivals = [p if p.a == truth.best.policy else p.turned() for p in truth.pairs if p.metric == "contribution"]
    leads = [p.difference or 0.0 for p in rivals if p.a == truth.best.policy]
    sure = all(p.low is not None and p.low > 0.0 for p in rivals if p.a == truth.best.policy)
    right, runs, fixed = 0, 0, 0
    for repetition in range(repetitions):
        seed = 10_000 * repetition
        found = compare(
            world, policies, 5000, seed, days, quiet=True, n_jobs=1, select=PROMISE, indifference=min(leads)
        ).selection
        if found is not None:
            right, runs = right + (found.best == truth.best.policy), runs + found.runs
            fixed += found.fixed * len(policies)
    return {"best": truth.best.policy, "known": sure, "lead": min(leads), **_shares(right, runs, fixed, repetitions)}


def _shares(right: int, runs: int, fixed: int, n: int) -> dict[str, float]:
    return {"correct": right / n, "n": n, "runs": round(runs / n, 1), "share_of_fixed": round(runs / fixed, 3)}


def coverage(samples: int) -> dict[str, dict[str, float]]:
    """Share of the intervals that hold the mean, by law, number of values and kind of interval."""
    found: dict[str, dict[str, float]] = {}
    laws = {"normal": 0.0, "exponential": 1.0, "lognormal": float(np.exp(0.5))}
    for law, truth in laws.items():
        for n in (10, 30, 100):
            random = np.random.default_rng([n, len(law)])
            draw = {"normal": random.normal, "exponential": random.exponential, "lognormal": random.lognormal}[law]
            rows = [draw(size=n) for _ in range(samples)]
            found[f"{law} n={n}"] = {kind: _covered(rows, truth, kind) for kind in METHODS} | {"samples": samples}
    return found


def _covered(rows: list[Floats], truth: float, kind: Any) -> float:
    intervals = [mean_interval(row, method=kind) for row in rows]
    return sum(e.low <= truth <= e.high for e in intervals if e.low is not None and e.high is not None) / len(rows)


if __name__ == "__main__":
    run(__doc__, measure, repetitions=2000, samples=2000, worlds=200)
