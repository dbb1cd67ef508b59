"""The program of whole orders: its columns are ways to serve an order, so that nothing of a box is shared.

The deterministic program of fulfilment lets an order pay for a fraction of a box, and its prices of stock are those of
orders that can be cut up so. Here a column says which item of an order comes from which location (or is lost), with its
boxes in full; every order is served by a mixture of such ways. Its value lies between the deterministic program's and
the cost of every policy, and its prices are those of orders as the whole-order solver serves them. Columns are found by
pricing: for each class and set of locations the best way under the prices so far (Gilmore and Gomory 1961).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from fillrate.errors import InputError
from fillrate.plan.highs import highs, highs_program
from fillrate.plan.program import OPTIONS, Program
from fillrate.plan.sites import best_sites

__all__ = ["Patterns", "Pool"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS = 60  # of pricing, at most
GAIN = 1e-7  # money an order that a new column has to save
FAR = 1e9  # money for what cannot be


@dataclass(frozen=True)
class Pool:
    """Ways to serve orders: column n serves class `of[n]`, item i of it from `source[n, i]`, -1 = lost or no item."""

    of: Ints  # (columns,)
    source: Ints  # (columns, items of the largest class)
    basis: Any = None  # status of columns and rows of the optimum from which to start


class Patterns:
    """The program of a world's classes; not to be shared by threads."""

    def __init__(self, program: Program) -> None:
        """Lay out the costs by class, item and location, from a program's columns.

        Args:
            program: of which only the costs are used.
        """
        c, self.pairs = program.classes, program.pairs
        self.places, self.classes = len(program.world.locations), len(c.segment)
        self.first, self.of, self.units = c.first[:-1], c.of, c.units
        self.largest = int(np.diff(c.first).max(initial=1))
        shape = self.places, len(c.sku)
        self.cost, self.pair = np.full(shape, FAR), np.full(shape, -1, np.int64)
        at = program.place, program.item
        self.cost[at], self.pair[at] = program.sending, program.pair
        self.box = np.full((self.places, self.classes), FAR)
        self.box[program.place, program.of] = program.boxes
        self.loss_of = program.loss_of

    def best(self, price: Floats) -> tuple[Floats, Ints]:
        """(classes,) least money of an order at these prices of stock, and (classes, items) how it is served."""
        charged = np.append(price, 0.0)[self.pair] * self.units + self.cost
        worth, place = best_sites(np.maximum(0.0, -charged), self.of, self.box)
        source = np.full((self.classes, self.largest), -1, np.int64)
        source[self.of, np.arange(len(place)) - self.first[self.of]] = place
        return -worth, source

    def solve(self, stock: Floats, demand: Floats, pool: Pool | None = None) -> tuple[float, Floats, Pool]:
        """Value, (pairs,) prices of stock, and the columns met.

        Args:
            stock: (pairs,) units.
            demand: (classes,) orders.
            pool: columns to begin with.

        Raises:
            InputError: HiGHS finds no optimum.
        """
        price = np.zeros(self.pairs)
        if pool is None:
            _, source = self.best(price)
            pool = Pool(np.arange(self.classes), source)
        value, basis = 0.0, pool.basis
        for _ in range(ROUNDS):
            value, price, worth, basis = self._master(stock, demand, pool, basis)
            least, source = self.best(price)
            new = np.flatnonzero(least < worth - GAIN)
            if not len(new):
                break
            pool = Pool(np.append(pool.of, new), np.concatenate([pool.source, source[new]]))
            basis = basis[0] + [NONBASIC] * len(new), basis[1]
        return value + float(demand @ self.loss_of), price, Pool(pool.of, pool.source, basis)

    def _master(self, stock: Floats, demand: Floats, pool: Pool, basis: Any) -> tuple[float, Floats, Floats, Any]:
        """The optimum over some columns: value, prices of stock, money of an order by class (at most 0), basis."""
        money, matrix = self._columns(pool)
        solver = highs(OPTIONS | {"presolve": "off"})
        solver.passModel(highs_program(money, matrix, -np.inf, np.concatenate([stock, demand])))
        if basis is not None:
            begin = highspy.HighsBasis()
            begin.col_status, begin.row_status, begin.valid = basis[0], basis[1], True
            solver.setBasis(begin)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            problem = solver.modelStatusToString(solver.getModelStatus())
            raise InputError("planner's program", problem, "a program that HiGHS can solve")
        found, ended = solver.getSolution(), solver.getBasis()
        dual = np.array(found.row_dual)
        kept = list(ended.col_status), list(ended.row_status)
        return solver.getObjectiveValue(), np.maximum(0.0, -dual[: self.pairs]), dual[self.pairs :], kept

    def _columns(self, pool: Pool) -> tuple[Floats, csc_array]:
        """Money of the columns, and their entries: units of pairs, and one order of the class."""
        column, item = np.nonzero(pool.source >= 0)
        line, place = self.first[pool.of[column]] + item, pool.source[column, item]
        used = np.zeros((len(pool.of), self.places), bool)
        used[column, place] = True
        boxes = np.where(used, self.box[:, pool.of].T, 0.0).sum(axis=1)
        money = boxes + np.bincount(column, self.cost[place, line], len(pool.of))  # of nothing: whole numbers
        every = np.arange(len(pool.of))
        rows = np.concatenate([self.pair[place, line], self.pairs + pool.of])
        amount = np.concatenate([self.units[line], np.ones(len(every))])
        shape = self.pairs + self.classes, len(every)
        return money, csc_array((amount, (rows, np.concatenate([column, every]))), shape=shape)


NONBASIC = highspy.HighsBasisStatus.kLower
