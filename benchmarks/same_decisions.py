"""Does production decide as the laboratory? Every catalogue world with every policy that can be bundled.

Usage: python benchmarks/same_decisions.py [--json] [--most N] [--every N] [--seed N] [--worlds A,B] [--policies A,B]

Of each run of the laboratory the first N offers are looked at, and every so many of them are asked again: by the NumPy
runtime and, for networks, by ONNX Runtime. Beside the files of the catalogue there are two networks with random
weights, one that scores rows and one that prices whole orders. Counted are decisions that differ, and decisions that
are not legal (more than there is, closed sites, lines that do not add up).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

from _command import run

from fillrate.catalogue import entries
from fillrate.decision.columns import COLUMNS
from fillrate.errors import BundleError, PolicyError
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Info, Learned, SourceRule
from fillrate.testing.networks import random_network
from fillrate.testing.same import compared
from fillrate.trace import orders_of
from fillrate.world import load_world

NAMES = tuple(column.name for column in COLUMNS)


def networks() -> dict[str, Any]:
    """Name -> policy."""
    scores = SourceRule(method="network", columns=NAMES)
    value = {"one": 20.0, "unit_shipping_cost": -1.0}
    prices = SourceRule(method="priced_network", columns=NAMES, value=value, box={"box_cost": 1.0})
    rules = {"random_scores": (scores, 1), "random_prices": (prices, 2)}
    return {
        name: Learned(Info(name, "source", "learned"), source=rule, network=random_network(3, NAMES, outputs=outputs))
        for name, (rule, outputs) in rules.items()
    }


def policies(wanted: list[str]) -> Iterator[tuple[str, Any]]:
    """Source policies, modifiers over the cheapest row, the rank that re-evaluates, and networks."""
    found: dict[str, Any] = {}
    for name in entries("policies"):
        entry = read_entry(name)
        if entry.source is not None:
            found[name] = name
        elif entry.policy.part == "modifier":
            found[f"cheapest+{name}"] = f"cheapest+{name}"
    found |= {"backorder_processing+whole_order": "backorder_processing+whole_order", **networks()}
    yield from ((name, policy) for name, policy in found.items() if wanted in ([""], []) or name in wanted)


def measure(most: int, every: int, seed: int, worlds: list[str], policies_: list[str]) -> dict[str, Any]:
    """Compare, and count."""
    chosen = list(entries("envs")) if worlds == [""] else worlds
    table, left_out, start = {}, {}, time.perf_counter()
    for world in chosen:
        place = load_world(world)
        trace = orders_of(place, seed)
        for name, policy in policies(policies_):
            try:
                found = compared(place, load_policy(policy), most=most, every=every, trace=trace)
            except (BundleError, PolicyError) as fault:
                left_out[f"{world}, {name}"] = str(fault)
                continue
            different, illegal = len(found.different), len(found.illegal)
            row = {"decisions": found.decisions, "filled": found.filled, "runtimes": list(found.runtimes)}
            row |= {"different": different, "illegal": illegal, "first": [*found.different[:3], *found.illegal[:3]]}
            table[f"{world}, {name}"] = row
            print(
                f"{world}, {name}: {found.decisions} ({found.filled}), {different}, {illegal}",
                file=sys.stderr,
                flush=True,
            )
    rows = list(table.values())
    return {
        "decisions": sum(row["decisions"] for row in rows),
        "fewest": min((row["decisions"] for row in rows), default=0),
        "by_onnx_too": sum(row["decisions"] for row in rows if "onnx" in row["runtimes"]),
        "pairs": len(rows),
        "different": sum(row["different"] for row in rows),
        "illegal": sum(row["illegal"] for row in rows),
        "left_out": left_out,
        "seconds": time.perf_counter() - start,
        "table": table,
    }


if __name__ == "__main__":
    run(
        __doc__,
        lambda policies, **rest: measure(policies_=policies, **rest),
        most=1600,
        every=4,
        seed=7,
        worlds=[""],
        policies=[""],
    )
