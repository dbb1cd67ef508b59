"""Products of a log: popularity, mean price and cost, and how many lines and units are asked for at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.fit.assumptions import Assumptions
from fillrate.trace.logs import OrderLog

__all__ = ["Products", "products"]

MOST = 200  # lines of an order or units of a line that a profile tells apart, unless one in a thousand has more
LONGEST = 10_000  # of them at the very most: a profile has an entry for each number up to its end

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Products:
    """What is sold.

    Attributes:
        names: (skus,) in order of first appearance in the log.
        titles: (skus,) names for people, may be empty.
        lines: (skus,) int64 order lines: the popularity.
        price: (skus,) mean price of a sold unit, money.
        cost: (skus,) mean cost of a sold unit, money.
        line_price: (lines,) price of each line of the log, money/unit.
        line_count: orders with 1, 2, ... lines.
        unit_count: lines with 1, 2, ... units.
        mean_price: over all units, money.
        notes: what was assumed.
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    lines: NDArray[np.int64]
    price: Floats
    cost: Floats
    line_price: Floats
    line_count: tuple[int, ...]
    unit_count: tuple[int, ...]
    mean_price: float
    notes: tuple[str, ...]


def products(log: OrderLog, assumed: Assumptions) -> Products:
    """The products of a log with at least one line."""
    code, units, skus = log.sku.code, log.quantity, len(log.sku.names)
    line_price = log.unit_price if log.priced else np.full(len(units), assumed.price)
    price = _means(line_price, units, code, skus)
    cost, cost_notes = _costs(log, price, assumed)
    line_count, more_lines = _counts(np.diff(log.line_start), "lines of an order")
    unit_count, more_units = _counts(units, "units of a line")
    notes = [f"the log has no prices: every unit sells at {assumed.price:g}, so money here is made up"] * (
        not log.priced
    )
    return Products(
        log.sku.names,
        log.product_names,
        np.bincount(code, minlength=skus),
        np.round(price, 4),
        np.round(cost, 4),
        line_price,
        line_count,
        unit_count,
        float((line_price * units).sum() / units.sum()),
        (*notes, *cost_notes, *_below_cost(log), *more_lines, *more_units),
    )


def _means(value: Floats, units: NDArray[np.int64], code: NDArray[np.int32], skus: int) -> Floats:
    """(skus,) mean over the units of lines with a value, NaN where there is none."""
    known = ~np.isnan(value)
    total = np.bincount(code[known], (value * units)[known], skus)
    count = np.bincount(code[known], units[known], skus)
    return np.asarray(np.divide(total, count, out=np.full(skus, np.nan), where=count > 0))


def _costs(log: OrderLog, price: Floats, assumed: Assumptions) -> tuple[Floats, tuple[str, ...]]:
    """(skus,) mean costs; products without any are taken at the share of the price that the others have."""
    cost = _means(log.unit_cost, log.quantity, log.sku.code, len(price))
    unknown = np.isnan(cost)
    if not unknown.any():
        return cost, ()
    known = ~unknown & (price > 0)
    share = float(cost[known].sum() / price[known].sum()) if known.any() else assumed.cost_share
    said = "as of the others" if known.any() else "a plain assumption"
    note = f"products without a cost, taken at {100 * share:.0f} % of their price ({said}): {int(unknown.sum())}"
    return np.where(unknown, share * price, cost), (note,)


def _below_cost(log: OrderLog) -> list[str]:
    below = int((log.unit_price < log.unit_cost).sum())
    return [f"lines sold below cost, on which every unit served loses money: {below}"] if below else []


def _counts(count: NDArray[np.int64], what: str) -> tuple[tuple[int, ...], list[str]]:
    """How often 1, 2, ... occur; what lies far out is counted at the end of the profile."""
    end = int(min(max(MOST, np.quantile(count, 0.999, method="lower")), LONGEST))
    beyond = int((count > end).sum())
    found = tuple(np.bincount(np.minimum(count, end))[1:].tolist())
    note = f"{what} above {end}, which sampled orders count as {end}: {beyond} of {len(count)}"
    return found, [note] * bool(beyond)
