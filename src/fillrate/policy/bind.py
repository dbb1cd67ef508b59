"""A policy bound to a world: chains as tuples, limits and levels as tables. What both engines read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fillrate.decision.chain import Step
from fillrate.decision.offer import COMPLETE, SPLIT
from fillrate.decision.weights import Network
from fillrate.errors import PolicyError
from fillrate.policy.limits import Reserves, reserves_of
from fillrate.policy.quotas import Quotas, quotas_of
from fillrate.policy.read import Policy
from fillrate.policy.replenish import Levels, levels_of
from fillrate.policy.spec import Entry, Learned, PlannerRule, SourceRule
from fillrate.world import World

__all__ = ["Bound", "bind"]


@dataclass(frozen=True)
class Bound:
    """Everything an engine needs of a policy."""

    policy: Policy
    rank_steps: tuple[Step, ...]
    strategies: bool
    source: SourceRule
    source_steps: tuple[Step, ...]
    network: Network | None
    custom_rank: Any
    custom_source: Any
    custom_replenish: Any
    reserves: Reserves | None
    quotas: Quotas | None
    levels: Levels | None
    split: list[int]  # (segments,) 0 one location, 1 one a line, 2 free
    complete: list[int]  # (segments,) 0 no, 1 line, 2 order
    commit: list[bool]  # (segments,)
    most: int  # most locations an order may ship from
    shipment_value: float  # money a further location must ship at least
    plan: PlannerRule | None = None
    plan_days: float = 0.0  # between strikes of the planner's clock, 0 = the start alone
    reassign_days: float = 0.0  # between assignments of what waits or is not picked, 0 = at waves alone
    planner: Any = None  # what solves, handed in by the composition root: `model.planning.Planner`

    @property
    def is_custom(self) -> bool:
        """Whether a part of it is somebody's own object, which an engine asks in Python."""
        return any(part is not None for part in (self.custom_rank, self.custom_source, self.custom_replenish))


def bind(policy: Policy, world: World) -> Bound:
    """Compile a policy for a world; open parts are taken from the world's defaults."""
    stated, policy = policy.replenish is not None, policy.over(world)
    entries = [p for p in (policy.rank, policy.source, policy.replenish, *policy.modifiers) if isinstance(p, Entry)]
    limits = tuple(limit for entry in {id(e): e for e in entries}.values() for limit in entry.limit)
    rank = policy.rank.rank if isinstance(policy.rank, Entry) else None
    source = policy.source.source if isinstance(policy.source, Entry) else None
    buy = policy.replenish.replenish if isinstance(policy.replenish, Entry) else None
    if policy.replenish is not None and not world.supply.supplier:
        place = f"policy '{policy.name}'" if stated else f"world '{world.name}': [defaults] replenish"
        raise PolicyError(place, f"a replenish policy in '{world.name}'", "a world with suppliers")
    buys = policy.replenish is not None
    complete = [m.modifier.ship_complete for m in policy.modifiers if m.modifier and m.modifier.ship_complete]
    most = [m.modifier.max_locations for m in policy.modifiers if m.modifier and m.modifier.max_locations]
    worth = [m.modifier.shipment_value for m in policy.modifiers if m.modifier]
    plan = _planner(policy, source)
    return Bound(
        policy=policy,
        rank_steps=_steps(rank.steps if rank else ()),
        strategies=bool(rank and rank.strategies),
        source=source or SourceRule(),
        source_steps=_steps(source.steps if source else ()),
        network=policy.source.network if isinstance(policy.source, Learned) else None,
        custom_rank=None if rank else policy.rank,
        custom_source=None if source else policy.source,
        custom_replenish=None if buy else policy.replenish,
        reserves=reserves_of(world, limits, buys),
        quotas=quotas_of(world, limits, buys),
        levels=levels_of(world, buy) if buy else None,
        split=[SPLIT[s.split] for s in world.segments],
        complete=[COMPLETE[complete[-1] if complete else s.ship_complete] for s in world.segments],
        commit=[s.commit for s in world.segments],
        most=min(most, default=len(world.locations)),
        shipment_value=max(worth, default=0.0),
        plan=plan,
        plan_days=_clock(plan, world) if plan else 0.0,
        reassign_days=plan.reassign_hours / 24.0 if plan else 0.0,
    )


def _planner(policy: Policy, source: SourceRule | None) -> PlannerRule | None:
    """The planner of the source policy or of a modifier.

    Raises:
        PolicyError: there are two, or the look-ahead would have to plan in its rollouts.
    """
    found = [p for p in (policy.source, *policy.modifiers) if isinstance(p, Entry) and p.planner is not None]
    if len(found) > 1:
        names = " and ".join(f"'{entry.policy.name}'" for entry in found)
        raise PolicyError(f"policy '{policy.name}'", f"{names} both plan", "one [planner]")
    if found and source is not None and source.method == "lookahead":
        raise PolicyError(f"policy '{policy.name}'", "a planner beside lookahead", "one of them")
    return found[0].planner if found else None


def _clock(plan: PlannerRule, world: World) -> float:
    if plan.kind == "optimal":
        return world.demand.period_days
    return world.days / plan.times if plan.times > 1 else plan.every_hours / 24.0


def _steps(steps: tuple[dict[str, float], ...]) -> tuple[Step, ...]:
    return tuple(tuple(step.items()) for step in steps)
