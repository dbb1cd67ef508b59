"""What a trace takes in memory: counted over its arrays, and at the peak of making it."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from fillrate.trace import Trace, sample
from fillrate.world import load_world

MOST = 60  # bytes a line


@pytest.mark.parametrize(("name", "days"), [("regional", 800.0), ("baskets", 40_000.0)])
def test_a_line_takes_at_most_sixty_bytes_and_at_most_twice_that_while_it_is_sampled(name: str, days: float) -> None:
    world = load_world(name).over(days)
    sample(world, 1)  # tables are there
    tracemalloc.start()
    orders = sample(world, 2).orders
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert orders.lines > 50_000
    assert orders.nbytes <= MOST * orders.lines
    assert peak <= 2 * MOST * orders.lines


def test_a_column_of_one_value_is_stored_once_and_is_the_same_trace() -> None:
    trace = sample("regional", 1, 20.0)
    full = replace(trace.orders)
    object.__setattr__(full, "ship_by", np.full(len(full), np.nan))
    assert trace.orders.ship_by.strides == (0,)
    assert replace(trace, orders=full).hash == trace.hash
    assert np.isnan(trace.orders.ship_by).all()
    n, lines = len(trace.orders), trace.orders.lines  # time, key, region, segment, first line; SKU, quantity, price
    alike = 4 + 4 + 8 + 8  # channel, pin, promises
    assert trace.orders.nbytes == n * (8 + 8 + 4 + 4) + 8 * (n + 1) + lines * 16 + alike


@pytest.mark.parametrize("at", [0, 1, -1])
def test_a_column_with_one_other_value_keeps_it(at: int) -> None:
    trace: Trace = sample("regional", 1, 20.0)
    pin = np.full(len(trace.orders), -1, np.int32)
    pin[at] = 3
    changed = replace(trace.orders, pin=pin)
    assert changed.pin.tolist() == pin.tolist()
    assert changed.pin.strides == (4,)
