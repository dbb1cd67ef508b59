"""Transport problems solved side by side: optimal by the prices they come with, and what HiGHS says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from fillrate.errors import InputError
from fillrate.model.opening import stated_opening
from fillrate.plan import program as module_of_programs
from fillrate.plan import transport as module
from fillrate.plan.classes import classes_of, known_demand
from fillrate.plan.program import Program
from fillrate.plan.transport import Transported, cheapest_ways, transport, with_leftover
from fillrate.world import World, load_world
from fillrate.world.read import parse_world

PRODUCTS, KINDS, LOCATIONS = 3, 5, 3


@st.composite
def problems(draw: Any) -> tuple[Any, Any, Any]:
    """Costs, stock and demand of a few products: ways that there are not, equal costs, nothing there, nothing asked."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    cost = random.normal(-1.0, 2.0, (PRODUCTS, KINDS, LOCATIONS + 1))
    if draw(st.booleans()):
        cost = np.round(cost)
    cost[random.random(cost.shape) < draw(st.sampled_from([0.0, 0.4]))] = np.inf
    cost[:, :, -1] = 0.0
    stock = random.integers(0, 8, (PRODUCTS, LOCATIONS)).astype(float)
    demand = random.random((PRODUCTS, KINDS)) * 4.0
    if draw(st.booleans()):
        demand = np.round(demand)
    return with_leftover(cost), stock, demand


def by_highs(cost: Any, stock: Any, demand: Any) -> float:
    """What one product costs at least, by scipy."""
    kinds, ways = cost.shape
    money = np.where(np.isinf(cost), 0.0, cost).ravel()
    upper = np.where(np.isinf(cost), 0.0, np.inf).ravel()
    of_kind = np.kron(np.eye(kinds), np.ones(ways))
    of_place = np.kron(np.ones(kinds), np.eye(ways))[:-1]
    bounds = np.stack([np.zeros(len(money)), upper], axis=1)
    return float(linprog(money, of_place, stock, of_kind, demand, bounds=bounds).fun)


def money_of(cost: Any, found: Transported) -> Any:
    """(products,) what is sent costs."""
    return (np.where(found.sent > 0.0, cost, 0.0) * found.sent).sum(axis=(1, 2))


def proven(cost: Any, stock: Any, demand: Any, found: Transported) -> None:
    """Everything is sent once, from what is there, and the prices prove that nothing is cheaper."""
    sent, price = found.sent[:, :-1], np.append(found.price, np.zeros((len(stock), 1)), axis=1)
    assert (sent > -1e-9).all()
    assert sent.sum(axis=2) == pytest.approx(demand)
    assert (sent.sum(axis=1)[:, :-1] < stock + 1e-9).all()
    assert (found.price > -1e-9).all()
    least = (cost[:, :-1] + price[:, None, :]).min(axis=2)
    assert (least * demand).sum(axis=1) - (found.price * stock).sum(axis=1) == pytest.approx(money_of(cost, found))


@given(problems(), problems())
def test_an_optimum_is_proven_and_costs_what_highs_says(first: Any, other: Any) -> None:
    cost, stock, demand = first
    cold = transport(cost, stock, demand, cheapest_ways(cost))
    _, other_stock, other_demand = other
    warm = transport(cost, other_stock, other_demand, cold.basic)
    proven(cost, stock, demand, cold)
    proven(cost, other_stock, other_demand, warm)
    least = [by_highs(cost[n, :-1], stock[n], demand[n]) for n in range(PRODUCTS)]
    assert money_of(cost, cold) == pytest.approx(least, abs=1e-9)


@given(problems())
def test_the_rule_that_cannot_go_round_in_circles_comes_to_the_same(problem: Any) -> None:
    cost, stock, demand = problem
    usual = transport(cost, stock, demand, cheapest_ways(cost))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "STEEP", 0.0)
        slow = transport(cost, stock, demand, cheapest_ways(cost))
    proven(cost, stock, demand, slow)
    assert money_of(cost, slow) == pytest.approx(money_of(cost, usual))


def test_a_product_is_solved_as_if_it_were_alone() -> None:
    random = np.random.default_rng(4)
    cost = random.normal(-1.0, 2.0, (6, 9, 4))
    cost[:, :, -1] = 0.0
    cost, stock, demand = with_leftover(cost), random.random((6, 3)) * 5.0, random.random((6, 9))
    together = transport(cost, stock, demand, cheapest_ways(cost))
    for n in range(6):
        alone = transport(cost[n : n + 1], stock[n : n + 1], demand[n : n + 1], cheapest_ways(cost[n : n + 1]))
        assert (alone.price[0] == together.price[n]).all()
        assert (alone.sent[0] == together.sent[n]).all()


