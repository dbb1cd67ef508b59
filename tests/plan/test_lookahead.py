"""Look-ahead: the same in both engines, blind to the trace's future, and better than its base rule where it matters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pytest
from tests.plan.test_dlp import made, one_item

from fillrate.plan.lookahead import surest
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import SourceRule
from fillrate.simulate import Replications, simulate
from fillrate.testing.future import other_orders
from fillrate.trace import sample
from fillrate.world import load_world

Engine: TypeAlias = Literal["compiled", "simpy"]
ENGINES: tuple[Engine, ...] = ("simpy", "compiled")


def shallow(name: str = "cheapest", rollouts: int = 4) -> object:
    """A look-ahead of few rollouts, so that a test is quick."""
    entry = read_entry("lookahead")
    base = read_entry(name).source
    assert base is not None
    rule = replace(entry.source or SourceRule(), rollouts=rollouts, candidates=2, days=0.5, steps=base.steps)
    return replace(load_policy("lookahead"), source=replace(entry, source=rule))


def over_prices(name: str = "whole_order", **terms: Any) -> object:
    """The same over the whole-order solver."""
    entry, base = read_entry("lookahead"), read_entry(name).source
    assert base is not None
    rule = replace(entry.source or SourceRule(), steps=(), value=base.value, box=base.box)
    rule = replace(rule, **{"rollouts": 4, "candidates": 4, "days": 0.5, **terms})
    return replace(load_policy("lookahead"), source=replace(entry, source=rule))


@pytest.mark.parametrize("policy", [shallow(), over_prices()])
@pytest.mark.parametrize("world", ["two_warehouses", "regional", "omnichannel"])
def test_both_engines_decide_the_same(world: str, policy: object) -> None:
    trace = sample(load_world(world), 3, 1.0 if world != "two_warehouses" else 20.0)
    found = [simulate(world, trace, policy, engine, journal=True) for engine in ENGINES]
    assert found[0].journal is not None
    assert found[0].journal.equals(found[1].journal)


def test_replications_look_ahead_too() -> None:
    world = load_world("regional").over(1.0)
    traces, played = [sample(world, seed) for seed in (3, 4)], Replications(world, {"it": shallow()})
    cards = played.scorecards("it", [played.feed(trace) for trace in traces])
    assert [dict(card) for card in cards] == [dict(simulate(world, trace, shallow()).scorecard) for trace in traces]


def test_over_prices_it_keeps_units_for_those_whom_nobody_else_serves_cheaply() -> None:
    """Region j1 is far from k1: who serves j0 from k0 as well is out of stock there when j1 asks."""
    world = one_item((0.5, 0.4), [[1.0, 1.2], [1.0, 9.0]], 12.0, (6, 12))
    policies = ("whole_order", over_prices(rollouts=8, days=0.0), "optimal")
    costs = [
        np.mean([simulate(world, sample(world, n), policy).scorecard["controllable_cost"] or 0.0 for n in range(10)])
        for policy in policies
    ]
    myopic, ahead, optimal = map(float, costs)
    assert myopic - ahead > 0.9 * (myopic - optimal) > 10.0


def test_the_rest_of_a_period_is_still_to_come() -> None:
    """Twenty orders come at one instant for five units: as with one order a day, the units are kept for gold."""
    tables = {
        "sku": [{"name": "item", "price": 10.0}],
        "segment": [{"name": "standard"}, {"name": "gold", "price_factor": 3.0}],
        "lane": [{"location": "site", "region": "region", "box": 0.0, "rate": 1.0}],
        "supply": {"item": [{"units": 5}]},
    }
    earned = []
    for days, count in ((1.0, 20.0), (20.0, 1.0)):
        demand = {"process": "periodic", "count": {"mean": count}}
        world = made(world={"name": "w", "horizon_days": days}, demand=demand, **tables)
        found = [
            simulate(world, sample(world, n), over_prices(days=0.0, rollouts=16)).scorecard["contribution"]
            for n in range(5)
        ]
        earned.append(found)
    assert earned[0] == earned[1] == [145.0] * 5


@pytest.mark.parametrize("policy", [shallow(), over_prices()])
def test_later_orders_change_nothing_before_them(policy: object) -> None:
    world = load_world("regional")
    trace = sample(world, 4, 1.0)
    at = float(trace.orders.time[len(trace.orders) // 2])
    journals = [simulate(world, t, policy, journal=True).journal for t in (trace, other_orders(trace, at))]
    before = [j.slice(0, int(np.searchsorted(j["time"].to_numpy(), at, "right"))) for j in journals if j is not None]
    assert before[0].num_rows > 0
    assert before[0].equals(before[1])


def test_noise_does_not_move_it() -> None:
    random = np.random.default_rng(1)
    same = random.normal(size=16)
    assert surest(np.stack([same, same + random.normal(scale=1.0, size=16) - 0.5])) == 0
    assert surest(np.stack([same, same + 1.0])) == 1


@pytest.mark.slow(minutes=1)
def test_it_beats_its_base_rule_in_peak_season() -> None:
    gains = []
    for seed in range(4):
        trace = sample("peak_season", seed, 2.0)
        ahead, base = (simulate("peak_season", trace, p).scorecard["contribution"] for p in ("lookahead", "cheapest"))
        gains.append((ahead or 0.0) - (base or 0.0))
    assert np.mean(gains) > 2.0 * np.std(gains, ddof=1) / np.sqrt(len(gains))
