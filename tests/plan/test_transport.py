"""Transport problems solved side by side: optimal by the prices they come with, and what HiGHS says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from fillrate.model.opening import stated_opening
from fillrate.plan import transport as module
from fillrate.plan.classes import classes_of, known_demand
from fillrate.plan.program import Program
from fillrate.plan.transport import Transported, cheapest_ways, transport, with_leftover
from fillrate.world import load_world

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
    warm = transport(cost, *other[1:], cold.basic)
    proven(cost, stock, demand, cold)
    proven(cost, *other[1:], warm)
    least = [by_highs(cost[n, :-1], stock[n], demand[n]) for n in range(PRODUCTS)]
    assert money_of(cost, cold) == pytest.approx(least, abs=1e-9)


@given(problems())
def test_the_rule_that_cannot_go_round_in_circles_comes_to_the_same(problem: Any) -> None:
    cost, stock, demand = problem
    usual = transport(cost, stock, demand, cheapest_ways(cost))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "STEEP", 0)
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
