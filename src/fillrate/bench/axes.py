"""Axes of an experiment: variants of its worlds, by name, and the cases that all axes together make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from itertools import product
from typing import Any

from fillrate.bench.changes import Change, Instance, OutageAt, changed, merged
from fillrate.errors import InputError, nearest
from fillrate.policy.read import called
from fillrate.world import World, load_world
from fillrate.world.checks import range_faults
from fillrate.world.fields import Strict, described
from fillrate.world.strict import validate

__all__ = ["Axis", "Case", "Variant", "cases_of", "check_axes", "once"]

Value = float | int | str
INSIDE = {"instance": Instance, "outage": OutageAt}  # keys of a change that are tables with keys of their own


@dataclass(frozen=True, kw_only=True)
class Variant(Change):
    """One point of an axis: its name, and what is changed in each world."""

    name: str = described("how results call it")


@dataclass(frozen=True)
class Axis(Strict):
    """`[[experiment.axis]]`: variants written out, or one key of a change with its values."""

    name: str = described("what varies, in a word")
    title: str = described("the same for tables and plots", "")
    variant: tuple[Variant, ...] = described("the variants, written out", ())
    vary: str = described("in their place: one key of a change, as `demand` or `instance.number`", "")
    values: tuple[Value, ...] = described("its values, a variant each", ())

    @property
    def variants(self) -> tuple[Variant, ...]:
        """All variants, those by value spelled out and named after the axis and the value."""
        return self.variant or tuple(_by_value(self, value) for value in self.values)


@dataclass(frozen=True)
class Case:
    """One comparison of an experiment: a world, with a variant of every axis.

    Attributes:
        name: of the case, its folder and its world; the world's own where there is no axis.
        base: name or path of the world before the changes.
        variants: name of the variant by axis.
        change: what all variants together change.
    """

    name: str
    base: str
    variants: Mapping[str, str]
    change: Change

    def world(self, days: float | None = None, sampled: bool = False) -> World:
        """The world of this case, over another horizon than its own if one is stated.

        Args:
            days: horizon.
            sampled: without the stored orders that the world names: its demand may be changed then.

        Raises:
            InputError: a change does not fit the world.
        """
        base = load_world(self.base)
        if sampled:
            base = replace(base, header=replace(base.header, trace=""))
        return changed(base, self.change, self.name, days) if self.variants else base.over(days)


def cases_of(worlds: Sequence[str], axes: Sequence[Axis]) -> Iterator[Case]:
    """Every world with every combination of variants, the last axis varying first."""
    for world in worlds:
        for chosen in product(*(axis.variants for axis in axes)):
            names = {axis.name: variant.name for axis, variant in zip(axes, chosen, strict=True)}
            change = reduce(merged, (_bare(variant) for variant in chosen), Change())
            yield Case("-".join([called(world), *map(_slug, names.values())]), world, names, change)


def check_axes(axes: Sequence[Axis], place: str) -> None:
    """Find what types do not show: names twice, an axis without variants, numbers out of range.

    Raises:
        InputError: there is a fault; the message names file, axis and key.
    """
    once([axis.name for axis in axes], f"{place}: [[experiment.axis]] name")
    for axis in axes:
        at = f"{place}: axis '{axis.name}'"
        if bool(axis.variant) == bool(axis.vary) or bool(axis.vary) != bool(axis.values):
            raise InputError(at, "found no variants, or both kinds", "variant = [...], or vary and values")
        once([_slug(variant.name) for variant in axis.variants], f"{at} variants")
        for variant in axis.variants:
            for where, problem, allowed in range_faults(variant):
                raise InputError(f"{at} variant '{variant.name}' {where}", problem, allowed)


def once(names: Sequence[str], place: str) -> None:
    """Raise InputError where a name is there twice, or empty."""
    if wrong := [name for name in names if names.count(name) > 1 or not name]:
        raise InputError(place, f"found {', '.join(wrong)}", "each its own name")


def _by_value(axis: Axis, value: Value) -> Variant:
    """`vary = "instance.number"` and 3 as a variant `number_3`; below `set` every dot leads into a table."""
    head, _, rest = axis.vary.partition(".")
    known = [f.name for f in fields(Change)]
    if head not in known or bool(rest) != (head in INSIDE or head == "set"):
        allowed = ", ".join([*known, "instance.number", "set.timing.wave_hours"])
        raise InputError(f"axis '{axis.name}' vary", f"found '{axis.vary}'{nearest(head, known)}", allowed)
    inside: Any = value
    for step in reversed(rest.split(".") if rest else []):
        inside = {step: inside}
    shown = f"{value:g}" if isinstance(value, float | int) else value
    said = {"name": f"{axis.name}_{shown}", head: inside}
    return validate(Variant, said, f"axis '{axis.name}'", InputError)


def _bare(variant: Variant) -> Change:
    return Change(**{f.name: getattr(variant, f.name) for f in fields(Change)})


def _slug(name: str) -> str:
    """A name that can be a folder's."""
    return re.sub(r"[^\w.+%-]+", "_", name.strip())
