"""Solving a planner's program anew as stock and demand move: 100 SKUs, 6 locations, 50 regions, basis of the last time.

Usage: python benchmarks/resolve.py [--json] [--steps N]

Milliseconds of the first solve, and of N - 1 more, each after another 1/N of the horizon has been sold at random (right
hand sides, solve and reading the prices included), of the same from scratch, and of the same warm by HiGHS. Then
seconds of `baskets_large`: its deterministic program, its program of whole orders from nothing, and the latter again
after each of the first five fiftieths of the horizon. Processor time of this thread, so that what else the machine does
counts less.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from _command import run

from fillrate.model.opening import stated_opening
from fillrate.plan.classes import classes_of, known_demand
from fillrate.plan.patterns import Patterns
from fillrate.plan.program import Program, Solved
from fillrate.world import World, load_world
from fillrate.world.read import parse_world

SKUS, LOCATIONS, REGIONS = 100, 6, 50


def made() -> World:
    """Sites and regions on a map, every site with every SKU, no replenishment."""
    random = np.random.default_rng(1)
    sites, regions = random.random((LOCATIONS, 2)), random.random((REGIONS, 2))
    coast = {"latitude": 30.0, "longitude": 70.0}

    def at(point: Any) -> dict[str, float]:
        return {"latitude": coast["latitude"] + 15.0 * point[0], "longitude": -coast["longitude"] - 50.0 * point[1]}

    tables: dict[str, Any] = {
        "world": {"name": "resolve", "horizon_days": 100.0},
        "location": [{"name": f"l{n}", **at(p)} for n, p in enumerate(sites)],
        "region": [{"name": f"r{n}", "weight": 1.0 + n % 7, **at(p)} for n, p in enumerate(regions)],
        "sku": [{"name": f"k{n}", "price": 20.0, "cost": 8.0, "popularity": 1.0 / (n + 1)} for n in range(SKUS)],
        "segment": [{"name": "s", "loss_per_unit": 5.0}],
        "demand": {"process": "poisson", "rate_per_day": 1000.0},
        "shipping": {"box": 3.0, "rate": 0.5, "rate_per_km": 0.001},
        "supply": {"opening": "coverage", "opening_days": 100.0, "opening_z": 0.5},
    }
    return parse_world(tables, "resolve")


def measure(steps: int) -> dict[str, Any]:
    """Solve along a run."""
    world = made()
    random, classes = np.random.default_rng(2), classes_of(world)
    program, highs = Program(world, classes), Program(world, classes)
    highs.apart = None
    left = np.array(stated_opening(world).units, np.float64)
    sold, demand = left / steps, known_demand(world, classes, 0.0, world.days)
    first, last = _timed(program, left, demand, None)
    first_highs, last_highs = _timed(highs, left, demand, None)
    warm, cold, warm_highs = list[float](), list[float](), list[float]()
    for step in range(1, steps):
        left = np.maximum(0.0, left - random.poisson(sold))
        demand = known_demand(world, classes, world.days * step / steps, world.days)
        taken, last = _timed(program, left, demand, last)
        warm.append(taken)
        taken, last_highs = _timed(highs, left, demand, last_highs)
        warm_highs.append(taken)
        if step % 10 == 0:
            cold.append(_timed(program, left, demand, None)[0])
    return {
        "columns": len(program.cost),
        "rows": program.rows,
        "first_ms": first,
        "warm_ms_median": float(np.median(warm)),
        "warm_ms_p90": float(np.quantile(warm, 0.9)),
        "cold_ms_median": float(np.median(cold)),
        "highs_first_ms": first_highs,
        "highs_warm_ms_median": float(np.median(warm_highs)),
        "ratio_warm": float(np.median(warm_highs) / np.median(warm)),
        "solves": len(warm),
        **_large(),
    }


def _large() -> dict[str, Any]:
    """Solve the large network's programs."""
    world = load_world("baskets_large")
    classes, random = classes_of(world), np.random.default_rng(3)
    program = Program(world, classes)
    patterns, left = Patterns(program), np.array(stated_opening(world).units, np.float64)
    sold, demand = left / 50, known_demand(world, classes, 0.0, world.days)
    patterns.best(np.zeros(program.pairs))  # compiles
    cut_up, _ = _timed(program, left, demand, None)
    start = time.thread_time()
    pool = patterns.solve(left, demand)[2]
    whole, again = time.thread_time() - start, list[float]()
    for step in range(1, 6):
        left = np.maximum(0.0, left - random.poisson(sold))
        start = time.thread_time()
        pool = patterns.solve(left, demand * (1.0 - step / 50), pool)[2]
        again.append(time.thread_time() - start)
    return {
        "large_columns": len(program.cost),
        "large_cut_up_s": 1e-3 * cut_up,
        "large_whole_s": whole,
        "large_whole_again_s_median": float(np.median(again)),
    }


def _timed(program: Program, stock: Any, demand: Any, last: Solved | None) -> tuple[float, Solved]:
    start = time.thread_time()
    found = program.solve(stock, demand, None if last is None else last.basis, shares=False)
    return 1e3 * (time.thread_time() - start), found


if __name__ == "__main__":
    run(__doc__, measure, steps=100)
