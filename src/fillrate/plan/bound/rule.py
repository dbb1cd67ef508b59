"""Base stock as linear equations: what is ordered follows from what is placed and who waits.

A base stock S keeps the position (on hand - reserved + inbound - held at home) of a pair at S or above from every
review on. With Q what has been ordered up to a review, D what left the position by then, and I what the position was
at the start, I + Q - D = max(I + Q before - D, S). D falls again where a unit that waits at home is lost or is served
from elsewhere; with E, which is D without such falls, S - I + D <= Q <= max(0, S - I) + E, and Q never falls.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import name_key
from fillrate.model.chance import Chance, outage_key, outage_windows
from fillrate.plan.bound.case import Case, Flows
from fillrate.plan.bound.clock import charged_days, due_times
from fillrate.plan.bound.placing import LATER, Ways
from fillrate.plan.bound.program import Program
from fillrate.plan.bound.purchases import extra_cost, sources
from fillrate.policy.replenish import ALWAYS, Levels
from fillrate.world import World

__all__ = ["Ledger", "rule_edges", "rule_fault", "rule_flows"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def rule_fault(world: World, levels: Levels) -> str:
    """Why these levels under this world's terms are no base stock in linear equations; empty if they are."""
    own = [s.pair for s in sources(world)]
    terms = [s.terms for s in sources(world)]
    limited = any(p.storage_units for p in world.locations) and world.supply.caps_at_storage
    faults = {
        "a rule that is no base stock": any(levels.S[p] != levels.s[p] + 1 or levels.cap[p] < ALWAYS for p in own),
        "lots of the rule": any(levels.lot[p] != 1 for p in own),
        "fast orders": any(levels.expedite[p] > -ALWAYS for p in own),
        "transfers": any(t.from_location for t in terms),
        "a supplier's lots, minimum or capacity": any(
            t.lot_units > 1 or t.minimum_units > 1 or t.capacity_units for t in terms
        ),
        "purchases cut by storage": limited,
        "purchases cut by cash": world.money.opening_cash is not None,
        "returns": any(s.return_probability for s in world.segments),
        "short picks": any(p.short_pick_probability for p in world.locations),
        "re-evaluation": world.timing.reevaluate_hours > 0.0,
        "units kept aside while an order waits": any(s.commit for s in world.segments),
        "several reviews a day": 0.0 < world.supply.review_days < 1.0,
        "continuous reviews": world.supply.review_days == 0.0,
    }
    return next((fault for fault, found in faults.items() if found), "")


def reviews_of(case: Case) -> Floats:
    """(reviews,) instants, days."""
    return due_times(case.world.supply.review_days, case.world.days)


def rule_flows(case: Case) -> Flows:
    """What each review of each pair orders, review by review: one column each."""
    world, chance, reviews = case.world, Chance(case.world, case.seed), reviews_of(case)
    tables, pairs, at, value = world.tables, list[int](), list[float](), list[float]()
    for source in sources(world):
        sku, place = int(tables.pair_sku[source.pair]), int(tables.pair_location[source.pair])
        terms, key = source.terms, name_key(source.terms.name)
        outages = outage_windows(terms.outage, outage_key("supplier", terms.name), chance, world.days)
        each = -extra_cost(world, source) - (1.0 - world.money.salvage) * tables.unit_cost[sku]
        for now in reviews.tolist():
            start = max([now, *[end for begin, end in outages if begin <= now < end]])
            due = start + chance.lead_time("purchase", key, place, sku, int(now), 0, terms.lead_time_days)
            pairs.append(source.pair)
            at.append(due if due < world.days else np.inf)
            value.append(each - case.held[sku] * float(charged_days(world, min(due, world.days))))
    count = len(pairs)
    return Flows(np.array(pairs, np.int64), np.array(at), np.array(value), np.full(count, -1), np.zeros(count))


def rule_edges(case: Case) -> Floats:
    """Stamps at which what is placed counts for another review."""
    return reviews_of(case) + LATER


