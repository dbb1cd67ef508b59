"""Transport problems of many products at once: kinds of order are served from locations that have stock, or are lost.

Products that share nothing but their customers are problems of a few locations each, and the dual simplex solves them
side by side as arrays. A basis is a spanning tree of kinds and locations. One way of each kind is its key, which takes
what the others leave; the other basic ways, as many as there are locations, make a square matrix, and what it says of
a way is 0, 1 or -1. Stock that is left over is a kind like any other: it wants all there is, and costs nothing.

Sources: G. B. Dantzig, R. M. Van Slyke (1967), "Generalized upper bounding techniques", Journal of Computer and System
Sciences 1(3), for the keys; R. G. Bland (1977), "New finite pivoting rules for the simplex method", Mathematics of
Operations Research 2(2), for the rule that ends every solve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Transported", "cheapest_ways", "transport", "with_leftover"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
STEEP = 1.0  # rounds by the largest shortage, as a share of a product's ways; then by Bland's rule, which always ends
NOTHING = 1e-12  # share of all that a product could move: by so much a location may be overdrawn


@dataclass(frozen=True)
class Transported:
    """An optimum of each product. The last kind is what is left over, the last way is to lose an order."""

    price: Floats  # (products, locations) money/unit saved by one more unit
    sent: Floats  # (products, kinds + 1, locations + 1) units
    basic: Bools  # (products, kinds + 1, locations + 1)


def with_leftover(cost: Floats) -> Floats:
    """(products, kinds + 1, locations + 1) money of a unit: what is left over is the last kind, and costs nothing.

    Args:
        cost: (products, kinds, locations + 1) money of a unit, inf where there is no way; the last way is to lose it.
    """
    return np.append(cost, np.zeros((len(cost), 1, cost.shape[2])), axis=1)


def cheapest_ways(cost: Floats) -> Bools:
    """The basis to start from: every kind served in its cheapest way, and some of all stock left over.

    Kinds for which several ways are as cheap are dealt out among them in turn: one location could not serve them all.

    Args:
        cost: of `with_leftover`.
    """
    _, kinds, ways = cost.shape
    turn = (np.arange(ways) - np.arange(kinds)[:, None]) % max(1, ways - 1)
    first = np.where(cost == cost.min(axis=2, keepdims=True), turn, ways).argmin(axis=2)
    basic = np.zeros(cost.shape, bool)
    np.put_along_axis(basic, first[:, :, None], True, axis=2)
    basic[:, -1] = True
    return basic


def transport(cost: Floats, stock: Floats, demand: Floats, basic: Bools) -> Transported:
    """The cheapest way to serve all demand from the stock, or lose it.

    Args:
        cost: of `with_leftover`.
        stock: (products, locations) units, at least 0.
        demand: (products, kinds) units, at least 0.
        basic: (products, kinds + 1, locations + 1) of an optimum at the same cost, or `cheapest_ways`.
    """
    basic, ways = basic.copy(), cost.shape[2]
    price, sent = np.zeros(stock.shape), np.zeros(cost.shape)
    most = ways * (stock.sum(axis=1) + demand.sum(axis=1))  # no basis moves more
    wanted = np.append(demand, most[:, None], axis=1)
    rows, steep = np.arange(len(cost)), int(STEEP * cost[0].size)
    while True:
        tree = _Tree(cost[rows], basic[rows], stock[rows], wanted[rows])
        leaving = tree.leaving(NOTHING * most[rows], steep > 0)
        done = leaving < 0
        price[rows[done]], sent[rows[done]] = tree.price[done, :-1], tree.sent[done]
        if done.all():
            return Transported(price, sent, basic)
        entering, rows, steep = tree.entering(~done, leaving[~done]), rows[~done], steep - 1
        basic[rows, leaving[~done] // ways, leaving[~done] % ways] = False
        basic[rows, entering // ways, entering % ways] = True


class _Tree:
    """What follows from the basis of each of some products; ways of all kinds are numbered kind by kind."""

    def __init__(self, cost: Floats, basic: Bools, stock: Floats, demand: Floats) -> None:
        """Invert the bases: prices, and what is sent."""
        products, kinds, ways = cost.shape
        self.cost = cost
        self.each, every = np.arange(products)[:, None], np.arange(kinds)
        self.key = basic.argmax(axis=2)  # (products, kinds)
        others = basic.copy()
        others[self.each, every, self.key] = False
        _, kind, way = (index.reshape(products, ways - 1) for index in others.nonzero())
        key = self.key[self.each, kind]
        places = np.eye(ways)[:, :-1]
        self.inverse = np.rint(np.linalg.inv(places[way] - places[key]))  # (products, locations, others)
        self.price = np.zeros((products, ways))
        saved = cost[self.each, kind, key] - cost[self.each, kind, way]
        self.price[:, :-1] = np.einsum("plo,po->pl", self.inverse, saved)
        taken = np.bincount((self.each * ways + self.key).ravel(), demand.ravel(), products * ways)
        left = stock - taken.reshape(products, ways)[:, :-1]  # of each location by the keys
        moved = np.einsum("plo,pl->po", self.inverse, left)
        others_move = np.bincount((self.each * kinds + kind).ravel(), moved.ravel(), demand.size)
        rest = demand - others_move.reshape(demand.shape)
        self.sent = np.zeros(cost.shape)
        self.sent[self.each, kind, way], self.sent[self.each, every, self.key] = moved, rest
        self.kind, self.other = kind, kind * ways + way  # (products, others)

    def leaving(self, nothing: Floats, steep: bool) -> Ints:
        """(products,) the way that is most below 0, or else the first that is; -1 where none is."""
        units = self.sent.reshape(len(self.sent), -1)
        way = units.argmin(axis=1) if steep else (units < -nothing[:, None]).argmax(axis=1)
        return np.where(units[self.each[:, 0], way] < -nothing, way, -1)

    def entering(self, among: Bools, leaving: Ints) -> Ints:
        """The way that takes over: of those that can, the one that costs least more.

        Args:
            among: (products,) which of them.
            leaving: (those,) the way that each of these gives up.
        """
        cost, key, each = self.cost[among], self.key[among], self.each[: len(leaving)]
        every, ways = np.arange(cost.shape[1]), cost.shape[2]
        kind, way = np.divmod(leaving, ways)
        is_key = key[each[:, 0], kind] == way
        itself, beside = self.other[among] == leaving[:, None], self.kind[among] == kind[:, None]
        weight = np.where(is_key[:, None], -1.0 * beside, itself)
        row = np.zeros((len(leaving), ways))  # of the way that leaves in the inverse, then in every way's column
        row[:, :-1] = np.einsum("plo,po->pl", self.inverse[among], weight)
        change = row[:, None, :] - row[each, key][:, :, None]
        change[is_key, kind[is_key]] += 1.0
        dear = cost + self.price[among][:, None, :]
        dear -= dear[each, every, key][:, :, None]
        dear[change > -0.5] = np.inf  # only a way at -1 lifts the one that leaves
        found: Ints = dear.reshape(len(leaving), -1).argmin(axis=1)
        return found
