"""Every world of the catalogue under every policy of it: the compiled engine keeps the same journal as SimPy."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from typing import Any

import pytest
from tests.model.kernel.twins import same

from fillrate.catalogue import built_in
from fillrate.plan.patterns import Patterns
from fillrate.policy.read import read_entry
from fillrate.simulate import Result
from fillrate.trace import Orders, Trace, sample
from fillrate.world import World, load_world
from fillrate.world.expected import orders_per_day

WORLDS = sorted(path.stem for path in built_in("envs").glob("*.toml"))
NAMES = sorted(path.stem for path in built_in("policies").glob("*.toml"))
EVERY = bool(os.environ.get("FILLRATE_EVERY"))  # planned policies on every seed, and looking ahead
POLICIES = [name for name in NAMES if name != "optimal" and (EVERY or name != "lookahead")]  # tests/plan has both
PLANNED = {name for name in POLICIES if read_entry(name).policy.kind == "planned"}
FEW, MANY = 60, 500  # orders
SEEDS = (1, 2, 3, 4, 5)
ODD_SEEDS = (2**63 + 11, -7)
BY_LINE = {"sku", "quantity", "price"}


def short(world: World, orders: int) -> World:
    """The world over about so many orders, and a bit more than its warm-up."""
    least = world.header.warm_up_days + 1e-3
    return world.over(min(world.days, max(least, orders / orders_per_day(world))))


def last_orders(trace: Trace, orders: int) -> Trace:
    """The last orders of a trace: those after the warm-up are among them."""
    o = trace.orders
    start = max(0, len(o) - orders)
    line = int(o.first_line[start])
    cut = {f.name: getattr(o, f.name)[line if f.name in BY_LINE else start :].copy() for f in fields(o)}
    return replace(trace, orders=Orders(**cut | {"first_line": cut["first_line"] - line}))


def policies_for(world: World) -> list[str]:
    """Every policy that runs in a world without being trained for it, alone and as the world's baselines join them."""
    found = []
    for name in POLICIES:
        info = read_entry(name).policy
        if info.kind != "learned" and (info.part != "replenish" or world.supply.supplier):
            found.append(name)
    return list(dict.fromkeys([*found, *world.defaults.baselines]))


def play_all(world: World, seed: int, orders: int, names: list[str]) -> int:
    """Play a trace under policies in both engines; how many journals differ from each other."""
    small = short(world, orders)
    trace, told = last_orders(sample(small, seed), orders), set()
    for name in names:
        result = same(small, trace, name)
        assert isinstance(result, Result), f"{name}: {result}"
        assert result.journal is not None
        told.add(str(result.journal.column("time").to_numpy().tobytes()) + str(dict(result.scorecard)))
    return len(told)


def solve_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run asks for many plans, and both engines ask the same."""
    solve, known = Patterns.solve, dict[bytes, Any]()

    def once(self: Patterns, stock: Any, demand: Any, pool: Any = None) -> Any:
        key = bytes(pool is None) + stock.tobytes() + demand.tobytes()
        if key not in known:
            known[key] = solve(self, stock, demand, pool)
        return known[key]

    monkeypatch.setattr(Patterns, "solve", once)


@pytest.mark.parametrize("name", WORLDS)
def test_a_few_orders_of_every_world_under_its_baselines(name: str) -> None:
    world = load_world(name)
    play_all(world, 1, FEW, [*world.defaults.baselines])


def test_a_few_orders_under_every_policy() -> None:
    world = load_world("regional")
    names = policies_for(world)
    assert len(names) > 25
    assert play_all(world, 1, FEW, names) > 10


@pytest.mark.parametrize("seed", ODD_SEEDS)
@pytest.mark.parametrize("name", WORLDS)
def test_seeds_beyond_the_signed_and_below_zero(name: str, seed: int) -> None:
    world = load_world(name)
    play_all(world, seed, FEW, [world.defaults.baselines[0], "random"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WORLDS)
def test_five_hundred_orders_under_every_policy(name: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = load_world(name)
    plans = EVERY or (seed == SEEDS[0] and name != "baskets_large")
    names = [policy for policy in policies_for(world) if policy not in PLANNED or plans]
    solve_once(monkeypatch)
    assert play_all(world, seed, MANY, names) >= 5
