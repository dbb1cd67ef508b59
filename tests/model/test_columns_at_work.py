"""Columns at work: what a source policy is shown at each question of a run that one can follow by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fillrate.decision.question import Question
from fillrate.simulate import simulate
from fillrate.testing.by_hand import HandOrder, order, trace_of
from fillrate.world import World
from fillrate.world.read import parse_world


def world_of(**tables: Any) -> World:
    """Two sites, three products; region r is at l0, and l1 ships to it for 2.00 more a unit."""
    said: dict[str, Any] = {
        "world": {"name": "facts", "horizon_days": 10.0},
        "location": [{"name": "l0", "handling_per_parcel": 1.0}, {"name": "l1", "fee_per_unit": 0.5}],
        "region": [{"name": "r"}],
        "sku": [{"name": f"k{k}", "price": 10.0, "cost": 4.0} for k in range(3)],
        "lane": [
            {"location": "l0", "region": "r", "box": 3.0, "rate": 1.0, "distance_km": 10.0},
            {"location": "l1", "region": "r", "box": 5.0, "rate": 3.0, "distance_km": 400.0},
        ],
        "supply": {
            "item": [{"sku": "k0", "units": 2}, {"sku": "k1", "units": 1}, {"sku": "k2", "location": "l1", "units": 4}]
        },
    }
    return parse_world(said | tables, "facts.toml")


@dataclass
class Sees:
    """Takes what `answers` say, else the first legal row; keeps every question."""

    answers: list[int] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    def source(self, question: Question) -> int:
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else int(question.mask.argmax())


def questions(world: World, *orders: HandOrder, answers: list[int] | None = None) -> list[Question]:
    sees = Sees(answers or [])
    simulate(world, trace_of(world, *orders), sees)
    return sees.asked


def test_what_a_row_costs_and_what_it_covers() -> None:
    """Two of the first product and three of the third, which l1 alone has."""
    first, second = questions(world_of(), order(1.0, ("k0", 2), ("k2", 3)))
    shown = {name: first.column(name).tolist()[:2] for name in first.columns}
    assert shown["unit_shipping_cost"] == [1.0, 3.5]
    assert shown["box_cost"] == [4.0, 5.0]
    assert shown["cost_per_unit"] == [3.0, 6.0]
    assert shown["order_cover"] == [0.0, 1.0]
    assert shown["line_cover"] == [1.0, 1.0]
    assert shown["net_value"] == [5.0, 2.5]
    assert (shown["home"], shown["row_position"], shown["joins"]) == ([1.0, 0.0], [0.0, 1.0], [0.0, 0.0])
    assert [q.column("lines_left")[0] for q in (first, second)] == [2.0, 1.0]
    assert second.column("joins").tolist() == [1.0, 0.0, 0.0]
    assert second.column("box_cost").tolist() == [0.0, 5.0, 0.0]
    assert second.column("order_cover").tolist() == [1.0, 1.0, 1.0]  # nothing else is to be answered


def test_a_row_that_was_taken_is_not_asked_again_and_the_rest_counts() -> None:
    first, second = questions(world_of(), order(1.0, ("k0", 3)))
    assert (first.quantity, second.quantity) == (3, 1)
    assert second.mask.tolist() == [False, True, True]
    assert second.column("cost_per_unit").tolist()[1] == 8.5


def test_a_line_held_before_is_no_part_of_the_rest() -> None:
    """The first line is held by choice (row 2): the second one's cover looks at what comes after it."""
    _, second, third = questions(world_of(), order(1.0, ("k0", 1), ("k1", 1), ("k2", 1)), answers=[2])
    assert second.column("order_cover").tolist()[:2] == [0.0, 1.0]
    assert (second.column("lines_left")[0], third.column("lines_left")[0]) == (2.0, 1.0)


