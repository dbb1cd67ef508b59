"""Planners: when they are asked, what they see, and that what they say counts, in both engines alike."""

from __future__ import annotations

from dataclasses import astuple, replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fillrate.errors import PolicyError
from fillrate.model.kernel.engine import journal_of, play
from fillrate.model.kernel.feed import Feed
from fillrate.model.kernel.setting import Setting
from fillrate.model.planning import Kinds, Plan, Snapshot, answered, baskets_of, received
from fillrate.model.simpy_model import Simulation
from fillrate.policy import Bound, bind, load_policy
from fillrate.policy.spec import PlannerRule
from fillrate.simulate import opening_of
from fillrate.testing.by_hand import order, trace_of, world_of
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world


class Recorder:
    """Prices by all that it sees, so that a difference between engines shows in what is decided; notes what it saw."""

    shares, looks_back, memory = False, True, 3

    def __init__(self, world: World, assigns: bool = False) -> None:
        self.world, self.assigns, self.seen = world, assigns, list[Any]()

    def note(self, seen: Snapshot, what: str) -> int:
        """A number made of everything."""
        count = -1 if seen.orders is None else len(seen.orders)
        arrays = [
            np.asarray(a).tolist() for a in (seen.free, seen.inbound, seen.waiting, seen.planned_free, seen.memory)
        ]
        self.seen.append((what, seen.now, count, seen.planned_at, arrays))
        return hash(str(self.seen[-1][1:])) % 97 + len(seen.waiting) + count

    def __call__(self, seen: Snapshot) -> Plan:
        number = sum(map(ord, str(self.note(seen, "plan")) + str(seen.free.tolist()) + str(seen.waiting.tolist())))
        price = (np.arange(len(seen.free)) * 7 + number) % 5 * 0.5
        return Plan(np.asarray(price, np.float64), np.zeros((0, 0)), np.array([number % 100, 1, 2], np.int8))

    def assign(self, seen: Snapshot) -> NDArray[np.int64]:
        self.note(seen, "assign")
        places = len(self.world.locations)
        return np.asarray((seen.waiting.sum(axis=1) + int(seen.free.sum())) % (places + 1) - 1, np.int64)


def both(world: World, trace: Trace, bound: Bound, **terms: Any) -> tuple[Recorder, Recorder]:
    """Play in both engines with a recorder each; the journals are the same."""
    made = Recorder(world, **terms), Recorder(world, **terms)
    opening = opening_of(world, trace.seed)
    state = play(Setting(world, replace(bound, planner=made[0])), Feed(world, trace, opening), journal=True)
    sim = Simulation(world, trace, replace(bound, planner=made[1]), opening, journal=True)
    sim.run()
    assert sim.journal is not None
    assert journal_of(world, state).equals(sim.journal.table(world))
    return made


def planned(world: World, policy: str, **terms: Any) -> Bound:
    """A policy with a planner's clock."""
    rule = PlannerRule("dlp", **terms)
    bound = bind(load_policy(policy), world)
    days = world.days / rule.times if rule.times > 1 else rule.every_hours / 24.0
    return replace(bound, plan=rule, plan_days=days, reassign_days=rule.reassign_hours / 24.0)


@pytest.mark.parametrize("name", ["regional", "omnichannel", "limited_edition", "peak_season", "disruption"])
def test_both_engines_show_the_same_and_do_the_same(name: str) -> None:
    world = load_world(name)
    world = world.over(min(world.days, world.header.warm_up_days + (1.0 if name == "limited_edition" else 0.6)))
    trace = sample(world, 5)
    for assigns in (False, True):
        terms: dict[str, Any] = {"reassign_hours": 3.0} if assigns else {}
        bound = planned(world, "whole_order", every_hours=2.0, at_waves=True, **terms)
        compiled, simpy = both(world, trace, bound, assigns=assigns)
        assert compiled.seen[-len(simpy.seen) :] == simpy.seen  # a run whose tables were too small began again
        assert len(compiled.seen) > 3
        assert assigns == any(what == "assign" for what, *_ in compiled.seen) or not assigns


SMALL = """
[world]
name = "small"
horizon_days = 4.0
[[location]]
name = "near"
[[location]]
name = "far"
[[region]]
name = "r"
[[sku]]
name = "x"
price = 10.0
[[segment]]
name = "s"
patience_days = { mean = 2.0 }
[[lane]]
location = "near"
region = "r"
rate = 1.0
[[lane]]
location = "far"
region = "r"
rate = 2.0
[[supply.item]]
location = "near"
units = 2
[[supply.item]]
location = "far"
units = 1
"""


