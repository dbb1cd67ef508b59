"""A bundle's allocator as the service asks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fillrate.errors import FillrateError, InputError

if TYPE_CHECKING:
    from fillrate.deploy import Allocator
    from fillrate.deploy.asked import Asked

__all__ = ["Bundled", "check_names", "load_bundle"]

Record = Mapping[str, Any]
DEADLINE_MS = 50.0  # where nobody says one
PROMPT = {"chain": 10**9, "hold": 10**9, "prices": 4}
"""Lines up to which a method keeps a deadline: in short steps, or by sets of locations that are soon gone through."""


def load_bundle(folder: Path, deadline_ms: float | None = None) -> Bundled:
    """The chooser of a bundle that verifies.

    Args:
        folder: of the bundle.
        deadline_ms: milliseconds that a decision may take; None = its own guardrail, else 50.

    Raises:
        BundleError: it is no bundle, or does not verify.
    """
    from fillrate.deploy import Allocator

    allocator = Allocator.load(folder)
    stated = allocator.bundle.guards.deadline_ms if deadline_ms is None else deadline_ms
    return Bundled(allocator, DEADLINE_MS if stated is None else stated)


def check_names(bundle: Bundled, needed: Mapping[str, Iterable[str]], place: str) -> None:
    """See that a bundle knows names.

    Args:
        bundle: that is to decide about them.
        needed: names by kind: `sku`, `location`, `region`, `segment`.
        place: who needs it, for the error.

    Raises:
        InputError: it does not know one.
    """
    for kind, names in needed.items():
        known = bundle.allocator.shop.ids[kind]
        if missing := [name for name in names if name not in known]:
            raise InputError(place, f"does not know {kind} '{missing[0]}'", "a bundle of the same world")


class Bundled:
    """Decides with an allocator, which several threads may share."""

    def __init__(self, allocator: Allocator, deadline_ms: float = 50.0) -> None:
        """Names of the bundle and its policy, and the length of a period of its quotas.

        Args:
            allocator: of the bundle.
            deadline_ms: milliseconds that a decision may take.
        """
        self.allocator, self.deadline_ms = allocator, deadline_ms
        self._prompt = PROMPT.get(allocator.bundle.rule.method, 0)
        self.bundle, self.policy = str(allocator.bundle.id), str(allocator.bundle.name)
        self.names: Mapping[str, Collection[str]] = allocator.shop.ids
        quotas = allocator.shop.quotas
        self.quota_days = None if quotas is None else float(quotas.days)

    def prompt(self, request: Record) -> bool:
        """Whether the decision keeps the deadline itself: it is made in short steps, or soon."""
        return len(request["lines"]) <= self._prompt

    def allocate(self, request: Record) -> dict[str, Any]:
        """The policy's decision, or the bundle's fallback where its own guards say no.

        Raises:
            RequestError: nothing can be decided about the request.
        """
        return self.allocator.allocate(request, self.deadline_ms)

    def fallback(self, request: Record, reason: str) -> dict[str, Any]:
        """What the bundle's fallback rule says: that of a policy which is given no time at all.

        Raises:
            RequestError: nothing can be decided about the request.
        """
        return self.allocator.allocate(request, deadline_ms=0.0) | {"decided_by": "fallback", "reason": reason}

    def rank(self, requests: Sequence[Record]) -> list[int]:
        """Indexes in rank order; what cannot be ranked comes last, as it came."""
        read, key = [self._read(request) for request in requests], self.allocator.ranking.key
        keys = {n: key(asked) for n, asked in enumerate(read) if asked is not None}
        return [*sorted(keys, key=keys.__getitem__), *(n for n in range(len(read)) if n not in keys)]

    def _read(self, request: Record) -> Asked | None:
        """The request as ids; None if it cannot be read."""
        try:
            return self.allocator.read(request)
        except FillrateError:
            return None

    def explain(self, request: Record) -> dict[str, Any]:
        """The decision with its reasons.

        Raises:
            RequestError: nothing can be decided about the request.
        """
        return self.allocator.explain(request)

    def keeps_aside(self, request: Record) -> int:
        """By the terms of the order's segment; an order that states what must be complete keeps nothing aside."""
        try:
            asked = self.allocator.read({**request, "now": 0.0, "stock": []})
        except FillrateError:
            return 0
        return 0 if asked.complete else asked.keeps_aside
