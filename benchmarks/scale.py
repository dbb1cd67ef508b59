"""Cost of an order as traces and assortments grow: the compiled engine on a world like `regional`, `cheapest`.

Usage: python benchmarks/scale.py [--lines 10000,100000,1000000,10000000] [--skus 10,100,1000,10000,100000]
                                  [--orders 200000] [--repeats 5] [--json]

One process, one core, journal off; processor time, and of the play alone: neither sampling nor compiling nor the tables
of world and policy. Sizes take turns, `--repeats` times; in a turn short runs are repeated up to a million orders and
counted together, so that the machine's pace falls on all alike. Medians of turns are printed, and the dearest over the
cheapest. A longer trace is a longer horizon at the same rate of orders. Other numbers of SKUs share the same `--orders`
over 196 days: once with the daily holding and capital charges of `regional`, which look at every pair with stock, and
once without them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from _command import run

from fillrate.model.kernel.engine import play
from fillrate.model.kernel.feed import Feed
from fillrate.model.kernel.setting import Setting
from fillrate.policy import bind, load_policy
from fillrate.simulate import opening_of
from fillrate.trace import sample
from fillrate.world import World, load_world
from fillrate.world.demand import Sku

RATE = 102.0  # orders a day, as in `regional`
DAYS = 196.0
LINES_AN_ORDER = 1.3
LONG = 1_000_000  # orders that each size plays in a turn at least


def longer(lines: int) -> World:
    """`regional` over a horizon with so many order lines."""
    return load_world("regional").over(lines / LINES_AN_ORDER / RATE)


def wider(skus: int, orders: int, charged: bool) -> World:
    """The network of `regional` with so many SKUs of equal popularity, each carried everywhere."""
    world = load_world("regional").over(DAYS)
    free = replace(world.money, holding_per_day=0.0, holding_rate_per_year=0.0, capital_rate_per_year=0.0)
    goods = tuple(Sku(f"s{n}", 25.0, 12.0) for n in range(skus))
    places = tuple(replace(place, carries=("*",)) for place in world.locations)
    return replace(
        world,
        locations=places,
        skus=goods,
        money=world.money if charged else free,
        demand=replace(world.demand, rate_per_day=orders / DAYS, promotion=(), basket=()),
        supply=replace(world.supply, item=(), supplier=tuple(replace(s, skus=("*",)) for s in world.supply.supplier)),
    )


def player(world: World, policy: str) -> tuple[Callable[[], float], int]:
    """What plays a sample of a world and returns the seconds, and the number of its orders."""
    trace = sample(world, 1)
    setting, feed = Setting(world, bind(load_policy(policy), world)), Feed(world, trace, opening_of(world, 1))

    def timed() -> float:
        start = time.process_time()
        play(setting, feed)
        return time.process_time() - start

    return timed, len(trace.orders)


def costs(worlds: dict[int, World], policy: str, repeats: int) -> dict[int, float]:
    """Median nanoseconds an order by size; all sizes in each turn."""
    players = {size: player(world, policy) for size, world in worlds.items()}
    found: dict[int, list[float]] = {size: [] for size in players}
    players[min(players)][0]()  # compiles
    for _ in range(repeats):
        for size, (timed, orders) in players.items():
            again = max(1, LONG // orders)  # short runs are repeated: how a machine's pace wavers is no cost
            found[size].append(sum(timed() for _ in range(again)) / (again * orders) * 1e9)
    return {size: statistics.median(each) for size, each in found.items()}


def measure(lines: list[int], skus: list[int], orders: int, policy: str, repeats: int) -> dict[str, Any]:
    """All series, the ratio of dearest to cheapest in each, and the machine."""
    series = {
        "lines": {n: longer(n) for n in lines},
        "skus": {n: wider(n, orders, charged=False) for n in skus},
        "skus_charged_daily": {n: wider(n, orders, charged=True) for n in skus},
    }
    found: dict[str, Any] = {"policy": policy, "repeats": repeats}
    for name, worlds in series.items():
        each = costs(worlds, policy, repeats)
        found[f"nanoseconds_an_order_by_{name}"] = {n: round(cost) for n, cost in each.items()}
        found[f"ratio_over_{name}"] = round(max(each.values()) / min(each.values()), 3)
    return found


if __name__ == "__main__":
    run(
        __doc__,
        measure,
        lines=[10_000, 100_000, 1_000_000, 10_000_000],
        skus=[10, 100, 1_000, 10_000, 100_000],
        orders=200_000,
        policy="cheapest",
        repeats=5,
    )