def test_a_parcel_in_the_queue_is_joined_and_one_in_work_is_not() -> None:
    """One picker at l0, busy with the first order for two days; the second order's parcel waits, and is joined."""
    picker = {"servers": 1, "setup_minutes": 2880.0}
    supplier = {"name": "factory", "lead_time_days": {"mean": 1.0}, "locations": ["l0"]}
    units = [{"sku": "k0", "location": "l0", "units": 2, "base_stock": 9}, {"sku": "k1", "units": 0}]
    world = world_of(
        location=[{"name": "l0", "station": picker}, {"name": "l1"}],
        segment=[{"name": "waits", "waits_forever": True}],
        supply={"item": units, "supplier": [supplier], "review_days": 4.0},
        defaults={"replenish": "base_stock"},
    )
    asked = questions(world, order(0.25, ("k0", 1)), order(0.5, ("k0", 3)))
    assert [(q.now, q.order, q.quantity) for q in asked] == [(0.25, 0, 1), (0.5, 1, 3), (1.0, 1, 2)]
    assert [q.column("joins")[0] for q in asked] == [0.0, 0.0, 1.0]
    assert [q.column("box_cost")[0] for q in asked] == [3.0, 3.0, 0.0]
    assert asked[1].column("station_workload")[0] == 2.0  # of a pick that has begun, all of its mean
    assert asked[1].column("days_to_receipt")[0] == 0.5
    assert asked[1].column("inbound")[0] == 7.0


def test_units_kept_aside_will_share_a_box() -> None:
    """Ship complete with commit: l0's two units wait for a third, which will leave from there in the same box."""
    supplier = {"name": "factory", "lead_time_days": {"mean": 1.0}, "locations": ["l0"]}
    units = [{"sku": "k0", "location": "l0", "units": 2, "base_stock": 9}]
    world = world_of(
        segment=[{"name": "whole", "waits_forever": True, "ship_complete": "order", "commit": True}],
        supply={"item": units, "supplier": [supplier], "review_days": 4.0},
        defaults={"replenish": "base_stock"},
    )
    asked = questions(world, order(0.5, ("k0", 3)))
    assert [q.quantity for q in asked] == [3, 1]
    assert [q.column("box_cost")[0] for q in asked] == [4.0, 0.0]


def test_what_is_known_of_the_order() -> None:
    gold = {"name": "gold", "priority": 2.0, "loss_per_unit": 9.0, "loyalty": 0.5, "contract": 1.0}
    world = world_of(segment=[{"name": "bronze"}, {**gold, "deliver_within_days": 2.0}])
    (seen,) = questions(world, order(2.0, ("k0", 1), segment="gold"))
    line = {name: seen.column(name)[0] for name in seen.columns}
    assert (line["priority"], line["loss_cost"], line["loyalty"], line["contract"]) == (2.0, 9.0, 0.5, 1.0)
    assert (line["days_to_promise"], line["days_waited"], line["horizon_left"]) == (2.0, 0.0, 0.8)
    assert (line["quantity"], line["unit_margin"], line["one"]) == (1.0, 6.0, 1.0)
    assert (seen.sku, seen.order, seen.line, seen.locations) == ("k0", 0, 0, ("l0", "l1", "hold"))


def test_waiting_units_of_other_orders_are_counted_by_rank() -> None:
    segments = [
        {"name": "gold", "priority": 2.0, "waits_forever": True},
        {"name": "bronze", "priority": 1.0, "waits_forever": True},
    ]
    supplier = {"name": "factory", "lead_time_days": {"mean": 1.0}, "locations": ["l0"]}
    units = [{"sku": "k0", "location": "l0", "units": 0, "base_stock": 1}]
    supply = {"item": units, "supplier": [supplier], "review_days": 4.0}
    world = world_of(segment=segments, supply=supply, defaults={"replenish": "base_stock"})
    wait = order(0.25, ("k0", 2), segment="gold"), order(0.5, ("k0", 3), segment="bronze")
    first, *_ = questions(world, *wait)
    assert (first.now, first.order) == (1.0, 0)
    assert first.column("units_waiting")[0] == 3.0
    assert first.column("units_waiting_higher")[0] == 0.0
    assert first.column("days_waited")[0] == 0.75
