"""Price and cost of a unit from what the log has: unit prices or line totals, costs or profits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.logs.discounts import beside_price

__all__ = ["Money", "unit_money"]

_NOTHING = -1e-9  # a cost that is below 0 by rounding alone


@dataclass(frozen=True, eq=False)
class Money:
    """Price and cost of one unit, by row.

    Attributes:
        price: (rows,) NaN where the log has none.
        filled: (rows,) True where the price is that of the product's other rows.
        apart: (rows,) True where the price counts though the line total says something else.
        cost: (rows,) NaN where the log has none.
        problems: row -> reason.
        notes: what was assumed.
    """

    price: NDArray[np.float64]
    filled: NDArray[np.bool_]
    apart: NDArray[np.bool_]
    cost: NDArray[np.float64]
    problems: dict[int, str]
    notes: tuple[str, ...]


def unit_money(
    amounts: dict[str, NDArray[np.float64]], quantity: NDArray[np.int64], product: NDArray[np.int32]
) -> Money:
    """Price and cost of a unit, not rounded.

    price = line total ÷ quantity where that is the unit price less the discount, else unit price, else line total ÷
    quantity, else the median of these over the other rows of the product
    cost = unit cost, else line cost ÷ quantity, else price − profit ÷ quantity

    Args:
        amounts: role -> (rows,) amounts, NaN where a cell is blank; roles that the log has not are missing.
        quantity: (rows,) units, 0 where the row has none.
        product: (rows,) code of the product, -1 where the row has none.
    """
    units = np.where(quantity > 0, quantity, np.nan).astype(np.float64)
    nothing = np.full(len(units), np.nan)

    def per_unit(role: str) -> NDArray[np.float64]:
        return amounts.get(role, nothing) / units

    stated, total, off = (amounts.get(role, nothing) for role in ("unit_price", "line_total", "discount"))
    paid, apart, how = beside_price(stated, units, total, off)
    price = _first(np.where(paid, np.nan, stated), per_unit("line_total"))
    cost = _first(amounts.get("unit_cost", nothing), per_unit("line_cost"), price - per_unit("profit"))
    cost = np.where((cost < 0) & (cost >= _NOTHING), 0.0, cost)
    notes = (*_total_notes(amounts, paid, apart, how), *_notes(amounts, price, cost))
    usual = _usual(price, product) if np.isnan(price).any() else price
    filled = np.isnan(price) & ~np.isnan(usual)
    price = np.where(filled, usual, price)
    problems: dict[int, str] = {}
    if {"unit_price", "line_total"} & set(amounts):
        for row in np.flatnonzero(np.isnan(price) & (quantity > 0)):
            problems[int(row)] = "has no price"
    for what, values in (("price", price), ("cost", cost)):
        for row in np.flatnonzero(values < 0):
            problems[int(row)] = f"the {what} of a unit is {values[row]:g}, below 0"
    return Money(price, filled, apart, cost, problems, notes)


def _first(*choices: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each row the first number that is there."""
    best = choices[0]
    for choice in choices[1:]:
        best = np.where(np.isnan(best), choice, best)
    return best


def _usual(price: NDArray[np.float64], product: NDArray[np.int32]) -> NDArray[np.float64]:
    """(rows,) median of the product's prices from 0 on, NaN where it has none."""
    known = np.flatnonzero((price >= 0) & (product >= 0))
    known = known[np.lexsort((price[known], product[known]))]
    start, end = (np.searchsorted(product[known], product, side) for side in ("left", "right"))
    usual = np.full(len(price), np.nan)
    some = end > start
    middle = [price[known[at[some] // 2]] for at in (start + end - 1, start + end)]
    usual[some] = (middle[0] + middle[1]) / 2
    return usual


def _notes(
    amounts: dict[str, NDArray[np.float64]], price: NDArray[np.float64], cost: NDArray[np.float64]
) -> tuple[str, ...]:
    notes = []
    if "unit_price" not in amounts:
        derived_price = "the price of a unit is line total / quantity"
        notes.append(derived_price if "line_total" in amounts else "the log has no prices")
    if "unit_cost" not in amounts:
        derived = {"line_cost": "line cost / quantity", "profit": "its price - profit / quantity"}
        how = next((text for role, text in derived.items() if role in amounts), "")
        notes.append(f"the cost of a unit is {how}" if how else "the log has no costs")
    blank = int(np.sum(np.isnan(cost) & ~np.isnan(price))) if np.any(~np.isnan(cost)) else 0
    if blank:
        notes.append(f"rows with a price but no cost, which stays open: {blank}")
    return tuple(notes)


def _total_notes(
    amounts: dict[str, NDArray[np.float64]], paid: NDArray[np.bool_], apart: NDArray[np.bool_], how: str
) -> list[str]:
    """What counts as paid where the log has more than one word on it."""
    notes = []
    said = "rows whose line total is quantity x unit price less the discount"
    if how:
        notes.append(f"{said} ({how}), which is what was paid and counts: {paid.sum()} of {len(paid)}")
    elif "discount" in amounts:
        notes.append("prices and line totals are taken as paid: the discount is kept, not taken off again")
    if apart.any():
        both = int(np.sum(~np.isnan(amounts["unit_price"]) & ~np.isnan(amounts["line_total"])))
        said = "rows whose line total is not quantity x unit price, of which the price counts"
        notes.append(f"{said}: {apart.sum()} of {both}")
    return notes
