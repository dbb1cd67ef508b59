"""Reading policies: names joined by +, each a file; parts not named come from the world's defaults."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from fillrate.catalogue import find
from fillrate.decision.question import SupportsRank, SupportsReplenish, SupportsSource
from fillrate.decision.weights import Network, read_network
from fillrate.errors import InputError, PolicyError
from fillrate.policy.checks import check_entry
from fillrate.policy.spec import Entry, Learned, SourceRule
from fillrate.world import World
from fillrate.world.strict import read_toml, validate

OUTPUTS = {"network": 1, "priced_network": 2}  # method -> what its network says of a row

__all__ = ["Policy", "called", "load_policy", "parts_of", "read_entry"]


@dataclass(frozen=True)
class Policy:
    """A composed policy; a part is a file's entry, a custom object, or None for the world's default."""

    name: str
    rank: Entry | SupportsRank | None = None
    source: Entry | SupportsSource | None = None
    replenish: Entry | SupportsReplenish | None = None
    modifiers: tuple[Entry, ...] = field(default=())

    def over(self, world: World) -> Policy:
        """The policy with the parts it leaves open taken from the world's defaults."""
        d = world.defaults
        return Policy(
            self.name,
            _default(world, "rank", d.rank) if self.rank is None else self.rank,
            _default(world, "source", d.source) if self.source is None else self.source,
            _default(world, "replenish", d.replenish) if self.replenish is None and d.replenish else self.replenish,
            self.modifiers or tuple(_default(world, "modifier", m) for m in d.modifiers),
        )

    def fresh(self) -> Policy:
        """The policy with copies of its custom objects: what a run leaves in them reaches no other run.

        Raises:
            PolicyError: an object cannot be copied.
        """
        seen: dict[int, Any] = {}  # an object that makes several decisions stays one
        custom = {part: getattr(self, part) for part in ("rank", "source", "replenish")}
        try:
            copies = {k: copy.deepcopy(p, seen) for k, p in custom.items() if not isinstance(p, Entry | None)}
        except TypeError as fault:
            allowed = "an object that copy.deepcopy copies, as every run begins with one of its own"
            raise PolicyError(f"policy {self.name}", str(fault), allowed) from None
        return replace(self, **copies) if copies else self

    def parts(self) -> dict[str, Any]:
        """Names of all parts, for output."""
        named = {part: _name(getattr(self, part)) for part in ("rank", "source", "replenish")}
        return {"name": self.name, **named, "modifiers": [m.policy.name for m in self.modifiers]}

    @cached_property
    def hash(self) -> str:
        """Hash of everything the policy says; a custom object counts by its representation."""
        said = (self.rank, self.source, self.replenish, self.modifiers)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _name(part: Any) -> str | None:
    if part is None:
        return None
    return part.policy.name if isinstance(part, Entry) else type(part).__name__


def load_policy(name: str | Path | Any, world: World | None = None) -> Policy:
    """A policy by name, path, names joined by +, or made of a custom object.

    Args:
        name: `cheapest`, `fcfs+whole_order+base_stock`, `my/policy.toml`, a Policy, an Entry, or an object with one
            or more of `source(question)`, `rank(orders)`, `replenish(view)`.
        world: if given, open parts are filled from its defaults.

    Raises:
        NotFound: no such policy.
        PolicyError: a file is wrong, or two names make the same decision.
    """
    if isinstance(name, Policy):
        policy = name
    elif isinstance(name, Entry):
        policy = _compose(name.policy.name, [name])
    elif isinstance(name, str | Path):
        policy = _compose(str(name), [read_entry(part) for part in _split(str(name))])
    else:
        policy = _custom(name)
    return policy.over(world) if world is not None else policy


