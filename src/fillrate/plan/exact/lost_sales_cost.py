"""The exact cost of a rule under lost sales: the stationary law of the states that it reaches.

States and timing are those of `lost_sales`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from fillrate.errors import InputError
from fillrate.plan.exact.lost_sales import LostSales, OrderRule, base_stock_rule

__all__ = ["BaseStock", "LostSalesCost", "best_lost_sales_base_stock", "lost_sales_cost"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LostSalesCost:
    """Long-run means per period under a rule.

    Attributes:
        cost: holding, shortage and ordering.
        on_hand: units left at the end of a period.
        lost: units of demand lost.
        orders: orders placed.
    """

    cost: float
    on_hand: float
    lost: float
    orders: float


@dataclass(frozen=True)
class BaseStock:
    """A base stock (units) and its mean cost per period."""

    level: int
    cost: float


def lost_sales_cost(item: LostSales, rule: OrderRule, *, precision: float = 1e-11) -> LostSalesCost:
    """Exact long-run means of a rule that starts with empty shelves, from the stationary law of the states it reaches.

    Args:
        item: demand, lead time and costs.
        rule: units to order by state; it must keep the position bounded.
        precision: change of the masses, in sum, at which the power iteration stops.

    Raises:
        InputError: the rule returns a negative quantity, or the states or their units grow without bound.

    >>> from fillrate.policy.textbook import poisson_masses
    >>> item = LostSales(poisson_masses(5.0), lead_time=1, holding=1.0, shortage=4.0)
    >>> round(lost_sales_cost(item, base_stock_rule(12)).cost, 2)
    4.16
    """
    states, orders, moves = _reached(item, rule)
    masses = _stationary(moves, np.array(item.demand), precision)
    stock = states[:, 0] + (orders if item.lead_time == 0 else 0)
    lost = LostSales(item.demand, item.lead_time, 0.0, 1.0).period_cost(stock)
    left = LostSales(item.demand, item.lead_time, 1.0, 0.0).period_cost(stock)
    on_hand, units_lost, placed = float(masses @ left), float(masses @ lost), float(masses @ (orders > 0))
    cost = item.holding * on_hand + item.shortage * units_lost + item.order_cost * placed
    return LostSalesCost(cost, on_hand, units_lost, placed)


def best_lost_sales_base_stock(item: LostSales) -> BaseStock:
    """The cheapest base stock.

    Its cost but for ordering is convex in it (Janakiraman and Roundy 2004): where that alone is no less than the least
    cost so far, nothing cheaper lies beyond.

    >>> from fillrate.policy.textbook import poisson_masses
    >>> item = LostSales(poisson_masses(5.0), lead_time=1, holding=1.0, shortage=4.0)
    >>> best = best_lost_sales_base_stock(item)
    >>> best.level, round(best.cost, 2)
    (12, 4.16)
    """

    def at(level: int) -> tuple[BaseStock, float]:
        found = lost_sales_cost(item, base_stock_rule(level))
        return BaseStock(level, found.cost), item.holding * found.on_hand + item.shortage * found.lost

    mean = sum(units * mass for units, mass in enumerate(item.demand))
    first = round(mean * (item.lead_time + 1))
    best, _ = at(first)
    for step in (1, -1):
        level = first + step
        while level >= 0:
            other, least = at(level)
            if least >= best.cost:
                break
            best, level = min(best, other, key=lambda found: found.cost), level + step
    return best


def _reached(item: LostSales, rule: OrderRule) -> tuple[Ints, Ints, Ints]:
    """States reached from the empty one (n, width), their orders (n,) and successors by demand (n, demands)."""
    width = max(item.lead_time, 1)
    bits = 62 // width
    frontier: Ints = np.zeros((1, width), dtype=np.int64)
    known = _keys(frontier, bits)
    while len(frontier):
        found = np.unique(_keys(_successors(item, frontier, _orders(rule, frontier)).reshape(-1, width), bits))
        fresh = np.setdiff1d(found, known, assume_unique=True)
        known = np.union1d(known, fresh)
        if len(known) > 5_000_000:
            raise InputError("lost_sales_cost rule", f"{len(known)} states and more", "a rule that bounds the position")
        frontier = _states(fresh, width, bits)
    states = _states(known, width, bits)
    orders = _orders(rule, states)
    ends = _keys(_successors(item, states, orders).reshape(-1, width), bits)
    return states, orders, np.searchsorted(known, ends).reshape(len(states), -1)


def _keys(states: Ints, bits: int) -> Ints:
    """(n,) one integer per state, `bits` bits per entry."""
    if states.max(initial=0) >> bits:
        raise InputError("lost_sales_cost rule", f"{states.max()} units in one place", f"fewer than {1 << bits}")
    return np.asarray((states << (bits * np.arange(states.shape[1]))).sum(axis=1), dtype=np.int64)


def _states(keys: Ints, width: int, bits: int) -> Ints:
    """(n, width) what `_keys` packed."""
    return np.asarray((keys[:, None] >> (bits * np.arange(width))) & ((1 << bits) - 1), dtype=np.int64)


def _orders(rule: OrderRule, states: Ints) -> Ints:
    orders = np.asarray(rule(states), dtype=np.int64)
    if (orders < 0).any():
        raise InputError("lost_sales_cost rule", f"an order of {orders.min()} units", "0 or more")
    return orders


def _successors(item: LostSales, states: Ints, orders: Ints) -> Ints:
    """(n, demands, width) the state before the next order, for each demand."""
    due = np.column_stack([states[:, 1:], orders])  # the last column is received in L periods
    stock = states[:, 0] + (orders if item.lead_time == 0 else 0)
    left = np.maximum(stock[:, None] - np.arange(len(item.demand)), 0)
    if item.lead_time == 0:
        return np.asarray(left[:, :, None], dtype=np.int64)
    following: Ints = np.repeat(due[:, None, :], len(item.demand), axis=1)
    following[:, :, 0] += left
    return following


def _stationary(moves: Ints, demand: Floats, precision: float) -> Floats:
    """(n,) long-run masses from state 0: half a step at a time, so that a periodic chain settles too."""
    n, demands = moves.shape
    pointers = np.arange(0, n * demands + 1, demands)
    back = csr_matrix((np.tile(demand, n), moves.ravel(), pointers), shape=(n, n)).T.tocsr()
    masses = np.zeros(n)
    masses[0] = 1.0
    while True:
        after = 0.5 * (masses + back @ masses)
        if np.abs(after - masses).sum() < precision:
            return np.asarray(after / after.sum(), dtype=np.float64)
        masses = after
