"""Which policies a bound covers, and what makes it no bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from fillrate.errors import InputError, nearest
from fillrate.model.opening import Opening
from fillrate.plan.bound.exogenous import constant_fault
from fillrate.plan.bound.purchases import check_prices, sources
from fillrate.plan.bound.rule import rule_fault
from fillrate.policy import Bound
from fillrate.policy.replenish import Levels
from fillrate.world import World

__all__ = ["COVERS", "KINDS", "Kind", "check_kind", "is_quick", "kind_for", "none_of", "reassigns", "safe_kind"]

Kind = Literal["static", "exogenous", "rule", "free"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_REVIEWS = 2_200  # of pairs: larger programs of a rule take minutes to hours, so they have to be asked for
COVERS: dict[Kind, str] = {
    "static": "policies that buy nothing",
    "exogenous": "policies for which the same comes in whatever they decide",
    "rule": "policies that keep the same base stock and assign nothing anew",
    "free": "every policy, whatever it buys",
}


def none_of(kind: str) -> str:
    """Whom a bound of this kind binds, as the subject of a sentence: policies that it does not cover may do better.

    >>> none_of("free"), none_of("static")
    ('No policy', 'Of policies that buy nothing, none')
    """
    return "No policy" if kind == "free" else next(f"Of {COVERS[k]}, none" for k in KINDS if k == kind)


def safe_kind(world: World, opening: Opening) -> Kind:
    """The kind that covers every policy."""
    if sources(world):
        return "free"
    return "exogenous" if opening.inbound else "static"


def kind_for(world: World, opening: Opening, policies: Sequence[Bound]) -> tuple[Kind, Levels | None]:
    """The tightest kind that covers all of some policies, and the levels of the rule that they share."""
    if all(p.levels is None and p.custom_replenish is None for p in policies) or not sources(world):
        return ("exogenous" if opening.inbound else "static"), None
    levels = policies[0].levels if policies else None
    if levels is None or any(p.levels != levels for p in policies):
        return "free", None
    if not constant_fault(world, levels):
        return "exogenous", levels
    return ("free", None) if rule_fault(world, levels) or reassigns(policies) else ("rule", levels)


def reassigns(policies: Sequence[Bound]) -> bool:
    """Whether one of some policies assigns anew what is not picked yet."""
    return any(policy.reassign_days > 0.0 for policy in policies)


def is_quick(world: World, kind: Kind) -> bool:
    """Whether a kind is solved in about a minute; a rule's program has a row for each review of a pair."""
    return kind != "rule" or len(world.tables.pair_sku) * world.days / world.supply.review_days <= MOST_REVIEWS


def check_kind(kind: str, world: World, opening: Opening, levels: Levels | None) -> None:
    """See that a kind is a bound here.

    Raises:
        InputError: it is not, and why.
    """
    if kind not in KINDS:
        raise InputError("bound kind", f"found '{kind}'" + nearest(kind, KINDS), ", ".join(KINDS))
    if kind == "static" and opening.inbound:
        raise InputError("bound kind", "found static: purchases are on their way at the start", "exogenous")
    if kind == "rule" and (fault := "no base stock" if levels is None else rule_fault(world, levels)):
        raise InputError("bound kind", f"found rule: {fault}", "free")
    if kind == "exogenous" and levels is not None and (fault := constant_fault(world, levels)):
        raise InputError("bound kind", f"found exogenous: {fault}", "free")
    if kind == "free":
        check_prices(world)
