"""Checks of a policy file beyond types: what belongs together, and columns that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fillrate.decision.columns import BY_NAME, ORDER_COLUMNS
from fillrate.errors import PolicyError, nearest
from fillrate.policy.limits import QUOTAS
from fillrate.policy.spec import Entry, Limit, Modifier, SourceRule
from fillrate.world.checks import SHORTEST_HOURS, range_faults

__all__ = ["check_entry", "keeps_nothing"]

Fault = tuple[str, str, str]  # place, what was found, what is allowed

PARTS = ("rank", "source", "replenish")
NEEDS = {
    "chain": ("steps",),
    "prices": ("value",),
    "network": ("columns",),
    "priced_network": ("columns", "value"),
    "rounding": ("scheme",),
}
AHEAD = ("seed", "candidates", "rollouts", "days")
USES = {
    "chain": {"steps", "hold"},
    "prices": {"value", "box"},
    "random": {"seed"},
    "hold": set[str](),
    "lookahead": {"steps", "value", "box", *AHEAD},
    "network": {"columns"},
    "priced_network": {"columns", "value", "box"},
    "rounding": {"scheme", "fallback", "steps", "seed"},
}
SHORTEST_QUOTA = 0.001  # days of a period
WINDOWED = frozenset({"critical_level", "protection_level", "spillover_limit", "safety_stock"})


def check_entry(entry: Entry, place: str) -> None:
    """Raise PolicyError at the first fault that types do not show; `place` names the file."""
    for where, problem, allowed in _faults(entry):
        raise PolicyError(f"{place}: {where}", problem, allowed)


def _faults(entry: Entry) -> Iterator[Fault]:
    yield from range_faults(entry)
    yield from _parts(entry)
    if entry.rank is not None:
        if not entry.rank.steps:
            yield "[rank] steps", "missing", "at least one step, such as { received = -1.0 }"
        yield from _columns(entry.rank.steps, [c.name for c in ORDER_COLUMNS], "[rank] steps")
    if entry.source is not None:
        yield from _source(entry.source)
    yield from _planner(entry)
    for n, limit in enumerate(entry.limit, 1):
        yield from _limit(limit, f"[[limit]] entry {n}")


def _parts(entry: Entry) -> Iterator[Fault]:
    part, has = entry.policy.part, [p for p in PARTS if getattr(entry, p) is not None]
    if part in PARTS and has != [part]:
        yield "[policy] part", f"found '{part}' with {_tables(has)}", f"the table [{part}] and no other part"
    if part == "whole" and not has:
        yield "[policy] part", "found 'whole' without a part", "[rank], [source] or [replenish]"
    if part == "modifier" and has:
        yield "[policy] part", f"found 'modifier' with {_tables(has)}", "[modifier], [[limit]] or both"
    if part == "modifier" and entry.modifier in {None, Modifier()} and not entry.limit and entry.planner is None:
        yield "[policy] part", "found 'modifier' that changes nothing", "[modifier], [planner] or [[limit]]"
    if part in PARTS and entry.modifier is not None:
        yield "[modifier]", f"found in a {part} policy", "part = 'modifier' or 'whole'"
    if part in {"rank", "replenish"} and entry.limit:
        yield "[[limit]]", f"found in a {part} policy", "part = 'source', 'modifier' or 'whole'"
    if part in {"rank", "replenish"} and entry.planner is not None:
        yield "[planner]", f"found in a {part} policy", "part = 'source', 'modifier' or 'whole'"


def _tables(names: list[str]) -> str:
    return "the tables " + ", ".join(f"[{name}]" for name in names) if names else "no table"


def _source(rule: SourceRule) -> Iterator[Fault]:
    yield from _columns(rule.steps, list(BY_NAME), "[source] steps")
    yield from _columns([s for s in (rule.value, rule.box) if s], list(BY_NAME), "[source] value and box")
    yield from _columns([dict.fromkeys(rule.columns, 1.0)] if rule.columns else (), list(BY_NAME), "[source] columns")
    for wanted in NEEDS.get(rule.method, ()):
        if not getattr(rule, wanted):
            yield f"[source] {wanted}", "missing", f"needed by method = '{rule.method}'"
    if rule.method == "lookahead" and bool(rule.steps) == bool(rule.value):
        found = "steps and value" if rule.steps else "neither steps nor value"
        yield "[source] steps and value", f"found {found}", "one of them: the base rule of method = 'lookahead'"
    plain = SourceRule()
    for key in ("steps", "hold", "value", "box", "columns", "scheme", "fallback", *AHEAD):
        if key not in USES[rule.method] and getattr(rule, key) != getattr(plain, key):
            used = ", ".join(sorted(USES[rule.method])) or "no other key"
            yield f"[source] {key}", f"not used by method = '{rule.method}'", used


def _planner(entry: Entry) -> Iterator[Fault]:
    """A clock that contradicts itself, and draws from shares that nobody sets."""
    source, planner = entry.source, entry.planner
    if source is not None and source.fallback != bool(source.steps) and source.method == "rounding":
        found = "fallback = true without steps" if source.fallback else "steps without fallback = true"
        yield "[source] steps", f"found {found}", "both, or neither as published"
    if source is not None and source.method == "rounding" and planner is None:
        yield "[planner]", "missing", "needed by method = 'rounding'"
    if planner is None:
        return
    for key in ("every_hours", "reassign_hours"):
        if 0.0 < getattr(planner, key) < SHORTEST_HOURS:
            yield f"[planner] {key}", f"found {getattr(planner, key):g}", f"0, or at least {SHORTEST_HOURS:g} h"
    if planner.times and planner.every_hours:
        yield "[planner] times", "found beside every_hours", "one of them"
    if planner.drift and not (planner.times or planner.every_hours or planner.at_waves):
        yield "[planner] drift", "found without a clock", "every_hours, times or at_waves"
    if planner.reassign_hours and planner.kind != "assign":
        yield "[planner] reassign_hours", f"not used by kind = '{planner.kind}'", "kind = 'assign'"


def _columns(steps: Iterable[dict[str, float]], known: list[str], place: str) -> Iterator[Fault]:
    for step in steps:
        if not step:
            yield place, "found an empty step", "column = weight terms"
        for name, weight in step.items():
            if name not in known:
                yield place, f"found column '{name}'" + nearest(name, known), ", ".join(known)
            if not abs(weight) < 2.0**40:
                yield place, f"found {name} = {weight:g}", "a weight below 2**40 either way"


def _limit(limit: Limit, place: str) -> Iterator[Fault]:
    if limit.kind in QUOTAS:
        if 0.0 < limit.days < SHORTEST_QUOTA:
            yield f"{place} days", f"found {limit.days:g}", f"0, or at least {SHORTEST_QUOTA:g} days"
        if limit.location != "*" or limit.side != "both":
            yield place, f"found a {limit.kind} by location or side", "a quota holds at all locations"
        if limit.remaining or limit.periods > 1:
            yield place, f"found remaining or periods of a {limit.kind}", "days: the length of its period"
    elif limit.share != 1.0:
        yield place, f"found a share of a {limit.kind}", "share of product_allocation"
    if keeps_nothing(limit):
        yield place, f"found a {limit.kind} that keeps nothing back", "units, days or remaining = true"


def keeps_nothing(limit: Limit) -> bool:
    """Whether a reserve by a window of demand is so empty that it had better not be there."""
    return limit.kind in WINDOWED and not (limit.units or limit.days or limit.remaining)
