"""Ranking: what is known of a waiting order, and who comes first in runs that one can follow by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from fillrate.decision.question import OrderView
from fillrate.simulate import simulate
from fillrate.testing.by_hand import HandOrder, order, trace_of
from fillrate.world import World
from fillrate.world.read import parse_world


def world_of(**tables: Any) -> World:
    """One product, a warehouse and a store; all orders are ranked at noon of day 1."""
    said: dict[str, Any] = {
        "world": {"name": "ranking", "horizon_days": 2.0},
        "location": [{"name": "hub"}, {"name": "shop", "kind": "store", "sales_history": 70.0}],
        "region": [{"name": "near", "fast": 3.0}],
        "sku": [{"name": "x", "price": 10.0, "cost": 4.0}, {"name": "y", "price": 7.0, "cost": 6.0}],
        "segment": [
            {"name": "std"},
            {"name": "vip", "priority": 5.0, "contract": 1.0, "loyalty": 0.5, "loss_per_unit": 3.0},
        ],
        "channel": [{"name": "web"}, {"name": "walk_in", "pins": "nearest_store"}],
        "lane": [
            {"location": "hub", "region": "near", "rate": 1.0, "transit_days": {"mean": 0.5}},
            {"location": "shop", "region": "near", "rate": 2.0, "transit_days": {"mean": 0.25}},
        ],
        "supply": {"item": [{"location": "hub", "sku": "x", "units": 1}]},
        "timing": {"mode": "wave", "wave_hours": 36.0},
    }
    return parse_world(said | tables, "ranking.toml")


class Sees:
    """Keeps what it is shown; ranks by receipt."""

    def __init__(self) -> None:
        self.shown: list[OrderView] = []

    def rank(self, orders: Sequence[OrderView]) -> list[float]:
        self.shown = self.shown or list(orders)
        return [-o.columns["received"] for o in orders]


def first_served(world: World, policy: str, *orders: HandOrder) -> int:
    journal = simulate(world, trace_of(world, *orders), policy, journal=True).journal
    assert journal is not None
    return next(int(event["order"]) for event in journal.to_pylist() if event["kind"] == "reserved")


def test_what_is_known_of_a_waiting_order() -> None:
    sees = Sees()
    world = world_of()
    plain = order(0.25, ("x", 2), ("y", 3))
    special = order(0.5, ("x", 1), segment="vip", channel="walk_in", ship_by=2.0, deliver_by=4.0)
    simulate(world, trace_of(world, plain, special), sees)
    assert [view.order for view in sees.shown] == [0, 1]
    assert dict(sees.shown[0].columns) == {
        "received": 0.25,
        "priority": 0.0,
        "contract": 0.0,
        "loyalty": 0.0,
        "days_to_ship": -1.25,  # promised at receipt
        "days_to_promise": -0.75,  # receipt and the mean transit of the cheapest lane
        "days_waited": 1.25,
        "units": 5.0,
        "margin": 15.0,
        "value": 41.0,
        "loss": 0.0,
        "store_sales": 0.0,
        "fast_region": 3.0,
    }
    said = sees.shown[1].columns
    assert (said["priority"], said["contract"], said["loyalty"], said["loss"]) == (5.0, 1.0, 0.5, 3.0)
    assert (said["days_to_ship"], said["days_to_promise"], said["store_sales"]) == (0.5, 2.5, 70.0)


@pytest.mark.parametrize(
    ("policy", "first"),
    [("fcfs", 0), ("priority_then_date", 2), ("earliest_promise", 1), ("weighted_score", 3)],
)
def test_who_gets_the_last_unit(policy: str, first: int) -> None:
    """The earliest; the one promised first; the one of priority 5; and the one of three units, worth 18."""
    asked = [
        order(0.25, ("x", 1), deliver_by=9.0),
        order(0.5, ("x", 1), deliver_by=2.0),
        order(0.75, ("x", 1), segment="vip", deliver_by=8.0),
        order(1.0, ("x", 3), deliver_by=7.0),
    ]
    assert first_served(world_of(), policy, *asked) == first


def test_parcels_that_queue_at_different_times_are_picked_by_date_of_promise() -> None:
    """The picker is busy for a day. Order 1 is promised for day 6, order 2 comes later and is promised for day 5."""
    picker = {"servers": 1, "setup_minutes": 1440.0}
    world = world_of(
        location=[{"name": "hub", "station": picker}, {"name": "shop", "kind": "store"}],
        supply={"item": [{"location": "hub", "sku": "x", "units": 9}]},
        timing={},
        world={"name": "ranking", "horizon_days": 9.0},
    )
    asked = [order(0.25, ("x", 1)), order(0.5, ("x", 1), deliver_by=6.0), order(1.0, ("x", 1), deliver_by=5.0)]
    journal = simulate(world, trace_of(world, *asked), "earliest_promise", journal=True).journal
    assert journal is not None
    assert [e["order"] for e in journal.to_pylist() if e["kind"] == "picking"] == [0, 2, 1]
