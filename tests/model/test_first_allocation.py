"""The wait for stock ends with a unit's first allocation, and is none only for what is allocated at receipt."""

from __future__ import annotations

import pytest

from fillrate.scorecard.recount import recount
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of, world_of

WORLD = """
[world]
name = "small"
horizon_days = 9.0
[[location]]
name = "a"
[[region]]
name = "r"
[[sku]]
name = "x"
[[segment]]
name = "s"
waits_forever = true
[[supply.supplier]]
name = "factory"
lead_time_days = { mean = 1.0 }
[[supply.item]]
units = 1
base_stock = 1
[defaults]
replenish = "base_stock"
"""


def test_units_of_an_order_are_allocated_now_and_when_stock_comes() -> None:
    """Of three units at 0.5 one is there; the two others come with the purchase made at once, at 1.5."""
    world = world_of(WORLD)
    trace = trace_of(world, order(0.5, ("x", 3)))
    result = simulate(world, trace, "cheapest", journal=True)
    assert result.journal is not None
    for card in (result.scorecard, recount(world, trace, result.journal)):
        assert card["immediate_unit_fill_rate"] == pytest.approx(1 / 3)
        assert card["backorder_wait_days"] == pytest.approx(2 / 3)
