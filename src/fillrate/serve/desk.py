"""The desk: every verb that changes the ledger, each answered once for its idempotency key."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fillrate.errors import nearest
from fillrate.serve.deciding import Decider, Record
from fillrate.serve.handling import cancel, confirm, lapse, pick, release
from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.orders import open_order, who_waits
from fillrate.serve.ledger.stock import levels
from fillrate.serve.ledger.texts import as_json, canonical
from fillrate.serve.offering import again, asked_again, first_offer
from fillrate.serve.refusals import conflict, invalid
from fillrate.serve.settings import Clock, Settings
from fillrate.serve.stocking import adjust_stock, receive_stock, set_stock

__all__ = ["Desk", "Task"]

Answer = dict[str, Any]
OF_THE_SERVICE = ("patience_days",)  # fields of a request that the allocator does not read


@dataclass(frozen=True)
class Task:
    """One call of the service."""

    verb: str
    body: Mapping[str, Any]
    key: str = ""  # idempotency key; an allocation without one is the same for the same order


class Desk:
    """Carries tasks out on the ledger, one after the other."""

    def __init__(self, decider: Decider, settings: Settings, clock: Clock) -> None:
        """Nothing is on the desk yet."""
        self.decider, self.settings, self.clock = decider, settings, clock
        self.verbs: dict[str, Callable[[Book, Mapping[str, Any], float], Answer]] = {
            "confirm_shipment": lambda book, b, now: confirm(book, str(b["order"]), b.get("lines"), now),
            "picking": lambda book, b, now: pick(book, str(b["order"]), b["location"], now),
            "release": self._release,
            "cancel": self._cancel,
            "stock/set": self._stock(set_stock),
            "stock/adjust": self._stock(adjust_stock),
            "stock/receive": self._stock(receive_stock),
            "reoffer": self._reoffer,
        }

    def do(self, book: Book, task: Task) -> Answer:
        """Carry a task out, or give the answer that its key got before.

        Raises:
            Refused: it cannot be done; nothing is written.
        """
        said = _fingerprint(task)
        if (repeated := self._repeated(book, task, said)) is not None:
            return repeated
        now = self.clock.now(task.body.get("now"))
        self.sweep(book, now, strictly=task.verb.startswith("stock/"))
        if task.verb == "allocate":
            answer = self._allocate(book, task.body, now, said)
        else:
            answer = self.verbs[task.verb](book, task.body, now)
        if task.key:
            book.keep_key(task.key, task.verb, said, as_json(answer), now)
        return answer

    def _repeated(self, book: Book, task: Task, said: str) -> Answer | None:
        """The answer that the same call got before; of an allocation without a key, that of its order."""
        if task.key:
            if (found := book.key(task.key)) is None:
                return None
            used, same, answer = found[0], found[:2] == (task.verb, said), json.loads(found[2])
            place, new = "key " + task.key.rpartition("\n")[2], "key"  # without its client
        else:
            row = book.order(str(task.body["id"])) if task.verb == "allocate" else None
            if row is None:
                return None
            used, same, answer = task.verb, row["fingerprint"] == said, book.decision(f"{row['id']}/1")
            place, new = f"order {row['id']}", "id"
        if not same:
            raise conflict(place, f"it was used for another call, {used}", f"the same request, or a new {new}")
        repeated: Answer = answer
        return repeated

    def sweep(self, book: Book, now: float, strictly: bool = False) -> None:
        """End what is over: patience and reservations. At one instant stock comes in first (`strictly`)."""
        when = lapse(book, _before(now) if strictly else now, self.decider.spare.keeps_aside)
        if when is not None:
            self._wake(book, now, {}, ())

    def _allocate(self, book: Book, body: Mapping[str, Any], now: float, fingerprint: str) -> Answer:
        name = str(body["id"])
        if book.order(name) is not None:
            raise conflict(f"order {name}", "it was allocated before, under another key", "a new id, or its key")
        days = body.get("patience_days")
        days = self.settings.patience_days if days is None else days
        asked = {k: v for k, v in body.items() if k not in OF_THE_SERVICE}
        patience = None if days is None else now + float(days)
        said = asked.get("received")
        received = float(said) if isinstance(said, int | float) and not isinstance(said, bool) else now
        open_order(book, asked, received, patience, fingerprint)
        return first_offer(book, self.decider, self.settings, asked, now, patience)

    def _release(self, book: Book, body: Mapping[str, Any], now: float) -> Answer:
        order, missing, said = str(body["order"]), bool(body.get("missing")), body.get("again")
        waits = missing if said is None else bool(said)
        done = release(book, order, body.get("lines"), waits, missing, now)
        if waits and missing:  # a short pick: the order itself is offered again, and nobody else
            book.woken.clear()
            return done | self._offer(book, [w for w in who_waits(book, None) if w.id == order], now, body)
        return done | self._wake(book, now, body, (order,))

    def _cancel(self, book: Book, body: Mapping[str, Any], now: float) -> Answer:
        order = str(body["order"])
        return cancel(book, order, body.get("lines"), now) | self._wake(book, now, body, ())

    def _stock(self, verb: Callable[..., Answer]) -> Callable[[Book, Mapping[str, Any], float], Answer]:
        def carried_out(book: Book, body: Mapping[str, Any], now: float) -> Answer:
            self._refuse_nowhere(body["entries"])
            return verb(book, body["entries"], now) | self._wake(book, now, body, ())

        return carried_out

    def _refuse_nowhere(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Units at a place that the policy does not know could never be promised."""
        for n, place in enumerate(entry["location"] for entry in entries):
            if not self.decider.knows("location", place):
                meant = nearest(place, self.decider.spare.names["location"])
                raise invalid(f"entries.{n}.location", f"found '{place}'{meant}", "a location of the bundle")

    def _reoffer(self, book: Book, body: Mapping[str, Any], now: float) -> Answer:
        """Every waiting order, or those that wait for some SKUs."""
        return self._offer(book, who_waits(book, body.get("skus")), now, body)

    def _wake(self, book: Book, now: float, context: Record, besides: Sequence[str]) -> Answer:
        """Offer the orders that wait for what came in or was released."""
        skus, book.woken = list(book.woken), {}
        waiting = [order for order in who_waits(book, skus) if order.id not in besides] if skus else []
        return self._offer(book, waiting, now, context)

    def _offer(self, book: Book, waiting: Sequence[Any], now: float, context: Record) -> Answer:
        """Offer orders in rank order, until stock is exhausted."""
        if not waiting:
            return {"offered": []}
        skus = dict.fromkeys(sku for w in waiting for sku, _ in w.open.values())
        free = {sku: sum(level.free for level in levels(book, sku)) for sku in skus}
        ready = [w for w in waiting if any(free[sku] for sku, _ in w.open.values())]
        asked = [{**asked_again(book, w), "now": now, "stock": []} for w in ready] if len(ready) > 1 else []
        order = self.decider.spare.rank(asked) if asked else range(len(ready))
        offered = []
        for n in order:
            if not any(free[sku] for sku, _ in ready[n].open.values()):
                continue
            decision = again(book, self.decider, self.settings, ready[n], now, context)
            for line in decision["lines"]:
                free[line["sku"]] -= line["quantity"] - line["held"]
            offered.append(decision)
        return {"offered": offered}


def _fingerprint(task: Task) -> str:
    """What makes a request the same: of an allocation what is asked, of any other verb all but the instant."""
    body: Any = {k: v for k, v in task.body.items() if k != "now"}
    if task.verb == "allocate":
        kept = ("id", "region", "segment", "channel", "pin", "coordinates")
        lines = [[line["line"], line["sku"], line["quantity"]] for line in body["lines"]]
        body = {**{k: body[k] for k in kept if k in body}, "lines": lines}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def _before(now: float) -> float:
    """The last instant before."""
    return math.nextafter(now, -math.inf)
