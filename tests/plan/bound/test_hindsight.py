"""The bound against what is known exactly: dynamic programs, a sorted list, and the engine itself."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pytest

from fillrate.errors import InputError
from fillrate.plan.bound import hindsight
from fillrate.plan.dlp import deterministic_lp
from fillrate.plan.exact import one_item_arrivals, optimal_cost
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of
from fillrate.trace import orders_of, sample
from fillrate.world import World, load_world, parse_world

CASES = [  # GROUND_TRUTH E (a) and (b): chances, costs by location and region, a lost order, stock, and three values
    ((0.4, 0.4), ((1, 4), (3, 1)), 10, (5, 5), 70.0, 70.359861, 70.541939),
    ((0.5, 0.3), ((1, 2), (6, 1)), 12, (8, 6), 38.0, 43.235332, 43.893241),
]


def one_item(chances: tuple[float, float], costs: Any, lost: float, stock: tuple[int, int]) -> World:
    """Two locations, two regions, one item and at most one order in each of twenty periods."""
    lanes = [{"location": f"k{k}", "region": f"j{j}", "rate": float(costs[k][j])} for k in (0, 1) for j in (0, 1)]
    given = {
        "world": {"name": "e", "horizon_days": 20.0},
        "location": [{"name": "k0"}, {"name": "k1"}],
        "region": [{"name": f"j{j}", "weight": chance} for j, chance in enumerate(chances)],
        "sku": [{"name": "item"}],
        "segment": [{"name": "s", "loss_per_unit": float(lost)}],
        "lane": lanes,
        "demand": {
            "process": "bernoulli",
            "probability": sum(chances),
            "basket": [{"probability": 1.0, "skus": ["item"]}],
        },
        "supply": {"item": [{"location": f"k{k}", "units": units} for k, units in enumerate(stock)]},
    }
    return parse_world(given, "e")


def outcomes(chances: tuple[float, float], periods: int) -> Iterator[tuple[float, int, int]]:
    """Probability of every number of orders of each region."""
    idle = 1.0 - sum(chances)
    for a in range(periods + 1):
        for b in range(periods + 1 - a):
            ways = math.comb(periods, a) * math.comb(periods - a, b)
            yield ways * chances[0] ** a * chances[1] ** b * idle ** (periods - a - b), a, b


@pytest.mark.parametrize(("chances", "costs", "lost", "stock", "dlp", "expected", "optimum"), CASES)
def test_its_mean_lies_between_the_deterministic_program_and_the_optimum(
    chances: tuple[float, float],
    costs: Any,
    lost: float,
    stock: tuple[int, int],
    dlp: float,
    expected: float,
    optimum: float,
) -> None:
    world, mean = one_item(chances, costs, lost, stock), 0.0
    for chance, a, b in outcomes(chances, 20):
        came = [order(float(n), ("item", 1), region="j0" if n < a else "j1") for n in range(a + b)]
        mean += chance * hindsight(world, trace_of(world, *came)).cost
    assert mean == pytest.approx(expected, abs=5e-7)
    assert deterministic_lp(world).value == pytest.approx(dlp, rel=1e-9)
    assert optimal_cost(one_item_arrivals(chances, costs, lost), stock, 20) == pytest.approx(optimum, abs=5e-7)


def test_a_sorted_list_reaches_it() -> None:
    """One wave for scarce stock: who is worth most first is optimal, so the bound is the contribution itself."""
    world = load_world("limited_edition")
    trace = orders_of(world, 3)
    reached = simulate(world, trace, "weighted_score").scorecard["contribution"]
    assert reached is not None
    assert hindsight(world, trace).value == pytest.approx(reached, rel=1e-9)


def test_like_orders_are_counted_together() -> None:
    """Prices a millionth apart keep every order a row of its own, and change nothing but the size."""
    world = load_world("baskets").over(400.0)
    trace = sample(world, 5)
    few, o = hindsight(world, trace), trace.orders
    apart = replace(o, price=np.arange(o.lines) / 2.0**20)  # a millionth apart
    many = hindsight(world, replace(trace, orders=apart))
    assert few.columns < many.columns / 2
    assert many.value == pytest.approx(few.value, abs=1.0)


def test_what_is_no_bound_is_refused() -> None:
    world = load_world("two_warehouses").over(20.0)
    trace = sample(world, 0)
    with pytest.raises(InputError, match="found rule: no base stock"):
        hindsight(world, trace, "rule")
    with pytest.raises(InputError, match=r"found 'statik'"):
        hindsight(world, trace, "statik")  # type: ignore[arg-type]
    many = load_world("baskets")
    with pytest.raises(InputError, match="orders; allowed: up to 2,000 for whole units"):
        hindsight(many, sample(many, 0), whole=True)
    assert np.isfinite(hindsight(world, trace).value)


def test_ctrl_c_is_heard_while_the_solver_works(monkeypatch: pytest.MonkeyPatch) -> None:
    working = threading.Event()

    class Endless(highspy.Highs):
        def run(self) -> Any:
            working.set()
            time.sleep(30.0)

    monkeypatch.setattr(highspy, "Highs", Endless)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as on a terminal
    world = load_world("two_warehouses").over(5.0)

    def press() -> None:
        working.wait()
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=press, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        hindsight(world, sample(world, 0))
    signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < 10.0
