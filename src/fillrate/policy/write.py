"""Policies as files: the parts of a composed policy in one entry, and an entry as TOML that reads back the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from fillrate.errors import PolicyError
from fillrate.policy.read import Policy
from fillrate.policy.spec import Entry, Info, Kind, Modifier, PlannerRule
from fillrate.world.fields import as_stated
from fillrate.world.toml import Block, toml_text

__all__ = ["entry_text", "parts_of", "single_entry"]

PARTS = ("rank", "source", "replenish")


def parts_of(policy: Policy) -> tuple[Entry, ...]:
    """The files that a policy is made of, each once, in the order in which their limits add up.

    Raises:
        PolicyError: a part is an object of Python, which no file can say.
    """
    found = [part for part in (policy.rank, policy.source, policy.replenish, *policy.modifiers) if part is not None]
    entries = [part for part in found if isinstance(part, Entry)]
    if len(entries) < len(found) or not entries:
        raise PolicyError(f"policy '{policy.name}'", "it is an object, not a file", "a policy that is data")
    return tuple({id(entry): entry for entry in entries}.values())


def single_entry(policy: Policy) -> Entry:
    """A policy in one entry; open parts stay open, and runs under it are the same to the bit.

    Raises:
        PolicyError: a part is an object of Python, which no file can say.
    """
    entries = parts_of(policy)
    if len(entries) == 1:
        return entries[0]
    texts = [entry.policy for entry in entries]
    rules: dict[str, Any] = {part: getattr(getattr(policy, part), part, None) for part in PARTS}
    info = Info(
        policy.name,
        "whole" if any(rules.values()) else "modifier",
        _kind([text.kind for text in texts]),
        " + ".join(text.title or text.name for text in texts),
        " ".join(text.about.strip() for text in texts if text.about),
        " ".join(text.reference for text in texts if text.reference),
    )
    limits = tuple(limit for entry in entries for limit in entry.limit)
    planner: PlannerRule | None = next((entry.planner for entry in entries if entry.planner is not None), None)
    return Entry(info, **rules, modifier=_modifier(policy.modifiers), planner=planner, limit=limits)


def _kind(kinds: list[Kind]) -> Kind:
    """The one that says most of how all of them decide."""
    for kind in kinds:
        if kind == "planned":
            return kind
    return "priced" if "priced" in kinds else kinds[0]


def _modifier(entries: tuple[Entry, ...]) -> Modifier | None:
    """All modifiers as one, as `bind` reads them; an empty one still keeps the world's own away."""
    given = [entry.modifier or Modifier() for entry in entries]
    if not given:
        return None
    complete = [m.ship_complete for m in given if m.ship_complete]
    most = [m.max_locations for m in given if m.max_locations]
    found = Modifier(max_locations=min(most, default=0), shipment_value=max(m.shipment_value for m in given))
    return replace(found, ship_complete=complete[-1]) if complete else found


def entry_text(entry: Entry, title: Iterable[str]) -> str:
    """A policy file.

    Args:
        entry: what it says; its worked example is left out.
        title: paragraphs that open it, as comments.

    >>> print(entry_text(Entry(Info("mine", "modifier"), modifier=Modifier(max_locations=2)), ["Mine."]), end="")
    # Mine.
    <BLANKLINE>
    [policy]
    name = "mine"
    part = "modifier"
    <BLANKLINE>
    [modifier]
    max_locations = 2
    """
    tables = {part: getattr(entry, part) for part in (*PARTS, "modifier", "planner")}
    blocks = [Block("policy", as_stated(replace(entry.policy, about=" ".join(entry.policy.about.split()))))]
    blocks += [Block(name, as_stated(table)) for name, table in tables.items() if table is not None]
    blocks += [Block("limit", as_stated(limit), repeated=True) for limit in entry.limit]
    return toml_text(title, blocks)
