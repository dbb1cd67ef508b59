"""Limits and modifiers at work: what orders are promised when something is kept back, rationed or forbidden."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from fillrate.draws import snap
from fillrate.policy import Policy, load_policy
from fillrate.policy.spec import Entry, Info, Limit, Modifier
from fillrate.simulate import simulate
from fillrate.testing.by_hand import HandOrder, order, trace_of
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.read import parse_world

GOLD, BRONZE = {"name": "gold", "priority": 2.0}, {"name": "bronze", "priority": 1.0}


def world_of(stock: list[list[int]], segments: list[dict[str, Any]] | None = None, **tables: Any) -> World:
    """SKUs k0, ... with `stock` at l0, l1, ...; region rn is nearest to ln, and every step costs 1.00 a unit more."""
    skus, places = range(len(stock)), range(len(stock[0]))
    units = [{"location": f"l{l}", "sku": f"k{k}", "units": stock[k][l]} for k in skus for l in places]
    said: dict[str, Any] = {
        "world": {"name": "limits", "horizon_days": 10.0},
        "location": [{"name": f"l{l}"} for l in places],
        "region": [{"name": f"r{r}"} for r in places],
        "lane": [{"location": f"l{l}", "region": f"r{r}", "rate": 1.0 + abs(l - r)} for l in places for r in places],
        "sku": [{"name": f"k{k}", "price": 10.0} for k in skus],
        "segment": segments or [{"name": "only"}],
        "demand": {"rate_per_day": 2.0},
        "supply": {"item": units},
    }
    return parse_world(said | tables, "limits.toml")


def with_limits(*limits: Limit, modifier: Modifier | None = None, source: str = "cheapest") -> Policy:
    """A policy with limits, or what a modifier changes."""
    entry = Entry(Info("mine", "modifier"), modifier=modifier, limit=limits)
    base = load_policy(source)
    return Policy("mine", source=base.source, modifiers=(entry,))


def promised(world: World, policy: Policy | str, *orders: HandOrder) -> list[dict[str, int]]:
    """Units promised to each order, by `sku@location`."""
    journal = simulate(world, trace_of(world, *orders), policy, journal=True).journal
    assert journal is not None
    units = [Counter[str]() for _ in orders]
    for event in journal.to_pylist():
        if event["kind"] == "reserved":
            units[event["order"]][f"{event['sku']}@{event['location']}"] += int(event["quantity"])
    return [dict(found) for found in units]


def test_a_quota_binds_the_line_whatever_location_its_units_come_from() -> None:
    """A quota of 3 over the horizon; three sites have two units each."""
    policy = with_limits(Limit("product_allocation", units=3.0, share=0.0))
    orders = order(1.0, ("k0", 5)), order(2.0, ("k0", 5))
    assert promised(world_of([[2, 2, 2]]), policy, *orders) == [{"k0@l0": 2, "k0@l1": 1}, {}]


def test_a_quota_binds_priced_answers_too() -> None:
    policy = with_limits(Limit("product_allocation", units=3.0, share=0.0), source="fewest_splits")
    assert promised(world_of([[2, 2, 2]]), policy, order(1.0, ("k0", 5))) == [{"k0@l0": 2, "k0@l1": 1}]


def test_a_ship_complete_order_above_its_quota_gets_nothing() -> None:
    limit = Limit("product_allocation", units=3.0, share=0.0)
    policy = with_limits(limit, modifier=Modifier(ship_complete="order"))
    world = world_of([[9], [9]])
    assert promised(world, policy, order(1.0, ("k0", 4), ("k1", 1))) == [{}]
    assert promised(world, policy, order(1.0, ("k0", 3), ("k1", 1))) == [{"k0@l0": 3, "k1@l0": 1}]


def test_what_is_planned_and_not_used_carries_over() -> None:
    """Two units every five days."""
    policy = with_limits(Limit("product_allocation", units=2.0, share=0.0, days=5.0))
    orders = order(1.0, ("k0", 1)), order(6.0, ("k0", 9))
    assert promised(world_of([[9]]), policy, *orders) == [{"k0@l0": 1}, {"k0@l0": 3}]


def test_a_unit_that_is_not_found_frees_its_quota() -> None:
    """Every pick misses a unit, the order is offered again until nothing is left, and the quota of two never binds."""
    world = world_of([[9]], location=[{"name": "l0", "short_pick_probability": 1.0}])
    policy = with_limits(Limit("product_allocation", units=2.0, share=0.0))
    assert promised(world, policy, order(1.0, ("k0", 1))) == [{"k0@l0": 9}]


def test_fair_shares_of_a_wave_are_pro_rata_to_what_waits() -> None:
    """Gold asks for 6 and bronze for 12; of nine units gold gets three, though it comes first by priority."""
    world = world_of([[9]], [GOLD, BRONZE], timing={"mode": "wave"})
    orders = [order(0.125, ("k0", 6), segment="gold"), order(0.25, ("k0", 8), segment="bronze")]
    orders += [order(0.375, ("k0", 4), segment="bronze")]
    found = promised(world, "priority_then_date+fair_share", *orders)
    assert found == [{"k0@l0": 3}, {"k0@l0": 6}, {}]


def test_a_share_below_half_a_unit_is_none() -> None:
    """Three units for one asked by gold and nine by bronze: 0.3 and 2.7."""
    world = world_of([[3]], [GOLD, BRONZE], timing={"mode": "wave"})
    orders = [order(0.125, ("k0", 1), segment="gold"), order(0.25, ("k0", 9), segment="bronze")]
    assert promised(world, "fair_share", *orders) == [{}, {"k0@l0": 3}]


def test_in_a_wave_with_enough_everyone_gets_what_is_asked() -> None:
    world = world_of([[20]], [GOLD, BRONZE], timing={"mode": "wave"})
    orders = [order(0.125, ("k0", 6), segment="gold"), order(0.25, ("k0", 12), segment="bronze")]
    assert promised(world, "fair_share", *orders) == [{"k0@l0": 6}, {"k0@l0": 12}]


def test_on_receipt_a_segment_leaves_the_others_their_part() -> None:
    """Ten units, two equal segments that ask for 2 a day over ten days: five each, whoever comes first."""
    world = world_of([[10]], [GOLD, BRONZE])
    orders = [order(0.5, ("k0", 9), segment="bronze"), order(1.0, ("k0", 9), segment="gold")]
    assert promised(world, "fair_share", *orders) == [{"k0@l0": 5}, {"k0@l0": 5}]


def test_a_part_that_nobody_is_expected_to_ask_for_is_free() -> None:
    """As before with forty units; on the last day gold is expected to ask for one unit more."""
    world = world_of([[40]], [GOLD, BRONZE])
    found = promised(world, "fair_share", order(9.5, ("k0", 40), segment="bronze"))
    assert found == [{"k0@l0": 37}]  # periods are weeks: three of gold's ten units are expected in the last one


def test_product_allocation_keeps_what_higher_segments_are_expected_to_take() -> None:
    """Gold is expected to ask for ten in ten days; of fourteen bronze sees four. Gold itself has no quota."""
    world = world_of([[14]], [GOLD, BRONZE])
    orders = [order(0.5, ("k0", 9), segment="bronze"), order(1.0, ("k0", 14), segment="gold")]
    assert promised(world, "product_allocation", *orders) == [{"k0@l0": 4}, {"k0@l0": 10}]


def test_what_higher_segments_have_taken_is_kept_no_longer() -> None:
    world = world_of([[14]], [GOLD, BRONZE])
    orders = [order(0.5, ("k0", 10), segment="gold"), order(1.0, ("k0", 9), segment="bronze")]
    assert promised(world, "product_allocation", *orders) == [{"k0@l0": 10}, {"k0@l0": 4}]


def test_a_critical_level_is_kept_at_each_location_until_less_is_to_come() -> None:
    """Each region's gold asks for half a unit a day. Early four units a site are kept (rounded from 4.8), late none."""
    world = world_of([[5, 5]], [GOLD, BRONZE])
    early, late = order(0.125, ("k0", 9), segment="bronze"), order(9.875, ("k0", 9), segment="bronze")
    assert promised(world, "critical_level", early) == [{}]
    assert promised(world, "critical_level", late) == [{"k0@l0": 5, "k0@l1": 4}]
    assert promised(world, "critical_level", order(0.125, ("k0", 9), segment="gold")) == [{"k0@l0": 5, "k0@l1": 4}]


