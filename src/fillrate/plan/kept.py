"""Solutions in memory, by what they were solved for."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import TypeVar

__all__ = ["Kept"]

MOST = 32
T = TypeVar("T")


class Kept(dict[Hashable, T]):
    """The last ones; the oldest goes first. Threads may share it."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        super().__init__()
        self.turn = threading.Lock()

    def put(self, key: Hashable, found: T) -> T:
        """Keep one."""
        with self.turn:
            while len(self) >= MOST:
                del self[next(iter(self))]
            self[key] = found
        return found
