"""A chooser for tests of what surrounds it: sites by name, as many units as are free; orders by id of arrival."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]


class Greedy:
    """Takes what is free, site by site; `trouble` is called before each decision of the policy."""

    bundle, policy = "stub", "greedy"
    aside = 0  # no commit

    def __init__(self, trouble: Callable[[Record], object] | None = None) -> None:
        self.trouble = trouble
        self.asked: list[Record] = []
        self.names: Mapping[str, Collection[str]] = {}

    def allocate(self, request: Record) -> dict[str, Any]:
        self.asked.append(request)
        if self.trouble is not None:
            self.trouble(request)
        return self._answer(request, "policy", None)

    def fallback(self, request: Record, reason: str) -> dict[str, Any]:
        return self._answer(request, "fallback", reason)

    def rank(self, requests: Sequence[Record]) -> list[int]:
        return list(range(len(requests)))

    def explain(self, request: Record) -> dict[str, Any]:
        return {"because": "greedy", "id": request["id"]}

    def keeps_aside(self, request: Record) -> int:  # noqa: ARG002 - as the protocol names it
        return self.aside

    def _answer(self, request: Record, by: str, reason: str | None) -> dict[str, Any]:
        start = time.perf_counter()
        free = {(s["sku"], s["location"]): s["on_hand"] - s["reserved"] - s["safety"] for s in request["stock"]}
        lines = [self._line(line, free) for line in request["lines"]]
        head = {"id": request["id"], "bundle": self.bundle, "policy": self.policy, "decided_by": by, "reason": reason}
        return head | {"lines": lines, "defaults": [], "microseconds": (time.perf_counter() - start) * 1e6}

    def _line(self, line: Record, free: dict[tuple[str, str], int]) -> dict[str, Any]:
        left, allocated = line["quantity"], []
        for sku, location in sorted(free):
            units = min(left, free[sku, location]) if sku == line["sku"] else 0
            if units > 0:
                free[sku, location] -= units
                left -= units
                allocated.append({"location": location, "quantity": units})
        return {**{k: line[k] for k in ("line", "sku", "quantity")}, "allocated": allocated, "held": left}
