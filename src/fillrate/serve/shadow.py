"""A challenger beside the champion: it decides on the same requests, later, and never holds the champion up.

With a canary some orders, by a hash of their id, are the challenger's for good.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fillrate.serve.deciding import Chooser, Record
from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.tables import SHADOWS
from fillrate.serve.ledger.texts import as_json
from fillrate.serve.writer import Writer

__all__ = ["Canary", "Shadow", "agrees", "share_of"]

MOST_WAITING, AT_ONCE = 1_000, 50
Cost = Callable[[Record, Record], Mapping[str, float]]
Pair = tuple[float, Record, Record]  # instant, request and the champion's decision
log = logging.getLogger(__name__)


def share_of(order: object) -> float:
    """Where an order falls between 0 and 100, the same in every process.

    >>> round(share_of("order 7"), 3) == round(share_of("order 7"), 3)
    True
    """
    return int.from_bytes(hashlib.sha256(str(order).encode()).digest()[:6], "big") / 2**48 * 100.0


def agrees(a: Record, b: Record) -> bool:
    """Whether two decisions send the same units from the same places."""
    return all(_parts(x) == _parts(y) for x, y in zip(a["lines"], b["lines"], strict=True))


def _parts(line: Record) -> Sequence[tuple[str, int]]:
    return sorted((part["location"], part["quantity"]) for part in line["allocated"])


class Canary:
    """Two choosers as one: some orders are the challenger's."""

    def __init__(self, champion: Chooser, challenger: Chooser, percent: float) -> None:
        """Percent of the orders that the challenger decides."""
        self.champion, self.challenger, self.percent = champion, challenger, percent
        self.bundle, self.policy, self.names = champion.bundle, champion.policy, champion.names

    def _of(self, request: Record) -> Chooser:
        return self.challenger if share_of(request["id"]) < self.percent else self.champion

    def allocate(self, request: Record) -> dict[str, Any]:
        """The decision of whose order it is."""
        return self._of(request).allocate(request)

    def fallback(self, request: Record, reason: str) -> dict[str, Any]:
        """The champion's fallback rule, whoever's order it is."""
        return self.champion.fallback(request, reason)

    def rank(self, requests: Sequence[Record]) -> list[int]:
        """The champion ranks."""
        return self.champion.rank(requests)

    def explain(self, request: Record) -> dict[str, Any]:
        """By whose order it is."""
        return self._of(request).explain(request)

    def keeps_aside(self, request: Record) -> int:
        """By whose order it is."""
        return self._of(request).keeps_aside(request)


class Shadow:
    """The challenger's thread; where it cannot follow, decisions are left out and counted."""

    def __init__(
        self,
        challenger: Chooser,
        writer: Writer,
        percent: float,
        canary: float,
        cost: Cost | None,
        count: Callable[[str], object],
    ) -> None:
        """Start it.

        Args:
            challenger: asked in the thread alone.
            writer: of the ledger.
            percent: share of the decisions that it looks at.
            canary: share of the orders that are its own: it is not compared with itself.
            cost: of a decision on a request, by the champion's cost model.
            count: told of each decision that it `agreed` on or `differed`, `failed` at, or had no time for (`skipped`).
        """
        self.challenger, self.writer, self.percent, self.canary = challenger, writer, percent, canary
        self.cost, self.count = cost, count
        self._queue: queue.Queue[Pair | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="fillrate-challenger", daemon=True)
        self._thread.start()

    def look_at(self, now: float, request: Record, decision: Record) -> None:
        """Let the challenger decide too, when it has time."""
        if share_of(decision["decision"]) >= self.percent or share_of(request["id"]) < self.canary:
            return
        try:
            self._queue.put_nowait((now, request, decision))
        except queue.Full:
            self.count("skipped")

    def close(self) -> None:
        """Decide what waits, and end."""
        self._queue.put(None)
        self._thread.join(timeout=30.0)

    def _run(self) -> None:
        rows: list[dict[str, Any]] = []
        while (pair := self._queue.get()) is not None:
            try:
                rows.append(self._decide(*pair))
            except Exception as fault:  # noqa: BLE001 - a challenger may be wrong without harm
                self.count("failed")
                log.warning("the challenger failed: %s: %s", type(fault).__name__, fault)
            if rows and (len(rows) >= AT_ONCE or self._queue.empty()):
                self._write(rows)
                rows = []
        if rows:
            self._write(rows)

    def _decide(self, now: float, request: Record, decision: Record) -> dict[str, Any]:
        other = self.challenger.allocate(request)
        same = agrees(decision, other)
        self.count("agreed" if same else "differed")
        said = {
            "agrees": same,
            "segment": request.get("segment"),
            "champion": _short(decision, self.cost and self.cost(request, decision)),
            "challenger": _short(other, self.cost and self.cost(request, other)),
        }
        return {
            "decision": decision["decision"],
            "challenger": f"{other['policy']} {other['bundle']}",
            "time": now,
            "payload": as_json(said),
        }

    def _write(self, rows: list[dict[str, Any]]) -> None:
        def work(book: Book) -> None:
            for row in rows:
                book.add(SHADOWS, **row)

        self.writer.submit(work)


def _short(decision: Record, cost: Mapping[str, float] | None) -> dict[str, Any]:
    said = {key: decision[key] for key in ("policy", "bundle", "decided_by", "reason", "lines", "microseconds")}
    return said | ({"cost": dict(cost)} if cost is not None else {})
