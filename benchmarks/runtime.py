"""Microseconds of a decision in process: ten locations, orders of one line, every field of the request stated.

Usage: python benchmarks/runtime.py [--json] [--requests N] [--repeats N]

A chain, prices and two networks (random weights, eight units a layer, the usual 27 columns: one scores rows, one prices
whole orders) decide about the same requests, with NumPy alone. `p50` and `p99` are of the best of several rounds, with
what else the machine does on top; for `quiet_p50` and `quiet_p99` each request counts with the best of its rounds. On a
busy machine compare with `additions`, the best time of a loop of a thousand of them. `compiled` says whether the wheel
is that of `make compiled`.
`import_seconds` is the best of five fresh processes, with the bytecode there as an installation leaves it; of them
`numpy_seconds` are NumPy's own.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from _command import run

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.export.bundling import core_files
from fillrate.gym.terms import USUAL
from fillrate.policy import bind, load_policy
from fillrate.policy.spec import Info, Learned, SourceRule
from fillrate.testing.networks import random_network
from fillrate.world import World, parse_world

SITES, SKUS, REGIONS = 10, 50, 20
IMPORT = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


def world() -> World:
    """Ten sites with pick stations and cut-offs, all carrying all, and two segments."""
    station = {"servers": 3, "setup_minutes": 2.0, "line_minutes": 1.0, "unit_minutes": 0.5}
    place = {"cut_off_hours": [12.0, 18.0], "handling_per_parcel": 0.5, "handling_per_unit": 0.1, "station": station}
    sites = [{"name": f"site {n}", "latitude": 40.0 + n, "longitude": float(n * n % 7), **place} for n in range(SITES)]
    regions = [{"name": f"region {n}", "latitude": 40.0 + n / 2, "longitude": float(n % 5)} for n in range(REGIONS)]
    skus = [{"name": f"sku {n}", "price": 10.0 + n, "cost": 6.0 + n / 2, "weight_kg": 0.5} for n in range(SKUS)]
    described = {
        "world": {"name": "ten sites", "horizon_days": 100.0},
        "location": sites,
        "region": regions,
        "sku": skus,
        "segment": [{"name": "contract", "priority": 2.0, "loss_per_unit": 9.0}, {"name": "web", "weight": 3.0}],
        "shipping": {"box": 4.0, "rate": 1.0, "rate_per_km": 0.004, "transit_days_per_1000_km": 2.0},
        "demand": {"rate_per_day": 100.0},
    }
    return parse_world(described, "ten sites")


def network(method: str, outputs: int, hidden: int = 8) -> Learned:
    """Random weights on the grid."""
    value = {"net_value": 1.0, "loss_cost": 1.0} if outputs > 1 else {}
    rule = SourceRule(method=method, columns=USUAL, value=value, box={"box_cost": 1.0} if outputs > 1 else {})  # type: ignore[arg-type]
    return Learned(
        Info(method, "source", "learned"), source=rule, network=random_network(3, hidden=hidden, outputs=outputs)
    )


def orders(count: int) -> list[dict[str, Any]]:
    """Orders of one line, as a host would send them."""
    chance, found = random.Random(4), []
    for n in range(count):
        sku, now = f"sku {chance.randrange(SKUS)}", chance.uniform(0.0, 90.0)
        stock = [
            {
                "location": f"site {place}",
                "sku": sku,
                "on_hand": chance.choice((0, 1, 3, 40)),
                "reserved": 0,
                "safety": 0,
                "inbound": chance.randrange(20),
                "next_receipt_days": chance.uniform(0.1, 5.0),
            }
            for place in range(SITES)
        ]
        sites = [
            {"location": f"site {place}", "open": chance.random() < 0.95, "queue_minutes": chance.uniform(0.0, 300.0)}
            for place in range(SITES)
        ]
        found.append(
            {
                "id": f"order {n}",
                "now": now,
                "received": now,
                "region": f"region {chance.randrange(REGIONS)}",
                "segment": chance.choice(("contract", "web")),
                "promised": {"ship": now + 1.0, "delivery": now + 3.0},
                "lines": [{"line": 1, "sku": sku, "quantity": chance.choice((1, 1, 2, 4)), "price": 20.0}],
                "stock": stock,
                "sites": sites,
                "waiting": [{"sku": sku, "segment": "web", "units": chance.randrange(9)}],
                "next_review_days": chance.uniform(0.0, 1.0),
                "horizon_share": 1.0 - now / 100.0,
            }
        )
    return found


def microseconds(allocator: Allocator, asked: list[dict[str, Any]], repeats: int) -> dict[str, float]:
    """Of one decision: percentiles of the best round, and of the best of all rounds by request."""
    rounds, best = [], np.full(len(asked), np.inf)
    for _ in range(repeats):
        took = []
        for request in asked:
            start = time.perf_counter_ns()
            allocator.allocate(request)
            took.append((time.perf_counter_ns() - start) / 1e3)
        rounds.append(np.percentile(took, (50, 99)))
        best = np.minimum(best, took)
    found = [*np.min(rounds, axis=0), *np.percentile(best, (50, 99))]
    return {name: round(float(n), 1) for name, n in zip(("p50", "p99", "quiet_p50", "quiet_p99"), found, strict=True)}


def additions() -> float:
    """Microseconds of a thousand additions, the best of many tries."""
    best = np.inf
    for _ in range(300):
        start, total = time.perf_counter_ns(), 0
        for n in range(1_000):
            total += n
        best = min(best, (time.perf_counter_ns() - start) / 1e3)
    return round(best, 1)


def import_seconds(statement: str) -> float:
    """What an import takes in a fresh process."""
    command = [sys.executable, "-c", IMPORT.format(statement)]
    with TemporaryDirectory() as bytecode:
        said = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}
        done = [subprocess.run(command, capture_output=True, text=True, check=True, env=said) for _ in range(6)]
    return round(min(float(each.stdout) for each in done[1:]), 3)  # the first writes the bytecode


def measure(requests: int, repeats: int) -> dict[str, Any]:
    """Bundle each policy, and time it."""
    place, asked = world(), orders(requests)
    rules: dict[str, Any] = {name: name for name in ("cheapest", "rule_chain", "linear", "whole_order")}
    rules |= {"network": network("network", 1), "priced_network": network("priced_network", 2)}
    compiled = Path(str(sys.modules[Allocator.__module__].__file__)).suffix != ".py"
    found: dict[str, Any] = {"locations": SITES, "requests": requests, "repeats": repeats, "compiled": compiled}
    for name, policy in rules.items():
        with TemporaryDirectory() as folder:
            core_files(Path(folder), name, place, bind(load_policy(policy), place))
            found[name] = microseconds(Allocator.unchecked(folder), asked, repeats)
    imports = {"import_seconds": "from fillrate import Allocator", "numpy_seconds": "import numpy"}
    return found | {"additions": additions()} | {name: import_seconds(said) for name, said in imports.items()}


if __name__ == "__main__":
    run(__doc__, measure, requests=2_000, repeats=7)
