"""Assignment together: what one can see by eye, and all orders of a wave at once."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any, Literal

import numpy as np
import pytest

from fillrate.model.planning import Snapshot
from fillrate.plan.assignment import AssignmentPlanner, _turns
from fillrate.plan.losses import Losses
from fillrate.policy.read import read_entry
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of, world_of
from fillrate.world import World

TWO = """
[world]
name = "two"
horizon_days = 4.0
[[location]]
name = "a"
[[location]]
name = "b"
[[region]]
name = "r"
[[sku]]
name = "x"
[[sku]]
name = "y"
[[segment]]
name = "s"
loss_per_unit = 50.0
{split}
[[lane]]
location = "a"
region = "r"
box = 5.0
rate = 1.0
[[lane]]
location = "b"
region = "r"
box = 5.0
rate = 2.0
[[supply.item]]
location = "a"
sku = "x"
units = 1
[[supply.item]]
location = "b"
sku = "x"
units = 5
[[supply.item]]
location = "a"
sku = "y"
units = 5
[timing]
mode = "wave"
wave_hours = 24.0
"""


def world(split: str = "") -> World:
    return world_of(TWO.format(split=split))


def test_the_last_unit_goes_to_whom_it_saves_a_box() -> None:
    """The first order takes x from either site; the second needs y from a, and x from there saves a box."""
    place = world()
    trace = trace_of(place, order(0.5, ("x", 1)), order(0.75, ("x", 1), ("y", 1)))
    found: dict[tuple[str, str], Any] = {}
    for policy in ("cheapest", "reoptimise"):
        for engine in ("compiled", "simpy"):
            result = simulate(place, trace, policy, engine=engine, journal=True)
            assert result.journal is not None
            found[policy, engine] = result
    assert found["reoptimise", "compiled"].journal.equals(found["reoptimise", "simpy"].journal)
    cost = {policy: -found[policy, "compiled"].scorecard["contribution"] for policy in ("cheapest", "reoptimise")}
    assert cost == {"cheapest": 19.0, "reoptimise": 14.0}


def test_orders_that_may_not_be_split_come_from_one_site() -> None:
    place = world('split = "none"')
    trace = trace_of(place, order(0.5, ("x", 1), ("y", 1)), order(0.75, ("x", 1), ("y", 1)))
    seen = Snapshot(1.0, np.array([1, 5, 5, 0]), np.zeros(4, np.int64),
                    np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), trace.orders, 0.0,
                    np.zeros(4, np.int64), np.zeros(0, np.int8))  # fmt: skip
    found = AssignmentPlanner(place).assign(seen).tolist()
    assert sorted([found[:2], found[2:]]) in ([[-1, 0], [0, 0]], [[0, 0], [1, -1]])


SEGMENTS = """
[[segment]]
name = "full"
loss_per_unit = 5.0
[[segment]]
name = "rebate"
loss_per_unit = 8.0
price_factor = 0.8
"""


def test_the_last_unit_goes_to_whom_it_earns_most() -> None:
    """A unit for "full" pays 40 and saves 5, one for "rebate" pays 32 and saves 8; it costs 20: 25 against 20."""
    text = TWO.format(split="").replace('[[segment]]\nname = "s"\nloss_per_unit = 50.0\n', SEGMENTS)
    place = world_of(text.replace('name = "x"\n', 'name = "x"\nprice = 40.0\ncost = 20.0\n', 1))
    full, rebate = order(0.5, ("x", 1), segment="full"), order(0.5, ("x", 1), segment="rebate")
    for orders, expected in (((full, rebate), [0, -1]), ((rebate, full), [-1, 0])):
        trace = trace_of(place, *orders)
        seen = Snapshot(1.0, np.array([1, 0, 0, 0]), np.zeros(4, np.int64), np.array([[0, 0, 1], [1, 0, 1]]),
                        trace.orders, 0.0, np.zeros(4, np.int64), np.zeros(0, np.int8))  # fmt: skip
        assert AssignmentPlanner(place).assign(seen).tolist() == expected
    lost = Losses(place)(np.array([0, 1]), np.array([0, 0]), np.array([0, 0]))
    assert lost.tolist() == [25.0, 20.0]


def test_turns_keep_orders_together() -> None:
    row = np.repeat(np.arange(300), 3)
    found = _turns(row)
    assert np.concatenate(found).tolist() == list(range(900))
    assert all(row[a[-1]] < row[b[0]] for a, b in pairwise(found))
    assert len(found) > 3
    assert _turns(row[:0]) == []


def test_the_catalogue_says_when() -> None:
    planner = read_entry("reoptimise").planner
    assert planner is not None
    assert planner.kind == "assign"


COMPLETE = """
[[segment]]
name = "complete"
ship_complete = "{rule}"
loss_per_unit = 50.0
[[segment]]
name = "s"
loss_per_unit = 20.0
"""


@pytest.mark.parametrize(
    ("rule", "policy", "first"),
    [
        ("line", "reoptimise", (("x", 2),)),
        ("order", "reoptimise", (("x", 2),)),
        ("order", "reoptimise", (("x", 1), ("y", 1))),
        ("no", "reoptimise+ship_complete", (("x", 1), ("y", 1))),
    ],
)
def test_what_cannot_ship_complete_leaves_its_units_to_others(
    rule: str, policy: str, first: tuple[tuple[str, int], ...]
) -> None:
    """One unit of x and none of y: the first order is lost in any case, the second one need not be."""
    text = TWO.format(split="").replace("units = 5", "units = 0")
    place = world_of(text.replace('[[segment]]\nname = "s"\nloss_per_unit = 50.0\n', COMPLETE.format(rule=rule)))
    trace = trace_of(place, order(0.5, *first), order(0.75, ("x", 1), segment="s"))
    engines: tuple[Literal["compiled", "simpy"], ...] = ("compiled", "simpy")
    for engine in engines:
        assert simulate(place, trace, policy, engine=engine).scorecard["lost_units"] == 2.0


@pytest.mark.parametrize("split", ["none", "units"])
@pytest.mark.parametrize("rule", ["no", "line", "order"])
def test_nothing_costs_less_than_what_is_assigned(rule: str, split: str) -> None:
    """Every way to assign three orders of two lines each, of which one site has all units or none, is gone through."""
    place = world(f'split = "{split}"\nship_complete = "{rule}"')
    trace = trace_of(place, *(order(0.5, ("x", 1), ("y", 1)) for _ in range(3)))
    random, planner = np.random.default_rng(5), AssignmentPlanner(place)
    for _ in range(20):
        units, free = random.integers(1, 4, 6), random.integers(0, 7, 4)
        waiting = np.column_stack([np.repeat(range(3), 2), np.tile([0, 1], 3), units])
        seen = Snapshot(1.0, free, np.zeros(4, np.int64), waiting, trace.orders, 0.0, free, np.zeros(0, np.int8))
        ways = (money_of(way, units, free, rule, split) for way in product((-1, 0, 1), repeat=6))
        assert money_of(tuple(planner.assign(seen)), units, free, rule, split) == min(ways)


def money_of(way: tuple[int, ...], units: Any, free: Any, rule: str, split: str) -> float:
    """What locations for the lines of three orders cost against losing all, infinite where they may not be."""
    left, money = free.reshape(2, 2).astype(float).copy(), 0.0  # [SKU, site]
    for first in (0, 2, 4):
        sites = [int(site) for site in way[first : first + 2]]
        opened = set(sites) - {-1}
        money += 5.0 * len(opened)
        if (split == "none" and len(opened) > 1) or (rule == "order" and opened and -1 in sites):
            return np.inf
        for sku, site in enumerate(sites):
            asked = float(units[first + sku])
            taken = min(asked, float(free[2 * sku + site])) if site >= 0 else 0.0
            elsewhere = (
                split == "units" and free[2 * sku : 2 * sku + 2].max() < asked <= free[2 * sku : 2 * sku + 2].sum()
            )
            if site >= 0 and (not taken or (rule != "no" and taken < asked and not elsewhere)):
                return np.inf
            left[sku, site] -= taken
            money += taken * (site + 1.0 - 50.0)
    return money if (left >= 0.0).all() else np.inf
