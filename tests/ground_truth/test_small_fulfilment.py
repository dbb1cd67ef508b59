"""Small fulfilment problems whose expected cost is known exactly, played by the model (GROUND_TRUTH E).

Twice: order by order against the rule written plainly, to the last digit; and on average against the dynamic program.
An average over few short runs is noisy, but what was asked for explains most of it: counts of orders, and of orders
past the stock, have known (binomial) means, so they serve as control variates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from fillrate.plan.exact import myopic_cost, one_item_arrivals, whole_order_arrivals
from fillrate.policy import load_policy
from fillrate.simulate import simulate
from fillrate.trace import Orders, sample
from fillrate.world import World, parse_world

Floats = NDArray[np.float64]
HALF_WIDTH = 0.005  # of the value, at 99 %


def shops(boxes: Sequence[float], stock: dict[tuple[int, str], int], **tables: object) -> World:
    """A world of locations k0, k1, ... with their stock of SKUs, at most one order a period, what is short is lost."""
    skus = sorted({name for _, name in stock})
    return parse_world(
        {
            "location": [{"name": f"k{k}"} for k in range(len(boxes))],
            "sku": [{"name": name} for name in skus],
            "supply": {"item": [{"location": f"k{k}", "sku": name, "units": n} for (k, name), n in stock.items()]},
            **tables,
        },
        "small",
    )


@dataclass(frozen=True)
class OneItem:
    """Orders of one unit; region j asks with p_j, location k serves it at costs[k][j]."""

    chances: tuple[float, ...]
    costs: tuple[tuple[float, ...], ...]
    lost: float
    stock: tuple[int, ...]
    myopic: float  # GROUND_TRUTH E
    runs: int
    periods: int = 20
    policy: str = "cheapest"

    def world(self) -> World:
        regions = range(len(self.chances))
        lanes = [
            {"location": f"k{k}", "region": f"j{j}", "rate": row[j]}
            for k, row in enumerate(self.costs)
            for j in regions
        ]
        return shops(
            [0.0] * len(self.stock),
            {(k, "item"): units for k, units in enumerate(self.stock)},
            world={"name": "one_item", "horizon_days": float(self.periods)},
            region=[{"name": f"j{j}", "weight": chance} for j, chance in enumerate(self.chances)],
            segment=[{"name": "all", "loss_per_unit": self.lost}],
            lane=lanes,
            demand={"process": "bernoulli", "probability": sum(self.chances)},
        )

    def exact(self) -> float:
        return myopic_cost(one_item_arrivals(self.chances, self.costs, self.lost), self.stock, self.periods)

    def plain(self, orders: Orders) -> float:
        """The rule order by order: the cheapest location with stock, else lost."""
        left, total = list(self.stock), 0.0
        for region in orders.region.tolist():
            ways = [(row[region], k) for k, row in enumerate(self.costs) if left[k]]
            cost, k = min(ways, default=(self.lost, -1))
            total += cost
            if ways:
                left[k] -= 1
        return total

    def controls(self, orders: Orders) -> list[float]:
        """Orders by region, those past each region's own stock, and those past the whole stock, less their means."""
        asked = np.bincount(orders.region, minlength=len(self.chances)).tolist()
        own = [past(n, s, self.periods, p) for n, s, p in zip(asked, self.stock, self.chances, strict=True)]
        counts = [n - self.periods * p for n, p in zip(asked, self.chances, strict=True)]
        return [*counts, *own, past(sum(asked), sum(self.stock), self.periods, sum(self.chances))]


