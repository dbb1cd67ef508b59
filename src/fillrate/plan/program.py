"""The linear program of fulfilment in arrays: built once for a world, solved again for other stock and demand.

For a class c (orders of one type from one region and segment), an item i of it and a location k that carries the item,
x[c, i, k] orders have the item sent from k; where the type has several items, y[c, k] ≥ x[c, i, k] pay for boxes there.

    minimise   Σ box[c, k] y[c, k] + Σ (unit cost − loss)[c, i, k] x[c, i, k]
    subject to Σ_k x[c, i, k] ≤ demand[c],   Σ_(c, i) units[c, i] x[c, i, k] ≤ stock[i, k],   0 ≤ x ≤ y

Only right hand sides change, so the dual simplex starts again from the basis of the last time. Where orders do not come
by type, units of one product have nothing in common with those of another: transport problems, which are solved side by
side (`plan/transport.py`) as long as no product is in many places. A program of many columns that share boxes would
take the simplex too long: it is solved nearly, by first-order steps, and the value that is said is the one that its
prices prove.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from fillrate.errors import InputError, PolicyError
from fillrate.plan.classes import Classes
from fillrate.plan.highs import highs, highs_program
from fillrate.plan.kept import Kept
from fillrate.plan.losses import Losses
from fillrate.plan.transport import cheapest_ways, transport, with_leftover
from fillrate.world import World

__all__ = ["AGAIN", "OPTIONS", "Program", "Solved", "solve"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MOST = 20_000_000  # sent columns that are laid out before those without a lane are left out
FEW = 16  # pairs of a SKU up to which SKUs are solved apart: what that takes grows with their cube, and with ties
MANY = 100_000  # columns from which the simplex takes far longer than other methods


@dataclass(frozen=True)
class Solved:
    """An optimum."""

    value: float  # money: what all demand costs that is expected, losses and margins forgone included; never too much
    price: Floats  # (pairs,) money/unit saved by one more unit
    sent: Floats  # (sent columns,) orders of a class that have an item sent from a location; only if asked for
    basis: NDArray[np.int8]  # 1 for every basic column and row: where to start the next time; empty if solved nearly


STARTS: Kept[Solved] = Kept()


class Program:
    """The program of a world; not to be shared by threads."""

    def __init__(self, world: World, classes: Classes) -> None:
        """Lay the columns and rows out.

        Raises:
            PolicyError: the world is so large that the program would not fit.
        """
        tables, self.classes, self.world = world.tables, classes, world
        of, places = classes.of, len(world.locations)
        if len(of) * places > MOST:
            found = f"{len(of) * places} columns in '{world.name}'"
            raise PolicyError("planner", found, f"at most {MOST}")
        pair_at = np.full((len(world.skus), places), -1, np.int64)
        pair_at[tables.pair_sku, tables.pair_location] = np.arange(len(tables.pair_sku))
        there = tables.exists[classes.region[of]] & (pair_at[classes.sku] >= 0)
        self.item, self.place = np.nonzero(there)  # (sent,)
        self.pair, self.of = pair_at[classes.sku[self.item], self.place], of[self.item]
        self.units = classes.units[self.item]
        self.several = np.diff(classes.first) > 1
        self._costs()
        self._lay_out()
        suited = not classes.by_type and len(self.cost) > 0 and np.diff(tables.pair_start).max() <= FEW
        self.apart = _Apart(self) if suited else None  # None: HiGHS, with the same bases
        self.solver: Any = None  # highspy.Highs, whose methods have no types

    def _costs(self) -> None:
        """Money of an order: its item sent rather than lost, and a box."""
        world, tables, c = self.world, self.world.tables, self.classes
        segment, region, sku = c.segment[self.of], c.region[self.of], c.sku[self.item]
        lane = np.array(tables.segment_service)[segment], region, self.place
        weight = np.array([s.weight_kg for s in world.skus])
        site = np.array([(p.handling_per_unit + p.fee_per_unit, p.handling_per_parcel + p.fee_per_parcel)
                         for p in world.locations])  # fmt: skip
        freight = tables.rate[lane] + tables.rate_per_kg[lane] * weight[sku] + site[self.place, 0]
        self.lost = Losses(world)(c.segment[c.of], c.region[c.of], c.sku)
        self.sending = self.units * (freight - self.lost[self.item])
        self.boxes = (tables.box[lane] + site[self.place, 1]) * c.boxes
        self.loss_of = np.bincount(c.of, self.lost * c.units, len(c.segment))  # (classes,) of an order lost whole

    def _lay_out(self) -> None:
        """Columns: what is sent, then boxes. Rows: stock, demand of items, boxes opened."""
        shared = self.several[self.of]
        cost = self.sending + np.where(shared, 0.0, self.boxes)
        places, sent = len(self.world.locations), len(self.item)
        key, box_of = np.unique(self.of[shared] * places + self.place[shared], return_inverse=True)
        box = np.zeros(len(key))
        box[box_of] = self.boxes[shared]
        self.linked, self.box_of = np.flatnonzero(shared), box_of  # (links,) sent columns, and the box of each
        pairs, items = len(self.world.tables.pair_sku), len(self.classes.sku)
        links = len(box_of)
        open_row = pairs + items + np.arange(links)
        rows = [self.pair, pairs + self.item, open_row, open_row]
        columns = [np.arange(sent), np.arange(sent), self.linked, sent + box_of]
        values = [self.units, np.ones(sent), np.ones(links), -np.ones(links)]
        self.cost, self.rows = np.concatenate([cost, box]), pairs + items + links
        shape = self.rows, len(self.cost)
        self.matrix = csc_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)
        self.pairs, self.items = pairs, items
        self.near = links > 0 and len(self.cost) > MANY

    @property
    def memory(self) -> int:
        """Bytes of a basis."""
        return 0 if self.near else len(self.cost) + self.rows

    def start(self, stock: Floats, demand: Floats) -> Solved:
        """The optimum from nothing, kept: the runs of a world start alike, and so do its planners."""
        key = self.world.hash, stock.tobytes(), demand.tobytes()
        return STARTS.get(key) or STARTS.put(key, self.solve(stock, demand))

    def solve(
        self, stock: Floats, demand: Floats, basis: NDArray[np.int8] | None = None, shares: bool = True
    ) -> Solved:
        """The optimum; a pure function of what is handed in.

        Args:
            stock: (pairs,) units.
            demand: (classes,) orders.
            basis: of another optimum, to start from.
            shares: whether `sent` is wanted; reading it takes as long as reading the prices twice.

        Raises:
            InputError: HiGHS finds no optimum.
        """
        lost = float(demand @ self.loss_of)
        if self.apart:
            return self.apart.solve(stock, demand, basis, lost)
        if not len(self.cost):
            return Solved(lost, np.zeros(self.pairs), np.zeros(0), np.zeros(self.memory, np.int8))
        most = np.concatenate([stock, demand[self.classes.of], np.zeros(self.rows - self.pairs - self.items)])
        if self.near:
            return self._nearly(most, lost)
        solver = self._ready(most)
        if basis is not None:
            solver.setBasis(_basis(basis, len(self.cost)))
        first = INTERIOR if len(self.cost) > MANY else SIMPLEX
        solve(solver, first if basis is None else AGAIN)
        return self._read(solver, lost, shares)

    def _ready(self, most: Floats) -> Any:
        """The solver with these right hand sides, and nothing left of what it did before."""
        if self.solver is None:
            self.solver = highs(OPTIONS)
            self.solver.passModel(highs_program(self.cost, self.matrix, -np.inf, most))
        else:
            self.solver.clearSolver()  # else the answer depends on what was solved before
            each = np.arange(self.rows, dtype=np.int32)
            self.solver.changeRowsBounds(self.rows, each, np.full(self.rows, -highspy.kHighsInf), most)
        return self.solver

    def _read(self, solver: Any, lost: float, shares: bool) -> Solved:
        found, columns = solver.getSolution(), len(self.cost)
        price = -np.array(found.row_dual, np.float64)[: self.pairs]
        basic = np.asarray(solver.getBasicVariables()[1], np.int64)  # columns, and rows as -1 - row
        kept = np.zeros(columns + self.rows, np.int8)
        kept[np.where(basic >= 0, basic, columns - 1 - basic)] = 1
        return Solved(
            lost + solver.getObjectiveValue(),
            np.maximum(0.0, price),
            np.array(found.col_value, np.float64)[: len(self.item)] if shares else np.zeros(0),
            kept,
        )

    def _nearly(self, most: Floats, lost: float) -> Solved:
        """What first-order steps come to over the pairs that have stock.

        The value is the one that the prices prove, nothing is sent that was not demanded, and stock that is not there
        has the price at which nobody would want it.
        """
        stock, orders, _ = np.split(most, (self.pairs, self.pairs + self.items))
        sent, dual = self._where_stock_is(most)
        price, _, link = np.split(dual, (self.pairs, self.pairs + self.items))
        box = self.cost[len(self.item) :]
        paid = np.bincount(self.box_of, link, len(box))  # money of a box that its items bear: at most what it costs
        link *= np.divide(box, paid, where=paid > box, out=np.ones(len(box)))[self.box_of]
        charged = self.cost[: len(self.item)] + self.units * price[self.pair]
        charged[self.linked] += link
        least, empty = np.zeros(self.items), stock[self.pair] <= 0.0
        np.minimum.at(least, self.item[~empty], charged[~empty])
        np.maximum.at(price, self.pair[empty], ((least[self.item] - charged) / self.units)[empty])
        whole = np.bincount(self.item, sent, self.items)
        sent *= np.divide(orders, whole, where=whole > orders, out=np.ones(self.items))[self.item]
        return Solved(lost + float(least @ orders - price @ stock), price, sent, np.zeros(0, np.int8))

    def _where_stock_is(self, most: Floats) -> tuple[Floats, Floats]:
        """(sent columns,) what is sent, and (rows,) multipliers from 0 on, of the program without empty pairs."""
        sent, dual = np.zeros(len(self.item)), np.zeros(self.rows)
        there = most[self.pair] > 0.0
        boxes = np.bincount(self.box_of, there[self.linked], len(self.cost) - len(sent)) > 0.0
        columns = np.flatnonzero(np.concatenate([there, boxes]))
        part = self.matrix[:, columns].tocsr()
        rows = np.flatnonzero(np.diff(part.indptr))
        if len(columns):
            solver = highs(OPTIONS)
            solver.passModel(highs_program(self.cost[columns], part[rows].tocsc(), -np.inf, most[rows]))
            solve(solver, FIRST_ORDER, INTERIOR)
            found = solver.getSolution()
            sent[there] = np.maximum(0.0, np.array(found.col_value, np.float64)[: there.sum()])
            dual[rows] = np.maximum(0.0, -np.array(found.row_dual, np.float64))
        return sent, dual


class _Apart:
    """A program whose orders do not come by type, as transport problems of one SKU each.

    The ways of a SKU are its pairs and to lose the order; a SKU with fewer pairs than others has some that never are.
    """

    def __init__(self, program: Program) -> None:
        """Find where the program's columns and rows are in the problems."""
        tables, skus, sku = program.world.tables, len(program.world.skus), program.classes.sku
        nth = np.arange(program.pairs) - tables.pair_start[tables.pair_sku]  # of the pairs of its SKU
        self.pair_at, self.money = (tables.pair_sku, nth), program.cost
        kind, last = np.arange(program.items) // skus, program.items // skus  # SKUs of a kind stand together
        ways = int(nth.max(initial=0)) + 2
        self.sent_at = sent = sku[program.item], kind[program.item], nth[program.pair]
        left = tables.pair_sku, np.full(program.pairs, last), nth
        lost = sku, kind, np.full(program.items, ways - 1)
        self.at = tuple(np.concatenate(each) for each in zip(sent, left, lost, strict=True))  # as in `Solved.basis`
        cost = np.full((skus, last, ways), np.inf)
        cost[sent], cost[:, :, -1] = program.cost, 0.0
        self.cost = with_leftover(cost)  # (SKUs, kinds + 1, ways) money of a unit
        self.begin = cheapest_ways(self.cost)

    def solve(self, stock: Floats, demand: Floats, basis: NDArray[np.int8] | None, lost: float) -> Solved:
        """As `Program.solve`; `lost` is money, if every order were lost.

        Raises:
            InputError: stock or demand is below 0, or not finite.
        """
        least, most = min(stock.min(initial=0.0), demand.min(initial=0.0)), stock.sum() + demand.sum()
        if not (least >= 0.0 and most < np.inf):
            raise InputError("planner's program", "stock or demand below 0 or not finite", "numbers from 0 on")
        skus, rows, ways = self.cost.shape
        there = np.zeros((skus, ways - 1))
        there[self.pair_at] = stock
        basic = self.begin
        if basis is not None:
            basic = basic.copy()  # what no column or row stands for stays as it is
            basic[self.at] = basis
        found = transport(self.cost, there, demand.reshape(rows - 1, skus).T, basic)
        sent = np.maximum(0.0, found.sent[self.sent_at])
        kept = found.basic[self.at].astype(np.int8)
        return Solved(lost + float(self.money @ sent), np.maximum(0.0, found.price[self.pair_at]), sent, kept)


