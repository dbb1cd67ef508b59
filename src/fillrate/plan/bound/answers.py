"""Answers to whole orders: each line from one way or from none, each location that is used with its box in full."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from fillrate.plan.bound.network import Network
from fillrate.plan.bound.placing import box_costs
from fillrate.plan.sites import best_sites

__all__ = ["Answers", "Orders", "orders_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """One answer to each of some orders."""

    order: Ints  # (answers,)
    value: Floats  # (answers,) money, boxes paid
    takes: csr_array  # (answers, stock rows) units

    def some(self, kept: NDArray[np.bool_]) -> Answers:
        """Some of them."""
        return Answers(self.order[kept], self.value[kept], self.takes[kept])


@dataclass(frozen=True)
class Orders:
    """Orders with the ways to serve their lines, sorted by line and location."""

    alike: Floats  # (orders,) how many each stands for
    box: Floats  # (orders, locations) money; 0 where none is shared
    of: Ints  # (lines,) order
    units: Floats  # (lines,)
    line: Ints  # (ways,)
    place: Ints  # (ways,)
    value: Floats  # (ways,) money/unit
    takes: csr_array  # (ways, stock rows) units a unit

    def best(self, price: Floats) -> tuple[Floats, Answers]:
        """(orders,) what an order is worth at most at these prices of stock, at least 0, and the answers that are."""
        gain, way = self._by_place(price)
        worth, place = best_sites(gain, self.of, self.box)
        return worth, self._answers(np.where(place >= 0, way[np.arange(len(place)), place], -1))

    def every(self, step: int) -> Orders:
        """One order in so many."""
        kept = np.arange(len(self.alike)) % step == 0
        lines = kept[self.of]
        ways = lines[self.line]
        return replace(
            self,
            alike=self.alike[kept],
            box=self.box[kept],
            of=(np.cumsum(kept) - 1)[self.of[lines]],
            units=self.units[lines],
            line=(np.cumsum(lines) - 1)[self.line[ways]],
            place=self.place[ways],
            value=self.value[ways],
            takes=self.takes[ways],
        )

    def _by_place(self, price: Floats) -> tuple[Floats, Ints]:
        """(lines, locations) what a line is worth from there, at least 0, and the way that it takes."""
        reduced, key = self.value - self.takes @ price, self.line * self.box.shape[1] + self.place
        top = np.lexsort((reduced, key))
        top = top[np.append(key[1:] != key[:-1], True)]  # keys are sorted: the last of each is its best
        shape, at = (len(self.of), self.box.shape[1]), (self.line[top], self.place[top])
        gain, way = np.zeros(shape), np.full(shape, -1)
        gain[at], way[at] = np.maximum(reduced[top], 0.0) * self.units[at[0]], top
        return gain, way

    def _answers(self, chosen: Ints) -> Answers:
        """Every order's answer, from its lines' ways."""
        lines = np.flatnonzero(chosen >= 0)
        way, order, count = chosen[lines], self.of[lines], len(self.alike)
        used = np.zeros(self.box.shape, np.bool_)
        used[order, self.place[way]] = True
        value = np.bincount(order, self.units[lines] * self.value[way], count) - (used * self.box).sum(axis=1)
        chooses = csr_array((self.units[lines], (order, way)), shape=(count, len(self.value)))
        return Answers(np.arange(count), value, csr_array(chooses @ self.takes))


def orders_of(network: Network, stocks: csc_array) -> Orders:
    """The orders of a network, its columns being the ways; `stocks` are its rows of stock, (stock rows, columns)."""
    book, world = network.case.book, network.case.world
    columns = np.concatenate([placed.columns for placed in network.placed])
    line = np.concatenate([placed.ways.line for placed in network.placed])
    place = np.concatenate([np.full(len(p.columns), world.tables.pair_location[p.pair]) for p in network.placed])
    by = np.lexsort((place, line))
    shared = np.zeros(network.alone.shape, np.bool_)
    shared[book.of[line], place] = True
    boxes = np.stack([box_costs(world, book, n) for n in range(len(world.locations))], axis=1)
    return Orders(
        alike=book.alike.astype(np.float64),
        box=np.where(shared & ~network.alone, boxes, 0.0),
        of=book.of,
        units=book.units.astype(np.float64),
        line=line[by],
        place=place[by],
        value=np.concatenate(network.program.values)[columns[by]],
        takes=csr_array(stocks[:, columns[by]].T),
    )
