"""Fields with their unit, range and meaning as data: one definition feeds defaults, checks and documentation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, field, fields, is_dataclass
from typing import Any, ClassVar

__all__ = ["MOST_UNITS", "Strict", "as_stated", "described", "stated"]

MOST_UNITS = 10**9  # twice as many fit a 32-bit number


class Strict:
    """Base of every configuration dataclass: unknown keys and wrong types are errors on reading."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}


def described(
    doc: str, default: Any = MISSING, unit: str = "", low: float | None = None, high: float | None = None
) -> Any:
    """A dataclass field that carries its meaning.

    Args:
        doc: one line for the generated pages.
        default: value if the key is absent; without one the key must be given.
        unit: unit of the value, for the pages and for error messages.
        low: smallest value allowed (every number of a list is checked).
        high: largest value allowed.
    """
    facts = {"doc": doc, "unit": unit, "low": low, "high": high}
    return field(metadata=facts) if default is MISSING else field(default=default, metadata=facts)


def stated(part: Any) -> Iterator[tuple[str, Any]]:
    """Key and value of every field of a configuration dataclass that differs from its default."""
    for f in fields(part):
        value = getattr(part, f.name)
        default = f.default_factory() if f.default_factory is not MISSING else f.default
        undefined = isinstance(value, float) and math.isnan(value)  # nan stands for "not stated"
        if not undefined and value != default and not (default is MISSING and value == ""):
            yield f.name, value


def as_stated(thing: Any) -> Any:
    """A configuration as plain dicts and lists, holding what differs from the defaults."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return {key: as_stated(value) for key, value in stated(thing)}
    if isinstance(thing, Mapping):
        return {key: as_stated(value) for key, value in thing.items()}
    return [as_stated(entry) for entry in thing] if isinstance(thing, list | tuple) else thing
