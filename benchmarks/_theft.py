"""Processor time that the host of a virtual machine gives to others: no program here can do anything about it."""

from __future__ import annotations

import threading
import time
from bisect import bisect
from itertools import pairwise
from pathlib import Path
from types import TracebackType

__all__ = ["Theft"]

LOOKS_SECONDS = 0.25


class Theft:
    """Reads what was taken while `with` lasts."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self.read: list[tuple[float, int, int]] = []  # instant; hundredths of a second: stolen, in all
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Theft:
        """Begin."""
        self._look()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """End."""
        self._over.set()
        self._thread.join()
        self._look()

    def _run(self) -> None:
        while not self._over.wait(LOOKS_SECONDS):
            self._look()

    def _look(self) -> None:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
        ticks = [int(field) for field in fields[1:9]]  # user, nice, system, idle, iowait, irq, softirq, steal
        self.read.append((time.perf_counter(), ticks[-1], sum(ticks)))

    def percent(self) -> float:
        """Of all processor time."""
        (_, before, start), (_, after, end) = self.read[0], self.read[-1]
        return 100.0 * (after - before) / (end - start)

    def without(self, instants: list[float], values: list[float]) -> list[float]:
        """The values whose instant lies between two looks between which nothing was taken."""
        quiet = [(since, until) for (since, a, _), (until, b, _) in pairwise(self.read) if a == b]
        starts = [since for since, _ in quiet]
        at = [bisect(starts, instant) - 1 for instant in instants]
        return [v for k, t, v in zip(at, instants, values, strict=True) if k >= 0 and t < quiet[k][1]]
