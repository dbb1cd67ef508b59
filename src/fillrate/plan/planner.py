"""Planners: from what is known at an instant to prices of stock and shares of locations."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import PolicyError
from fillrate.model.planning import Kinds, Plan, Planner, Snapshot
from fillrate.plan.classes import classes_of, known_demand
from fillrate.plan.program import Program, Solved
from fillrate.policy.spec import PlannerRule
from fillrate.world import World
from fillrate.world.law import mean_of

__all__ = ["DlpPlanner", "look_ahead_days", "planner_of"]

KEPT = 32  # planners, and solutions of each, in memory
Floats = NDArray[np.float64]
_planners: OrderedDict[tuple[str, PlannerRule, bool], Planner] = OrderedDict()
_lock = threading.Lock()


def planner_of(world: World, rule: PlannerRule, shares: bool) -> Planner:
    """The planner that a policy's `[planner]` table asks for, made once for a world.

    Args:
        world: with the run's horizon.
        rule: the table.
        shares: whether the source policy draws from shares.

    Raises:
        PolicyError: it does not fit the world.
    """
    key = world.hash, rule, shares
    with _lock:
        if key not in _planners:
            _planners[key] = _made(world, rule, shares)
            while len(_planners) > KEPT:
                _planners.popitem(last=False)
        return _planners[key]


def _made(world: World, rule: PlannerRule, shares: bool) -> Planner:
    if rule.kind == "dlp":
        return DlpPlanner(world, rule, shares)
    if shares:
        raise PolicyError("planner", f"kind = '{rule.kind}' for a policy that draws from shares", "kind = 'dlp'")
    raise PolicyError("planner", f"kind = '{rule.kind}'", "kind = 'dlp'")


def look_ahead_days(world: World, rule: PlannerRule) -> float:
    """How far ahead demand is met from stock that is there: to the end, or until what is ordered now arrives."""
    if rule.days:
        return rule.days
    if not world.supply.supplier:
        return math.inf
    lead = max(mean_of(supplier.lead_time_days) for supplier in world.supply.supplier)
    return max(1.0, lead + world.supply.review_days)


class DlpPlanner:
    """Prices and shares of the deterministic program: expected demand to come against the stock that is free.

    The first program is solved from scratch, the others start from the basis of the run's last one, which travels with
    the run; so a plan depends on nothing but the run itself, and threads, forks and engines come to the same.
    """

    looks_back = False

    def __init__(self, world: World, rule: PlannerRule, shares: bool) -> None:
        """Lay the program out."""
        self.world, self.rule, self.shares = world, rule, shares
        self.classes, self.days = classes_of(world), look_ahead_days(world, rule)
        self.own = threading.local()
        self.memory = self._program().memory if rule.times > 1 or rule.every_hours or rule.at_waves else 0
        self.solutions: OrderedDict[bytes, Solved] = OrderedDict()
        self.kinds = Kinds(world)

    def _program(self) -> Program:
        """This thread's program."""
        if not hasattr(self.own, "program"):
            self.own.program = Program(self.world, self.classes)
        program: Program = self.own.program
        return program

    def __call__(self, seen: Snapshot) -> Plan | None:
        """Solve for what is there and to come; None where nothing has drifted."""
        if seen.planned_at >= 0.0 and self.rule.drift and not drifted(seen, self.world.days, self.rule.drift):
            return None
        until = min(self.world.days, seen.now + self.days)
        demand = known_demand(self.world, self.classes, seen.now, until)
        stock = np.maximum(seen.free + seen.inbound, 0).astype(np.float64)
        solved = self._solved(stock, demand, seen)
        share = self._shares(solved, demand) if self.shares else np.zeros((0, 0))
        return Plan(solved.price, share, solved.basis[: self.memory])

    def _solved(self, stock: Floats, demand: Floats, seen: Snapshot) -> Solved:
        """The optimum; those of starts are kept, for all runs of a world start alike."""
        if seen.planned_at >= 0.0:
            return self._program().solve(stock, demand, seen.memory)
        key = stock.tobytes() + demand.tobytes()
        found = self.solutions.get(key)
        if found is None:
            found = self._program().solve(stock, demand)
            with _lock:
                self.solutions[key] = found
                while len(self.solutions) > KEPT:
                    self.solutions.popitem(last=False)
        return found

    def _shares(self, solved: Solved, demand: Floats) -> Floats:
        """(segments * regions * items, locations) how often an item comes from each location.

        Types of order that are not expected go by SKU, and a SKU that is not expected comes from its home.
        """
        program, c, world = self._program(), self.classes, self.world
        regions, places = len(world.regions), len(world.locations)
        cells = len(world.segments) * regions * self.kinds.count
        row = (c.segment[c.of] * regions + c.region[c.of]) * self.kinds.count
        share, total = np.zeros((cells, places)), np.zeros(cells)
        for number in (c.number, self.kinds.by_sku + c.sku) if c.by_type else (c.number,):
            at = row + number
            np.add.at(share, (at[program.item], program.place), solved.sent)
            total += np.bincount(at, demand[c.of], cells)
        homes = self._homes(cells, places)
        known = total > 0.0
        share[known] /= total[known, None]
        return np.where(known[:, None], np.minimum(share, 1.0), homes)

    def _homes(self, cells: int, places: int) -> Floats:
        """(segments * regions * items, locations) 1 at the region's home for the item."""
        world, tables, kinds = self.world, self.world.tables, self.kinds
        sku_of = np.zeros(kinds.count, np.int64)
        for items in kinds.item_of:
            sku_of[items] = np.arange(kinds.skus)
        home = np.tile(tables.homes[:, sku_of], (len(world.segments), 1, 1)).ravel()
        share = np.zeros((cells, places))
        there = np.flatnonzero(home >= 0)
        share[there, tables.pair_location[home[there]]] = 1.0
        return share


def drifted(seen: Snapshot, horizon: float, deviations: float) -> bool:
    """Whether some stock is so many standard deviations away from being used up evenly since the last plan.

    What is used by then is taken to vary like a Poisson number.
    """
    passed = (seen.now - seen.planned_at) / max(horizon - seen.planned_at, 1e-9)
    used = seen.planned_free * passed
    off = np.abs(seen.planned_free - used - seen.free)
    return bool((off > deviations * np.sqrt(np.maximum(used, 1.0))).any())
