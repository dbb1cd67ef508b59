"""Whether a trace can be played in a world: times, quantities, prices, ids and compressed rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from fillrate.draws import TICKS, snap
from fillrate.errors import TraceError
from fillrate.trace.trace import LINES, Trace
from fillrate.world import World

__all__ = ["check_trace"]

EARLIEST = -1e9  # days: a promise before it, -inf above all, would make a lateness that no money can say
Fault = tuple[str, str, str]  # place, what was found, what is allowed


def check_trace(world: World, trace: Trace) -> None:
    """Raise at the first fault of a trace that a run would trip over, or take for something else.

    Args:
        world: whose ids the trace uses.
        trace: sampled, read from a log or made by hand.

    Raises:
        TraceError: horizon, times or promised dates are off the grid of 2**-20 days, an order is not in [0, horizon) or
            comes before the one above it, a promised date lies too far back, a quantity is below 1, a price is no
            finite amount on the grid, an id is beyond the world's, or lines and orders do not fit together.
    """
    for parts in (_shapes, _times, _goods, _ids):
        for place, found, allowed in parts(world, trace):
            raise TraceError(f"trace, {place}", found, allowed)


def _shapes(_: World, trace: Trace) -> Iterator[Fault]:
    o, first = trace.orders, trace.orders.first_line
    if not (np.isfinite(trace.days) and trace.days > 0.0 and trace.days == snap(trace.days)):
        yield "horizon", f"found {trace.days!r}", "a finite multiple of 2**-20 days above 0"
    for f in fields(o):
        size = len(o) + 1 if f.name == "first_line" else o.lines if f.name in LINES else len(o)
        if len(getattr(o, f.name)) != size:
            yield f.name, f"found {len(getattr(o, f.name))} entries", f"{size}"
    if len(first) and (first[0] != 0 or first[-1] != o.lines):
        yield "first_line", f"found {first[0]} to {first[-1]}", f"0 to {o.lines}, the number of lines"
    yield from _where("order", np.diff(first) < 1, "first_line", np.diff(first), "at least one line")


def _times(_: World, trace: Trace) -> Iterator[Fault]:
    time = trace.orders.time
    inside = (time >= 0.0) & (time < trace.days)
    yield from _where("order", ~inside, "time", time, f"from 0 to below {trace.days:g} days")
    falls = np.diff(time, prepend=0.0) < 0.0
    yield from _where("order", falls, "time", time, "no time before that of the order above")
    for name in ("time", "ship_by", "deliver_by"):
        instant = getattr(trace.orders, name)
        odd = (instant * TICKS != np.rint(instant * TICKS)) & ~np.isnan(instant)
        yield from _where("order", odd, name, instant, "multiples of 2**-20 days")
    for name in ("ship_by", "deliver_by"):
        date = getattr(trace.orders, name)
        yield from _where("order", date < EARLIEST, name, date, f"at least {EARLIEST:g} days, or nan")


def _goods(_: World, trace: Trace) -> Iterator[Fault]:
    o = trace.orders
    yield from _where("line", o.quantity < 1, "quantity", o.quantity, "at least 1 unit")
    odd = ~np.isfinite(o.price) | (o.price < 0.0)
    yield from _where("line", odd, "price", o.price, "a finite price, at least 0")
    yield from _where("line", o.price * TICKS != np.rint(o.price * TICKS), "price", o.price, "multiples of 2**-20")


def _ids(world: World, trace: Trace) -> Iterator[Fault]:
    o, sizes = trace.orders, {"region": world.regions, "segment": world.segments, "channel": world.channels}
    for name, entries in {**sizes, "pin": world.locations, "sku": world.skus}.items():
        code, low = getattr(o, name), -1 if name == "pin" else 0
        wrong = (code < low) | (code >= len(entries))
        yield from _where("line" if name == "sku" else "order", wrong, name, code, f"{low} to {len(entries) - 1}")


def _where(row: str, wrong: Any, name: str, values: Any, allowed: str) -> Iterator[Fault]:
    """The first row at fault."""
    if wrong.any():
        at = int(np.argmax(wrong))
        yield f"{row} {at} {name}", f"found {values[at]}", allowed
