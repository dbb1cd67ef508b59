"""Events of the ledger on their way out: to a file or a webhook, in order, each at least once."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from fillrate.errors import InputError
from fillrate.files import append_whole
from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.ledger import Ledger
from fillrate.serve.ledger.statements import Runner
from fillrate.serve.ledger.tables import META, OUTBOX
from fillrate.serve.writer import Writer

__all__ = ["Deliverer", "Sink", "delivered", "sink_of"]

Sink = Callable[[Sequence[Mapping[str, Any]]], None]

AT_ONCE, KEPT = 200, 10_000  # events delivered together; delivered ones that are kept
PAUSE_SECONDS, LONGEST_SECONDS, TIMEOUT_SECONDS = 0.2, 60.0, 10.0
SECRET = "FILLRATE_WEBHOOK_SECRET"  # the name of the variable that holds it
log = logging.getLogger(__name__)

_O = OUTBOX.c
_NEXT = select(_O.seq, _O.topic, _O.time, _O.payload).where(_O.seq > bindparam("after")).order_by(_O.seq).limit(AT_ONCE)
_UP_TO = select(META.c.value).where(META.c.name == "delivered")
_MOVE = update(META).where(META.c.name == "delivered").values(value=bindparam("to"))
_PRUNE = delete(OUTBOX).where(_O.seq < bindparam("below"))


def sink_of(place: str) -> Sink:
    """Where events go.

    Args:
        place: a file, or the URL of a webhook; if the variable FILLRATE_WEBHOOK_SECRET is set, what is posted carries
            its HMAC-SHA256.

    Raises:
        InputError: the file cannot be written.
    """
    if place.startswith(("http://", "https://")):
        return lambda events: _post(place, events)
    path = Path(place)
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as fault:
        raise InputError(f"events '{place}'", fault.strerror or str(fault), "a file, or an http(s) URL") from None
    return lambda events: _append(path, events)


def _append(path: Path, events: Sequence[Mapping[str, Any]]) -> None:
    """One JSON object a line, on disk before it counts as delivered."""
    append_whole(path, "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events).encode(), flushed=True)


def _post(url: str, events: Sequence[Mapping[str, Any]]) -> None:
    body = json.dumps({"events": list(events)}).encode()
    headers = {"Content-Type": "application/json"}
    if secret := os.environ.get(SECRET):
        headers["X-Fillrate-Signature"] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # http(s) only
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
        pass


def delivered(run: Runner) -> int:
    """Number of the last event that was delivered."""
    rows = run.rows(_UP_TO)
    return int(rows[0][0]) if rows else 0


class Deliverer:
    """A thread that delivers; what it could not say was delivered goes out again."""

    def __init__(self, ledger: Ledger, writer: Writer, sink: Sink) -> None:
        """Start it."""
        self.ledger, self.writer, self.sink = ledger, writer, sink
        self.failures = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fillrate-outbox", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread after one more try."""
        self._stop.set()
        self._thread.join(timeout=TIMEOUT_SECONDS)

    def _run(self) -> None:
        pause = PAUSE_SECONDS
        while not self._stop.wait(pause):
            pause = self._try(pause)
        self._try(pause)

    def _try(self, pause: float) -> float:
        """Deliver what there is; seconds until the next try, longer after each failure."""
        try:
            while self.deliver():
                pass
        except Exception as fault:  # noqa: BLE001 - receiver, disk or database: the events stay where they are
            self.failures += 1
            log.warning("events were not delivered: %s", type(fault).__name__)
            return min(LONGEST_SECONDS, 2.0 * pause)
        return PAUSE_SECONDS

    def deliver(self) -> bool:
        """Deliver some events; whether there may be more."""
        with self.ledger.reading() as run:
            rows = run.rows(_NEXT, after=delivered(run))
        if not rows:
            return False
        self.sink([{"event": seq, "topic": topic, "time": time, **json.loads(said)} for seq, topic, time, said in rows])
        self.writer.submit(lambda book: _mark(book, int(rows[-1][0]))).result(timeout=TIMEOUT_SECONDS)
        return len(rows) == AT_ONCE


def _mark(book: Book, seq: int) -> None:
    if not book.run.run(_MOVE, to=str(seq)):
        book.run.run(insert(META).values(name="delivered", value=str(seq)))
    if seq > KEPT:
        book.flush(OUTBOX)
        book.run.run(_PRUNE, below=seq - KEPT)
