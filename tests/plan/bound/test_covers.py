"""No option of a policy is missing in the bound: in worlds where an option is all that there is, it is exact."""

from __future__ import annotations

import pytest

from fillrate.bench.ceiling import bound_on, covering, reassigning
from fillrate.plan.bound import hindsight
from fillrate.policy import load_policy
from fillrate.simulate import opening_of, simulate
from fillrate.testing.by_hand import order, trace_of, world_of
from fillrate.trace import orders_of
from fillrate.world import World, load_world

BASE = """
[world]
name = "options"
horizon_days = 3.0
[[location]]
name = "west"
[[location]]
name = "east"
[[region]]
name = "r"
[[sku]]
name = "pen"
price = 10.0
cost = 4.0
[[segment]]
name = "s"
loss_per_unit = 3.0
SEGMENT
[[lane]]
location = "east"
region = "r"
box = 1.0
rate = 0.5
[[lane]]
location = "west"
region = "r"
closed = true
[supply]
review_days = 1.0
item = [ITEMS]
[[supply.supplier]]
name = "source"
locations = ["east"]
SUPPLIER
[defaults]
replenish = "base_stock"
"""
AT_EAST = '{ location = "east", sku = "pen", units = 0, base_stock = 1 }'
AT_WEST = '{ location = "west", sku = "pen", units = 1 }'


def options(supplier: str, items: str = AT_EAST, segment: str = "") -> World:
    """One region, served from the east alone, where there is nothing to begin with."""
    return world_of(BASE.replace("SUPPLIER", supplier).replace("ITEMS", items).replace("SEGMENT", segment))


@pytest.mark.parametrize(
    ("world", "at", "earned"),
    [
        (options("from_location = 'west'\nfreight_per_unit = 0.25\nlead_time_days = { mean = 2.0 }",
                 f"{AT_EAST}, {AT_WEST}"), 2.5, 10.0 - 4.0 - 1.5 - 0.25),
        (options("lead_time_days = { mean = 2.0 }"), 2.5, 10.0 - 4.0 - 1.5),
        (options("lead_time_days = { mean = 2.0 }\ncost_factor = 1.5"), 2.5, 10.0 - 6.0 - 1.5),
        (options("lead_time_days = { mean = 2.0 }", segment="patience_days = { mean = 1.0 }"), 1.5, 10.0 - 4.0 - 1.5),
        (options("lead_time_days = { mean = 2.0 }"), 1.5, -3.0),
        (options("lead_time_days = { mean = 5.0 }\nexpedite_lead_time_days = { mean = 1.0 }\nexpedite_per_unit = 2.0",
                 AT_EAST.replace("}", ", expedite_below = 0 }")), 2.5, 10.0 - 4.0 - 2.0 - 1.5),
    ],
    ids=["transfer", "purchase", "purchase price", "wait", "too late", "expedite"],
)  # fmt: skip
def test_it_is_what_the_one_option_earns(world: World, at: float, earned: float) -> None:
    trace = trace_of(world, order(at, ("pen", 1)))
    assert simulate(world, trace, "cheapest+base_stock").scorecard["contribution"] == pytest.approx(earned, abs=1e-4)
    assert hindsight(world, trace, "free").value == pytest.approx(earned, abs=1e-4)


WAITING = """
[world]
name = "waiting"
horizon_days = 14.0
[[location]]
name = "near"
[[location]]
name = "far"
[[region]]
name = "r"
[[sku]]
name = "pen"
price = 10.0
cost = 4.0
[[segment]]
name = "patient"
patience_days = { mean = 20.0 }
[[segment]]
name = "hasty"
loss_per_unit = 3.0
[[lane]]
location = "near"
region = "r"
box = 1.0
[[lane]]
location = "far"
region = "r"
box = 2.0
[supply]
review_days = 1.0
item = [{ location = "near", sku = "pen", units = 0 }, { location = "far", sku = "pen", units = 0, base_stock = LEVEL }]
[[supply.supplier]]
name = "source"
locations = ["far"]
lead_time_days = { mean = 5.5 }
[defaults]
replenish = "base_stock"
"""


@pytest.mark.parametrize("whole", [False, True])
def test_a_base_stock_orders_at_the_review_after_a_long_wait(whole: bool) -> None:
    """A unit that comes in on day 5.5 goes to who waits since day 0.25; day 6 orders one for the other."""
    world = world_of(WAITING.replace("LEVEL", "1"))
    trace = trace_of(world, *(order(at, ("pen", 1), segment=s) for at, s in ((0.25, "patient"), (11.625, "hasty"))))
    policy = load_policy("cheapest+base_stock", world)
    kind, levels = covering(world, 0, [policy])
    assert kind == "rule"
    reached = simulate(world, trace, policy).scorecard["contribution"]
    assert reached == pytest.approx(2 * (10.0 - 4.0 - 2.0), abs=1e-4)
    assert hindsight(world, trace, kind, levels=levels, whole=whole).value == pytest.approx(reached, abs=1e-4)


