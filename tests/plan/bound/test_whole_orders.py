"""The program of whole orders against every answer written out, against lines and boxes, and against whole units."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from fillrate.model.opening import stated_opening
from fillrate.plan.bound import hindsight, whole_orders
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world


def small(seed: int, periods: float = 8.0) -> tuple[World, Trace]:
    """A few orders of `baskets`, every line with a price and a quantity of its own, for scarce stock."""
    world, random = load_world("baskets").over(periods), np.random.default_rng(seed)
    trace = sample(world, seed)
    o = trace.orders
    price = o.price + np.rint(random.random(o.lines) * 20.0 * 2**20) / 2**20
    return world, replace(trace, orders=replace(o, price=price, quantity=random.integers(1, 4, o.lines, np.int32)))


def written_out(world: World, trace: Trace) -> float:
    """The bound with a column for every answer to every order, from the world's tables alone."""
    o, tables, places = trace.orders, world.tables, len(world.locations)
    pair_at = {(k, p): n for n, (k, p) in enumerate(zip(tables.pair_sku, tables.pair_location, strict=True))}
    values: list[float] = []
    used: list[np.ndarray] = []
    supply, lost = np.array(stated_opening(world).units, np.float64), 0.0
    for n in range(len(o)):
        lines, region, segment = range(o.first_line[n], o.first_line[n + 1]), o.region[n], o.segment[n]
        loss = tables.loss[segment][region]
        lost += sum(loss * o.quantity[line] for line in lines)
        choices = [[-1] + [p for p in range(places) if (o.sku[line], p) in pair_at] for line in lines]
        for answer in itertools.product(*choices):
            sites = {p for p in answer if p >= 0}
            worth, takes = -sum(tables.box[0, region, p] for p in sites), np.zeros(len(supply) + len(o))
            takes[len(supply) + n] = 1.0
            for line, p in zip(lines, answer, strict=True):
                if p >= 0:
                    cost = tables.rate[0, region, p] + tables.unit_cost[o.sku[line]]
                    worth += o.quantity[line] * (o.price[line] + loss - cost)
                    takes[pair_at[o.sku[line], p]] += o.quantity[line]
            values.append(worth)
            used.append(takes)
    limits = np.concatenate([supply, np.ones(len(o))])
    found = linprog(-np.array(values), A_ub=np.array(used).T, b_ub=limits, method="highs")
    return float(-found.fun) - lost


@pytest.mark.parametrize("seed", range(4))
def test_every_answer_written_out_gives_the_same(seed: int) -> None:
    world, trace = small(seed)
    assert hindsight(world, trace).value == pytest.approx(written_out(world, trace), rel=1e-9, abs=1e-6)


def test_it_lies_between_whole_units_and_lines_with_boxes() -> None:
    """Whole units ≤ whole orders ≤ lines and boxes, and somewhere below these."""
    gains = []
    for seed in range(6):
        world, trace = small(seed)
        whole, orders = hindsight(world, trace, whole=True), hindsight(world, trace)
        lines = hindsight(world, trace, cut_up=True)
        slack = 1e-9 * lines.cost
        assert whole.reached <= orders.value + slack
        assert orders.value <= lines.value + slack
        assert orders.value - orders.reached <= 2.0 * slack
        gains.append(lines.value - orders.value)
    assert max(gains) > 1e-3


def test_a_sample_to_begin_with_changes_the_way_and_not_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    world, trace = small(1, 300.0)
    found = hindsight(world, trace)
    monkeypatch.setattr(whole_orders, "MANY", 20)
    sampled = hindsight(world, trace)
    assert sampled.value == pytest.approx(found.value, rel=1e-9)
    assert sampled.columns != found.columns


def test_wherever_the_rounds_stop_it_is_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    world, trace = small(2, 120.0)
    found = hindsight(world, trace)
    for rounds in (1, 2, 4):
        monkeypatch.setattr(whole_orders, "ROUNDS", rounds)
        early = hindsight(world, trace)
        assert early.value >= found.value
        assert early.reached <= found.reached + 1e-6
        assert rounds > 2 or early.value > found.value + 1.0


def test_a_search_that_stops_at_once_has_the_bound_of_divisible_units() -> None:
    """Before it has a bound or a point of its own."""
    world, trace = small(0, 40.0)
    found, divided = hindsight(world, trace, whole=True, seconds=1e-9), hindsight(world, trace)
    assert found.value == divided.value
    assert found.cost == divided.cost
    assert found.reached == -np.inf
