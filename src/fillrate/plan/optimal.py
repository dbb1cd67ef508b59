"""The optimal rule of a small world, as prices of stock: what a unit less would cost from the next period on.

One SKU, orders of one unit, at most one a period, nothing bought: backward induction over the vector of stocks gives
the cost to go V, and an order is served optimally by the least cost + V(stock less the unit) − V(stock), losing it
included. Source: Xu, Allgor and Graves (2009); see `fillrate.plan.exact.fulfilment`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import PolicyError
from fillrate.model.opening import stated_opening
from fillrate.model.planning import Plan, Snapshot
from fillrate.plan.bound.clock import due_times, per_unit_day
from fillrate.plan.classes import classes_of
from fillrate.plan.exact.fulfilment import Arrival, Option, optimal_costs
from fillrate.plan.program import Program
from fillrate.world import World
from fillrate.world.expected import region_shares
from fillrate.world.law import mean_of

__all__ = ["OptimalPlanner"]

MOST = 20_000_000  # entries of the table of costs to go


class OptimalPlanner:
    """Prices at the start of every period."""

    shares, looks_back, assigns, memory = False, False, False, 0

    def __init__(self, world: World) -> None:
        """Solve the world by backward induction.

        Raises:
            PolicyError: the world is not one that this recursion solves.
        """
        _check(world)
        self.stock, self.starts = tuple(stated_opening(world).units), due_times(world.demand.period_days, world.days)
        periods = len(self.starts)
        size = (periods + 1) * math.prod(units + 1 for units in self.stock)
        if size > MOST:
            raise PolicyError("planner", f"kind = 'optimal' with {size} states", f"at most {MOST}")
        self.to_go = optimal_costs(_arrivals(world), self.stock, periods)

    def assign(self, seen: Snapshot) -> NDArray[np.int64]:
        """Never asked: its prices are a table."""
        return np.full(len(seen.waiting), -1)

    def __call__(self, seen: Snapshot) -> Plan:
        """What a unit less of each stock costs after this period.

        Raises:
            PolicyError: there is more stock than the world states at the start.
        """
        free = np.maximum(seen.free, 0)
        if (free > self.stock).any():
            raise PolicyError("planner", "more stock than at the start", "kind = 'optimal' where nothing is bought")
        value = self.to_go[int((self.starts > seen.now).sum())]
        price = [_less(value, free.tolist(), pair) for pair in range(len(free))]
        return Plan(np.array(price), np.zeros((0, 0)), np.zeros(0, np.int8))


def _less(value: NDArray[np.float64], free: list[int], pair: int) -> float:
    """Cost of a unit less of one stock, 0 where there is none."""
    if not free[pair]:
        return 0.0
    left = [units - (n == pair) for n, units in enumerate(free)]
    return float(value[tuple(left)] - value[tuple(free)])


def _check(world: World) -> None:
    demand, place = world.demand, f"kind = 'optimal' in '{world.name}'"
    if len(world.skus) != 1 or len(world.segments) != 1 or world.supply.supplier:
        raise PolicyError("planner", place, "one SKU, one segment, no suppliers")
    one = all(len(b.skus) == 1 and b.quantities in {(), (1,)} for b in demand.basket)
    if demand.process != "bernoulli" or not demand.basket or not one:
        raise PolicyError("planner", place, "bernoulli demand of one unit an order, by [[demand.basket]]")
    if left_out := _left_out(world):
        raise PolicyError("planner", f"{place}, which has {left_out}", "a world that its recursion says all of")


def _left_out(world: World) -> str:
    """What the recursion knows nothing of, so that its rule would not be the best; empty if there is no such thing."""
    segment, money = world.segments[0], world.money
    found = {
        "costs of holding": bool(per_unit_day(world).any()),
        "stock written down at the close": money.salvage < 1.0,
        "returns": segment.return_probability > 0.0,
        "lateness": segment.lateness_per_unit_day > 0.0,
        "short picks": any(place.short_pick_probability > 0.0 for place in world.locations),
        "orders that wait": segment.waits_forever or mean_of(segment.patience_days) > 0.0,
        "waves": world.timing.mode == "wave",
        "outages": any(place.outage.windows or place.outage.mean_up_days > 0.0 for place in world.locations),
        "orders that a channel pins": any(each.pins != "nothing" and each.weight > 0.0 for each in world.channels),
    }
    return next((name for name, on in found.items() if on), "")


def _arrivals(world: World) -> tuple[Arrival, ...]:
    """An arrival for each region, its options the locations and being lost."""
    program, pairs = Program(world, classes_of(world)), len(world.tables.pair_sku)
    chances = (region_shares(world) * world.demand.probability).tolist()
    lost = [0.0] * len(chances)
    options: list[list[Option]] = [[] for _ in chances]
    for c, region in enumerate(program.classes.region.tolist()):
        lost[region] = float(program.loss_of[c])
        for n in np.flatnonzero(program.of == c).tolist():
            uses = tuple(int(program.pair[n] == pair) for pair in range(pairs))
            options[region].append(Option(float(program.sending[n] + program.boxes[n]) + lost[region], uses))
        options[region].append(Option(lost[region], (0,) * pairs))
    return tuple(Arrival(chance, tuple(each)) for chance, each in zip(chances, options, strict=True) if each)
