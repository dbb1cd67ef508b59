"""Orders that wait, or whose parcels are not picked yet, assigned together by an integer program.

Sources: Xu, Allgor and Graves (2009), "Benefits of reevaluating real-time order fulfillment decisions", Manufacturing &
Service Operations Management 11(2): an assignment made on receipt is as good as it was then; made anew for all that can
still be moved, it saves shipments.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from fillrate.model.planning import Plan, Snapshot
from fillrate.plan.losses import Losses
from fillrate.world import World

__all__ = ["AssignmentPlanner"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_ONCE = 200  # lines of a program; more are assigned in turns, by receipt
OPTIONS = {"output_flag": False, "threads": 1, "mip_rel_gap": 1e-4, "mip_max_nodes": 500}  # by work, never by time


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
        self.full, self.joint = (
            np.array([each in kinds for each in complete]) for kinds in (("line", "order"), ("order",))
        )

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
    """The candidates (line, place) that are taken."""
    candidates = len(line)
    key, box_of = np.unique(order * (int(place.max()) + 1) + place, return_inverse=True)
    box_cost, box_order = np.zeros(len(key)), np.zeros(len(key), np.int64)
    box_cost[box_of], box_order[box_of] = box, order
    alone = np.zeros(len(key), bool)
    alone[box_of] = whole
    used, stock_row = np.unique(pair, return_inverse=True)
    lines, links = int(line.max()) + 1, np.arange(candidates)
    first_link, first_order = len(used) + lines, len(used) + lines + candidates
    orders = int(order.max()) + 1
    rows, sent = first_order + orders, candidates + len(key)
    first = np.flatnonzero(
        joint & (np.diff(line, prepend=-1) > 0)
    )  # of each line that goes with the others of its order
    extra = orders * bool(len(first))  # columns: an order is sent, all of it
    together = len(used) + line[first]
    entry_row = [stock_row, len(used) + line, first_link + links, first_link + links, first_order + box_order[alone]]
    entry_column = [links, links, links, candidates + box_of, candidates + np.flatnonzero(alone)]
    value = [taken, np.ones(candidates), np.ones(candidates), -np.ones(candidates), np.ones(int(alone.sum()))]
    entry_row, entry_column = [*entry_row, together], [*entry_column, sent + order[first]]
    value, shape = [*value, -np.ones(len(first))], (rows, sent + extra)
    matrix = csc_array((np.concatenate(value), (np.concatenate(entry_row), np.concatenate(entry_column))), shape=shape)
    least, most = np.full(rows, -highspy.kHighsInf), np.ones(rows)
    most[: len(used)], most[first_link:first_order], most[together], least[together] = free[used], 0.0, 0.0, 0.0
    made: Any = highspy.Highs
    solver, lp = made(), highspy.HighsLp()
    for name, option in OPTIONS.items():
        solver.setOptionValue(name, option)
    lp.num_col_, lp.num_row_ = shape[1], rows
    cost = np.concatenate([money, box_cost, np.zeros(extra)])
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(shape[1]), np.ones(shape[1])
    lp.row_lower_, lp.row_upper_ = least, most
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * shape[1]
    solver.passModel(lp)
    solver.run()
    found = np.array(solver.getSolution().col_value)
    return np.flatnonzero(found[:candidates] > 0.5) if len(found) else np.zeros(0, np.int64)
