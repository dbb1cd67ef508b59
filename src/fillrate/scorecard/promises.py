"""What a world and a trace say about every order and line, as arrays: promises, homes, margins, first offers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import snap

if TYPE_CHECKING:
    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["Promises"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Promises:
    """Facts of orders and lines that no policy changes; the world is the trace's, with its horizon."""

    world: World
    trace: Trace

    @cached_property
    def order_of(self) -> Ints:
        """(lines,) trace row of each line's order."""
        return np.repeat(np.arange(len(self.trace.orders)), np.diff(self.trace.orders.first_line))

    @cached_property
    def nth(self) -> Ints:
        """(lines,) place of each line in its order, from 0."""
        return np.asarray(np.arange(self.trace.orders.lines) - self.trace.orders.first_line[self.order_of], np.int64)

    @cached_property
    def quantity(self) -> Ints:
        """(lines,) units ordered."""
        return self.trace.orders.quantity.astype(np.int64)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """(orders,) whether the order came in after the warm-up."""
        return np.asarray(self.trace.orders.time >= self.world.header.warm_up_days)

    @cached_property
    def ship_by(self) -> Floats:
        """(orders,) promised dispatch in days: the order's own, else the segment's, else receipt."""
        return self._promise(self.trace.orders.ship_by, [s.ship_within_days for s in self.world.segments], 0.0)

    @cached_property
    def deliver_by(self) -> Floats:
        """(orders,) promised delivery in days; nan: receipt + mean transit of the lane that delivers."""
        return self._promise(self.trace.orders.deliver_by, [s.deliver_within_days for s in self.world.segments], np.nan)

    def _promise(self, own: Floats, within: list[float], otherwise: float) -> Floats:
        orders = self.trace.orders
        days = np.array([otherwise if np.isnan(w) else snap(w) for w in within])
        return np.where(np.isnan(own), orders.time + days[orders.segment], own)

    @cached_property
    def service(self) -> Ints:
        """(orders,) carrier service."""
        return np.array(self.world.tables.segment_service, np.int64)[self.trace.orders.segment]

    @cached_property
    def home(self) -> Ints:
        """(lines,) home pair, -1 if nobody carries the SKU for the region."""
        tables, skus = self.world.tables, len(self.world.skus)
        code = self.trace.orders.region[self.order_of].astype(np.int64) * skus + self.trace.orders.sku
        asked, at = np.unique(code, return_inverse=True)
        return np.array([tables.home(c // skus, c % skus) for c in asked.tolist()], np.int64)[at]

    @cached_property
    def cost(self) -> Floats:
        """(lines,) unit cost, money/unit."""
        return np.array(self.world.tables.unit_cost)[self.trace.orders.sku]

    def promised_at(self, order: Ints, location: Ints) -> Floats:
        """Promised delivery of orders from locations, in days; both index arrays have the same length."""
        transit = self.world.tables.transit_mean_days[self.service[order], self.trace.orders.region[order], location]
        stated = self.deliver_by[order]
        return np.where(np.isnan(stated), self.trace.orders.time[order] + transit, stated)

    def pair(self, location: Ints, sku: Ints) -> Ints:
        """Carried pair of locations and SKUs, -1 where the location does not carry it."""
        tables, skus = self.world.tables, len(self.world.skus)
        known = tables.pair_location.astype(np.int64) * skus + tables.pair_sku
        by_code = np.argsort(known)
        code = location * skus + sku
        at = np.minimum(np.searchsorted(known[by_code], code), max(0, len(known) - 1))
        if not len(known):
            return np.full(len(code), -1, np.int64)
        found = by_code[at]
        return np.where((known[found] == code) & (location >= 0) & (sku >= 0), found, -1)