def test_a_clock_strikes_before_the_orders_of_its_instant_and_knows_those_before() -> None:
    world = world_of(SMALL)
    trace = trace_of(world, *(order(at, ("x", 1)) for at in (0.0, 0.5, 1.0, 1.0, 3.5)))
    compiled, _ = both(world, trace, planned(world, "whole_order", every_hours=24.0))
    assert [(now, count) for _, now, count, *_ in compiled.seen] == [(0.0, 0), (1.0, 2), (2.0, 4), (3.0, 4)]
    free, _, waiting, before, memory = compiled.seen[2][-1]
    assert free == [0, 0]
    assert waiting == [[3, 0, 1]]  # the fourth order waits
    assert sum(before) == 1  # at the second plan
    assert memory[1:] == [1, 2]


def test_prices_are_what_is_charged() -> None:
    """A unit at the near site is worth 3 to others: the far one ships, until it is empty."""
    world = world_of(SMALL)
    trace = trace_of(world, *(order(at, ("x", 1)) for at in (0.5, 1.0)))

    class Dear(Recorder):
        def __call__(self, _: Snapshot) -> Plan:
            return Plan(np.array([3.0, 0.0]), np.zeros((0, 0)), np.zeros(3, np.int8))

    bound = replace(planned(world, "whole_order"), planner=Dear(world))
    state = play(Setting(world, bound), Feed(world, trace, opening_of(world, 0)), journal=True)
    table = journal_of(world, state).to_pylist()
    assert [row["location"] for row in table if row["kind"] == "reserved"] == ["far", "near"]


def _priced(price: NDArray[np.float64], _: Snapshot) -> Plan:
    return Plan(price, np.zeros((0, 0)), np.zeros(0, np.int8))


def test_a_planner_that_says_what_cannot_be_is_told_so() -> None:
    seen = Snapshot(0.0, np.ones(2, np.int64), np.zeros(2, np.int64), np.zeros((0, 3), np.int64), None, -1.0,
                    np.zeros(2, np.int64), np.zeros(0, np.int8))  # fmt: skip
    for price in ([1.0], [1.0, float("nan")]):
        with pytest.raises(PolicyError, match="2 prices"):
            answered(partial(_priced, np.array(price)), seen, 2, 0)
    with pytest.raises(PolicyError, match="at the start"):
        answered(lambda _: None, seen, 2, 0)


def test_a_policy_that_plans_needs_a_planner() -> None:
    world = world_of(SMALL)
    with pytest.raises(PolicyError, match="no planner"):
        Setting(world, bind(load_policy("bid_price"), world))


def test_shares_but_for_arithmetic_sum_to_one() -> None:
    seen = Snapshot(0.0, np.ones(1, np.int64), np.zeros(1, np.int64), np.zeros((0, 3), np.int64), None, -1.0,
                    np.zeros(1, np.int64), np.zeros(0, np.int8))  # fmt: skip
    share = np.array([[1 / 3, 1 / 3, 1 / 3], [0.5, 0.2, 0.0], [1.0 + 1e-12, -1e-15, 0.0]])
    plan = answered(lambda _: Plan(np.zeros(1), share, np.zeros(0, np.int8)), seen, 1, 9)
    assert plan is not None
    assert plan.share.sum(axis=1).tolist() == [1.0, pytest.approx(0.7, abs=1e-6), 1.0]
    assert (plan.share * 2**20 == np.rint(plan.share * 2**20)).all()


def test_orders_are_known_by_type_however_their_lines_stand() -> None:
    world = load_world("baskets").over(300.0)
    trace = sample(world, 2)
    o, kinds = trace.orders, Kinds(world)
    found = baskets_of(world, o)
    assert (found > 0).all()
    for n in range(0, len(o), 7):
        skus = [world.skus[k].name for k in o.sku[o.first_line[n] : o.first_line[n + 1]].tolist()]
        assert sorted(world.demand.basket[found[n] - 1].skus) == sorted(skus)
    assert kinds.item_of.max() < kinds.count
    other = trace_of(world, order(1.0, ("item_01", 9)), order(2.0, ("item_02", 1), ("item_02", 3)))
    assert baskets_of(world, other.orders).tolist() == [0, 0]


def test_what_has_been_received_ends_before_an_instant_or_with_it_at_a_wave() -> None:
    world = world_of(SMALL)
    orders = trace_of(world, *(order(at, ("x", n + 1)) for n, at in enumerate((0.0, 1.0, 1.0, 2.0)))).orders
    assert [len(received(orders, 1.0, wave)) for wave in (False, True)] == [1, 3]
    assert received(orders, 1.0, True).quantity.tolist() == [1, 2, 3]
    assert astuple(received(orders, 9.0, True))[0].tolist() == orders.time.tolist()
