"""Orders a second of the model of record on `regional` with `cheapest`, a bare SimPy timeout loop beside it.

Usage: python benchmarks/simpy_model.py [--json] [--repeats N]

One process, one core, journal off. Both sides run alternately; medians and their ratio are printed, and the bytes by
which an order makes the process grow.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Generator
from typing import Any

import simpy
from _command import run

from fillrate.simulate import simulate
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world


def bare_loop(events: int) -> float:
    """Seconds that SimPy takes for so many timeouts of one process."""

    def ticking(env: simpy.Environment) -> Generator[Any, Any, None]:
        for _ in range(events):
            yield env.timeout(1.0)

    env = simpy.Environment()
    env.process(ticking(env))
    start = time.perf_counter()
    env.run()
    return time.perf_counter() - start


def bytes_an_order(world: World) -> float:
    """Growth of the memory held after a run, per further order, journal off."""
    short, long = sample(world, 1, world.days / 4), sample(world, 1, world.days)
    held = [_held(world, trace) for trace in (short, long)]
    return (held[1] - held[0]) / (len(long.orders) - len(short.orders))


def _held(world: World, trace: Trace) -> int:
    tracemalloc.start()
    result = simulate(world, trace, "cheapest", "simpy")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak if result.orders else 0


def measure(repeats: int) -> dict[str, Any]:
    """Alternate both sides and describe the machine."""
    world = load_world("regional")
    trace = sample(world, 1)
    simulate(world, trace, "cheapest", "simpy")
    model, bare = [], []
    for _ in range(repeats):
        model.append(len(trace.orders) / simulate(world, trace, "cheapest", "simpy").seconds)
        bare.append(200_000 / bare_loop(200_000))
    return {
        "world": world.name,
        "policy": "cheapest",
        "orders": len(trace.orders),
        "repeats": repeats,
        "orders_per_second": statistics.median(model),
        "orders_per_second_all": model,
        "bare_timeouts_per_second": statistics.median(bare),
        "timeouts_an_order_costs": statistics.median(b / m for b, m in zip(bare, model, strict=True)),
        "peak_bytes_per_order": bytes_an_order(world),
    }


if __name__ == "__main__":
    run(__doc__, measure, repeats=7)
