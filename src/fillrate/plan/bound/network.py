"""The program itself: lines, boxes and the stock of each pair, interval by interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.plan.bound.case import Case, Flows
from fillrate.plan.bound.clock import charged_days
from fillrate.plan.bound.placing import Ways, bought_ways, box_costs, instant, lines_of, ways_of
from fillrate.plan.bound.program import Program
from fillrate.plan.bound.purchases import GRID, just_in_time
from fillrate.plan.bound.rule import Ledger, rule_edges
from fillrate.policy.replenish import Levels

__all__ = ["Network"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Placed:
    """Columns of one pair with their numbers in the program."""

    pair: int
    ways: Ways
    columns: Ints


class Network:
    """A program under construction."""

    def __init__(
        self, case: Case, fixed: list[tuple[int, float, int]], flows: Flows, free: bool, whole: bool, missing: Floats
    ) -> None:
        """Enter everything but the equations of a replenish rule.

        Args:
            case: world and orders.
            fixed: pair, day and units of what comes in whatever a policy does.
            flows: what may come in.
            free: whether pairs may be bought for just in time.
            whole: whether units and boxes will be whole.
            missing: (pairs,) units that a rule orders before anything is asked for.
        """
        self.case, self.fixed, self.flows, self.whole = case, fixed, flows, whole
        self.program, self.follows, self.missing = Program(), len(flows.pair) > 0 and not free, missing
        self.asked = np.bincount(case.book.sku, weights=case.book.asked, minlength=len(case.world.skus))
        self.bought = just_in_time(case.world) if free else {}
        stocked = {pair for pair, at, _ in fixed if at < case.world.days} | set(flows.pair.tolist()) | set(self.bought)
        self.pairs = {pair: lines for pair, lines in lines_of(case.world, case.book) if pair in stocked}
        self.edges = self._edges()
        self.stock = self._rows()
        self.alone = self._alone()
        self.lines = self.program.row(self._least(), case.book.asked.astype(np.float64))
        self.flow_columns = self._enter_flows()
        self.placed = [placed for pair, lines in self.pairs.items() for placed in self._enter_ways(pair, lines)]
        self.boxes = self._enter_boxes()
        self._enter_disposal()

    def follow(self, levels: Levels, position: Ints) -> None:
        """Let the flows follow a base stock."""
        book, ledger = self.case.book, Ledger(self.case, self.program)
        reviews = rule_edges(self.case)
        for placed in self.placed:
            stamps = placed.ways.at, self.edges[placed.pair][placed.ways.takes]
            soonest, latest = (np.searchsorted(reviews, stamp, side="right") for stamp in stamps)
            ledger.placed(placed.pair, placed.ways, placed.columns, soonest, latest)
        every = np.flatnonzero(np.isfinite(self._least()))
        lost = self.program.column(np.zeros(len(every)), book.asked[every])
        self.program.enter(self.lines[every], lost, 1.0)
        ledger.lost(every, lost)
        ledger.close(self.flow_columns, levels, position)

    def _least(self) -> Floats:
        """(lines,) units that are placed or lost at least: all, where a rule asks who waits; else nobody asks."""
        book = self.case.book
        counted = self.follows & np.isfinite(book.start)[book.of]
        return np.where(counted, book.asked.astype(np.float64), -np.inf)

    def _alone(self) -> NDArray[np.bool_]:
        """(orders, locations) whether one line alone may be sent: then a unit pays its share of the box."""
        book, world = self.case.book, self.case.world
        count = np.zeros((len(book), len(world.locations)), np.int64)
        for pair, lines in self.pairs.items():
            np.add.at(count[:, world.tables.pair_location[pair]], book.of[lines], 1)
        return np.asarray((count == 1) & (not self.whole), np.bool_)

    def _edges(self) -> dict[int, Floats]:
        """Stamps at which each pair's intervals begin."""
        days, found = self.case.world.days, dict[int, list[Floats]]()
        for pair, at, _ in self.fixed:
            found.setdefault(pair, []).append(np.array([at]))
        for pair in np.unique(self.flows.pair).tolist():
            found.setdefault(pair, []).append(self.flows.at[self.flows.pair == pair])
        for pair in {*self.pairs, *self.flows.sender[self.flows.sender >= 0].tolist()}:
            found.setdefault(pair, []).append(np.zeros(1))
        more = [rule_edges(self.case)] if self.follows else []
        if any(s.return_probability for s in self.case.world.segments):
            more.append(np.arange(GRID) * days / GRID)
        edges = {pair: np.unique(np.concatenate([np.zeros(1), *ats, *more])) for pair, ats in found.items()}
        return {pair: at[at < days] for pair, at in edges.items()}

    def _rows(self) -> dict[int, Ints]:
        """Rows of each pair's intervals: what is taken and left is at most what was left before and comes in."""
        supply = {pair: np.zeros(len(edges)) for pair, edges in self.edges.items()}
        for pair, at, units in self.fixed:
            if at < self.case.world.days:
                supply[pair][self._interval(pair, np.array([at]))] += units
        return {pair: self.program.row(-np.inf, units) for pair, units in supply.items()}

    def _interval(self, pair: int, at: Floats) -> Ints:
        return np.asarray(np.searchsorted(self.edges[pair], at, side="right") - 1, np.int64)

    def _enter_flows(self) -> Ints:
        """Columns of what may come in, and what each interval leaves to the next."""
        flows, most = self.flows, self._most()
        columns = self.program.column(flows.value, most[flows.pair]) if len(flows.pair) else np.zeros(0, np.int64)
        for pair, rows in self.stock.items():
            mine = np.flatnonzero((flows.pair == pair) & np.isfinite(flows.at))
            self.program.enter(rows[self._interval(pair, flows.at[mine])], columns[mine], -1.0)
            sent = np.flatnonzero(flows.sender == pair)
            self.program.enter(rows[self._interval(pair, flows.leaves[sent])], columns[sent], 1.0)
            if len(rows) > 1:
                left = self.program.column(np.zeros(len(rows) - 1), self._stored(pair, most))
                self.program.enter(rows[:-1], left, 1.0)
                self.program.enter(rows[1:], left, -1.0)
        return columns

    def _most(self) -> Floats:
        """(pairs,) units of each flow at most: nobody can use more than is asked for, and what a rule orders."""
        tables, asked = self.case.world.tables, self.asked
        fixed = np.zeros(len(tables.pair_sku))
        for pair, _, units in self.fixed:
            fixed[pair] += units
        total = np.bincount(tables.pair_sku, weights=fixed, minlength=len(self.case.world.skus))
        return np.asarray((2.0 * asked + total + 1.0)[tables.pair_sku] + self.missing, np.float64)

    def _stored(self, pair: int, most: Floats) -> float:
        """Units of a pair at most."""
        mine = (self.flows.pair == pair).sum()
        return float(most[pair] * (2 + mine))

    def _enter_ways(self, pair: int, lines: Ints) -> list[Placed]:
        """Columns of the lines that a pair may serve."""
        edges, rows = self.edges[pair], self.stock[pair]
        found = [ways_of(self.case, pair, lines, edges)]
        found += [bought_ways(self.case, pair, lines, edges, *terms) for terms in self.bought.get(pair, [])]
        return [self._enter(pair, ways, rows) for ways in found if len(ways.line)]

    def _enter(self, pair: int, ways: Ways, rows: Ints) -> Placed:
        book, place = self.case.book, int(self.case.world.tables.pair_location[pair])
        order = book.of[ways.line]
        share = box_costs(self.case.world, book, place)[order] / book.units[ways.line]
        value = ways.value - np.where(self.alone[order, place], share, 0.0)
        columns = self.program.column(value, book.asked[ways.line])
        self.program.enter(self.lines[ways.line], columns, 1.0)
        stocked, again = ways.takes >= 0, ways.back >= 0
        self.program.enter(rows[ways.takes[stocked]], columns[stocked], 1.0)
        self.program.enter(rows[ways.back[again]], columns[again], -1.0)
        return Placed(pair, ways, columns)

    def _enter_boxes(self) -> int:
        """A box for each order and location at least as much as the share of any of its lines sent from there."""
        before = self.program.columns
        place_of, book = self.case.world.tables.pair_location, self.case.book
        for place in range(len(self.case.world.locations)):
            here = [placed for placed in self.placed if place_of[placed.pair] == place]
            cost = box_costs(self.case.world, book, place)
            if here and cost.any():
                line = np.concatenate([placed.ways.line for placed in here])
                columns = np.concatenate([placed.columns for placed in here])
                shared = ~self.alone[book.of[line], place]
                self._boxes(line[shared], columns[shared], cost)
        return self.program.columns - before

    def _boxes(self, line: Ints, columns: Ints, cost: Floats) -> None:
        book = self.case.book
        orders, box_of = np.unique(book.of[line], return_inverse=True)
        boxes = self.program.column(-cost[orders], book.alike[orders])
        shown, row_of = np.unique(line, return_inverse=True)
        rows = self.program.row(np.full(len(shown), -np.inf), 0.0)
        self.program.enter(rows[row_of], columns, 1.0)
        first = np.unique(row_of, return_index=True)[1]
        self.program.enter(rows, boxes[box_of[first]], -book.units[shown].astype(np.float64))

    def _enter_disposal(self) -> None:
        """What a short pick writes off costs nothing to hold: units may vanish where picks may miss them."""
        world = self.case.world
        for pair, edges in self.edges.items():
            sku, place = int(world.tables.pair_sku[pair]), int(world.tables.pair_location[pair])
            if world.locations[place].short_pick_probability <= 0.0:
                continue
            cost = world.tables.unit_cost[sku] * world.money.salvage
            value = self.case.held[sku] * charged_days(world, instant(edges)) - cost
            good = np.flatnonzero(value > 0.0)
            columns = self.program.column(value[good], self._most()[pair])
            self.program.enter(self.stock[pair][good], columns, 1.0)
