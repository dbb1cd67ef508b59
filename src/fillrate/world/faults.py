"""What the checks of a world say: place, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fillrate.errors import nearest

__all__ = ["Fault", "positive_sum", "unknown"]

Fault = tuple[str, str, str]  # place, what was found, what is allowed
SHOWN = 12  # names in one message


def unknown(where: str, names: Iterable[str], allowed: list[str]) -> Iterator[Fault]:
    """Names that are not allowed, with what may have been meant."""
    for name in names:
        if name not in allowed:
            shown = ", ".join(allowed[:SHOWN]) + (", ..." if len(allowed) > SHOWN else "")
            yield where, f"found '{name}'" + nearest(name, allowed), shown


def positive_sum(where: str, weights: Iterable[float]) -> Iterator[Fault]:
    """Weights that choose nothing."""
    if sum(weights) <= 0.0:
        yield where, "found a sum of 0", "a positive sum"
