"""The hindsight bound of a trace: processor seconds of this thread, reading the orders and solving included.

Usage: python benchmarks/bound.py [--json] [--orders N]

`single` are N orders of one line in `baskets`; `several` are N periods of `baskets` as it is, each with no order or
one of one to five lines. Those `apart` have a price of its own for every line, up to 20 above the world's, so that no
two orders can be counted together. `regional` is that world over its own horizon, with whatever may be bought (kind
`free`).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
from _command import run

from fillrate.plan.bound import hindsight
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world


def measure(orders: int) -> dict[str, Any]:
    """Seconds of each case."""
    baskets, regional = load_world("baskets"), load_world("regional")
    alone = replace(baskets, demand=replace(baskets.demand, basket=(), line_count=(1.0,)))
    alone, baskets = alone.over(float(orders)), baskets.over(float(orders))
    single, several = sample(alone, 0), sample(baskets, 0)
    return {
        "single": _timed(alone, single),
        "single_apart": _timed(alone, _apart(single)),
        "several": _timed(baskets, several),
        "several_apart": _timed(baskets, _apart(several)),
        "regional": _timed(regional, sample(regional, 0), "free"),
    }


def _apart(trace: Trace) -> Trace:
    o = trace.orders
    more = 20 * (np.arange(o.lines) * 7919 % 2**20)  # a prime: neighbours lie far apart
    return replace(trace, orders=replace(o, price=o.price + more / 2.0**20))


def _timed(world: World, trace: Trace, kind: Any = None) -> dict[str, Any]:
    start = time.thread_time()
    found = hindsight(world, trace, kind)
    seconds = time.thread_time() - start
    size = {"orders": len(trace.orders), "rows": found.rows, "columns": found.columns}
    return {"seconds": seconds, **size, "kind": found.kind, "bound": found.value}


if __name__ == "__main__":
    run(__doc__, measure, orders=10_000)