def parts_of(name: str) -> list[str]:
    """What + joins; a path ends in .toml, so that its folders may have a + in their names.

    >>> parts_of("fcfs + ./c++/mine.toml+base_stock")
    ['fcfs', './c++/mine.toml', 'base_stock']
    """
    parts: list[str] = []
    for piece in name.split("+"):
        if parts and "/" in parts[-1] and not parts[-1].rstrip().endswith(".toml"):
            parts[-1] += f"+{piece}"
        else:
            parts.append(piece)
    return [part.strip() for part in parts]


def called(name: str) -> str:
    """What a policy or a world is called: files by their names without the ending.

    >>> called("fcfs + ./mine/rule.v1.toml")
    'fcfs+rule.v1'
    """
    return "+".join(Path(part).stem if part.endswith(".toml") else part for part in parts_of(name))


def _split(name: str) -> list[str]:
    parts = parts_of(name)
    if "" in parts:
        raise PolicyError(f"policy '{name}'", "an empty name", "names joined by +, such as fcfs+cheapest")
    return parts


def _compose(name: str, entries: Iterable[Entry]) -> Policy:
    parts: dict[str, Any] = {}
    modifiers: list[Entry] = []
    for entry in entries:
        for part in ("rank", "source", "replenish"):
            if getattr(entry, part) is not None:
                if part in parts:
                    both = f"'{parts[part].policy.name}' and '{entry.policy.name}'"
                    raise PolicyError(f"policy '{name}'", f"{both} are both {part} policies", "one of each part")
                parts[part] = entry
        if entry.modifier is not None or entry.policy.part == "modifier":
            if entry in modifiers:
                raise PolicyError(f"policy '{name}'", f"'{entry.policy.name}' twice", "every modifier once")
            modifiers.append(entry)
    return Policy(called(name), modifiers=tuple(modifiers), **parts)


def _custom(thing: Any) -> Policy:
    if isinstance(thing, type):
        raise PolicyError(f"policy {thing.__name__}", "found the class", f"an instance, such as {thing.__name__}()")
    checks = {"rank": SupportsRank, "source": SupportsSource, "replenish": SupportsReplenish}
    parts: dict[str, Any] = {part: thing for part, protocol in checks.items() if isinstance(thing, protocol)}
    if not parts:
        found = type(thing).__name__
        raise PolicyError(f"policy {found}", "no known method", "one or more of source, rank, replenish")
    return Policy(getattr(thing, "name", type(thing).__name__), **parts)


def _default(world: World, part: str, name: str) -> Entry:
    """A part that a world's `[defaults]` name."""
    try:
        return _part(part, name)
    except InputError as fault:
        key = "modifiers" if part == "modifier" else part
        place = f"world '{world.name}': [defaults] {key}: {fault.place}"
        raise PolicyError(place, fault.problem, fault.allowed) from None


def _part(part: str, name: str) -> Entry:
    entry = read_entry(name)
    if (entry.policy.part != "modifier") if part == "modifier" else (getattr(entry, part) is None):
        raise PolicyError(f"policy '{name}'", f"it is a {entry.policy.part} policy", f"a {part} policy")
    return entry


def network_beside(path: Path, rule: SourceRule) -> Network:
    """The weights beside a policy's file."""
    return read_network(path.with_name("policy.npz"), rule.columns, OUTPUTS[rule.method])


def read_entry(name: str | Path) -> Entry:
    """One policy file by name or path, checked.

    Raises:
        NotFound: no such policy.
        PolicyError: the file is wrong.
    """
    path = find("policies", name)
    entry = validate(Entry, read_toml(path, PolicyError), path.name, PolicyError)
    check_entry(entry, path.name)
    if entry.source is not None and entry.source.method in OUTPUTS:
        said = {f.name: getattr(entry, f.name) for f in fields(entry)}
        entry = Learned(**said, network=network_beside(path, entry.source))
    by_name = "/" not in str(name) and not str(name).endswith(".toml")
    if by_name and entry.policy.name != str(name):
        raise PolicyError(f"{path.name}: [policy] name", f"found '{entry.policy.name}'", f"'{name}', as the file")
    return entry