def solve(solver: Any, *methods: dict[str, Any]) -> None:
    """Solve by the first of some methods that comes to an end.

    Raises:
        InputError: none does.
    """
    for method in methods:
        for name, value in method.items():
            solver.setOptionValue(name, value)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            return
    found = solver.modelStatusToString(solver.getModelStatus())
    raise InputError("planner's program", found, "a program that HiGHS can solve")


def _basis(basic: NDArray[np.int8], columns: int) -> highspy.HighsBasis:
    """What is not basic is at its bound: columns at 0, rows at their right hand side."""
    basis, status = highspy.HighsBasis(), highspy.HighsBasisStatus
    names = np.array([status.kLower, status.kBasic, status.kUpper, status.kBasic], object)
    basis.col_status = names[basic[:columns]].tolist()
    basis.row_status = names[2 + basic[columns:]].tolist()
    basis.valid, basis.alien = True, False  # as many basic ones as rows: no factorisation only to see that
    return basis


SIMPLEX = {"solver": "simplex", "presolve": "on"}
AGAIN = {"solver": "simplex", "presolve": "off"}
INTERIOR = {"solver": "ipm", "presolve": "on"}  # with crossover
FIRST_ORDER = {"solver": "hipdlp", "presolve": "on", "kkt_tolerance": 1e-4}
OPTIONS = {
    "simplex_dual_edge_weight_strategy": 1,  # devex: cheap to begin with
    "simplex_scale_strategy": 0,  # money and units are of one size
}
