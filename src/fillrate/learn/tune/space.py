"""What can be tuned of a policy: the numbers of its file, found from the fields of its dataclasses.

A number is left out where another one would make no valid file, or the world would not notice: a service level where
every base stock is stated, days of demand where a limit looks ahead to the end, a weight that stands alone in its step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from fillrate.errors import PolicyError
from fillrate.learn.tune.numbers import Parameter, Path, candidates
from fillrate.policy import Policy, bind, load_policy
from fillrate.policy.checks import check_entry, keeps_nothing
from fillrate.policy.spec import Entry
from fillrate.world import World

__all__ = ["Space", "Values", "space_of", "with_values"]

Space: TypeAlias = tuple[Parameter, ...]
Values: TypeAlias = Mapping[str, float | None]


def space_of(entry: Entry, world: World) -> Space:
    """The numbers of a policy that make a difference in a world, in the order of its file.

    Raises:
        PolicyError: there are none, or the policy does not fit the world.
    """
    untouched = bind(load_policy(entry), world)
    found = (p for p in candidates(entry, world) if p.range.span[0] < p.range.span[1])
    space = tuple(p for p in found if _is_valid(entry, p) and _matters(entry, p, world, untouched))
    if not space:
        allowed = "a policy with weights, limits or levels, such as weighted_cost, critical_level or linear"
        raise PolicyError(f"policy '{entry.policy.name}'", f"nothing to tune in '{world.name}'", allowed)
    return space


def with_values(entry: Entry, space: Space, values: Values) -> Entry:
    """The policy with other numbers; what weighs nothing and what keeps nothing back any more is taken out.

    Args:
        entry: the policy.
        space: its parameters.
        values: by name; parameters that are not named stay as they are.
    """
    for p in space:
        if p.name in values:
            entry = _put(entry, p.path, values[p.name])
    limits = tuple(limit for limit in entry.limit if not keeps_nothing(limit))
    return replace(entry, rank=_pruned(entry.rank), source=_pruned(entry.source), limit=limits)


def _pruned(rule: Any) -> Any:
    """A chain without the columns that weigh nothing: the same sums, sooner computed; None stays None."""
    return rule and replace(rule, steps=tuple(_weighing(step) for step in rule.steps))


def _weighing(step: Mapping[str, float]) -> dict[str, float]:
    """The columns of a step that weigh something, or its first one."""
    return {column: weight for column, weight in step.items() if weight} or dict([*step.items()][:1])


def _is_valid(entry: Entry, p: Parameter) -> bool:
    """Whether the file would still be right with another number there."""
    try:
        check_entry(_put(entry, p.path, p.range.value(p.range.span[1])), entry.policy.name)
    except PolicyError:
        return False
    return True


def _matters(entry: Entry, p: Parameter, world: World, untouched: Any) -> bool:
    """Whether what the engine reads changes from one end of the range to the other."""
    ends = (with_values(entry, (p,), {p.name: p.range.value(end)}) for end in p.range.span)
    return not all(_same(bind(load_policy(changed), world), untouched) for changed in ends)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    if is_dataclass(a) and type(a) is type(b) and not isinstance(a, Policy):
        return all(_same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    return isinstance(a, Policy) or bool(a == b)


def _put(thing: Any, path: Path, value: Any) -> Any:
    """A copy of a tree of dataclasses, tuples and dicts with one leaf replaced."""
    if not path:
        return int(value) if isinstance(thing, int) else value
    key, rest = path[0], path[1:]
    if isinstance(thing, Mapping):
        return {**thing, key: _put(thing[key], rest, value)}
    if isinstance(key, int):
        return (*thing[:key], _put(thing[key], rest, value), *thing[key + 1 :])
    return replace(thing, **{key: _put(getattr(thing, key), rest, value)})
