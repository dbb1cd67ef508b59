"""The deterministic program: hand-made and exact cases, and the literature's own formulation solved beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from fillrate.errors import InputError
from fillrate.model.opening import stated_opening
from fillrate.plan.dlp import deterministic_lp
from fillrate.plan.exact import optimal_cost, whole_order_arrivals
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, load_world, parse_world
from fillrate.world.literature import instance


def made(**tables: Any) -> World:
    """A world of one site, one region and one SKU, where `tables` do not say otherwise."""
    given: dict[str, Any] = {
        "world": {"name": "w", "horizon_days": 10.0},
        "location": [{"name": "site"}],
        "region": [{"name": "region"}],
        "sku": [{"name": "item"}],
        "demand": {"process": "bernoulli", "basket": [{"probability": 1.0, "skus": ["item"]}]},
    }
    return parse_world({**given, **tables}, "w")


def one_item(chances: tuple[float, float], costs: list[list[float]], lost: float, stock: tuple[int, int]) -> World:
    lanes = [
        {"location": f"k{k}", "region": f"j{j}", "box": 0.0, "rate": float(costs[k][j])} for k in (0, 1) for j in (0, 1)
    ]
    return made(
        world={"name": "e", "horizon_days": 20.0},
        location=[{"name": "k0"}, {"name": "k1"}],
        region=[{"name": f"j{j}", "weight": chance} for j, chance in enumerate(chances)],
        segment=[{"name": "s", "loss_per_unit": lost}],
        lane=lanes,
        demand={
            "process": "bernoulli",
            "probability": sum(chances),
            "basket": [{"probability": 1.0, "skus": ["item"]}],
        },
        supply={"item": [{"location": f"k{k}", "units": units} for k, units in enumerate(stock)]},
    )


@pytest.mark.parametrize(
    ("chances", "costs", "lost", "stock", "value"),
    [  # GROUND_TRUTH E (a) and (b)
        ((0.4, 0.4), [[1, 4], [3, 1]], 10.0, (5, 5), 70.0),
        ((0.5, 0.3), [[1, 2], [6, 1]], 12.0, (8, 6), 38.0),
    ],
)
def test_one_item(
    chances: tuple[float, float], costs: list[list[float]], lost: float, stock: tuple[int, int], value: float
) -> None:
    assert deterministic_lp(one_item(chances, costs, lost, stock)).value == pytest.approx(value, rel=1e-9)


def test_prices_are_what_one_more_unit_saves() -> None:
    chances, costs = (0.5, 0.3), [[1.0, 2.0], [6.0, 1.0]]
    least = deterministic_lp(one_item(chances, costs, 12.0, (7, 4)))
    more = [deterministic_lp(one_item(chances, costs, 12.0, s)).value for s in ((8, 4), (7, 5))]
    assert least.prices == pytest.approx([least.value - value for value in more])
    assert least.prices == pytest.approx([11.0, 11.0])  # a loss of 12 less a freight of 1
    assert deterministic_lp(one_item(chances, costs, 12.0, (50, 50))).prices == pytest.approx([0.0, 0.0])


def test_two_items_below_the_exact_optimum() -> None:
    world = made(
        world={"name": "e", "horizon_days": 15.0},
        location=[{"name": "k0"}, {"name": "k1"}],
        sku=[{"name": "a"}, {"name": "b"}],
        segment=[{"name": "s", "loss_per_unit": 15.0}],
        lane=[{"location": f"k{k}", "region": "region", "box": 3.0 + k, "rate": 1.0} for k in (0, 1)],
        demand={
            "process": "bernoulli",
            "basket": [
                {"probability": 0.3, "skus": ["a"]},
                {"probability": 0.2, "skus": ["b"]},
                {"probability": 0.4, "skus": ["a", "b"]},
                {"probability": 0.1},
            ],
        },
        supply={
            "item": [
                {"location": f"k{k}", "sku": sku, "units": units}
                for k, sku, units in ((0, "a", 4), (0, "b", 2), (1, "a", 3), (1, "b", 5))
            ]
        },
    )
    arrivals = whole_order_arrivals(
        [0.3, 0.2, 0.4], [(0,), (1,), (0, 1)], items=2, boxes=(3, 4), units=(1, 1), lost_cost=15
    )
    value = deterministic_lp(world).value
    assert value < optimal_cost(arrivals, (4, 2, 3, 5), 15)
    assert value == pytest.approx(published(world), rel=1e-9)


def test_ample_stock_takes_the_cheapest_way_of_each_order() -> None:
    """A box of 5 and a unit of 1 + a handling and fee of 0.5 each, a parcel 1 + 2: 8 + 3 × 2 an order of three."""
    world = made(
        location=[
            {
                "name": "site",
                "handling_per_unit": 0.5,
                "handling_per_parcel": 2.0,
                "fee_per_unit": 0.5,
                "fee_per_parcel": 1.0,
            }
        ],
        shipping={"box": 5.0, "rate": 1.0},
        segment=[{"name": "s", "loss_per_unit": 99.0}],
        demand={"process": "bernoulli", "basket": [{"probability": 2.0, "skus": ["item"], "quantities": [3]}]},
        supply={"item": [{"units": 1000}]},
    )
    assert deterministic_lp(world).value == pytest.approx(10 * (8 + 3 * 2))


def test_lost_units_forgo_their_margin_too() -> None:
    terms = {"sku": [{"name": "item", "price": 10.0, "cost": 4.0}], "shipping": {"rate": 1.0}}
    segments = [{"name": "s", "weight": 1.0, "price_factor": 0.5}, {"name": "t", "weight": 3.0, "loss_per_unit": 2.0}]
    region = [{"name": "region", "loss_per_unit": 7.0}]
    empty = made(**terms, region=region, segment=segments)
    assert deterministic_lp(empty).value == pytest.approx(2.5 * (7 + 1) + 7.5 * (7 + 2 + 6))
    stocked = made(**terms, region=region, segment=segments, supply={"item": [{"units": 6}]})
    assert deterministic_lp(stocked).value == pytest.approx(2.5 * (7 + 1) + 1.5 * (7 + 2 + 6) + 6 * 1)


def test_the_same_sku_twice_in_an_order_is_one_line() -> None:
    twice = {"probability": 1.0, "skus": ["item", "item"], "quantities": [1, 2]}
    world = made(
        demand={"process": "bernoulli", "basket": [twice]}, shipping={"box": 5.0}, supply={"item": [{"units": 15}]}
    )
    assert deterministic_lp(world).value == pytest.approx(0.0)  # nothing lost is charged, so nothing is shipped
    costly = made(
        demand={"process": "bernoulli", "basket": [twice]},
        shipping={"box": 5.0},
        segment=[{"name": "s", "loss_per_unit": 9.0}],
        supply={"item": [{"units": 15}]},
    )
    assert deterministic_lp(costly).value == pytest.approx(15 * 9 + 15 / 3 * 5)


def published(world: World) -> float:
    """The program as Ma (2023) writes it, in shares u of a line and y of a box; losing is a centre of its own."""
    tables, T = world.tables, world.days
    total, weight = sum(b.probability for b in world.demand.basket), sum(r.weight for r in world.regions)
    stock = stated_opening(world).units
    cost: list[float] = []
    below: list[tuple[dict[int, float], float]] = [({}, float(n)) for n in stock]
    equal: list[dict[int, float]] = []
    for basket in world.demand.basket:
        for r, region in enumerate(world.regions):
            rate = T * basket.probability / total * region.weight / weight
            boxes = {}
            for k in range(len(world.locations)):
                boxes[k] = len(cost)
                cost.append(rate * float(tables.box[0, r, k]))
            for name in basket.skus:
                lost = len(cost)
                cost.append(rate * (region.loss_per_unit + world.segments[0].loss_per_unit))
                line = {lost: 1.0}
                for k, pair in tables.candidates(r, tables.ids["sku"][name]):
                    line[len(cost)] = 1.0
                    below[pair][0][len(cost)] = rate
                    below.append(({len(cost): 1.0, boxes[k]: -1.0}, 0.0))
                    cost.append(rate * float(tables.rate[0, r, k]))
                equal.append(line)
    matrices = []
    for rows in ([row for row, _ in below], equal):
        matrix = np.zeros((len(rows), len(cost)))
        for n, row in enumerate(rows):
            matrix[n, list(row)] = list(row.values())
        matrices.append(matrix)
    found = linprog(cost, matrices[0], [most for _, most in below], matrices[1], np.ones(len(equal)), method="highs")
    assert found.success
    return float(found.fun)


@pytest.mark.parametrize("number", [0, 1])
def test_against_the_published_formulation(number: int) -> None:
    world = instance(number, horizon=300.0)
    assert deterministic_lp(world).value == pytest.approx(published(world), rel=1e-7)


def test_the_file_of_the_world_says_its_value() -> None:
    assert deterministic_lp(load_world("baskets")).value == pytest.approx(115_515.23, abs=0.005)


def test_worlds_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="suppliers"):
        deterministic_lp(made(supply={"supplier": [{"name": "factory"}]}))
    with pytest.raises(InputError, match="no order types"):
        deterministic_lp(made(demand={"process": "bernoulli"}))
    for salvage, back, found in ((0.5, 0.0, "written down"), (1.0, 1.0, "returns")):
        with pytest.raises(InputError, match=found):
            deterministic_lp(returning(salvage, back))


@pytest.mark.parametrize(("salvage", "back"), [(0.5, 0.0), (1.0, 1.0)])
def test_a_write_down_avoided_and_returns_make_up_for_cost(salvage: float, back: float) -> None:
    """So a program without them is no bound: ten orders for six units, of which four would be lost."""
    world = returning(salvage, back)
    played = simulate(world, sample(world, 0), "cheapest").scorecard["controllable_cost"]
    assert played is not None
    assert played < deterministic_lp(returning(1.0, 0.0)).value == pytest.approx(6 * 1.5 + 4 * (20.0 + 6.0))


def returning(salvage: float, back: float) -> World:
    """Six units; everything sent comes back after half a day with probability `back`."""
    return made(
        sku=[{"name": "item", "price": 10.0, "cost": 4.0}],
        segment=[{"name": "s", "loss_per_unit": 20.0, "return_probability": back}],
        lane=[{"location": "site", "region": "region", "box": 1.0, "rate": 0.5}],
        supply={"item": [{"location": "site", "units": 6}]},
        money={"salvage": salvage, "return_days": {"mean": 0.5}},
    )
