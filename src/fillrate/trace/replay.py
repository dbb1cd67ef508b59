"""Which orders a run of a world plays: the stored ones that its file names, or a sample.

`[world] trace = "../traces/shop.parquet"` in a world file names a stored trace, as `fillrate fit` writes one for an
order log. `orders_of` is the one place that knows of it: `fillrate.compare` and the verbs simulate, compare and run ask
it, and `--sampled` (or `sampled=True`) draws orders from the world instead. `sample` stays a sample.

A stored trace says what its ids mean, so it goes with any world that knows these names: with another stock level, lead
time or cost than the world it was made with, with SKUs or segments added, or told in another order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import TraceError, nearest
from fillrate.trace.sample import sample
from fillrate.trace.store import Names, load_named
from fillrate.trace.trace import Orders, Trace
from fillrate.world import World
from fillrate.world.expected import orders_per_day

__all__ = ["KINDS", "first_days", "names_of", "orders_of"]

KINDS = {"region": "region", "segment": "segment", "channel": "channel", "pin": "location", "sku": "sku"}
"""Column of a trace -> kind of id in it."""


def orders_of(world: World, seed: int, sampled: bool = False) -> Trace:
    """The trace of a run: the world's stored orders under the draws of a seed, or orders sampled by it.

    Args:
        world: over the horizon to run; a stored trace is cut to its first days.
        seed: of every draw but the stored orders.
        sampled: draw the orders too, even if the world names a trace.

    Raises:
        TraceError: the file is no stored trace, is shorter than the horizon, or has names that the world does not know;
            or the world has no orders at all.
    """
    if sampled or not world.header.trace:
        if not orders_per_day(world):
            allowed = "orders in [demand] (rate_per_day), or [world] trace with the name of a stored trace"
            raise TraceError(f"world '{world.name}'", "no orders come in", allowed)
        return sample(world, seed)
    path = Path(world.header.trace)
    if not path.is_file():
        allowed = "a stored trace, or no such key: orders are sampled then"
        raise TraceError(f"world '{world.name}': [world] trace", f"no such file '{path}'", allowed)
    stored, names = _read(path, path.stat().st_mtime_ns)
    if world.days > stored.days:
        allowed = f"at most {stored.days:g}, the days of {path.name}; more can only be sampled"
        raise TraceError("days", f"found {world.days:g}", allowed)
    stored = first_days(stored, world.days)
    if not names:
        return stored.reseeded(seed)  # whether it fits is told by the hash of its world
    return replace(stored, orders=_renamed(stored.orders, names, world, path.name), seed=seed, world=world.hash)


@lru_cache(maxsize=4)
def _read(path: Path, _: int) -> tuple[Trace, Names]:
    """Each state of a file is read once, for all policies and seeds of a comparison."""
    return load_named(path)


def names_of(world: World) -> dict[str, list[str]]:
    """What the ids of a trace mean, to be stored with it."""
    return {column: list(world.tables.ids[kind]) for column, kind in KINDS.items()}


def first_days(trace: Trace, days: float) -> Trace:
    """A trace cut to the orders before an instant."""
    if days == trace.days:
        return trace
    kept = int(np.searchsorted(trace.orders.time, days, side="left"))
    return replace(trace, orders=trace.orders.head(kept), days=days)


def _renamed(orders: Orders, names: Names, world: World, place: str) -> Orders:
    """The same orders with the ids of a world."""
    changed: dict[str, Any] = {}
    for column, kind in KINDS.items():
        ids, used = world.tables.ids[kind], list(names.get(column, ()))
        if used != list(ids)[: len(used)]:  # ids that mean the same need no change
            changed[column] = _mapped(getattr(orders, column), used, ids, f"{place} {kind}")
    return replace(orders, **changed)


def _mapped(code: NDArray[np.int32], used: list[str], ids: Mapping[str, int], place: str) -> NDArray[np.int32]:
    table = np.array([*(ids.get(name, -2) for name in used), -1], np.int32)  # the last one is "none"
    found: NDArray[np.int32] = table[code]
    if (missing := code[found == -2]).size:
        name = used[int(missing[0])]
        shown = ", ".join(list(ids)[:12]) + (", ..." if len(ids) > 12 else "")
        raise TraceError(place, f"'{name}' is not in the world{nearest(name, ids)}", shown)
    return found
