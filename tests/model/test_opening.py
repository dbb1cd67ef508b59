"""Where runs start: the stated stock, or the state that the world's opening policy leaves, the same for all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fillrate.errors import NotFound, WorldError
from fillrate.model.opening import stated_opening
from fillrate.model.opening_policy import days_before
from fillrate.policy import load_policy
from fillrate.simulate import _played, opening_of, simulate
from fillrate.testing.by_hand import told, world_of
from fillrate.trace import sample
from fillrate.world import World, load_world

PLACES = """
[world]
name = "hand"
horizon_days = 4.0
first_weekday = 2
opening_policy = "{policy}"
opening_days = {days}
[[location]]
name = "a"
station = {{ servers = 1, setup_minutes = 2160.0 }}
outage = {{ windows = [[1.0, 2.0]] }}
[[region]]
name = "r"
[[sku]]
name = "x"
price = 10.0
cost = 4.0
[demand]
process = "periodic"
count = {{ mean = 1.0 }}
[[demand.promotion]]
from_day = 0.0
to_day = 1.0
segment_factor = 5.0
[money]
salvage = 0.5
[supply]
review_days = 4.0
[[supply.item]]
units = 5
base_stock = 7
[[supply.supplier]]
name = "f"
lead_time_days = {{ mean = 3.5 }}
"""


def steady(policy: str, days: float = 20.0) -> World:
    world = load_world("two_warehouses").over(10.0)
    return replace(world, header=replace(world.header, opening_policy=policy, opening_days=days))


def test_without_an_opening_policy_the_stated_stock_is_there() -> None:
    world = load_world("two_warehouses")
    assert opening_of(world, 1) == stated_opening(world)
    assert opening_of(world, 1).units == [3, 3]


def test_what_is_left_by_hand() -> None:
    """Three days, an order of one unit a day, a pick every day and a half: two are gone, the third is reserved.

    The review at 0 orders 7 - 5 = 2, which come at 3.5, half a day after the run begins.
    """
    world = world_of(PLACES.format(policy="base_stock", days=3.0))
    opening = opening_of(world, 9)
    assert opening.units == [5 - 3]
    assert [(c.pair, c.units, c.due, c.expected) for c in opening.inbound] == [(0, 2, 0.5, 0.5)]


def test_the_run_begins_with_it_and_values_it() -> None:
    world = world_of(PLACES.format(policy="base_stock", days=3.0))
    journal = simulate(world, sample(world, 9), "hold_all", journal=True).journal
    assert journal is not None
    assert told(journal)[:4] == [
        "0 opening x@a 2",
        "0 opening_value x@a +4",
        "0 opening_inbound x@a 2",
        "0 opening_value x@a +4",
    ]
    assert "0.5 stocked x@a 2" in told(journal)


def test_the_days_before_have_their_own_calendar() -> None:
    """Set back by the opening days, without outages and promotions that are stated for dates of the run."""
    before = days_before(world_of(PLACES.format(policy="base_stock", days=3.0)))
    assert (before.days, before.header.first_weekday, before.header.first_day_of_year) == (3.0, 6, 362)
    assert before.demand.promotion == ()
    assert before.locations[0].outage.windows == ()
    assert before.header.opening_policy == ""


def test_it_is_the_same_for_all_policies_and_computed_once() -> None:
    world = steady("fixed_primary")
    first = opening_of(world, 4)
    assert opening_of(world, 4) is first
    assert opening_of(world, 5) != first
    begun = []
    for policy in ("cheapest", "hold_all"):
        journal = simulate(world, sample(world, 4), policy, journal=True).journal
        assert journal is not None
        begun.append([line for line in told(journal) if line.startswith("0 opening")])
    assert begun[0] == begun[1]


def test_stock_and_orders_add_up_to_the_base_stock() -> None:
    """One for one with lost sales: on hand + on its way = S at every instant."""
    world = steady("cheapest")
    for seed in range(5):
        opening = opening_of(world, seed)
        coming = [sum(c.units for c in opening.inbound if c.pair == pair) for pair in range(2)]
        assert [a + b for a, b in zip(opening.units, coming, strict=True)] == [3, 3]
        assert all(c.due > 0.0 for c in opening.inbound)


def test_it_is_the_steady_state() -> None:
    """Mean stock 1.234325 each under sharing (case A1, exact); 120 seeds, two sites: half width about 0.13."""
    world = steady("cheapest", 15.0)
    units = [n for seed in range(120) for n in opening_of(world, seed).units]
    assert sum(units) / len(units) == pytest.approx(1.234325, abs=0.2)


def test_an_opening_policy_must_exist_and_run() -> None:
    with pytest.raises(WorldError, match="opening_days: found 0; allowed: days that the opening policy runs"):
        world_of(PLACES.format(policy="cheapest", days=0.0))
    with pytest.raises(NotFound, match="no such name"):
        opening_of(steady("no_such_policy"), 1)


@pytest.mark.parametrize("seed", range(3))
def test_both_engines_leave_the_same_state_to_the_bit(seed: int) -> None:
    """With outages, transfers under way, returns and open orders at t0, of which nothing is taken over."""
    world = load_world("disruption")
    policy = load_policy(world.header.opening_policy)
    left = [_played(world, policy, seed, engine) for engine in ("compiled", "simpy")]
    assert left[0] == left[1]
    assert len(left[0].inbound) > 10


def test_a_world_that_is_half_way_through_its_lead_times_too() -> None:
    world = steady("cheapest", 7.25)
    assert _played(world, load_policy("cheapest"), 3, "compiled") == _played(world, load_policy("cheapest"), 3, "simpy")
