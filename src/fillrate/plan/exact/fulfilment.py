"""Small fulfilment problems solved exactly: which stock serves each order, over a finite horizon without replenishment.

In each period at most one order comes, of type j with a stated probability. Each way to serve it, losing it included,
uses units of the stock and has a cost. Backward induction over the vector of stocks (Bellman 1957) gives the expected
cost of the optimal rule and of the myopic one; for the setting see Xu, Allgor and Graves (2009) and Jasin and Sinha
(2015).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, whole

__all__ = [
    "Arrival",
    "Option",
    "myopic_cost",
    "one_item_arrivals",
    "optimal_cost",
    "optimal_costs",
    "whole_order_arrivals",
]

Floats = NDArray[np.float64]
Step = Callable[[Floats, "Arrival"], Floats]


@dataclass(frozen=True)
class Option:
    """One way to serve an order: its cost, and the units that it takes from each stock."""

    cost: float
    uses: tuple[int, ...]


@dataclass(frozen=True)
class Arrival:
    """One type of order: the probability that it comes in a period, and its options, one of which uses no stock."""

    probability: float
    options: tuple[Option, ...]


def one_item_arrivals(
    probabilities: Sequence[float], costs: Sequence[Sequence[float]], lost_cost: float
) -> tuple[Arrival, ...]:
    """Orders of one unit of one item; the stocks are the locations.

    Args:
        probabilities: (regions,) of an order in a period.
        costs: (locations, regions) of serving.
        lost_cost: of a lost order.

    >>> arrivals = one_item_arrivals([0.4, 0.4], [[1, 4], [3, 1]], lost_cost=10)
    >>> round(optimal_cost(arrivals, stock=(5, 5), periods=20), 6), round(myopic_cost(arrivals, (5, 5), 20), 6)
    (70.541939, 73.081507)
    """
    locations = len(costs)
    takes = [tuple(int(k == i) for i in range(locations)) for k in range(locations)]
    lost = Option(lost_cost, (0,) * locations)
    return tuple(
        Arrival(probability, (*(Option(costs[k][j], takes[k]) for k in range(locations)), lost))
        for j, probability in enumerate(probabilities)
    )


def whole_order_arrivals(
    probabilities: Sequence[float],
    types: Sequence[Sequence[int]],
    *,
    items: int,
    boxes: Sequence[float],
    units: Sequence[float],
    lost_cost: float,
) -> tuple[Arrival, ...]:
    """Orders of one unit each of several items; the stocks are (location, item), locations first.

    An option sends each unit from some location or loses it: a box per location used, a price per unit, `lost_cost` per
    unit lost. Options stand in the order of their locations, item by item, losing last; that order settles ties.

    Args:
        probabilities: (types,) of an order in a period.
        types: (types, any) item numbers of each type.
        items: how many items there are.
        boxes: (locations,) cost of a box.
        units: (locations,) cost of a unit.
        lost_cost: per unit.

    >>> arrivals = whole_order_arrivals([0.3, 0.2, 0.4], [(0,), (1,), (0, 1)], items=2,
    ...     boxes=(3, 4), units=(1, 1), lost_cost=15)
    >>> round(optimal_cost(arrivals, stock=(4, 2, 3, 5), periods=15), 6)
    132.344583
    """
    lost = len(boxes)

    def option(order: Sequence[int], places: tuple[int, ...]) -> Option:
        uses = [0] * (len(boxes) * items)
        for item, place in zip(order, places, strict=True):
            if place != lost:
                uses[place * items + item] += 1
        box_cost = sum(boxes[place] for place in set(places) - {lost})
        return Option(box_cost + sum(lost_cost if place == lost else units[place] for place in places), tuple(uses))

    return tuple(
        Arrival(probability, tuple(option(order, places) for places in product(range(lost + 1), repeat=len(order))))
        for probability, order in zip(probabilities, types, strict=True)
    )


def optimal_costs(arrivals: Sequence[Arrival], stock: Sequence[int], periods: int) -> Floats:
    """(periods + 1, stock₁ + 1, stock₂ + 1, …) least expected cost with that many periods to go and that stock.

    An order is served best by the option with the least cost + value of the stock that it leaves, one period on.
    """
    return np.stack(_induction(_best, arrivals, stock, periods))


def optimal_cost(arrivals: Sequence[Arrival], stock: Sequence[int], periods: int) -> float:
    """Expected cost of the optimal rule from the full stock over all periods.

    Raises:
        InputError: probabilities that sum to more than 1, options that do not fit the stock, or an order type without
            an option that uses no stock.
    """
    return float(_induction(_best, arrivals, stock, periods)[-1][tuple(stock)])


def myopic_cost(arrivals: Sequence[Arrival], stock: Sequence[int], periods: int) -> float:
    """Expected cost of taking the cheapest feasible option each time, the first if several are; raises likewise."""
    return float(_induction(_myopic, arrivals, stock, periods)[-1][tuple(stock)])


def _induction(step: Step, arrivals: Sequence[Arrival], stock: Sequence[int], periods: int) -> list[Floats]:
    _check(arrivals, stock, periods)
    idle = 1.0 - sum(arrival.probability for arrival in arrivals)
    values = [np.zeros([units + 1 for units in stock])]
    for _ in range(periods):
        served = (arrival.probability * step(values[-1], arrival) for arrival in arrivals)
        values.append(idle * values[-1] + sum(served, start=np.zeros_like(values[0])))
    return values


def _best(values: Floats, arrival: Arrival) -> Floats:
    totals = [option.cost + _after(values, option.uses) for option in arrival.options]
    return np.asarray(np.min(totals, axis=0), dtype=np.float64)


def _myopic(values: Floats, arrival: Arrival) -> Floats:
    chosen = np.full_like(values, np.inf)
    for option in sorted(arrival.options, key=lambda option: round(option.cost, 9)):
        chosen = np.where(np.isinf(chosen), option.cost + _after(values, option.uses), chosen)
    return chosen


def _after(values: Floats, uses: Sequence[int]) -> Floats:
    """The value of the stock that is left, infinite where the stock is too small."""
    after = np.full_like(values, np.inf)
    here = tuple(slice(used, None) for used in uses)
    left = tuple(slice(0, size - used) for size, used in zip(values.shape, uses, strict=True))
    if all(size > used for size, used in zip(values.shape, uses, strict=True)):
        after[here] = values[left]
    return after


def _check(arrivals: Sequence[Arrival], stock: Sequence[int], periods: int) -> None:
    whole("fulfilment periods", periods)
    for units in stock:
        whole("fulfilment stock", units)
    not_negative("fulfilment probabilities", *(arrival.probability for arrival in arrivals))
    total = sum(arrival.probability for arrival in arrivals)
    if total > 1.0 + 1e-12:
        raise InputError("fulfilment probabilities", f"a sum of {total}", "at most 1: one order a period")
    for arrival in arrivals:
        if any(len(option.uses) != len(stock) for option in arrival.options):
            raise InputError("fulfilment options", f"uses of another length than {len(stock)} stocks", "one per stock")
        if not any(sum(option.uses) == 0 for option in arrival.options):
            raise InputError("fulfilment options", "a type of order that cannot be lost", "an option without stock")