def test_many_kinds_at_equal_costs_end_and_so_they_do_where_the_rules_change(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    cost = random.integers(-3, 0, (2, 80, 7)).astype(float)
    cost[:, :, -1] = 0.0
    cost, stock, demand = (
        with_leftover(cost),
        random.integers(0, 40, (2, 6)).astype(float),
        random.poisson(2.0, (2, 80)),
    )
    usual = transport(cost, stock, demand.astype(float), cheapest_ways(cost))
    proven(cost, stock, demand, usual)
    monkeypatch.setattr(module, "STEEP", 10.0 / cost[0].size)
    changed = transport(cost, stock, demand.astype(float), cheapest_ways(cost))
    proven(cost, stock, demand, changed)
    assert money_of(cost, changed) == pytest.approx(money_of(cost, usual))


def test_kinds_that_cost_the_same_everywhere_are_dealt_out() -> None:
    cost = with_leftover(np.tile([-1.0, -1.0, -1.0, 0.0], (1, 8, 1)))
    assert cheapest_ways(cost)[0, :8, :3].sum(axis=0).tolist() == [3, 3, 2]


def stores(count: int, carried: int) -> World:
    """So many stores with some of 12 SKUs each, at a flat rate."""
    random = np.random.default_rng(3)
    skus = [f"k{n}" for n in range(12)]
    location = [
        {"name": f"l{n}", "carries": random.choice(skus, carried, replace=False).tolist()} for n in range(count)
    ]
    return parse_world(
        {
            "world": {"name": "stores", "horizon_days": 30.0},
            "location": location,
            "region": [{"name": f"r{n}", "weight": 1.0 + n} for n in range(4)],
            "sku": [{"name": name, "price": 20.0, "cost": 8.0} for name in skus],
            "segment": [{"name": "s", "loss_per_unit": 5.0}, {"name": "t", "loss_per_unit": 1.0}],
            "demand": {"process": "poisson", "rate_per_day": 100.0},
            "shipping": {"box": 3.0, "rate": 0.5},
            "supply": {"opening": "coverage", "opening_days": 20.0},
        },
        "stores",
    )


@pytest.mark.parametrize(("count", "carried"), [(1, 5), (4, 6), (40, 3)])
def test_stores_that_carry_some_and_stock_that_comes_and_goes(count: int, carried: int) -> None:
    world, random = stores(count, carried), np.random.default_rng(2)
    ours, highs = (Program(world, classes_of(world)) for _ in range(2))
    highs.apart = None
    assert ours.apart is not None
    assert ours.apart.cost.shape[2] == np.bincount(world.tables.pair_sku).max() + 1, "no place for stores that lack it"
    demand = known_demand(world, ours.classes, 0.0, world.days)
    found = None
    for _ in range(4):
        stock = random.integers(0, 40, ours.pairs).astype(float)
        found = ours.solve(stock, demand, None if found is None else found.basis)
        assert found.value == pytest.approx(highs.solve(stock, demand).value, rel=1e-9)
        assert (np.bincount(ours.pair, found.sent, ours.pairs) < stock + 1e-6).all()


def test_where_a_product_is_in_many_places_highs_solves_them_together() -> None:
    world = stores(40, 9)
    assert np.bincount(world.tables.pair_sku).max() > module_of_programs.FEW
    assert Program(world, classes_of(world)).apart is None


def test_numbers_below_zero_are_refused() -> None:
    program = Program(world := stores(4, 6), classes_of(world))
    stock, demand = np.zeros(program.pairs), known_demand(world, program.classes, 0.0, 1.0)
    for wrong in (stock - 1.0, stock + np.nan, stock + np.inf):
        with pytest.raises(InputError, match="from 0 on"):
            program.solve(wrong, demand)


@pytest.mark.parametrize("name", ["regional", "peak_season", "disruption", "limited_edition", "lost_sales"])
def test_along_a_run_prices_are_those_of_highs(name: str) -> None:
    world, random = load_world(name), np.random.default_rng(1)
    ours, highs = (Program(world, classes_of(world)) for _ in range(2))
    highs.apart = None
    left = np.array(stated_opening(world).units, np.float64)
    sold, one, other = left / 8.0, None, None
    for step in range(8):
        demand = known_demand(world, ours.classes, world.days * step / 8.0, world.days)
        one = ours.solve(left, demand, None if one is None else one.basis)
        other = highs.solve(left, demand, None if other is None else other.basis)
        assert one.value == pytest.approx(other.value, rel=1e-9)
        assert one.price[left > 0] == pytest.approx(other.price[left > 0], abs=1e-7)
        assert len(one.basis) == ours.memory
        assert (np.bincount(ours.pair, one.sent, ours.pairs) < left + 1e-6).all()
        assert (np.bincount(ours.item, one.sent, ours.items) < demand + 1e-6).all()
        left = np.maximum(0.0, left - random.poisson(sold))
