"""Who is offered again, and who is picked first."""

from __future__ import annotations

from collections.abc import Callable

from fillrate.model.opening import stated_opening
from fillrate.model.simpy_model import Simulation
from fillrate.model.simpy_model.entities import Order, Parcel
from fillrate.policy import bind, load_policy
from fillrate.testing.by_hand import lines, order, trace_of, world_of

Play = Callable[..., list[str]]


def test_a_line_that_was_filled_wakes_its_order_no_more(play: Play) -> None:
    """From 1 on the order waits for y alone: the receipt of x at 2.5 is none of its business, that of y at 3 is."""
    journal = play(
        """
        [[sku]]
        name = "y"
        [[segment]]
        name = "calm"
        waits_forever = true
        [[supply.item]]
        sku = "x"
        base_stock = 1
        [[supply.item]]
        sku = "y"
        base_stock = 0
        [[supply.supplier]]
        name = "quick"
        skus = ["x"]
        lead_time_days = { mean = 1.0 }
        [[supply.supplier]]
        name = "slow"
        lead_time_days = { mean = 3.0 }
        """,
        order(0.0, ("x", 1), ("y", 1)),
        order(1.5, ("x", 1)),
        policy="cheapest+base_stock",
        without=("money", "ordered", "queued", "picking", "picked", "closing", "received", "dispatched", "shipped"),
    )
    assert journal == lines(
        """
        0 checked #0:0 x 0
        0 checked #0:1 y 0
        0 held #0:0 x 1
        0 held #0:1 y 1
        1 stocked x@a 1
        1 stocked x@a 1
        1 ranked #0 1
        1 checked #0:0 x 2
        1 checked #0:1 y 0
        1 reserved #0:0 x@a 1
        1 held #0:1 y 1
        1 delivered #0:0 x@a 1
        1.5 checked #1:2 x 1
        1.5 reserved #1:2 x@a 1
        1.5 delivered #1:2 x@a 1
        2.5 stocked x@a 1
        3 stocked y@a 1
        3 ranked #0 1
        3 checked #0:1 y 1
        3 reserved #0:1 y@a 1
        3 delivered #0:1 y@a 1
        """
    )


def test_a_parcel_queues_by_the_rank_its_order_had_before_it_was_placed() -> None:
    """When a parcel joins its units are reserved, so a rank by margin would be that of nothing open."""
    world = world_of(
        """
        [world]
        name = "queue"
        horizon_days = 4.0
        [[location]]
        name = "a"
        station = { servers = 1, setup_minutes = 720.0 }
        [[region]]
        name = "r"
        [[sku]]
        name = "x"
        """
    )
    sim = Simulation(world, trace_of(world), bind(load_policy("cheapest"), world), stated_opening(world))
    station = sim.stations[0]
    for row, margin in enumerate((1.0, 2.0, 3.0)):
        one = Order(row, row, 0.0, 0, 0, 0, -1)
        one.rank = (-margin, row)
        station.join(Parcel(row, one, 0, 0))
    assert [entry[2].order.row for entry in sorted(station.queue)] == [2, 1]  # 0 is in service