def test_a_base_stock_may_be_far_above_what_anybody_asks_for() -> None:
    world = world_of(WAITING.replace("LEVEL", "50"))
    trace, policy = trace_of(world, order(0.25, ("pen", 1), segment="patient")), load_policy("cheapest", world)
    kind, levels = covering(world, 0, [policy])
    assert kind == "rule"
    assert hindsight(world, trace, kind, levels=levels).value == pytest.approx(10.0 - 4.0 - 2.0, abs=1e-4)


MOVED = """
[world]
name = "moved"
horizon_days = 4.0
[[location]]
name = "far"
[location.station]
servers = 1
setup_minutes = 1440.0
[[location]]
name = "near"
[[region]]
name = "r"
[[sku]]
name = "pen"
price = 10.0
cost = 4.0
[[segment]]
name = "s"
[[lane]]
location = "far"
region = "r"
box = 5.0
[[lane]]
location = "near"
region = "r"
box = 1.0
[supply]
review_days = 10.0
item = [{ location = "far", sku = "pen", units = 2 }, { location = "near", sku = "pen", units = 0, order_quantity = 1 }]
[[supply.supplier]]
name = "source"
locations = ["near"]
lead_time_days = { mean = 0.1875 }
"""


def test_what_is_not_picked_yet_may_be_assigned_anew() -> None:
    """The second order waits for the picker far away when a unit comes in nearby, and is moved there."""
    world = world_of(MOVED)
    trace, earned = trace_of(world, order(0.0625, ("pen", 1)), order(0.125, ("pen", 1))), {}
    for name in ("reoptimise+constant", "cheapest+constant"):
        policy = load_policy(name, world)
        kind, levels = covering(world, 0, [policy])
        assert kind == "exogenous"
        reached = simulate(world, trace, policy).scorecard["contribution"]
        moved = reassigning(world, [policy])
        assert bound_on(world, trace, kind, levels, moved).value == pytest.approx(reached, abs=1e-4)
        assert reached is not None
        assert reached <= hindsight(world, trace).value
        earned[name] = reached
    assert earned == {"reoptimise+constant": pytest.approx(6.0), "cheapest+constant": pytest.approx(2.0)}


def test_a_base_stock_does_not_cover_who_assigns_anew() -> None:
    world = world_of(WAITING.replace("LEVEL", "1"))
    assert covering(world, 0, [load_policy("reoptimise+base_stock", world)]) == ("free", None)


def test_constant_purchases_come_in_when_they_do() -> None:
    """A unit comes in on day 2: whoever comes before or after it is lost."""
    items = AT_EAST.replace("base_stock = 1", "order_quantity = 1")
    world = options("lead_time_days = { mean = 2.0 }", items)
    trace = trace_of(world, *(order(at, ("pen", 1)) for at in (1.5, 2.5, 2.75)))
    policy = load_policy("cheapest+constant", world)
    kind, levels = covering(world, 0, [policy])
    assert kind == "exogenous"
    reached = simulate(world, trace, policy).scorecard["contribution"]
    assert reached == pytest.approx(10.0 - 4.0 - 1.5 - 2 * 3.0, abs=1e-4)
    assert hindsight(world, trace, kind, levels=levels).value == pytest.approx(reached, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "days", "policies"),
    [
        ("lost_sales", 60.0, ("base_stock", "constant", "hold_all")),
        ("regional", 3.0, ("cheapest", "whole_order", "random")),
        ("limited_edition_daily", 3.0, ("cheapest", "product_allocation", "random")),
        ("disruption", 6.0, ("cheapest", "whole_order", "s_S")),
        ("omnichannel", 2.0, ("cheapest", "priority_list", "random")),
        ("tight_cash", 4.0, ("cheapest", "capped_base_stock")),
    ],
)
def test_no_policy_exceeds_its_bound(name: str, days: float, policies: tuple[str, ...]) -> None:
    world = load_world(name).over(days)
    for seed in (1, 2):
        trace, opening = orders_of(world, seed), opening_of(world, seed)
        free = hindsight(world, trace, "free", opening).value
        for policy in policies:
            reached = simulate(world, trace, load_policy(policy, world)).scorecard["contribution"]
            kind, levels = covering(world, seed, [policy])
            own = free if kind == "free" else hindsight(world, trace, kind, opening, levels).value
            assert reached is not None
            assert reached <= own
            assert reached <= free
