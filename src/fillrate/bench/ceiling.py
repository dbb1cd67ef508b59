"""What no policy can exceed: the hindsight bound of a world's traces, of the kind that covers given policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fillrate.errors import InputError, nearest
from fillrate.plan.bound import KINDS, Hindsight, Kind, hindsight, is_quick, kind_for, reassigns
from fillrate.policy import Bound, Policy, bind, load_policy
from fillrate.policy.replenish import Levels
from fillrate.simulate import opening_of
from fillrate.trace import Trace, orders_of
from fillrate.trace.checks import check_trace
from fillrate.world import World, load_world

__all__ = ["Ceiling", "bound_on", "ceiling", "covering", "reassigning", "usual"]


@dataclass(frozen=True)
class Ceiling:
    """A bound, and the trace that it is for."""

    world: str
    currency: str
    seed: int
    days: float
    orders: int
    trace_hash: str
    exact: bool
    bound: Hindsight


def covering(world: World, seed: int, policies: Iterable[Policy | Any]) -> tuple[Kind, Levels | None]:
    """The tightest kind of bound that covers some policies, and the levels of the rule that they share.

    Args:
        world: with the horizon of the runs.
        seed: of a trace; whether purchases are on their way at the start is the same for all.
        policies: that are to be covered.
    """
    return kind_for(world, opening_of(world, seed), _bound(world, policies))


def reassigning(world: World, policies: Iterable[Policy | Any]) -> bool:
    """Whether one of some policies assigns anew what is not picked yet, so that its bound has to allow for that."""
    return reassigns(_bound(world, policies))


def _bound(world: World, policies: Iterable[Policy | Any]) -> list[Bound]:
    return [bind(load_policy(policy, world), world) for policy in policies]


def usual(world: World, seed: int, policies: Iterable[Policy | Any]) -> tuple[Kind, Levels | None]:
    """What is taken where nobody asks for a kind: the tightest, or `free` where that would take minutes a trace."""
    kind, levels = covering(world, seed, policies)
    return (kind, levels) if is_quick(world, kind) else ("free", None)


def bound_on(
    world: World, trace: Trace, kind: Kind | None = None, levels: Levels | None = None, reassigned: bool = True
) -> Hindsight:
    """The bound on a trace, from the opening state that every run of it has."""
    return hindsight(world, trace, kind, opening_of(world, trace.seed), levels, reassigned=reassigned)


def ceiling(
    world: World | str | Path,
    seed: int = 0,
    days: float | None = None,
    kind: str | None = None,
    policies: str | Sequence[str] | Mapping[str, Policy] | None = None,
    exact: bool = False,
    seconds: float = 0.0,
    sampled: bool = False,
) -> Ceiling:
    """Bound the contribution on one trace.

    Args:
        world: a world, its name or its path.
        seed: trace seed.
        days: another horizon than the world's.
        kind: of bound; None = the tightest that covers `policies`, or without these every policy.
        policies: names, also as one text joined by commas; for `rule` they say the levels, by default the world's.
        exact: whole units and boxes.
        seconds: where the search for whole units stops; 0 = never.
        sampled: draw the orders too where the world names a stored trace.

    Raises:
        InputError: the kind would be no bound here, or does not cover a policy.
    """
    base = (world if isinstance(world, World) else load_world(world)).over(days)
    if kind is not None and kind not in KINDS:
        raise InputError("--kind", f"found '{kind}'" + nearest(kind, KINDS), ", ".join(KINDS))
    trace = orders_of(base, seed, sampled)
    check_trace(base, trace)
    wanted, levels = _wanted(base, seed, kind, policies)
    opening = opening_of(base, seed)
    moved = policies is None or reassigning(base, _listed(policies))
    found = hindsight(base, trace, wanted, opening, levels, exact, seconds, reassigned=moved)
    terms = base.name, base.money.currency, seed, base.days, len(trace.orders), trace.hash
    return Ceiling(*terms, exact, found)


def _wanted(world: World, seed: int, kind: str | None, policies: Any) -> tuple[Kind | None, Levels | None]:
    """The kind, and the levels that it goes by."""
    if policies is None and kind not in ("rule", "exogenous"):
        return next((known for known in KINDS if known == kind), None), None
    chosen = [load_policy(name, world) for name in _listed(policies)] or [_default(world)]
    if kind is None:
        return usual(world, seed, chosen)
    tightest, levels = covering(world, seed, chosen)
    if kind == tightest:
        return tightest, levels
    if kind == "free":
        return "free", None
    allowed = "free" if tightest == "free" else f"{tightest} or free"
    raise InputError("--kind", f"found {kind}, which does not cover every policy", allowed)


def _listed(policies: Any) -> list[Any]:
    """What is named, one by one."""
    return [name.strip() for name in policies.split(",")] if isinstance(policies, str) else list(policies or ())


def _default(world: World) -> Policy:
    """The world's own policy."""
    d = world.defaults
    return load_policy(Policy("+".join(name for name in (d.rank, d.source, d.replenish) if name)), world)
