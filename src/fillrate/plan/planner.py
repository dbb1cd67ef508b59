"""The planner that a policy's `[planner]` table asks for, made once for a world."""

from __future__ import annotations

import threading
from collections import OrderedDict

from fillrate.errors import PolicyError
from fillrate.model.planning import Planner
from fillrate.plan.assignment import AssignmentPlanner
from fillrate.plan.optimal import OptimalPlanner
from fillrate.plan.primal_dual import PrimalDualPlanner
from fillrate.plan.programs import DlpPlanner, PatternPlanner, works_by_pattern
from fillrate.policy.spec import PlannerRule
from fillrate.world import World

__all__ = ["planner_of"]

KEPT = 64  # planners in memory
_planners: OrderedDict[tuple[str, PlannerRule, bool], Planner] = OrderedDict()
_lock = threading.Lock()


def planner_of(world: World, rule: PlannerRule, shares: bool) -> Planner:
    """The planner for the runs of a world; the same one for all of them, whatever thread plays them.

    Args:
        world: with the run's horizon.
        rule: the `[planner]` table.
        shares: whether the source policy draws from shares.

    Raises:
        PolicyError: it does not fit the world or the source policy.
    """
    if shares and rule.kind != "dlp":
        raise PolicyError("planner", f"kind = '{rule.kind}' for a policy that draws from shares", "kind = 'dlp'")
    key = world.hash, rule, shares
    with _lock:
        found = _planners.get(key)
        if found is None:
            found = _planners[key] = _made(world, rule, shares)
            while len(_planners) > KEPT:
                _planners.popitem(last=False)
        return found


def _made(world: World, rule: PlannerRule, shares: bool) -> Planner:
    if rule.kind == "assign":
        return AssignmentPlanner(world)
    if rule.kind == "optimal":
        return OptimalPlanner(world)
    if rule.kind == "primal_dual":
        return PrimalDualPlanner(world)
    if rule.kind == "patterns" or (rule.kind == "best" and works_by_pattern(world)):
        return PatternPlanner(world, rule)
    return DlpPlanner(world, rule, shares)
