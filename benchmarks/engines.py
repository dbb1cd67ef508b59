"""Orders a second of both engines on `regional` with `whole_order`, and of the compiled one on a small world.

Usage: python benchmarks/engines.py [--json] [--repeats N]

Both engines play alternately, journal off: SimPy one trace, the compiled one thirty-two, on one core and shared by two
threads. Medians and their ratio are printed. The small world has four sites, twenty SKUs, six regions, stations and
base stock.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from _command import run

from fillrate.policy import load_policy
from fillrate.simulate import Replications, simulate
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.network import Station

RUNS = 32  # of the compiled engine: enough that beginning does not count


def small_world() -> World:
    """`regional` cut to four sites with pick stations, twenty SKUs and six regions."""
    world = load_world("regional")
    skus, regions = world.skus[:20], world.regions[:6]
    names, station = {sku.name for sku in skus}, Station(servers=4, setup_minutes=4.0, unit_minutes=1.0)
    sites = tuple(
        replace(site, carries=tuple(name for name in site.carries if name in names), station=station)
        for site in world.locations[:4]
    )
    kept = {site.name for site in sites} | {"*"}
    suppliers = [replace(s, locations=tuple(n for n in s.locations if n in kept)) for s in world.supply.supplier]
    supply = replace(world.supply, supplier=tuple(s for s in suppliers if s.locations))
    return replace(world, locations=sites, regions=regions, skus=skus, supply=supply)


def orders_a_second(world: World, policy: str, engine: Any, seed: int = 1) -> float:
    """Of one run."""
    trace = sample(world, seed)
    start = time.perf_counter()
    simulate(world, trace, policy, engine)
    return len(trace.orders) / (time.perf_counter() - start)


def on_threads(world: World, policy: str, threads: int, runs: int) -> float:
    """Orders a second of so many runs, shared out among threads as `compare` does: each gets several at once."""
    played = Replications(world, {policy: load_policy(policy, world)})
    feeds = [played.feed(sample(world, seed)) for seed in range(runs)]
    played.scorecards(policy, feeds[:2])
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda nth: played.scorecards(policy, feeds[nth::threads]), range(threads)))
    return sum(len(feed.trace.orders) for feed in feeds) / (time.perf_counter() - start)


def measure(repeats: int) -> dict[str, Any]:
    """Alternate the engines and describe the machine."""
    world, small, policy = load_world("regional"), small_world(), "whole_order"
    simulate(world, sample(world, 1, 10.0), policy)  # compiles, or loads
    simpy, one, two, tiny = [], [], [], []
    for _ in range(repeats):
        simpy.append(orders_a_second(world, policy, "simpy"))
        one.append(on_threads(world, policy, 1, RUNS))
        two.append(on_threads(world, policy, 2, RUNS))
        tiny.append(on_threads(small, "cheapest", 1, RUNS))
    return {
        "world": world.name,
        "policy": policy,
        "repeats": repeats,
        "simpy_orders_per_second": statistics.median(simpy),
        "compiled_one_thread": statistics.median(one),
        "compiled_two_threads": statistics.median(two),
        "ratio_one_thread": statistics.median(a / b for a, b in zip(one, simpy, strict=True)),
        "ratio_two_threads": statistics.median(a / b for a, b in zip(two, simpy, strict=True)),
        "small_world_one_thread": statistics.median(tiny),
    }


if __name__ == "__main__":
    run(__doc__, measure, repeats=5)
