"""Expected demand of a world: units a day by SKU and region, at each home pair, and over a stated window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import TICK, TICKS
from fillrate.world.law import mean_of
from fillrate.world.rhythm import promotions_on, rate_edges, rate_factors, segment_weights, sku_weights

if TYPE_CHECKING:
    from fillrate.world.tables import Tables
    from fillrate.world.world import World

__all__ = [
    "expected_orders",
    "expected_units",
    "home_losses",
    "home_rates",
    "home_shares",
    "home_variances",
    "orders_per_day",
    "region_shares",
    "sku_moments",
]


def orders_per_day(world: World) -> float:
    """Long-run mean orders a day, seasons and promotions left out."""
    demand = world.demand
    if demand.process == "poisson":
        return demand.rate_per_day
    each = mean_of(demand.count) if demand.process == "periodic" else demand.probability
    return each / demand.period_days


def region_shares(world: World) -> NDArray[np.float64]:
    """(regions,) share of the orders."""
    total = sum(r.weight for r in world.regions)
    return np.array([r.weight / total for r in world.regions])


def sku_moments(world: World, promotions: int = 0) -> NDArray[np.float64]:
    """(skus, 2) mean and mean square of the units of a SKU in one order, while promotions (as bits) run."""
    if world.demand.basket:
        return _of_baskets(world)
    popularity = sku_weights(world, promotions)
    lines, units = np.array(world.demand.line_count), np.array(world.demand.unit_count)
    count = np.arange(1, len(lines) + 1)
    mean_lines = (lines * count).sum() / lines.sum()
    couples = (lines * count * (count - 1)).sum() / lines.sum()  # of lines of one order: both may ask for the SKU
    sizes = np.arange(1, len(units) + 1)
    first, second = (units * sizes).sum() / units.sum(), (units * sizes**2).sum() / units.sum()
    share = mean_lines * popularity / popularity.sum()
    both = couples * (popularity / popularity.sum() * first) ** 2
    return np.column_stack([share * first, share * second + both])


def _of_baskets(world: World) -> NDArray[np.float64]:
    index = {s.name: k for k, s in enumerate(world.skus)}
    total = sum(b.probability for b in world.demand.basket)
    moments = np.zeros((len(world.skus), 2))
    for basket in world.demand.basket:
        asked: Counter[str] = Counter()  # a SKU on two lines is one demand
        for name, units in zip(basket.skus, basket.quantities or (1,) * len(basket.skus), strict=True):
            asked[name] += units
        for name, units in asked.items():
            moments[index[name]] += basket.probability / total * np.array([units, units**2])
    return moments


def expected_units(world: World, start: float, end: float) -> NDArray[np.float64]:
    """(segments, skus) units expected between two instants in days, profiles, season and promotions included."""
    units = np.zeros((len(world.segments), len(world.skus)))
    for running, orders in _by_promotions(world, start, end):
        units += np.outer(orders, sku_moments(world, running)[:, 0])
    return units


def expected_orders(world: World, start: float, end: float) -> NDArray[np.float64]:
    """(segments,) orders expected between two instants in days, profiles, season and promotions included."""
    found = (orders for _, orders in _by_promotions(world, start, end))
    return np.asarray(sum(found, start=np.zeros(len(world.segments))))


def _by_promotions(world: World, start: float, end: float) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """(segments,) orders expected while each set of promotions (as bits) runs."""
    edges = rate_edges(world, start, end)
    middle, hours = (edges[1:] + edges[:-1]) / 2.0, np.diff(edges)
    poisson = world.demand.process == "poisson"
    orders = orders_per_day(world) * hours * (rate_factors(world, middle) if poisson else 1.0)
    state = promotions_on(world, middle)
    for running in np.unique(state).tolist():
        weights = segment_weights(world, running)
        yield running, orders[state == running].sum() * weights / weights.sum()


def home_rates(tables: Tables) -> NDArray[np.float64]:
    """(pairs,) mean units a day asked of each pair as a home, snapped to 2**-20."""
    world = tables.world
    return _at_homes(tables, sku_moments(world)[:, 0] * orders_per_day(world))


def home_variances(tables: Tables) -> NDArray[np.float64]:
    """(pairs,) variance of the units a day asked of each pair as a home, snapped to 2**-20.

    Orders are taken to come as a Poisson process.
    """
    world = tables.world
    return _at_homes(tables, sku_moments(world)[:, 1] * orders_per_day(world))


def home_shares(tables: Tables) -> NDArray[np.float64]:
    """(pairs,) share of the demand for a pair's SKU that has the pair as its home."""
    return _from_regions(tables, region_shares(tables.world))


def home_losses(tables: Tables) -> NDArray[np.float64]:
    """(segments, pairs) mean cost of a lost unit of the demand that has the pair as its home, money/unit, snapped.

    The segment's and the region's together; where no region is at home the segment's alone.
    """
    world, shares = tables.world, home_shares(tables)
    lost = _from_regions(tables, region_shares(world) * np.array([r.loss_per_unit for r in world.regions]))
    mean = np.divide(lost, shares, out=lost, where=shares > 0.0)
    return np.asarray(np.rint(np.add.outer([s.loss_per_unit for s in world.segments], mean) * TICKS) * TICK)


def _from_regions(tables: Tables, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """(pairs,) amounts of the regions (regions,), each added up at its home of every SKU."""
    found = np.zeros(len(tables.pair_sku))
    for homes, amount in zip(tables.homes, amounts.tolist(), strict=True):
        found[homes[homes >= 0]] += amount  # no pair twice: each SKU has another
    return found


def _at_homes(tables: Tables, by_sku: NDArray[np.float64]) -> NDArray[np.float64]:
    """(pairs,) what each SKU's amount a day comes to at the homes of the regions, by their shares."""
    return np.asarray(np.rint(home_shares(tables) * by_sku[tables.pair_sku] * TICKS) * TICK)
