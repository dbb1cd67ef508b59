"""The program of whole orders: its columns are ways to serve orders, so that nothing of a box is shared.

The deterministic program of fulfilment lets an order pay for a fraction of a box, and its prices of stock are those of
orders that can be cut up so. Here a column says which item of an order comes from which location (or is lost), with its
boxes in full; every order is served by a mixture of such ways. Its value lies between the deterministic program's and
the cost of every policy, and its prices are those of orders as the whole-order solver serves them. Columns are found by
pricing: for each class and set of locations the best way under the prices so far (Gilmore and Gomory 1961).

Where classes are many, a column serves those of one type from one part of the map together, each in its own way. Then
fewer columns are in use, and prices swing from one round to the next; so columns are priced between the program's
prices and those that have proven most (Wentges 1997), and the search stops within a ten-thousandth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from fillrate.plan.highs import highs, highs_program
from fillrate.plan.program import AGAIN, OPTIONS, Program, solve
from fillrate.plan.sites import best_sites

__all__ = ["Patterns", "Pool", "unpacked"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MANY = 2_000  # classes from which they are served in groups
ROUNDS = 60  # of pricing, at most
GAIN = 1e-7  # money an order that a new column has to save
NEAR = 1e-4  # of the value: how far from the optimum a search in groups may stop
CENTRAL = 0.3  # weight of the prices that have proven most
BASIC = highspy.HighsBasisStatus.kBasic
OF = 4  # bytes of a group's number
FAR = 1e9  # money for what cannot be


@dataclass(frozen=True)
class Pool:
    """Ways to serve orders: column n serves group `of[n]`, its line i from `source[n, i]`, -1 = lost or no line."""

    of: Ints  # (columns,)
    source: NDArray[np.int8]  # (columns, lines of the largest group)
    basis: Any = None  # status of columns and rows of the optimum from which to start

    def packed(self, size: int) -> NDArray[np.int8]:
        """(size,) bytes that stand for the columns: of each its group, then its sources; -1 where there is none."""
        rows = np.full(size, -1, np.int8).reshape(-1, OF + self.source.shape[1])
        rows[: len(self.of), :OF] = self.of.astype(np.int32).view(np.int8).reshape(-1, OF)
        rows[: len(self.of), OF:] = self.source
        return rows.ravel()


def unpacked(memory: NDArray[np.int8], lines: int) -> Pool:
    """The columns that `Pool.packed` made bytes of, by the lines of a column."""
    rows = memory.reshape(-1, OF + lines)
    of = np.ascontiguousarray(rows[:, :OF]).view(np.int32)[:, 0].astype(np.int64)
    return Pool(of[of >= 0], rows[of >= 0, OF:])


class Patterns:
    """The program of a world's classes; not to be shared by threads."""

    def __init__(self, program: Program) -> None:
        """Lay out the costs by class, item and location, from a program's columns, and the groups of classes.

        Args:
            program: of which only the costs are used.
        """
        c, self.pairs = program.classes, program.pairs
        self.places, self.classes = len(program.world.locations), len(c.segment)
        self.of, self.units, self.loss_of = c.of, c.units, program.loss_of
        shape = len(c.sku), self.places
        self.cost, self.pair = np.full(shape, FAR), np.full(shape, -1, np.int64)
        at = program.item, program.place
        self.cost[at], self.pair[at] = program.sending, program.pair
        self.box = np.full((self.classes, self.places), FAR)
        self.box[program.of, program.place] = program.boxes
        self.near = self.classes > MANY
        self._group(program)

    def _group(self, program: Program) -> None:
        """Put classes in groups: each for itself or, where they are many, those of a type with one nearest place."""
        c, tables = program.classes, program.world.tables
        self.group = np.arange(self.classes)  # (classes,)
        if self.near:
            rate = tables.rate[np.array(tables.segment_service)[c.segment], c.region]
            nearest = np.where(tables.exists[c.region], rate, np.inf).argmin(axis=1)
            alike = np.stack([c.number[c.first[:-1]], c.segment, nearest])
            self.group = np.unique(alike, axis=1, return_inverse=True)[1]
        self.groups = int(self.group.max(initial=-1)) + 1
        self.line_in, self.largest = _ranks(self.group[self.of], self.groups)
        self.class_in, most = _ranks(self.group, self.groups)
        self.line_at = np.zeros((self.groups, self.largest), np.int64)
        self.line_at[self.group[self.of], self.line_in] = np.arange(len(self.of))
        self.boxes = np.zeros((self.groups, most, self.places))
        self.boxes[self.group, self.class_in] = self.box

    @property
    def memory(self) -> int:
        """Bytes of the columns in use, which are at most as many as rows, for the next plan; 0: it needs none."""
        return (self.groups + self.pairs) * (OF + self.largest) if self.near else 0

    def best(self, price: Floats) -> tuple[Floats, NDArray[np.int8]]:
        """(classes,) least money of an order at these prices of stock, and (groups, lines) how groups are served."""
        charged = np.append(price, 0.0)[self.pair] * self.units[:, None] + self.cost
        worth, place = best_sites(np.maximum(0.0, -charged), self.of, self.box)
        source = np.full((self.groups, self.largest), -1, np.int8)
        source[self.group[self.of], self.line_in] = place
        return -worth, source

    def solve(self, stock: Floats, demand: Floats, pool: Pool | None = None) -> tuple[float, Floats, Pool]:
        """Value, which is never too much, (pairs,) prices of stock, and the columns met.

        Args:
            stock: (pairs,) units.
            demand: (classes,) orders.
            pool: columns to begin with.

        Raises:
            InputError: HiGHS finds no optimum.
        """
        every = np.arange(self.groups)
        pool = pool or Pool(every, self.best(np.zeros(self.pairs))[1])
        orders = np.bincount(self.group, demand, self.groups).astype(np.float64)
        lost = float(demand @ self.loss_of)
        share = np.divide(demand, orders[self.group], where=orders[self.group] > 0.0, out=np.ones(self.classes))
        master = _Master(np.concatenate([stock, orders]), self.near)
        master.add(*self._columns(pool.of, pool.source, share), pool.basis)
        of, source, value, low = [pool.of], [pool.source], 0.0, -np.inf
        price = central = np.zeros(self.pairs)
        for _ in range(ROUNDS):
            value, price, worth = master.optimum(self.pairs)
            at = CENTRAL * central + (1.0 - CENTRAL) * price if self.near and low > -np.inf else price
            least, found = self.best(at)
            proven = float(demand @ least - at @ stock)
            if proven > low:
                low, central = proven, at
            money, matrix = self._columns(every, found, share)
            new = np.flatnonzero(money + matrix[: self.pairs].T @ price - worth < -GAIN)
            if value - low <= NEAR * abs(value + lost) if self.near else not len(new):
                break
            master.add(money[new], matrix[:, new])
            of.append(new)
            source.append(found[new])
        basis, met = master.basis(), (np.concatenate(of), np.concatenate(source))
        if not self.near:
            return value + lost, price, Pool(*met, basis)
        used = np.array(basis[0]) == BASIC
        return low + lost, central, Pool(met[0][used], met[1][used])

    def _columns(self, of: Ints, source: NDArray[np.int8], share: Floats) -> tuple[Floats, csc_array]:
        """Money of columns, and their entries: units of pairs, and one order of the group.

        Args:
            of: (columns,) groups.
            source: (columns, lines) as in a pool.
            share: (classes,) of the orders of a group.
        """
        column, nth = np.nonzero(source >= 0)
        line, place = self.line_at[of[column], nth], source[column, nth].astype(np.int64)
        of_line, every = self.of[line], np.arange(len(of))
        used = np.zeros((len(of), *self.boxes.shape[1:]), bool)
        used[column, self.class_in[of_line], place] = True
        shares = np.zeros(self.boxes.shape[:2])
        shares[self.group, self.class_in] = share
        boxes = np.where(used, (self.boxes * shares[:, :, None])[of], 0.0).sum(axis=(1, 2))
        sent = np.bincount(column, self.cost[line, place] * share[of_line], len(of))
        rows = np.concatenate([self.pair[line, place], self.pairs + of])
        amount = np.concatenate([self.units[line] * share[of_line], np.ones(len(of))])
        shape = self.pairs + self.groups, len(of)
        return boxes + sent, csc_array((amount, (rows, np.concatenate([column, every]))), shape=shape)


