"""Nothing that is decided up to an instant depends on what is revealed later; leaks planted on purpose are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fillrate.catalogue import entries
from fillrate.decision.question import OrderView, Question, ReplenishView
from fillrate.errors import PolicyError
from fillrate.model.simpy_model.facts import Facts
from fillrate.model.simpy_model.supply import Supply
from fillrate.policy import bind, load_policy
from fillrate.policy.read import read_entry
from fillrate.testing import Run, find_leak, runs
from fillrate.testing.by_hand import order, trace_of, world_of
from fillrate.testing.future import OtherFuture, other_orders
from fillrate.trace import Orders, Trace, sample
from fillrate.world import World, load_world

WORLDS = sorted(entries("envs"))
ELSEWHERE = {"lookahead", "optimal"}  # tests/plan
POLICIES = sorted(
    set(entries("policies")) - ELSEWHERE - {n for n in entries("policies") if read_entry(n).policy.kind == "learned"}
)


class Nosy:
    """Asks for every column and decides by their sum; ranks and buys by all that it sees."""

    def source(self, question: Question) -> int:
        """The legal row with the largest sum of all columns."""
        sums = question.table.sum(axis=1)
        return int(max(np.flatnonzero(question.mask), key=lambda row: (sums[row], -row)))

    def rank(self, orders: Sequence[OrderView]) -> list[float]:
        """The sum of all columns."""
        return [float(sum(o.columns.values())) for o in orders]

    def replenish(self, view: ReplenishView) -> list[int]:
        """One for each pair that is short."""
        return [int(q < 3) for q in view.on_hand - view.reserved + view.inbound - view.held]


def first_orders(trace: Trace, most: int) -> Trace:
    """The same trace with its first orders only."""
    o = trace.orders
    kept = min(most, len(o))
    last = int(o.first_line[kept])
    by_order = ("time", "key", "region", "segment", "channel", "pin", "ship_by", "deliver_by")
    cut = {name: getattr(o, name)[:kept] for name in by_order}
    lines = {name: getattr(o, name)[:last] for name in ("sku", "quantity", "price")}
    return replace(trace, orders=Orders(**cut, **lines, first_line=o.first_line[: kept + 1].copy()))


@cache
def some_orders(name: str) -> tuple[World, Trace, float]:
    """A catalogue world with about a hundred orders, and an instant in their midst."""
    world = load_world(name)
    horizon = world.header.warm_up_days + min(10.0, world.days - world.header.warm_up_days)
    trace = sample(world, 1, horizon)
    trace = first_orders(trace, 120)
    return world, trace, float(trace.orders.time[len(trace.orders) // 2])


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(runs(), st.sampled_from((0.25, 0.5, 0.75)))
def test_random_worlds_do_not_leak(run: Run, share: float) -> None:
    """At an instant at which an order arrives, so that ties matter."""
    times = run.trace.orders.time
    at = float(times[int(len(times) * share)]) if len(times) else run.trace.days * share
    assert find_leak(run.world, run.trace, lambda _: run.policy, at) is None


@pytest.mark.parametrize("name", WORLDS)
def test_no_column_leaks_in_any_world(name: str) -> None:
    world, trace, at = some_orders(name)
    nosy = Nosy() if world.supply.supplier else _part(Nosy(), "source", "rank")
    assert find_leak(world, trace, lambda _: nosy, at) is None


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", WORLDS)
def test_no_policy_leaks_in_any_world(name: str, policy: str) -> None:
    if name == "baskets_large" and read_entry(policy).policy.kind == "planned":
        pytest.skip("its programs take long")
    world, trace, at = some_orders(name)
    try:
        bind(load_policy(policy), world.over(trace.days))
    except PolicyError:
        pytest.skip("made for other worlds")
    assert find_leak(world, trace, lambda _: policy, at) is None


# --- the test itself can fail -----------------------------------------------------------------------------------------


def _part(whole: Any, *methods: str) -> Any:
    """An object with only some of the methods of another."""
    return type("Part", (), {name: staticmethod(getattr(whole, name)) for name in methods})()


class KnowsTheDemand:
    """Holds every other order; which ones depends on how many will come."""

    def __init__(self, trace: Trace) -> None:
        self.odd = len(trace.orders) > 50

    def source(self, question: Question) -> int:
        """Look ahead."""
        legal = np.flatnonzero(question.mask)
        return int(legal[-1] if question.order % 2 == self.odd else legal[0])


class RanksByTheDemand:
    """Ranks the last first if many will come."""

    def __init__(self, trace: Trace) -> None:
        self.sign = 1.0 if len(trace.orders) > 50 else -1.0

    def rank(self, orders: Sequence[OrderView]) -> list[float]:
        """Early or late ones first."""
        return [self.sign * o.order for o in orders]


BUSY = """
[world]
name = "busy"
horizon_days = 8.0
[[location]]
name = "a"
station = { servers = 1, law = "exponential", setup_minutes = 200.0 }
[[location]]
name = "b"
outage = { mean_up_days = 1.0, mean_down_days = 0.5 }
[[region]]
name = "r"
[[sku]]
name = "x"
price = 10.0
cost = 4.0
[[segment]]
name = "s"
patience_days = { law = "exponential", mean = 1.0 }
return_probability = 0.5
[shipping]
transit_days = { law = "exponential", mean = 1.0 }
[supply]
[[supply.item]]
units = 3
base_stock = 4
[[supply.supplier]]
name = "f"
lead_time_days = { law = "exponential", mean = 1.0 }
outage = { mean_up_days = 1.0, mean_down_days = 1.0 }
[timing]
reoffer_hours = 6.0
[money]
return_days = { mean = 1.0 }
[defaults]
replenish = "base_stock"
"""
INSTANTS = (2.0, 2.9, 4.0, 5.0, 5.6)


@pytest.fixture
def busy() -> tuple[World, Trace]:
    world = world_of(BUSY)
    return world, trace_of(world, *(order(n * 0.125, ("x", 1 + n * 5 % 3)) for n in range(60)), seed=5)


@pytest.fixture
def leak(busy: tuple[World, Trace]) -> Callable[[Any], str]:
    """What is found over some instants, empty if nothing."""
    return lambda make: " ".join(found for at in INSTANTS if (found := find_leak(*busy, make, at)))


def test_nothing_is_planted(leak: Callable[[Any], str]) -> None:
    assert leak(lambda _: Nosy()) == ""
    assert leak(lambda _: "cheapest") == ""


def test_a_source_policy_that_knows_the_demand_is_found(leak: Callable[[Any], str]) -> None:
    assert "became" in leak(KnowsTheDemand)


def test_a_rank_policy_that_knows_the_demand_is_found(leak: Callable[[Any], str]) -> None:
    assert "became" in leak(RanksByTheDemand)


def test_a_column_that_knows_a_transit_draw_is_found(
    leak: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(facts: Facts) -> list[float]:
        sim, o = facts.sim, facts.order
        laws = sim.tables.transit_law[0][o.region]
        return [sim.chance.transit(o.key, p, law) for p in facts.rows.location if (law := laws[p]) is not None]

    monkeypatch.setattr(Facts, "_transit_days", drawn)
    assert "became" in leak(lambda _: "cheapest")


def test_a_column_that_knows_when_receipts_are_due_is_found(
    leak: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def due(supply: Supply, pair: int) -> float:
        coming = [c.due for c in supply.coming.values() if c.pair == pair]
        return min(coming, default=99.0) - float(supply.sim.env.now)

    monkeypatch.setattr(Supply, "receipt_days", due)
    assert "became" in leak(lambda _: "cheapest")


def test_the_other_future_is_another(busy: tuple[World, Trace]) -> None:
    """Orders up to the instant are the same, the others and every later draw are not."""
    world, trace = busy
    o, other = trace.orders, other_orders(trace, 4.0).orders
    known = int((o.time <= 4.0).sum())
    assert 0 < known < len(other) < len(o)
    assert np.array_equal(other.time[:known], o.time[:known])
    assert other.time[known:].min() > 4.0
    assert (other.quantity[known:] != o.quantity[known : len(other)]).all()
    past, future = OtherFuture(world, 5, 1e9), OtherFuture(world, 5, 0.0)
    law = world.segments[0].patience_days
    assert past.patience(1, law) != future.patience(1, law)
    assert past.outage(1, 0, 1.0) != future.outage(1, 0, 1.0)
    assert past.transit(1, 0, law) != future.transit(1, 0, law)
