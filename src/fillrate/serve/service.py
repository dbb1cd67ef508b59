"""The service as a whole: ledger, desk, challenger and outbox, and the calls that the routes hand on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select

from fillrate.serve.deciding import Chooser, Decider
from fillrate.serve.desk import Desk, Task
from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.ledger import Ledger
from fillrate.serve.ledger.tables import META
from fillrate.serve.metrics import Metrics
from fillrate.serve.outbox import Deliverer, Sink
from fillrate.serve.settings import SECONDS, Clock, Settings
from fillrate.serve.shadow import Canary, Cost, Shadow
from fillrate.serve.writer import Writer

__all__ = ["Service"]

TICK_SECONDS = 1.0
STATELESS_THREADS = 4
log = logging.getLogger(__name__)
_T0 = select(META.c.value).where(META.c.name == "t0")


class Service:
    """Everything that runs beside the web server; `close` ends it."""

    def __init__(
        self,
        place: str,
        chooser: Callable[[], Chooser],
        settings: Settings,
        challenger: Callable[[], Chooser] | None = None,
        cost: Cost | None = None,
        sink: Sink | None = None,
        replays: bool = False,
    ) -> None:
        """Open the ledger and start the threads.

        Args:
            place: the ledger, a file name or URL.
            chooser: makes what decides; one for each thread.
            settings: terms.
            challenger: makes what decides beside it.
            cost: of a decision on a request.
            sink: where events go.
            replays: whether requests say what time it is.

        Raises:
            InputError: the ledger cannot be opened.
        """
        champion = chooser()
        self.settings, self.champion = settings, champion
        self.ledger = Ledger(place, sink is not None, getattr(champion, "quota_days", None), settings.durability)
        self.clock = Clock(None if replays else _day_zero(self.ledger))
        make = chooser
        if challenger is not None and settings.canary_percent > 0.0:
            other = challenger()
            make = lambda: Canary(chooser(), other, settings.canary_percent)  # noqa: E731
        self.decider = Decider(make(), make(), settings.deadline_ms)
        self.stateless, self._one_at_a_time = Decider(make(), make(), settings.deadline_ms), threading.Lock()
        # Threads of their own: a ledger that says nothing soon holds all that asyncio has.
        self.apart = ThreadPoolExecutor(STATELESS_THREADS, "fillrate-stateless")
        self.desk = Desk(self.decider, settings, self.clock)
        self.writer = Writer(self.ledger, self._committed)
        self.metrics = Metrics(self.writer.waiting)
        self.shadow: Shadow | None = None
        if challenger is not None:
            percent = settings.challenger_percent, settings.canary_percent
            self.shadow = Shadow(challenger(), self.writer, *percent, cost, self.metrics.shadowed)
        self.deliverer = Deliverer(self.ledger, self.writer, sink) if sink is not None else None
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="fillrate-clock", daemon=True)
        self._ticker.start()

    def submit(self, verb: str, body: Mapping[str, Any], key: str) -> Future[Any]:
        """Carry a verb out on the ledger.

        Raises:
            Refused: an instant is said in words that have no place in the ledger's days.
        """
        # A commit that failed may be on disk all the same: the second run of the same task must find its own answer.
        task = Task(verb, self.clock.dated(body), key or ("" if verb == "allocate" else uuid4().hex))
        return self.writer.submit(lambda book: self.desk.do(book, task))

    def simulate(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A decision on a request as it stands; the ledger has no part in it."""
        asked = self.clock.dated(request, "now")
        now = asked.get("now")
        with self._one_at_a_time:  # a decider is for one caller
            return self.stateless.decide({**asked, "now": self.clock.now() if now is None else now})

    def rank(self, requests: list[Mapping[str, Any]]) -> list[Any]:
        """Ids in rank order."""
        now = self.clock.now()
        asked = [{"now": now, "stock": [], **self.clock.dated(request, "now")} for request in requests]
        return [requests[n]["id"] for n in self.stateless.spare.rank(asked)]

    def ready(self) -> str:
        """Why the service cannot work; empty if it can."""
        if not self.writer.alive():
            return "the ledger's thread has ended"
        if not self._ticker.is_alive():
            return "the clock's thread has ended"
        if self.writer.waiting() > 10_000:
            return "too much waits for the ledger"
        with self.ledger.reading() as run:
            run.rows(_T0)
        return ""

    def close(self) -> None:
        """Finish what waits, then end the threads."""
        self._stop.set()
        self._ticker.join(timeout=5.0)
        if self.shadow is not None:
            self.shadow.close()
        if self.deliverer is not None:
            self.deliverer.close()
        self.writer.close()
        self.decider.close()
        self.apart.shutdown(cancel_futures=True)
        self.stateless.close()
        self.ledger.close()

    def _committed(self, book: Book) -> None:
        for now, request, decision in book.decided:
            self.metrics.decided(decision)
            if self.shadow is not None:
                self.shadow.look_at(now, request, decision)

    def _tick(self) -> None:
        """Patience and reservations end though nobody calls; SQLite's log is tidied."""
        while not self._stop.wait(TICK_SECONDS):
            if self.clock.t0 is not None:
                self.writer.submit(lambda book: self.desk.sweep(book, self.clock.now()))
            try:
                self.ledger.database.tidy()
            except Exception as fault:  # noqa: BLE001 - disk or database: the next second may do better
                log.warning("the ledger's log was not tidied: %s", type(fault).__name__)


def _day_zero(ledger: Ledger) -> float:
    """Seconds since 1970 of the ledger's t0: when it was first opened."""
    with ledger.writing() as book:
        if rows := book.run.rows(_T0):
            return float(rows[0][0])
        t0 = time.time() // SECONDS * SECONDS
        book.run.run(insert(META).values(name="t0", value=repr(t0)))
        return t0
