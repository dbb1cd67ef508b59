"""The planner that a policy's `[planner]` table asks for, made once for a world."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fillrate.decision.offer import COMPLETE
from fillrate.errors import PolicyError
from fillrate.model.planning import Planner
from fillrate.plan.assignment import AssignmentPlanner
from fillrate.plan.optimal import OptimalPlanner
from fillrate.plan.primal_dual import PrimalDualPlanner
from fillrate.plan.programs import DlpPlanner, PatternPlanner, works_by_pattern
from fillrate.policy.spec import PlannerRule
from fillrate.world import World

if TYPE_CHECKING:
    from fillrate.policy import Bound

__all__ = ["as_played", "planner_of"]

NAMES: dict[int, Any] = {code: name for name, code in COMPLETE.items()}
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


def as_played(world: World, bound: Bound) -> World:
    """The world as a policy plays it: nobody delivers where it buys nothing, and modifiers say what ships complete."""
    said = [NAMES[code] for code in bound.complete]
    segments = tuple(replace(s, ship_complete=each) for s, each in zip(world.segments, said, strict=True))
    supply = world.supply if bound.policy.replenish is not None else replace(world.supply, supplier=())
    same = segments == world.segments and supply == world.supply
    return world if same else replace(world, segments=segments, supply=supply)


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
