"""Units placed later join a parcel that still queues, and open a further box once its pick service has begun."""

from __future__ import annotations

import pytest

from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of, world_of

WORLD = """
[world]
name = "joining"
horizon_days = 4.0
[[location]]
name = "a"
station = {{ servers = 1, setup_minutes = 720.0 }}
[[region]]
name = "r"
[[sku]]
name = "x"
[[sku]]
name = "y"
[[segment]]
name = "s"
waits_forever = true
[supply]
opening = "base_stock"
review_days = 10.0
[[supply.item]]
units = 2
base_stock = 2
[[supply.item]]
sku = "y"
units = 0
base_stock = 1
[[supply.supplier]]
name = "f"
lead_time_days = {{ mean = {lead} }}
[defaults]
replenish = "base_stock"
"""


@pytest.mark.parametrize(
    ("lead", "shipped"),
    [
        (0.625, [(0.75, 0, 1.0), (1.25, 1, 2.0)]),  # the parcel still queues behind order 0: one box
        (0.875, [(0.75, 0, 1.0), (1.25, 1, 1.0), (1.75, 1, 1.0)]),  # its pick began at 0.75: a second box
    ],
)
def test_a_parcel_is_joined_until_its_pick_begins(lead: float, shipped: list[tuple[float, int, float]]) -> None:
    """Order 0 is picked from 0.25 to 0.75; order 1 asks for x and y at 0.5, and y comes in after `lead` days."""
    world = world_of(WORLD.format(lead=lead))
    orders = order(0.25, ("x", 1)), order(0.5, ("x", 1), ("y", 1))
    journal = simulate(world, trace_of(world, *orders), "fcfs+cheapest", journal=True).journal
    assert journal is not None
    rows = [(r["time"], r["order"], r["quantity"]) for r in journal.to_pylist() if r["kind"] == "shipped"]
    assert rows == shipped
