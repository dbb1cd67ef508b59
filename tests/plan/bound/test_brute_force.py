"""Whole units against enumeration: in small worlds where nothing is bought, the bound is what the best answers earn."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from fillrate.plan.bound import hindsight
from fillrate.simulate import simulate
from fillrate.testing.by_hand import order, trace_of
from fillrate.trace import Trace
from fillrate.world import World
from fillrate.world.read import parse_world

SITES, REGIONS, SKUS = ("west", "east"), ("r0", "r1"), ("pen", "ink")
GRID = 0.25  # days and money: everything adds up exactly


class Script:
    """Answers from a list: the n-th unit asked for goes to this location, or is held."""

    columns = ("quantity",)

    def __init__(self, answers: tuple[str, ...]) -> None:
        """Begin at the first answer."""
        self.answers = iter(answers)

    def source(self, question: Any) -> int:
        """The scripted row if it is legal, else hold."""
        names, answer = list(question.locations), next(self.answers)
        row = names.index(answer) if answer in names else len(names) - 1
        return row if question.mask[row] else len(names) - 1


def random_world(random: np.random.Generator) -> World:
    """Two sites, regions and SKUs; lanes, stock, assortment, prices, losses, time charges and salvage by chance."""

    def money(most: float) -> float:
        return GRID * int(random.integers(0, int(most / GRID) + 1))

    lanes = [
        {"location": k, "region": j, "box": money(4.0), "rate": money(3.0), "transit_days": {"mean": money(2.0)}}
        for k, j in itertools.product(SITES, REGIONS)
    ]
    closed = {"location": SITES[int(random.integers(2))], "region": REGIONS[int(random.integers(2))], "closed": True}
    if random.integers(3) == 0:
        lanes = [lane for lane in lanes if (lane["location"], lane["region"]) != (closed["location"], closed["region"])]
        lanes.append(closed)
    sites: list[dict[str, Any]] = [
        {"name": k, "handling_per_parcel": money(1.0), "handling_per_unit": money(0.5), "fee_per_unit": money(0.5)}
        for k in SITES
    ]
    if random.integers(3) == 0:
        sites[0]["carries"] = ["pen"]
    carried = [(k, s) for k in SITES for s in SKUS if s in sites[SITES.index(k)].get("carries", SKUS)]
    return parse_world(
        {
            "world": {"name": "tiny", "horizon_days": 4.0},
            "location": sites,
            "region": [{"name": "r0"}, {"name": "r1", "loss_per_unit": money(2.0)}],
            "sku": [{"name": s, "price": 4.0 + money(6.0), "cost": 2.0 + money(3.0)} for s in SKUS],
            "segment": [{"name": "s", "loss_per_unit": money(3.0), "lateness_per_unit_day": money(1.0)}],
            "lane": lanes,
            "money": {
                "holding_per_day": money(1.0),
                "charge": ("time_average", "period_end")[int(random.integers(2))],
                "salvage": GRID * int(random.integers(2, 5)),
            },
            "supply": {"item": [{"location": k, "sku": s, "units": int(random.integers(0, 3))} for k, s in carried]},
        },
        "tiny",
    )


def random_trace(random: np.random.Generator, world: World) -> Trace:
    """Two to four units in orders of one or two lines, one unit each, some with a promise of their own."""
    orders, units = [], int(random.integers(2, 5))
    times = sorted(GRID * int(n) for n in random.integers(0, 16, size=units))
    while units > 0:
        count = min(units, int(random.integers(1, 3)))
        chosen = random.permutation(SKUS)[:count]
        promise = {"deliver_by": times[0] + 1.0} if random.integers(2) else {}
        orders.append(
            order(times.pop(0), *((str(s), 1) for s in chosen), region=REGIONS[int(random.integers(2))], **promise)
        )
        units -= count
    return trace_of(world, *orders)


def best_of_all(world: World, trace: Trace) -> float:
    """The largest contribution over all answers, by playing every one of them."""
    every = itertools.product((*SITES, "hold"), repeat=trace.orders.lines)
    found = [simulate(world, trace, Script(answers), engine="simpy").scorecard["contribution"] for answers in every]
    return max(value for value in found if value is not None)


@pytest.mark.parametrize("seed", range(24))
def test_whole_units_equal_brute_force_in_random_worlds(seed: int) -> None:
    random = np.random.default_rng(seed)
    world = random_world(random)
    trace = random_trace(random, world)
    best, found = best_of_all(world, trace), hindsight(world, trace, whole=True)
    assert found.kind == "static"
    assert found.value == pytest.approx(best, abs=1e-4)  # it allows for the rounding of bookings, far below the grid
    assert hindsight(world, trace).value >= best - 1e-9
