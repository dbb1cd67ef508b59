"""Fields with their unit, range and meaning as data: one definition feeds defaults, checks and documentation."""

from __future__ import annotations

from dataclasses import MISSING, field
from typing import Any, ClassVar

__all__ = ["Strict", "described"]


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
