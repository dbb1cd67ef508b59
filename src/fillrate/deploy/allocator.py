"""`Allocator`: a bundle at work. Plain records in, plain records out, the laboratory's decision in between."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from fillrate.deploy.asked import Asked
from fillrate.deploy.blocks import Blocks
from fillrate.deploy.bundle import Bundle, read_bundle
from fillrate.deploy.desk import NEVER, Answer, Desk, TooLateError
from fillrate.deploy.guards import lacking, late, stale
from fillrate.deploy.limits import Limits
from fillrate.deploy.ranking import Ranking
from fillrate.deploy.reading import Reader
from fillrate.deploy.values import in_range, shown
from fillrate.errors import BundleError, FillrateError, RequestError

__all__ = ["Allocator"]

Record = dict[str, Any]
FAULTS = (FillrateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError, MemoryError, struct.error)


class Allocator:
    """Decides with one bundle; one may be shared by threads."""

    def __init__(self, bundle: Bundle) -> None:
        """Make ready what every decision looks at."""
        self.bundle, self.shop = bundle, bundle.shop
        self.blocks = Blocks(bundle.shop)
        self.blocks.prepare()
        self.limits = Limits(bundle.shop, self.blocks)
        self.read = Reader(bundle.shop, self.blocks, bundle.looks_at, bundle.t0)
        self.ranking = Ranking(bundle.shop, bundle.rank_steps)
        self._desks: list[Desk] = []  # that nobody uses just now

    @classmethod
    def load(cls, folder: str | Path) -> Allocator:
        """A bundle that verifies: its files are those of `SHA256SUMS`, and all its golden cases come out.

        Raises:
            BundleError: it is no bundle, or does not verify.
        """
        from fillrate.deploy.verify import loaded

        return loaded(Path(folder))

    @classmethod
    def unchecked(cls, folder: str | Path) -> Allocator:
        """A bundle as it lies there: for `verify`, which then checks it.

        Raises:
            BundleError: it cannot be read, or its arrays do not fit each other.
        """
        bundle = read_bundle(Path(folder))
        try:
            return cls(bundle)
        except (ArithmeticError, LookupError, TypeError, ValueError) as fault:
            raise BundleError(
                "tables.npz", f"its arrays do not fit ({fault})", "what `fillrate export` wrote"
            ) from None

    def allocate(self, request: Mapping[str, Any], deadline_ms: Any = None) -> Record:
        """Decide where an order comes from.

        Whatever keeps the policy from deciding leaves it to the fallback rule, and the decision says why; only a
        request about which nothing can be decided is refused.

        Args:
            request: see `request.schema.json` of the bundle.
            deadline_ms: time it may take, a number; None is the bundle's guardrail, infinite is no deadline.

        Returns:
            A record as `decision.schema.json` of the bundle says.

        Raises:
            RequestError: the request is wrong, or the deadline is no number.
        """
        start = perf_counter_ns()
        bundle, asked = self.bundle, self.read(request)
        reason = asked.unknown or self._before(request, asked)
        limit = bundle.guards.deadline_ms if deadline_ms is None else _deadline(deadline_ms)
        until = NEVER if limit is None or limit * 1e6 >= NEVER else start + int(limit * 1e6)
        desk = self._desks.pop() if self._desks else Desk(self.shop, self.blocks, self.limits)
        answer: Answer = []
        if not reason:
            try:
                answer = desk.answer(asked, bundle.rule, until)
            except TooLateError:
                reason = late((perf_counter_ns() - start) / 1e3, limit)
            except FAULTS as fault:
                reason = f"{type(fault).__name__}: {fault}"
        by = "fallback" if reason else "policy"
        if reason:
            answer, reason = self._fall_back(desk, asked, reason)
        self._desks.append(desk)
        lines = [_line(line, parts) for line, parts in zip(asked.order_lines, answer, strict=True)]
        return {
            "id": asked.name,
            "bundle": bundle.id,
            "policy": bundle.name,
            "decided_by": by,
            "reason": reason or None,
            "lines": lines,
            "defaults": sorted(asked.absent) if asked.absent else [],
            "microseconds": (perf_counter_ns() - start) / 1e3,
        }

    def rank(self, requests: Sequence[Mapping[str, Any]]) -> list[str | int]:
        """Ids of requests in the order in which they are to be offered; ties keep the order given.

        Raises:
            RequestError: a request is wrong.
        """
        return [asked.name for asked in self.ranking.sort([self.read(request) for request in _listed(requests)])]

    def explain(self, request: Mapping[str, Any]) -> Record:
        """The decision with its reasons: `decision`, `questions` as records, and the same as `text`.

        Raises:
            RequestError: the request is wrong.
        """
        from fillrate.deploy.explaining import explained

        return explained(self, request)

    def desk(self) -> Desk:
        """A desk for what is done beside decisions."""
        return Desk(self.shop, self.blocks, self.limits)

    def _before(self, request: Mapping[str, Any], asked: Asked) -> str:
        """Why the policy may not decide."""
        guards, as_of = self.bundle.guards, request.get("as_of")
        if as_of is not None:
            counted = self.read.instant(as_of, f"request {asked.name}", "as_of")
            if reason := stale(asked.now, counted, guards.max_age_minutes):
                return reason
        elif "as_of" in guards.require:
            return lacking({"as_of"}, guards.require)
        return lacking(asked.absent, guards.require) if guards.require else ""

    def _fall_back(self, desk: Desk, asked: Asked, reason: str) -> tuple[Answer, str]:
        """The fallback rule's answer; if that fails too, everything is held."""
        try:
            return desk.answer(asked, self.bundle.fallback), reason
        except FAULTS as fault:
            return [[] for _ in asked.order_lines], f"{reason}; the fallback failed too: {fault}"


def _listed(said: Any) -> Iterable[Any]:
    """Requests, one by one."""
    if isinstance(said, str) or not isinstance(said, Iterable):
        raise RequestError("requests", f"found {shown(said)}", "a list of requests")
    return said


def _deadline(said: Any) -> float:
    """Milliseconds; a deadline that has passed may be negative, none is infinite."""
    if said != inf and not in_range(said):
        raise RequestError("deadline_ms", f"found {shown(said)}", "milliseconds as a number, infinite for no deadline")
    return float(said)


def _line(line: tuple[str | int, str, int, float], parts: Sequence[tuple[str, int]]) -> Record:
    name, sku, quantity, _ = line
    held = quantity
    allocated = []
    for location, units in parts:
        held -= units
        allocated.append({"location": location, "quantity": units})
    return {"line": name, "sku": sku, "quantity": quantity, "allocated": allocated, "held": held}