def test_foreign_demand_sees_what_exceeds_home_demand() -> None:
    limit = Limit("spillover_limit", side="foreign", units=2.0)
    orders = order(1.0, ("k0", 9), region="r0"), order(2.0, ("k0", 9), region="r1")
    assert promised(world_of([[3, 3]]), with_limits(limit), *orders) == [{"k0@l0": 3, "k0@l1": 1}, {"k0@l1": 2}]


def test_a_pinned_order_is_at_home_where_it_is_pinned() -> None:
    """The shop's own customer, whose parcels would come from the warehouse: home_only does not forbid the shop."""
    tables = {
        "location": [{"name": "l0"}, {"name": "l1", "kind": "store"}],
        "channel": [{"name": "web"}, {"name": "walk_in", "pins": "nearest_store"}],
    }
    world = world_of([[5, 5]], **tables)
    here = order(1.0, ("k0", 1), region="r0", channel="walk_in")
    assert promised(world, "fixed_primary", here) == [{"k0@l1": 1}]
    assert promised(world, "fixed_primary", order(1.0, ("k0", 6), region="r0")) == [{"k0@l0": 5}]


def test_a_location_that_is_down_gives_nothing() -> None:
    world = world_of([[5, 5]], location=[{"name": "l0", "outage": {"windows": [[1.0, 2.0]]}}, {"name": "l1"}])
    orders = order(0.5, ("k0", 1)), order(1.5, ("k0", 6)), order(2.5, ("k0", 1))
    assert promised(world, "cheapest", *orders) == [{"k0@l0": 1}, {"k0@l1": 5}, {"k0@l0": 1}]