@dataclass(frozen=True)
class TwoItems:
    """Orders of a, of b, or of both; a box for each location used, 1 a unit, a lost unit costs 15."""

    myopic: float = 135.24
    runs: int = 300
    periods: int = 15
    policy: str = "whole_order"
    types: tuple[tuple[float, str], ...] = ((0.3, "a"), (0.2, "b"), (0.4, "ab"))
    boxes: tuple[float, ...] = (3.0, 4.0)
    stock: tuple[tuple[int, int], ...] = ((4, 2), (3, 5))  # of a and b by location
    lost: float = 15.0

    def world(self) -> World:
        baskets = [{"probability": chance, "skus": list(skus)} for chance, skus in self.types]
        return shops(
            self.boxes,
            {(k, sku): units for k, row in enumerate(self.stock) for sku, units in zip("ab", row, strict=True)},
            world={"name": "two_items", "horizon_days": float(self.periods)},
            region=[{"name": "here"}],
            segment=[{"name": "all", "loss_per_unit": self.lost}],
            lane=[{"location": f"k{k}", "region": "here", "box": box, "rate": 1.0} for k, box in enumerate(self.boxes)],
            demand={"process": "bernoulli", "basket": [*baskets, {"probability": 0.1}]},
        )

    def exact(self) -> float:
        types = [tuple("ab".index(sku) for sku in skus) for _, skus in self.types]
        chances = [chance for chance, _ in self.types]
        arrivals = whole_order_arrivals(
            chances, types, items=2, boxes=self.boxes, units=(1.0, 1.0), lost_cost=self.lost
        )
        return myopic_cost(arrivals, [units for row in self.stock for units in row], self.periods)

    def plain(self, orders: Orders) -> float:
        """The rule order by order: every set of locations is tried."""
        left, total = [list(row) for row in self.stock], 0.0
        for first, last in zip(orders.first_line[:-1], orders.first_line[1:], strict=True):
            items = orders.sku[first:last].tolist()
            cost, opened = min((self._cost(left, items, opened), opened) for opened in ((), (0,), (1,), (0, 1)))
            total += cost
            for item in items:
                k = next((k for k in opened if left[k][item]), -1)
                if k >= 0:
                    left[k][item] -= 1
        return total

    def _cost(self, left: list[list[int]], items: list[int], opened: tuple[int, ...]) -> float:
        served = sum(any(left[k][item] for k in opened) for item in items)
        return sum(self.boxes[k] for k in opened) + served + self.lost * (len(items) - served)

    def controls(self, orders: Orders) -> list[float]:
        """Orders, units of each item, and units past the stock of each, less their means."""
        found = [len(orders) - self.periods * 0.9]
        for item, chance in enumerate((0.7, 0.6)):
            asked, stock = int((orders.sku == item).sum()), sum(row[item] for row in self.stock)
            found += [asked - self.periods * chance, past(asked, stock, self.periods, chance)]
        return found


def past(asked: int, stock: int, periods: int, chance: float) -> float:
    """Units asked for past the stock, less their mean when `asked` is binomial."""
    counts = np.arange(periods + 1)
    mean = np.maximum(counts - stock, 0) @ stats.binom.pmf(counts, periods, chance)
    return max(asked - stock, 0) - float(mean)


CASES = {
    "one item (a)": OneItem((0.4, 0.4), ((1.0, 4.0), (3.0, 1.0)), 10.0, (5, 5), 73.081507, 400),
    "one item (b)": OneItem((0.5, 0.3), ((1.0, 2.0), (6.0, 1.0)), 12.0, (8, 6), 45.359348, 1300),
    "two items": TwoItems(),
}


def played(case: OneItem | TwoItems, runs: int, of: Callable[[Orders], object]) -> tuple[Floats, list[object]]:
    """(runs,) cost in the model over traces 0, 1, ..., and something else of each trace."""
    world = case.world()
    policy = load_policy(case.policy, world)  # read once: the runs are tiny
    traces = [sample(world, seed) for seed in range(runs)]
    costs = [simulate(world, trace, policy).scorecard["controllable_cost"] for trace in traces]
    return np.array(costs, np.float64), [of(trace.orders) for trace in traces]


def mean_with_controls(values: Floats, controls: Floats) -> tuple[float, float]:
    """Mean and 99 % half-width of values, regressed on controls of mean 0 (Lavenberg and Welch 1981)."""
    columns = np.column_stack([np.ones(len(values)), controls])
    weights = np.linalg.lstsq(columns, values, rcond=None)[0]
    free = len(values) - columns.shape[1]
    error = np.sqrt(((values - columns @ weights) ** 2).sum() / free / len(values))
    return float(weights[0]), float(stats.t.ppf(0.995, free) * error)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_model_costs_what_the_rule_costs_order_by_order(case: OneItem | TwoItems) -> None:
    costs, plain = played(case, 60, case.plain)
    assert costs.tolist() == pytest.approx(plain, abs=1e-9)
    assert len(set(costs.tolist())) > 20


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_expected_cost_of_the_myopic_rule(case: OneItem | TwoItems) -> None:
    assert case.exact() == pytest.approx(case.myopic, abs=0.005)
    costs, controls = played(case, case.runs, case.controls)
    mean, half_width = mean_with_controls(costs, np.array(controls, np.float64))
    assert half_width <= HALF_WIDTH * case.myopic
    assert mean == pytest.approx(case.exact(), abs=half_width)
