"""The deterministic linear program (DLP) of multi-item fulfilment: expected demand against the opening stock.

Every order type of every region comes exactly as often as expected, may be divided without end, and pays for a share of
a box at a location that is at least the share of any of its items sent from there. Its value is below the expected cost
of every policy, for the cost of the hindsight program is convex in the demand (Jensen); its prices are what a unit of
stock is worth to a policy that looks ahead.

Sources: S. Jasin, A. Sinha (2015), "An LP-based correlated rounding scheme for multi-item ecommerce order fulfillment",
Operations Research 63(6); W. Ma (2023), "Order-optimal correlated rounding for fulfilling multi-item e-commerce
orders", Manufacturing & Service Operations Management 25(4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from fillrate.errors import InputError
from fillrate.model.costs import unit_freight
from fillrate.model.opening import stated_opening
from fillrate.world import World
from fillrate.world.expected import orders_per_day, region_shares

__all__ = ["Dlp", "deterministic_lp"]

MANY = 100_000  # columns from which interior points, with crossover, take minutes where the simplex takes far longer


@dataclass(frozen=True)
class Dlp:
    """The program's optimum."""

    value: float  # money: boxes, units, losses and margins forgone over the horizon (the scorecard's controllable cost)
    prices: NDArray[np.float64]  # (pairs,) money/unit saved by one more unit of opening stock


@dataclass(frozen=True)
class _Class:
    """Orders of one type from one region and segment."""

    expected: float  # orders over the horizon
    units: dict[int, int]  # SKU -> units of an order
    region: int
    segment: int


@dataclass
class _Program:
    """Minimise cost · x, matrix · x ≤ most, x ≥ 0; the stock of each pair is the first rows."""

    most: list[float]
    cost: list[float] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)  # row, column, coefficient

    def column(self, cost: float) -> int:
        self.cost.append(cost)
        return len(self.cost) - 1

    def row(self, most: float) -> int:
        self.most.append(most)
        return len(self.most) - 1

    def solve(self) -> tuple[float, NDArray[np.float64]]:
        """The least cost, and the price of each row's limit."""
        rows, columns, values = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        shape = len(self.most), len(self.cost)
        method = "highs" if len(self.cost) < MANY else "highs-ipm"
        found = linprog(self.cost, csr_array((values, (rows, columns)), shape=shape), self.most, method=method)
        if not found.success:
            raise InputError("deterministic program", found.message, "a program that HiGHS can solve")
        return float(found.fun), -np.asarray(found.ineqlin.marginals, np.float64)


def deterministic_lp(world: World) -> Dlp:
    """Solve the program of a world without replenishment whose orders come by type.

    Seasons and promotions, holding costs, split rules, limits and pins are left out: each of them can only add cost.

    Raises:
        InputError: the world has suppliers, or no order types.
    """
    if world.supply.supplier:
        raise InputError(f"deterministic program of '{world.name}'", "suppliers", "a world without replenishment")
    if not world.demand.basket:
        raise InputError(f"deterministic program of '{world.name}'", "no order types", "[[demand.basket]]")
    program = _Program([float(units) for units in stated_opening(world).units])
    lost = sum(_enter(program, world, orders) for orders in _classes(world))
    saved, prices = program.solve() if program.cost else (0.0, np.zeros(len(program.most)))
    return Dlp(lost + saved, prices[: len(world.tables.pair_sku)])


def _classes(world: World) -> Iterator[_Class]:
    """Every kind of order that can come."""
    baskets, segments, ids = world.demand.basket, world.segments, world.tables.ids["sku"]
    total = orders_per_day(world) * world.days / sum(b.probability for b in baskets) / sum(s.weight for s in segments)
    shares = region_shares(world).tolist()
    for basket, (r, share), (s, segment) in product(baskets, enumerate(shares), enumerate(segments)):
        expected = total * basket.probability * share * segment.weight
        units: dict[int, int] = {}
        for name, quantity in zip(basket.skus, basket.quantities or (1,) * len(basket.skus), strict=True):
            units[ids[name]] = units.get(ids[name], 0) + quantity
        if expected > 0.0 and units:
            yield _Class(expected, units, r, s)


def _enter(program: _Program, world: World, orders: _Class) -> float:
    """Enter the ways to serve a class; returns what losing all of it would cost.

    A column counts the units that a location sends over the horizon; its cost is against losing them.
    """
    tables, lost = world.tables, 0.0
    boxes: dict[int, int] = {}  # location -> column of the orders that get a box from there
    for sku, units in orders.units.items():
        item, segment = world.skus[sku], world.segments[orders.segment]
        loss = tables.loss[orders.segment][orders.region] + item.price * segment.price_factor - item.cost
        lost += orders.expected * units * loss
        asked = program.row(orders.expected * units)
        for place, pair in tables.candidates(orders.region, sku):
            box, unit = _lane(world, orders, place, sku)
            if place not in boxes:
                boxes[place] = program.column(box)
            sent, opened = program.column(unit - loss), program.row(0.0)
            program.entries += [(pair, sent, 1.0), (asked, sent, 1.0), (opened, sent, 1.0)]
            program.entries.append((opened, boxes[place], -float(units)))
    return lost


def _lane(world: World, orders: _Class, place: int, sku: int) -> tuple[float, float]:
    """What a box and a unit cost from a location: freight, handling and fees."""
    tables, site = world.tables, world.locations[place]
    lane = tables.segment_service[orders.segment], orders.region, place
    freight = unit_freight(float(tables.rate[lane]), float(tables.rate_per_kg[lane]), world.skus[sku].weight_kg)
    box = float(tables.box[lane]) + site.handling_per_parcel + site.fee_per_parcel
    return box, freight + site.handling_per_unit + site.fee_per_unit
