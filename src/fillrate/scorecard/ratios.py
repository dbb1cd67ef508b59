"""Ratios without simulation: fill rates of finished orders, cash-to-cash time, allocation of a transaction price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from fillrate.errors import InputError
from fillrate.policy.textbook.checks import not_negative, positive
from fillrate.policy.textbook.shares import largest_remainder

__all__ = ["CashToCash", "FillRates", "allocate_price", "cash_to_cash", "fill_rates"]


@dataclass(frozen=True)
class FillRates:
    """Shares filled of all units, lines and orders; a line or an order counts only if all its units are there.

    None where nothing was ordered.
    """

    unit: float | None
    line: float | None
    order: float | None


def fill_rates(ordered: ArrayLike, filled: ArrayLike, orders: ArrayLike) -> FillRates:
    """Fill rates at first pass from what was ordered and what was filled of each line.

    Args:
        ordered: (lines,) units.
        filled: (lines,) units, at most those ordered.
        orders: (lines,) number of the order that the line belongs to; any numbers will do.

    Raises:
        InputError: the three differ in length, or a line was filled below 0 or above what was ordered.

    >>> rates = fill_rates([50, 40, 30, 40, 20, 20], [50, 40, 15, 40, 20, 5], orders=[0, 0, 0, 1, 1, 1])
    >>> rates.unit, round(rates.line, 2), rates.order
    (0.85, 0.67, 0.0)
    """
    wanted, given, order = np.asarray(ordered), np.asarray(filled), np.asarray(orders)
    if not wanted.shape == given.shape == order.shape or wanted.ndim != 1:
        raise InputError(
            "fill_rates", f"shapes {wanted.shape}, {given.shape}, {order.shape}", "one number each per line"
        )
    if not ((given >= 0) & (given <= wanted)).all():
        raise InputError("fill_rates filled", "units below 0 or above those ordered", "0 to what was ordered")
    complete = given == wanted
    names, line_of = np.unique(order, return_inverse=True)
    short = np.zeros(len(names), dtype=np.bool_)
    short[line_of[~complete]] = True
    return FillRates(
        _share(float(given.sum()), float(wanted.sum())),
        _share(float(complete.sum()), float(len(wanted))),
        _share(float((~short).sum()), float(len(names))),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0.0 else None


@dataclass(frozen=True)
class CashToCash:
    """Days that cash is tied up: in inventory, plus in receivables, less what suppliers lend."""

    inventory_days: float
    receivable_days: float
    payable_days: float

    @property
    def days(self) -> float:
        """The cash-to-cash cycle time."""
        return self.inventory_days + self.receivable_days - self.payable_days


def cash_to_cash(
    *,
    inventory: tuple[float, float],
    receivables: tuple[float, float],
    payables: tuple[float, float],
    cost_of_goods: float,
    revenue: float,
    days: float = 365.0,
) -> CashToCash:
    """Cash-to-cash cycle time from two balance sheets and the income statement between them (SCOR metric AM.1.1).

    Inventory and payables are days of the cost of goods sold, receivables days of revenue, each by the mean balance.

    Args:
        inventory: money at the start and at the end, as for the other two.
        receivables: owed by customers.
        payables: owed to suppliers.
        cost_of_goods: sold in the time between.
        revenue: of the time between.
        days: in the time between.

    >>> cycle = cash_to_cash(inventory=(1600, 2500), receivables=(680, 640), payables=(1100, 1300),
    ...     cost_of_goods=4000, revenue=12000)
    >>> round(cycle.inventory_days, 1), round(cycle.receivable_days, 1), cycle.payable_days
    (187.1, 20.1, 109.5)
    """
    positive("cash_to_cash cost_of_goods, revenue and days", cost_of_goods, revenue, days)
    not_negative("cash_to_cash balances", *inventory, *receivables, *payables)
    return CashToCash(
        sum(inventory) / 2.0 / cost_of_goods * days,
        sum(receivables) / 2.0 / revenue * days,
        sum(payables) / 2.0 / cost_of_goods * days,
    )


def allocate_price(price: int, standalone_prices: Sequence[float]) -> tuple[int, ...]:
    """A transaction price divided over its goods by relative standalone price, in whole minor units (cents).

    ASC 606-10-32-31 and IFRS 15.76; rounded by largest remainder, so that the parts sum to the price.

    >>> allocate_price(100, [50, 25, 75])
    (33, 17, 50)
    """
    return largest_remainder(standalone_prices, price)