def test_fences_keep_segments_out() -> None:
    world = world_of([[5, 5]], [GOLD, BRONZE], location=[{"name": "l0", "serves": ["gold"]}, {"name": "l1"}])
    found = promised(world, "fences_and_ratings", order(1.0, ("k0", 7), segment="bronze"))
    assert found == [{"k0@l1": 5}]


def test_locations_are_counted_over_all_offers_of_an_order() -> None:
    """One location at most: what the first has not, is not sent from the second when that is restocked."""
    supplier = {"name": "factory", "locations": ["l1"], "lead_time_days": {"mean": 1.0}}
    units = [{"location": "l0", "units": 1}, {"location": "l1", "units": 0, "base_stock": 5}]
    tables = {"supply": {"item": units, "supplier": [supplier]}, "defaults": {"replenish": "base_stock"}}
    world = world_of([[1, 0]], [{"name": "only", "waits_forever": True}], **tables)
    assert promised(world, "cheapest", order(0.5, ("k0", 3))) == [{"k0@l0": 1, "k0@l1": 2}]
    policy = with_limits(modifier=Modifier(max_locations=1))
    assert promised(world, policy, order(0.5, ("k0", 3))) == [{"k0@l0": 1}]
    for most, more in ((1, {}), (2, {"k0@l1": 2})):
        priced = with_limits(modifier=Modifier(max_locations=most), source="whole_order")
        assert promised(world, priced, order(0.5, ("k0", 3))) == [{"k0@l0": 1, **more}]


@pytest.mark.parametrize("source", ["cheapest", "whole_order"])
def test_a_small_second_parcel_is_not_sent(source: str) -> None:
    """Two of the first SKU (20.00) at l0; the second (10.00) at l1 alone."""
    world = world_of([[2, 0], [0, 2]])
    threshold = with_limits(modifier=Modifier(shipment_value=15.0), source=source)
    assert promised(world, threshold, order(1.0, ("k0", 2), ("k1", 1))) == [{"k0@l0": 2}]
    assert promised(world, threshold, order(1.0, ("k0", 2), ("k1", 2))) == [{"k0@l0": 2, "k1@l1": 2}]
    assert promised(world, threshold, order(1.0, ("k1", 1))) == [{"k1@l1": 1}], "the only parcel may be small"


def test_a_second_parcel_may_be_worth_it_by_several_lines() -> None:
    world = world_of([[1, 0], [0, 1], [0, 1]])
    threshold = with_limits(modifier=Modifier(shipment_value=15.0))
    found = promised(world, threshold, order(1.0, ("k0", 1), ("k1", 1), ("k2", 1)))
    assert found == [{"k1@l1": 1, "k2@l1": 1}], "20.00 from l1 go free, 10.00 from l0 are not worth a parcel"
    threshold = with_limits(modifier=Modifier(shipment_value=10.0))
    found = promised(world, threshold, order(1.0, ("k0", 1), ("k1", 1), ("k2", 1)))
    assert found == [{"k0@l0": 1, "k1@l1": 1, "k2@l1": 1}]


def test_a_small_parcel_of_a_ship_complete_order_takes_the_order_with_it() -> None:
    modifier = Modifier(shipment_value=15.0, ship_complete="order")
    assert promised(world_of([[2, 0], [0, 1]]), with_limits(modifier=modifier), order(1.0, ("k0", 2), ("k1", 1))) == [
        {}
    ]


def test_one_wave_served_by_value_is_the_optimum() -> None:
    """limited_edition: one unit an order, one tariff, so serving each variant from the dearest order down is optimal.

    Money: price - cost + avoided loss, less the box; every order is served or lost. An order's value depends on its
    segment and variant only, so the optimum follows from counts.
    """
    world = load_world("limited_edition")
    trace = sample(world, 3)
    o, box = trace.orders, snap(world.shipping.box)
    stock = Counter[str]()
    for item in world.supply.item:
        stock[item.sku] += item.units or 0
    best = 0.0
    for k, sku in enumerate(world.skus):
        orders = (o.sku == k).nonzero()[0].tolist()
        loss = [world.segments[o.segment[n]].loss_per_unit for n in orders]
        margin = [float(o.price[n]) - sku.cost - box for n in orders]
        values = sorted(((m + l, l) for m, l in zip(margin, loss, strict=True)), reverse=True)
        best += sum(value for value, _ in values[: stock[sku.name]]) - sum(loss)
    found = simulate(world, trace, "weighted_score").scorecard["contribution"]
    assert found == pytest.approx(best, abs=1e-6)
    by_priority = simulate(world, trace, "priority_then_date").scorecard["contribution"]
    assert by_priority is not None
    assert by_priority < best - 1000.0
