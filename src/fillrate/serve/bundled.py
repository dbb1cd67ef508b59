"""A bundle's allocator as the service asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fillrate.errors import FillrateError

if TYPE_CHECKING:
    from fillrate.deploy import Allocator

__all__ = ["Bundled", "load_bundle"]

Record = Mapping[str, Any]


def load_bundle(folder: Path) -> Bundled:
    """The chooser of a bundle that verifies.

    Raises:
        BundleError: it is no bundle, or does not verify.
    """
    from fillrate.deploy import Allocator

    return Bundled(Allocator.load(folder))


class Bundled:
    """Decides with an allocator, which several threads may share."""

    def __init__(self, allocator: Allocator) -> None:
        """Names of the bundle and its policy, and the length of a period of its quotas."""
        self.allocator = allocator
        self.bundle, self.policy = str(allocator.bundle.id), str(allocator.bundle.name)
        quotas = allocator.shop.quotas
        self.quota_days = None if quotas is None else float(quotas.days)

    def allocate(self, request: Record) -> dict[str, Any]:
        """The policy's decision, or the bundle's fallback where its own guards say no.

        Raises:
            RequestError: nothing can be decided about the request.
        """
        return self.allocator.allocate(request)

    def fallback(self, request: Record, reason: str) -> dict[str, Any]:
        """What the bundle's fallback rule says: that of a policy which is given no time at all.

        Raises:
            RequestError: nothing can be decided about the request.
        """
        return self.allocator.allocate(request, deadline_ms=0.0) | {"decided_by": "fallback", "reason": reason}

    def rank(self, requests: Sequence[Record]) -> list[int]:
        """Indexes in rank order; what cannot be ranked comes last, as it came."""
        good = [n for n, request in enumerate(requests) if self._readable(request)]
        at = {requests[n]["id"]: n for n in good}
        ranked = [at[name] for name in self.allocator.rank([requests[n] for n in good])]
        return [*ranked, *(n for n in range(len(requests)) if n not in set(good))]

    def _readable(self, request: Record) -> bool:
        try:
            self.allocator.read(request)
        except FillrateError:
            return False
        return True

    def explain(self, request: Record) -> dict[str, Any]:
        """The decision with its reasons.

        Raises:
            RequestError: nothing can be decided about the request.
        """
        return self.allocator.explain(request)
