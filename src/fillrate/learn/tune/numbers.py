"""The numbers of a policy file: weights, limits, levels, terms, each with the values that it may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np

from fillrate.learn.tune.ranges import TIMES, Range, around, from_nothing, share, typical_money, typical_size
from fillrate.policy.limits import QUOTAS
from fillrate.policy.spec import Entry, Limit, Modifier
from fillrate.world import World

__all__ = ["Parameter", "Path", "candidates"]

Path: TypeAlias = tuple[str | int, ...]
NUMBERS = {"float", "float | None"}
COUNTS = {"max_locations"}  # the other whole numbers say how finely something is computed, or are seeds
SUMS = ("steps", "value", "box")
WINDOWS = 500  # most periods of a quota over a horizon


@dataclass(frozen=True)
class Parameter:
    """A number of a policy file."""

    name: str  # as in the file: `limit[0].days`, `steps[0].box_cost`; the table [source] is not named
    path: Path
    value: float | None  # what the file says; None = absent
    range: Range


def candidates(entry: Entry, world: World) -> Iterator[Parameter]:
    """Every number of a policy file, with the values it may take; whether it matters is not looked at.

    Args:
        entry: the policy.
        world: from which sizes come where the file says nothing.
    """
    for part in ("rank", "source", "replenish", "modifier"):
        if (table := getattr(entry, part)) is not None:
            prefix = "" if part == "source" else f"{part}."
            yield from _of_table(table, prefix, (part,), world)
    for n, limit in enumerate(entry.limit):
        yield from _of_table(limit, f"limit[{n}].", ("limit", n), world)


def _of_table(table: Any, prefix: str, path: Path, world: World) -> Iterator[Parameter]:
    """Weights and plain numbers of a table."""
    for f in fields(table):
        value, at = getattr(table, f.name), (*path, f.name)
        if f.name in SUMS:
            yield from _weights(table, value, f"{prefix}{f.name}", at, world)
        elif f.name == "hold":
            yield from _hold(table, f"{prefix}hold", at, world)
        elif f.type in NUMBERS or f.name in COUNTS:
            stated = value != f.default or not isinstance(table, Modifier)
            yield from [Parameter(f"{prefix}{f.name}", at, value, _range(table, f, world))] * stated


def _weights(table: Any, sums: Any, name: str, path: Path, world: World) -> Iterator[Parameter]:
    """Every weight but the first that is not 0: only how weights compare counts."""
    money = _margin(world) if path[0] == "rank" else typical_money(world)
    if isinstance(sums, tuple):
        for n, step in enumerate(sums):
            yield from _of_sum(step, _first(step), f"{name}[{n}]", (*path, n), money)
    elif sums:
        measure = _first(table.value)
        fixed = measure if sums is table.value else ("", measure[1] * typical_size(measure[0], money))
        yield from _of_sum(sums, fixed, name, path, money)


def _first(step: Mapping[str, float]) -> tuple[str, float]:
    """The term that the others are measured by."""
    return next(((column, weight) for column, weight in step.items() if weight), next(iter(step.items())))


def _of_sum(
    step: Mapping[str, float], fixed: tuple[str, float], name: str, path: Path, money: float
) -> Iterator[Parameter]:
    size = abs(fixed[1]) * (typical_size(fixed[0], money) if fixed[0] else 1.0)
    for column, weight in step.items():
        if column != fixed[0]:
            spread = around(weight) if weight else from_nothing(size / typical_size(column, money))
            yield Parameter(f"{name}.{column}", (*path, column), weight, spread)


def _hold(table: Any, name: str, path: Path, world: World) -> Iterator[Parameter]:
    """The score of hold, if it is stated or the first step weighs columns against each other."""
    if table.steps and (table.hold is not None or len(table.steps[0]) > 1):
        column, weight = _first(table.steps[0])
        size = max(abs(weight) * typical_size(column, typical_money(world)), abs(table.hold or 0.0))
        yield Parameter(name, path, table.hold, replace(from_nothing(size), may_miss=True))


def _range(table: Any, f: Field[Any], world: World) -> Range:
    """Bounds of a plain number: those of its field, and not too far from where it is."""
    value, low, high = getattr(table, f.name), f.metadata["low"], f.metadata["high"]
    if f.name in COUNTS:
        return Range(1.0, float(len(world.locations)), whole=True)
    if (low, high) == (0.0, 1):
        return share()
    if isinstance(table, Limit) and table.kind in QUOTAS and f.name == "days":
        return Range(world.days / WINDOWS, max(world.days, value), world.days / WINDOWS)
    unit = f.metadata["unit"]
    if unit == "units":
        return Range(low, TIMES * max(value, _usual(unit, world)), whole=True)
    spread = around(value) if value else from_nothing(_usual(unit, world))
    return replace(spread, low=max(spread.low, low))


def _usual(unit: str, world: World) -> float:
    """A size to begin with where the file says 0: a day, what a parcel costs, a week's demand at a location."""
    if unit == "units":
        return max(1.0, 7.0 * float(np.mean(world.tables.home_rate)))
    return typical_money(world) if unit == "money" else 1.0


def _margin(world: World) -> float:
    """Price less cost of a unit, on average over the SKUs: what ranks differ by."""
    return max(1.0, float(np.mean([sku.price - sku.cost for sku in world.skus])))
