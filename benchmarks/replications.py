"""Twenty policies without a solver, many replications of about 500 orders each, compared.

Usage: python benchmarks/replications.py [--json] [--replications N]

Seconds from the call of `compare` to its verdict, tables of statistics included, on every core.
"""

from __future__ import annotations

import time
from typing import Any

from _command import run

from fillrate.bench import compare as bench
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world
from fillrate.world.expected import orders_per_day

POLICIES = (
    "cheapest",
    "distance",
    "fixed_primary",
    "priority_list",
    "prioritize_high_stock",
    "minimize_splits",
    "fewest_splits",
    "weighted_cost",
    "rule_chain",
    "workload_balance",
    "critical_level",
    "protection_level",
    "product_allocation",
    "fair_share",
    "spillover_limit",
    "random",
    "hold_all",
    "fences_and_ratings",
    "earliest_promise+cheapest",
    "weighted_score+distance",
)
ORDERS = 500


def measure(replications: int) -> dict[str, Any]:
    """Compare and take the time."""
    world = load_world("regional")
    world = world.over(ORDERS / orders_per_day(world))
    simulate(world, sample(world, 1), "cheapest")  # compiles, or loads
    start = time.perf_counter()
    found = bench.compare(world, POLICIES, replications, quiet=True)
    seconds = time.perf_counter() - start
    orders = ORDERS * len(POLICIES) * replications
    return {
        "policies": len(POLICIES),
        "replications": replications,
        "orders": orders,
        "seconds": seconds,
        "orders_per_second": orders / seconds,
        "best": found.best.policy,
    }


if __name__ == "__main__":
    run(__doc__, measure, replications=1000)
