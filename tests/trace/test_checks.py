"""A trace that cannot be played is refused, with the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fillrate.errors import TraceError
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of, world_of
from fillrate.trace import Trace, sample
from fillrate.trace.checks import check_trace
from fillrate.world import World, load_world


def small() -> tuple[World, Trace]:
    """Two orders of one line, at 0.5 and at 1."""
    world = world_of(
        '[world]\nname = "small"\nhorizon_days = 2.0\n[[location]]\nname = "a"\n[[region]]\nname = "r"\n'
        '[[sku]]\nname = "x"\nprice = 2.0\n'
    )
    return world, trace_of(world, order(0.5, ("x", 1)), order(1.0, ("x", 3)))


def put(trace: Trace, name: str, at: int, value: float) -> Trace:
    """The trace with one entry changed."""
    column = getattr(trace.orders, name).copy()
    column[at] = value
    return replace(trace, orders=replace(trace.orders, **{name: column}))


@pytest.mark.parametrize(
    ("name", "at", "value", "says"),
    [
        ("time", 0, 1.5, "trace, order 1 time: found 1.0; allowed: no time before that of the order above"),
        ("time", 0, -0.5, "trace, order 0 time: found -0.5; allowed: from 0 to below 2 days"),
        ("time", 1, 2.0, "trace, order 1 time: found 2.0; allowed: from 0 to below 2 days"),
        ("time", 1, np.nan, "trace, order 1 time: found nan; allowed: from 0 to below 2 days"),
        ("time", 1, 1.1, "trace, order 1 time: found 1.1; allowed: multiples of 2**-20 days"),
        ("ship_by", 0, 0.7, "trace, order 0 ship_by: found 0.7; allowed: multiples of 2**-20 days"),
        ("deliver_by", 1, 1.3, "trace, order 1 deliver_by: found 1.3; allowed: multiples of 2**-20 days"),
        (
            "ship_by",
            1,
            -np.inf,
            "trace, order 1 ship_by: found -inf; allowed: at least -1e+09 days, or nan",
        ),
        (
            "deliver_by",
            0,
            -2e9,
            "trace, order 0 deliver_by: found -2000000000.0; allowed: at least -1e+09 days, or nan",
        ),
        ("quantity", 1, 0, "trace, line 1 quantity: found 0; allowed: at least 1 unit"),
        ("price", 0, 0.1, "trace, line 0 price: found 0.1; allowed: multiples of 2**-20"),
        ("price", 0, np.inf, "trace, line 0 price: found inf; allowed: a finite price, at least 0"),
        ("price", 0, -1.0, "trace, line 0 price: found -1.0; allowed: a finite price, at least 0"),
        ("region", 1, 1, "trace, order 1 region: found 1; allowed: 0 to 0"),
        ("segment", 0, -1, "trace, order 0 segment: found -1; allowed: 0 to 0"),
        ("channel", 0, 9, "trace, order 0 channel: found 9; allowed: 0 to 0"),
        ("pin", 0, -2, "trace, order 0 pin: found -2; allowed: -1 to 0"),
        ("sku", 1, 1, "trace, line 1 sku: found 1; allowed: 0 to 0"),
        ("first_line", 0, 1, "trace, first_line: found 1 to 2; allowed: 0 to 2, the number of lines"),
        ("first_line", 1, 2, "trace, order 1 first_line: found 0; allowed: at least one line"),
    ],
)
def test_one_wrong_entry_is_named(name: str, at: int, value: float, says: str) -> None:
    world, trace = small()
    with pytest.raises(TraceError) as caught:
        simulate(world, put(trace, name, at, value), "cheapest")
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: replace(t, days=2.0 + 2.0**-30), r"trace, horizon: found 2.0000000009313226; allowed: a finite"),
        (lambda t: replace(t, days=float("nan")), "trace, horizon: found nan"),
        (lambda t: replace(t, orders=replace(t.orders, sku=t.orders.sku[:1].copy())), "trace, .*: found 2 entries"),
        (lambda t: replace(t, orders=replace(t.orders, pin=t.orders.pin[:1].copy())), "trace, pin: found 1 entries"),
    ],
)
def test_shapes_and_horizon(change: Callable[[Trace], Any], says: str) -> None:
    world, trace = small()
    with pytest.raises(TraceError, match=says):
        check_trace(world, change(trace))


def test_what_is_sampled_or_has_no_orders_is_fine() -> None:
    world, trace = small()
    check_trace(world, trace)
    check_trace(world, trace_of(world))
    check_trace(world, put(put(trace, "deliver_by", 0, np.inf), "ship_by", 0, -40_000.0))
    for name in ("omnichannel", "baskets"):
        large = load_world(name)
        check_trace(large, sample(large, 5, 3.0))