class Ledger:
    """Collects what changes the positions, and enters the equations."""

    def __init__(self, case: Case, program: Program) -> None:
        """Begin with nothing placed."""
        self.case, self.program, self.reviews = case, program, reviews_of(case)
        self.slots = len(self.reviews)
        self.owned = {source.pair: n for n, source in enumerate(sources(case.world))}
        self.left = self._rows()
        self.ever = self._rows()

    def _rows(self) -> Ints:
        """(pairs owned, reviews) rows that say how a running sum changes before each review."""
        rows = self.program.row(np.zeros(len(self.owned) * self.slots), 0.0)
        return rows.reshape(len(self.owned), self.slots)

    def _homes(self, line: Ints) -> Ints:
        """(columns,) number of the home's pair among those owned, -1 = none."""
        book, homes = self.case.book, self.case.world.tables.homes
        number = np.full(len(self.case.world.tables.pair_sku) + 1, -1, np.int64)
        number[list(self.owned)] = list(self.owned.values())
        return np.asarray(number[homes[book.region[book.of[line]], book.sku[line]]], np.int64)

    def _first(self, line: Ints) -> tuple[Ints, Ints]:
        """(columns,) first review after the first offer, and the first one at which a unit in vain waits no more."""
        book, order = self.case.book, self.case.book.of[line]
        first = np.searchsorted(self.reviews, book.start[order], side="right")
        gone = np.searchsorted(self.reviews, np.minimum(book.end[order], self.case.world.days), side="right")
        return np.asarray(first, np.int64), np.asarray(np.maximum(first, gone), np.int64)

    def placed(self, pair: int, ways: Ways, columns: Ints, soonest: Ints, latest: Ints) -> None:
        """Units placed from a pair, at some instant that a column stands for: the sums are on either side of it.

        Args:
            pair: from where.
            ways: of the columns.
            columns: their numbers.
            soonest: (columns,) review before which they may be placed at the earliest.
            latest: (columns,) review before which they are placed at the latest.
        """
        first, _ = self._first(ways.line)
        home, mine = self._homes(ways.line), self.owned.get(pair, -1)
        waits = np.where(latest > first, home, -1)
        here, elsewhere = np.where(waits == mine, -1, mine), np.where(waits == mine, -1, waits)
        self._change(self.left, here, latest, columns, 1.0)
        self._change(self.left, waits, first, columns, 1.0)
        self._change(self.left, elsewhere, soonest, columns, -1.0)
        self._change(self.ever, here, soonest, columns, 1.0)
        self._change(self.ever, waits, first, columns, 1.0)

    def lost(self, line: Ints, columns: Ints) -> None:
        """Units that are never placed wait at home until their patience ends."""
        first, gone = self._first(line)
        home = np.where(gone > first, self._homes(line), -1)
        self._change(self.left, home, first, columns, 1.0)
        self._change(self.left, home, gone, columns, -1.0)
        self._change(self.ever, home, first, columns, 1.0)

    def _change(self, rows: Ints, pair: Ints, slot: Ints, columns: Ints, by: float) -> None:
        on = np.flatnonzero((pair >= 0) & (slot < self.slots))
        self.program.enter(rows[pair[on], slot[on]], columns[on], by)

    def close(self, columns: Ints, levels: Levels, position: Ints) -> None:
        """Enter the equations.

        Args:
            columns: those of `rule_flows`.
            levels: of the rule.
            position: (pairs,) inventory position at the start.
        """
        shape, program = (len(self.owned), self.slots), self.program
        own = np.array(list(self.owned), np.int64)
        most = self._most(own)
        missing = np.array(levels.S)[own] - position[own]
        sums = [self._running(rows, 2.0 * most) for rows in (self.left, self.ever)]
        ordered = program.row(np.zeros(shape[0] * shape[1]), 0.0).reshape(shape)
        total = self._running(ordered, np.maximum(missing, 0) + 2.0 * most)
        program.enter(ordered.ravel(), columns, 1.0)
        none = np.full(shape[0], np.inf)
        self._between(total, sums[0], missing.astype(np.float64), none)
        self._between(total, sums[1], -none, np.maximum(missing, 0.0))

    def _between(self, total: Ints, running: Ints, low: Floats, high: Floats) -> None:
        """Keep a total less a running sum between limits of each pair."""
        rows = self.program.row(np.repeat(low, self.slots), np.repeat(high, self.slots))
        self.program.enter(rows, total.ravel(), 1.0)
        self.program.enter(rows, running.ravel(), -1.0)

    def _running(self, rows: Ints, most: Floats) -> Ints:
        """Columns of the running sum whose change before each review the rows are."""
        columns = self.program.column(np.zeros(rows.size), np.repeat(most, self.slots)).reshape(rows.shape)
        self.program.enter(rows.ravel(), columns.ravel(), -1.0)
        self.program.enter(rows[:, 1:].ravel(), columns[:, :-1].ravel(), 1.0)
        return columns

    def _most(self, own: Ints) -> Floats:
        """(pairs owned,) units that can leave a position at most: all that anybody asks of the SKU."""
        book, tables = self.case.book, self.case.world.tables
        asked = np.bincount(book.sku, weights=book.asked, minlength=len(self.case.world.skus))
        return np.asarray(asked[tables.pair_sku[own]] + 1.0, np.float64)
