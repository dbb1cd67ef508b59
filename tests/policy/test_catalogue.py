"""Conformance: every policy of the catalogue is described, and runs in every world of the catalogue."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from fillrate.catalogue import built_in
from fillrate.policy.read import read_entry
from fillrate.simulate import simulate
from fillrate.trace import Orders, Trace, sample
from fillrate.world import World, load_world
from fillrate.world.expected import orders_per_day

POLICIES = sorted(path.stem for path in built_in("policies").glob("*.toml"))
WORLDS = sorted(path.stem for path in built_in("envs").glob("*.toml"))
EXPECTED = {
    "rank": {"fcfs", "priority_then_date", "weighted_score", "earliest_promise", "backorder_processing"},
    "source": {
        *("fixed_primary", "priority_list", "distance", "cheapest", "prioritize_high_stock", "minimize_splits"),
        *("fewest_splits", "whole_order", "weighted_cost", "rule_chain", "fences_and_ratings", "workload_balance"),
        *("critical_level", "protection_level", "product_allocation", "fair_share", "spillover_limit", "random"),
        *(
            "hold_all",
            "bid_price_static",
            "bid_price",
            "independent_rounding",
            "correlated_rounding",
            "dilated_rounding",
        ),
    },
    "replenish": {"base_stock", "s_S", "r_Q", "capped_base_stock", "constant", "newsvendor"},
    "modifier": {"max_splits", "ship_complete", "shipment_value_threshold", "safety_stock"},
}
ORDERS = 200
QUICK = {"limited_edition", "limited_edition_daily", "two_warehouses"}


def test_the_catalogue_has_the_policies_that_the_field_knows() -> None:
    found: dict[str, set[str]] = {part: set() for part in EXPECTED}
    for name in POLICIES:
        found.setdefault(read_entry(name).policy.part, set()).add(name)
    assert not {part: EXPECTED[part] - found[part] for part in EXPECTED if EXPECTED[part] - found[part]}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_named_as_its_file_and_described(name: str) -> None:
    info = read_entry(name).policy
    assert info.name == name
    assert info.title
    assert not info.title.endswith(".")
    assert info.about.endswith(".")
    assert info.reference.endswith(".")
    assert "  " not in info.about + info.reference, "a line break was left in the text"


def short(world: World) -> World:
    """The world over about ORDERS orders, and a bit more than its warm-up."""
    least = world.header.warm_up_days + 1e-3
    return world.over(min(world.days, max(least, ORDERS / orders_per_day(world))))


def last_orders(trace: Trace) -> Trace:
    """The last ORDERS orders of a trace, or all."""
    o = trace.orders
    start = max(0, len(o) - ORDERS)
    line = int(o.first_line[start])
    cut = {f.name: getattr(o, f.name)[line if f.name in {"sku", "quantity", "price"} else start :] for f in fields(o)}
    return replace(trace, orders=Orders(**cut | {"first_line": cut["first_line"] - line}))


@pytest.mark.parametrize("name", [pytest.param(w, marks=[pytest.mark.slow] * (w not in QUICK)) for w in WORLDS])
def test_every_policy_runs_in_every_world(name: str) -> None:
    world = short(load_world(name))
    trace = last_orders(sample(world, 1))
    shipped = {}
    left_out = {"planned"} if name == "baskets_large" else set()  # its programs take minutes each
    for policy in POLICIES:
        info = read_entry(policy).policy
        if (
            info.kind not in {"learned", *left_out}
            and policy not in {"lookahead", "optimal"}
            and (info.part != "replenish" or world.supply.supplier)
        ):
            shipped[policy] = simulate(world, trace, policy).scorecard["eventual_unit_fill_rate"] or 0.0
    wanted = EXPECTED["rank"] | EXPECTED["source"] | EXPECTED["modifier"]
    assert set(shipped) >= {policy for policy in wanted if read_entry(policy).policy.kind not in left_out}
    assert shipped["hold_all"] == 0.0
    assert shipped["cheapest"] > 0.0
