"""Orders that wait, or whose parcels are not picked yet, assigned together by an integer program.

Sources: Xu, Allgor and Graves (2009), "Benefits of reevaluating real-time order fulfillment decisions", Manufacturing &
Service Operations Management 11(2): an assignment made on receipt is as good as it was then; made anew for all that can
still be moved, it saves shipments.
"""

from __future__ import annotations

from itertools import pairwise

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from fillrate.model.planning import Plan, Snapshot
from fillrate.plan.highs import highs, highs_program
from fillrate.plan.losses import Losses
from fillrate.world import World

__all__ = ["AssignmentPlanner"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_ONCE = 200  # lines of a program; more are assigned in turns, by receipt
OPTIONS = {"mip_rel_gap": 1e-4, "mip_max_nodes": 500}  # by work, never by time


class AssignmentPlanner:
    """Sends each open line whole to one location, or to none; boxes are shared by the lines of an order.

    minimise Σ box y + Σ units (unit cost − what a unit lost costs) x over lines and locations, y ≥ x, stock kept, x and
    y 0 or 1. The lines of an order that may not be split go to one location. A line that no location has in full counts
    with what is there; of what ships complete and reserves nothing before, all or nothing is sent.
    """

    shares, looks_back, assigns, memory = False, True, True, 0

    def __init__(self, world: World) -> None:
        """Lay out what a unit costs from each location."""
        tables, self.world = world.tables, world
        self.pair_at = np.full((len(world.skus), len(world.locations)), -1, np.int64)
        self.pair_at[tables.pair_sku, tables.pair_location] = np.arange(len(tables.pair_sku))
        self.service = np.array(tables.segment_service)
        self.weight = np.array([sku.weight_kg for sku in world.skus])
        self.per_unit = np.array([p.handling_per_unit + p.fee_per_unit for p in world.locations])
        self.per_box = np.array([p.handling_per_parcel + p.fee_per_parcel for p in world.locations])
        self.lost = Losses(world)
        self.whole = np.array([segment.split == "none" for segment in world.segments])
        self.apart = np.array([segment.split == "units" for segment in world.segments])
        complete = [("no" if segment.commit else segment.ship_complete) for segment in world.segments]
        self.full = np.array([each != "no" for each in complete])
        self.joint = np.array([each == "order" for each in complete])

    def __call__(self, seen: Snapshot) -> Plan:
        """Stock has no price."""
        return Plan(np.zeros(len(seen.free)), np.zeros((0, 0)), np.zeros(0, np.int8))

    def assign(self, seen: Snapshot) -> Ints:
        """(n,) the location of each waiting line, -1 = none."""
        free, found = np.maximum(seen.free, 0), np.full(len(seen.waiting), -1, np.int64)
        for lines in _turns(seen.waiting[:, 0]):
            found[lines] = places = self._program(seen, lines, free)
            sent = places >= 0
            pair = self.pair_at[seen.waiting[lines, 1][sent], places[sent]]
            np.subtract.at(free, pair, seen.waiting[lines, 2][sent])
            np.maximum(free, 0, out=free)
        return found

    def _program(self, seen: Snapshot, lines: Ints, free: Ints) -> Ints:
        """(lines,) locations for some lines, given what is free."""
        row, sku, units = seen.waiting[lines].T
        pair = self.pair_at[sku]
        there = np.where(pair >= 0, free[pair], 0)
        if seen.orders is None:
            return np.full(len(lines), -1, np.int64)
        segment, region = (np.asarray(each, np.int64)[row] for each in (seen.orders.segment, seen.orders.region))
        there[~self.world.tables.exists[region]] = 0
        pin = np.asarray(seen.orders.pin)[row]
        there[(pin[:, None] >= 0) & (pin[:, None] != np.arange(there.shape[1]))] = 0
        _, order = np.unique(row, return_inverse=True)
        self._leave_complete(there, units, order, segment)
        line, place = np.nonzero(there > 0)
        if not len(line):
            return np.full(len(lines), -1, np.int64)
        taken = np.minimum(units[line], there[line, place])
        money, boxes = self._money(segment[line], region[line], sku[line], place)
        whole, joint = self.whole[segment[line]], self.joint[segment[line]]
        chosen = _solve(money * taken, boxes, line, order[line], place, pair[line, place], taken, free, whole, joint)
        found = np.full(len(lines), -1, np.int64)
        found[line[chosen]] = place[chosen]
        return found

    def _leave_complete(self, there: Ints, units: Ints, order: Ints, segment: Ints) -> None:
        """Take what ships complete out of (lines, locations) `there`, where not all of it is."""
        full = there >= units[:, None]
        parts = self.apart[segment] & ~full.any(axis=1) & (there.sum(axis=1) >= units)  # from several locations
        there[self.full[segment][:, None] & ~full & ~parts[:, None]] = 0
        lacking = np.bincount(order, ~there.any(axis=1)) > 0.0
        there[self.joint[segment] & lacking[order]] = 0

    def _money(self, segment: Ints, region: Ints, sku: Ints, place: Ints) -> tuple[Floats, Floats]:
        """Money of a unit sent rather than lost, and of a box."""
        tables, lane = self.world.tables, (self.service[segment], region, place)
        unit = tables.rate[lane] + tables.rate_per_kg[lane] * self.weight[sku] + self.per_unit[place]
        return unit - self.lost(segment, region, sku), tables.box[lane] + self.per_box[place]


def _turns(row: Ints) -> list[Ints]:
    """Lines in turns of about AT_ONCE; those of an order stay together."""
    first = np.flatnonzero(np.diff(row, prepend=-1))
    begin: list[int] = []
    for at in first.tolist():
        if not begin or at - begin[-1] >= AT_ONCE:
            begin.append(at)
    return [np.arange(a, b) for a, b in pairwise([*begin, len(row)])]


def _solve(
    money: Floats,
    box: Floats,
    line: Ints,
    order: Ints,
    place: Ints,
    pair: Ints,
    taken: Ints,
    free: Ints,
    whole: NDArray[np.bool_],
    joint: NDArray[np.bool_],
) -> Ints:
    """The candidates (line, place) that are taken.

    Columns: a candidate is taken; a box of an order goes from a place; an order is sent, with all its lines.
    Rows: stock of a pair; a line goes once, or if its order is sent; a candidate has its box; what may not be split has
    one box.
    """
    candidates, orders, lines = len(line), int(order.max()) + 1, int(line.max()) + 1
    key, box_of = np.unique(order * (int(place.max()) + 1) + place, return_inverse=True)
    cost_of_box, order_of_box, alone = np.zeros(len(key)), np.zeros(len(key), np.int64), np.zeros(len(key), bool)
    cost_of_box[box_of], order_of_box[box_of], alone[box_of] = box, order, whole
    used, stock_row = np.unique(pair, return_inverse=True)
    each, alone = np.arange(candidates), np.flatnonzero(alone)
    together = np.flatnonzero(joint & (np.diff(line, prepend=-1) > 0))  # the first candidate of a line sent with others
    once, boxed = len(used) + line, len(used) + lines + each
    single, sent = len(used) + lines + candidates, candidates + len(key)
    entries = (
        (stock_row, each, taken),
        (once, each, 1.0),
        (once[together], sent + order[together], -1.0),
        (boxed, each, 1.0),
        (boxed, candidates + box_of, -1.0),
        (single + order_of_box[alone], candidates + alone, 1.0),
    )
    value = np.concatenate([np.full(len(rows), amount) for rows, _, amount in entries])
    rows, columns = (np.concatenate([entry[k] for entry in entries]) for k in (0, 1))
    matrix = csc_array((value, (rows, columns)), shape=(single + orders, sent + orders * bool(len(together))))
    least, most = np.full(single + orders, -highspy.kHighsInf), np.ones(single + orders)
    most[: len(used)], most[boxed] = free[used], 0.0
    least[once[together]] = most[once[together]] = 0.0
    cost = np.concatenate([money, cost_of_box, np.zeros(matrix.shape[1] - sent)])
    program = highs_program(cost, matrix, least, most, 1.0)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    solver = highs(OPTIONS)
    solver.passModel(program)
    solver.run()
    found = np.array(solver.getSolution().col_value)
    return np.flatnonzero(found[:candidates] > 0.5) if len(found) else np.zeros(0, np.int64)
