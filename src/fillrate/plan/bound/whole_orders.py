"""The program whose columns are answers to whole orders, found by pricing (Gilmore and Gomory 1961).

A program of lines and boxes lets a third of an order pay for a third of a box wherever it likes; here an order is a
mixture of answers that each pay their boxes in full. So the value is that program's or below it, and still above every
policy's, for a run answers each order in one way. It is found sooner too: a row for each order and each stock, not for
each line and box. Prices are smoothed towards the best so far (Pessoa et al. 2018) and begin with those of a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, vstack

from fillrate.plan.bound.answers import Answers, Orders, orders_of
from fillrate.plan.bound.network import Network
from fillrate.plan.bound.program import Solution
from fillrate.plan.highs import highs
from fillrate.plan.program import OPTIONS
from fillrate.plan.sites import has_few_sets

__all__ = ["by_whole_orders", "has_whole_orders"]

Floats = NDArray[np.float64]

ROUNDS = 300  # of pricing, at most; the bound is one wherever they stop
PROVEN = 1e-10  # share of the value below which nothing is left to find
GAIN = 1e-9  # money an order that a new answer has to gain
SMOOTHED = 0.5  # share of the best prices in those that answers are found for; with less or more it takes longer
PRIMAL = 4  # simplex: new columns leave the basis feasible
SAMPLE, MANY = 8, 3_000  # one order in so many gives the prices to begin with, where there are so many


@dataclass(frozen=True)
class Stock:
    """What all orders share: the stock of each interval, and columns that move it."""

    supply: Floats  # (stock rows,) units
    value: Floats  # (columns,) money/unit
    most: Floats  # (columns,) units
    takes: csc_array  # (stock rows, columns) units a unit

    def share(self, share: float) -> Stock:
        """A share of it."""
        return Stock(self.supply * share, self.value, self.most * share, self.takes)

    def proven(self, price: Floats, paid: float) -> float:
        """What no answers exceed, by prices of stock and what the orders are worth at them (weak duality)."""
        reduced = self.value - self.takes.T @ price
        return float(price @ self.supply + (np.maximum(reduced, 0.0) * self.most).sum() + paid)


def has_whole_orders(network: Network) -> bool:
    """Whether boxes are shared, and neither purchases nor the number of sets of locations make the program large."""
    if not network.boxes or network.follows or network.bought or len(network.flows.pair) or network.whole:
        return False
    return has_few_sets(len(network.case.world.locations), int(np.bincount(network.case.book.of).max()))


def by_whole_orders(network: Network) -> Solution:
    """The bound of a network, by answers to whole orders."""
    program, rows = network.program, np.concatenate(list(network.stock.values()))
    matrix = csc_array(program.matrix()[rows])
    orders = orders_of(network, matrix)
    moves = np.diff(matrix.indptr) > 0
    moves[np.concatenate([placed.columns for placed in network.placed])] = False
    value, most = np.concatenate(program.values), np.concatenate(program.most)
    stock = Stock(np.concatenate(program.upper)[rows], value[moves], most[moves], csc_array(matrix[:, moves]))
    price = np.zeros(len(rows))
    if len(orders.alike) > MANY:
        some = orders.every(SAMPLE)
        price = _priced(some, stock.share(float(some.alike.sum() / orders.alike.sum())), price).prices
    return _priced(orders, stock, price)


def _priced(orders: Orders, stock: Stock, price: Floats) -> Solution:
    """Solve by pricing, from these prices on."""
    master, best, low, smoothed = _Master(orders, stock), price, np.inf, 0.0
    for _ in range(ROUNDS):
        tried = smoothed * best + (1.0 - smoothed) * master.price if master.columns else price
        worth, answers = orders.best(tried)
        proven = stock.proven(tried, float(orders.alike @ worth))
        low, best = min((low, best), (proven, tried), key=lambda found: found[0])
        new = answers.value - answers.takes @ master.price > master.worth[answers.order] + GAIN
        if low - master.reached <= PROVEN * max(1.0, abs(low)) or not (new.any() or smoothed):
            break
        if new.any():
            master.enter(answers.some(new))
        smoothed = SMOOTHED if new.any() else 0.0
    return Solution(low, master.reached, best, len(stock.supply) + len(orders.alike), master.columns)


class _Master:
    """The program over the answers found so far."""

    def __init__(self, orders: Orders, stock: Stock) -> None:
        """Lay the rows out: stock, then orders."""
        self.columns, self.reached = 0, -np.inf
        self.price, self.worth = np.zeros(len(stock.supply)), np.full(len(orders.alike), -np.inf)
        self.solver = highs(OPTIONS | {"solver": "simplex", "presolve": "off", "simplex_strategy": PRIMAL})
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        most = np.concatenate([stock.supply, orders.alike])
        nothing = np.zeros(0, np.int32)
        self.solver.addRows(len(most), np.full(len(most), -np.inf), most, 0, nothing, nothing, np.zeros(0))
        empty = csc_array((len(orders.alike), len(stock.value)))
        self._add(stock.value, stock.most, csc_array(vstack([stock.takes, empty])))

    def enter(self, answers: Answers) -> None:
        """Add answers and solve again, from the basis of the last time."""
        count, each = len(answers.order), np.arange(len(answers.order))
        mine = csc_array((np.ones(count), (answers.order, each)), shape=(len(self.worth), count))
        self._add(answers.value, np.full(count, np.inf), csc_array(vstack([answers.takes.T, mine])))
        self.columns += count
        self.solver.run()
        self.reached = self.solver.getObjectiveValue()
        dual = np.maximum(0.0, np.array(self.solver.getSolution().row_dual))
        self.price, self.worth = dual[: len(self.price)], dual[len(self.price) :]

    def _add(self, value: Floats, most: Floats, matrix: csc_array) -> None:
        start, index = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
        self.solver.addCols(len(value), value, np.zeros(len(value)), most, matrix.nnz, start, index, matrix.data)
