"""Solutions in memory, by what they were solved for."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

__all__ = ["Kept"]

MOST = 32
T = TypeVar("T")


class Kept(dict[Hashable, T]):
    """The last ones; the oldest goes first."""

    def put(self, key: Hashable, found: T) -> T:
        """Keep one."""
        while len(self) >= MOST:
            self.pop(next(iter(self)), None)
        self[key] = found
        return found
