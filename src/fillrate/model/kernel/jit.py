"""One decorator for everything that is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

from fillrate.model.kernel.flags import FLAGS

__all__ = ["jit"]

F = TypeVar("F", bound=Callable[..., Any])


def jit(function: F) -> F:
    """Compile a function when a root that calls it is compiled."""
    return njit(**FLAGS)(function)  # type: ignore[no-any-return]
