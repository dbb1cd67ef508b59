"""Fill rate of whole orders over several items (Song 1998): base stock, constant lead times, Poisson orders by type.

A demand for item i finds stock if the demand of the lead time before it, D(i), left any. The D(i) of one order are
dependent, since an order of several items counts in each; they are Poisson sums over common stretches of time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative
from fillrate.policy.textbook.poisson import poisson_pmf

__all__ = ["OrderFill", "order_fill_rates"]

OrderType = tuple[int, ...]  # the items of an order by number; an item named twice is two units of it


@dataclass(frozen=True)
class OrderFill:
    """Shares of orders filled in full from stock at once: by order type, and over all orders (by rate)."""

    by_type: dict[OrderType, float]
    overall: float


def order_fill_rates(
    rates: Mapping[OrderType, float], lead_times: Sequence[float], base_stocks: Sequence[int]
) -> OrderFill:
    """Order fill rates under base stock per item, first come first served, where a waiting order keeps what it has.

    Song (1998), On the order fill rate in a multi-item, base-stock inventory system, Operations Research 46(6). The
    work grows with the product of the base stocks of an order's items.

    Args:
        rates: orders per day of each type.
        lead_times: days by item, constant.
        base_stocks: units by item.

    >>> fill = order_fill_rates({(0,): 1.0, (1,): 1.0, (0, 1): 1.0}, [2.0, 2.0], [6, 6])
    >>> {items: round(share, 6) for items, share in fill.by_type.items()}
    {(0,): 0.78513, (1,): 0.78513, (0, 1): 0.670816}
    >>> round(fill.overall, 6)
    0.747026
    """
    not_negative("order_fill_rates rates", *rates.values())
    not_negative("order_fill_rates lead_times", *lead_times)
    _check_items(rates, len(lead_times), len(base_stocks))
    by_type = {items: _type_fill(items, rates, lead_times, base_stocks) for items in rates}
    total = sum(rates.values())
    return OrderFill(by_type, sum(rates[items] * share for items, share in by_type.items()) / total)


def _check_items(rates: Mapping[OrderType, float], lead_times: int, base_stocks: int) -> None:
    if lead_times != base_stocks:
        raise InputError("order_fill_rates", f"{lead_times} lead times, {base_stocks} base stocks", "one each per item")
    for items in rates:
        if not items or not all(0 <= item < base_stocks for item in items):
            raise InputError("order_fill_rates type", f"{items}", f"item numbers 0..{base_stocks - 1}")
    if sum(rates.values()) <= 0.0:
        raise InputError("order_fill_rates rates", "no type with a rate", "a rate above 0")


def _type_fill(
    wanted: OrderType, rates: Mapping[OrderType, float], lead_times: Sequence[float], base_stocks: Sequence[int]
) -> float:
    """P(D(i) ≤ S(i) − units wanted of i, for every item i of the order)."""
    items = sorted(set(wanted))
    room = [base_stocks[item] - wanted.count(item) for item in items]
    if min(room) < 0:
        return 0.0
    joint = np.zeros([most + 1 for most in room])
    joint[(0,) * len(items)] = 1.0
    for shift, mean in _demand_of_lead_times(items, rates, lead_times).items():
        joint = _add_poisson(joint, shift, mean)
    return float(joint.sum())


def _demand_of_lead_times(
    items: Sequence[int], rates: Mapping[OrderType, float], lead_times: Sequence[float]
) -> dict[OrderType, float]:
    """Means of the independent Poisson numbers of orders that take `shift` units of each item within its lead time."""
    means: dict[OrderType, float] = {}
    start = 0.0
    for end in sorted({lead_times[item] for item in items}):
        for order, rate in rates.items():
            shift = tuple(order.count(item) if lead_times[item] >= end else 0 for item in items)
            if any(shift):
                means[shift] = means.get(shift, 0.0) + rate * (end - start)
        start = end
    return means


def _add_poisson(joint: NDArray[np.float64], shift: OrderType, mean: float) -> NDArray[np.float64]:
    """Joint masses after N × shift is added, N Poisson(mean); what leaves the array is a stock-out and drops out."""
    most = min((size - 1) // step for size, step in zip(joint.shape, shift, strict=True) if step)
    added = np.zeros_like(joint)
    for n in range(most + 1):
        to = tuple(slice(n * step, None) for step in shift)
        kept = tuple(slice(0, size - n * step) for size, step in zip(joint.shape, shift, strict=True))
        added[to] += poisson_pmf(n, mean) * joint[kept]
    return added
