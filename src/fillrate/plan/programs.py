"""Planners that solve a linear program of expected demand against free stock."""

from __future__ import annotations

import math
import threading

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import PolicyError
from fillrate.model.opening import stated_opening
from fillrate.model.planning import Kinds, Plan, Snapshot
from fillrate.plan.classes import Classes, classes_of, known_demand
from fillrate.plan.forecast import demand_of
from fillrate.plan.kept import Kept
from fillrate.plan.patterns import Patterns, Pool, unpacked
from fillrate.plan.program import Program
from fillrate.plan.shares import shares_of
from fillrate.policy.horizon import unoffered
from fillrate.policy.spec import PlannerRule
from fillrate.world import World
from fillrate.world.law import mean_of

__all__ = ["DlpPlanner", "PatternPlanner", "drifted", "look_ahead_days", "works_by_pattern"]

Floats = NDArray[np.float64]
MOST_LOCATIONS = 10  # of whole orders, which may open any set of them


def look_ahead_days(world: World, rule: PlannerRule) -> float:
    """How far ahead demand is met from stock that is there: to the end, or until what is ordered now arrives."""
    if rule.days:
        return rule.days
    if not _bought(world).any():
        return math.inf
    lead = max(mean_of(supplier.lead_time_days) for supplier in world.supply.supplier)
    return max(1.0, lead + world.supply.review_days)


def _bought(world: World) -> NDArray[np.bool_]:
    """(skus,) whether somebody delivers it from outside: a transfer brings nothing that is not there."""
    tables = world.tables
    outside = (tables.supplier >= 0) & (np.array(tables.sender) < 0)
    return np.asarray(np.bincount(tables.pair_sku[outside], minlength=len(world.skus)) > 0)


def _final(world: World, classes: Classes) -> NDArray[np.bool_]:
    """(classes,) whether nothing that its orders ask for is bought: they live on what is there to the end."""
    return np.asarray(np.bincount(classes.of, _bought(world)[classes.sku], len(classes.segment)) == 0.0)


def drifted(seen: Snapshot, horizon: float, deviations: float) -> bool:
    """Whether some stock is so many standard deviations away from being used up evenly since the last plan.

    What is used by then is taken to vary like a Poisson number.
    """
    passed = (seen.now - seen.planned_at) / max(horizon - seen.planned_at, 1e-9)
    used = seen.planned_free * passed
    off = np.abs(seen.planned_free - used - seen.free)
    return bool((off > deviations * np.sqrt(np.maximum(used, 1.0))).any())


class _ByProgram:
    """What both planners see of a run: the demand to come and the stock for it."""

    assigns = False

    def __init__(self, world: World, rule: PlannerRule) -> None:
        self.world, self.rule = world, rule
        self.classes, self.days = classes_of(world), look_ahead_days(world, rule)
        self.demand = demand_of(world, self.classes, rule.forecast)
        self.final = _final(world, self.classes)
        self.looks_back = rule.forecast != "known"
        self.own = threading.local()

    def holds(self, seen: Snapshot) -> bool:
        """Whether the last plan holds: nothing has drifted."""
        return seen.planned_at >= 0.0 and self.rule.drift > 0.0 and not drifted(seen, self.world.days, self.rule.drift)

    def looked_at(self, seen: Snapshot) -> tuple[Floats, Floats]:
        """(pairs,) units, and (classes,) orders to come."""
        demand = self.demand(seen, min(self.world.days, seen.now + self.days))
        if not self.rule.days and self.days < math.inf and self.final.any():
            demand = np.where(self.final, self.demand(seen, self.world.days), demand)
        return np.maximum(seen.free + seen.inbound, 0).astype(np.float64), demand

    def assign(self, seen: Snapshot) -> NDArray[np.int64]:
        """Never asked: prices and shares are tables."""
        return np.full(len(seen.waiting), -1)

    @property
    def program(self) -> Program:
        """This thread's program."""
        if not hasattr(self.own, "program"):
            self.own.program = Program(self.world, self.classes)
        program: Program = self.own.program
        return program


class DlpPlanner(_ByProgram):
    """Prices and shares of the deterministic program.

    The first program is solved from scratch, the others start from the basis of the run's last one, which travels with
    the run; so a plan depends on nothing but the run itself, and threads, forks and engines come to the same.
    """

    def __init__(self, world: World, rule: PlannerRule, shares: bool) -> None:
        """Lay the program out."""
        super().__init__(world, rule)
        self.shares, self.kinds = shares, Kinds(world)
        again = rule.times > 1 or rule.every_hours > 0.0 or rule.at_waves
        self.memory = self.program.memory if again else 0

    def __call__(self, seen: Snapshot) -> Plan | None:
        """Solve for what is there and to come; None where nothing has drifted."""
        if self.holds(seen):
            return None
        stock, demand = self.looked_at(seen)
        if seen.planned_at >= 0.0:
            solved = self.program.solve(stock, demand, seen.memory, shares=self.shares)
        else:
            solved = self.program.start(stock, demand)
        share = shares_of(self.program, self.kinds, solved.sent, demand) if self.shares else np.zeros((0, 0))
        return Plan(solved.price, share, solved.basis[: self.memory])


def works_by_pattern(world: World) -> bool:
    """Whether whole orders can be programmed: they come by type, from few enough locations."""
    return bool(world.demand.basket) and len(world.locations) <= MOST_LOCATIONS


class PatternPlanner(_ByProgram):
    """Prices of the program of whole orders.

    Every solve starts from the columns and basis of the world's first one or, where classes are many, from the columns
    in use of the run's last one, which travel with the run; so a plan depends on the run alone.
    """

    shares = False

    def __init__(self, world: World, rule: PlannerRule) -> None:
        """Find the columns to begin with: those of the stated opening stock against all demand of its time.

        Raises:
            PolicyError: whole orders cannot be programmed.
        """
        super().__init__(world, rule)
        if not works_by_pattern(world):
            found = f"kind = 'patterns' in '{world.name}'"
            raise PolicyError("planner", found, f"order types, and at most {MOST_LOCATIONS} locations")
        stock = np.array(stated_opening(world).units, np.float64)
        span = unoffered(world, 0.0, min(world.days, self.days))
        demand = known_demand(world, self.classes, *span) if not self.looks_back else None
        self.pool: Pool | None = None if demand is None else self.patterns.solve(stock, demand)[2]
        self.memory = self.patterns.memory
        self.solutions: Kept[Plan] = Kept()

    @property
    def patterns(self) -> Patterns:
        """This thread's program."""
        if not hasattr(self.own, "patterns"):
            self.own.patterns = Patterns(self.program)
        patterns: Patterns = self.own.patterns
        return patterns

    def __call__(self, seen: Snapshot) -> Plan | None:
        """Solve for what is there and to come; None where nothing has drifted."""
        if self.holds(seen):
            return None
        stock, demand = self.looked_at(seen)
        if seen.planned_at >= 0.0:
            return self._plan(stock, demand, unpacked(seen.memory, self.patterns.largest) if self.memory else self.pool)
        key = stock.tobytes() + demand.tobytes()
        return self.solutions.get(key) or self.solutions.put(key, self._plan(stock, demand, self.pool))

    def _plan(self, stock: Floats, demand: Floats, pool: Pool | None) -> Plan:
        _, price, met = self.patterns.solve(stock, demand, pool)
        memory = met.packed(self.memory) if self.memory else np.zeros(0, np.int8)
        return Plan(price, np.zeros((0, 0)), memory)