class _Master:
    """The program over the columns so far."""

    def __init__(self, most: Floats, primal: bool) -> None:
        """No columns yet.

        Args:
            most: (rows,) stock, then orders.
            primal: whether it is solved by the primal simplex, to which new columns are nothing but that.
        """
        self.solver, self.method = highs(OPTIONS), AGAIN | ({"simplex_strategy": 4} if primal else {})
        self.solver.passModel(highs_program(np.zeros(0), csc_array((len(most), 0)), -np.inf, most))

    def add(self, money: Floats, matrix: csc_array, basis: Any = None) -> None:
        """Add columns, and start from a basis of theirs."""
        columns, start = len(money), matrix.indptr[:-1].astype(np.int32)
        bounds = np.zeros(columns), np.full(columns, highspy.kHighsInf)
        entries = matrix.nnz, start, matrix.indices.astype(np.int32), matrix.data
        self.solver.addCols(columns, money, *bounds, *entries)
        if basis is not None:
            begin = highspy.HighsBasis()
            begin.col_status, begin.row_status = basis
            begin.valid = True
            self.solver.setBasis(begin)

    def optimum(self, pairs: int) -> tuple[float, Floats, Floats]:
        """Value, prices of stock, and money of an order by group (at most 0).

        Raises:
            InputError: HiGHS finds none.
        """
        solve(self.solver, self.method)
        dual = np.array(self.solver.getSolution().row_dual)
        return self.solver.getObjectiveValue(), np.maximum(0.0, -dual[:pairs]), dual[pairs:]

    def basis(self) -> Any:
        """Status of columns and rows."""
        ended = self.solver.getBasis()
        return list(ended.col_status), list(ended.row_status)


def _ranks(of: Ints, groups: int) -> tuple[Ints, int]:
    """(members,) rank of each in its group by number, and how many are in the largest."""
    size = np.bincount(of, minlength=groups)
    order = np.argsort(of, kind="stable")
    rank = np.empty(len(of), np.int64)
    rank[order] = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size)
    return rank, int(size.max(initial=0))
