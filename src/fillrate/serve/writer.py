"""One thread writes: calls that wait at one time share a transaction, so that one flush to disk serves them all."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.ledger import Ledger
from fillrate.serve.refusals import Refused

__all__ = ["Writer"]

MOST_TOGETHER = 64  # calls in one transaction
log = logging.getLogger(__name__)

Work = Callable[[Book], Any]
Waiting = tuple[Work, "Future[Any]"]


class Writer:
    """A queue of work on the ledger, and the thread that does it."""

    def __init__(self, ledger: Ledger, committed: Callable[[Book], object] = lambda _: None) -> None:
        """Start the thread.

        Args:
            ledger: where it writes.
            committed: called with each transaction once it is on disk; must be quick.
        """
        self.ledger, self.committed = ledger, committed
        self._failing: set[str] = set()  # kinds of faults since the last transaction that went through
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="fillrate-ledger", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> Future[Any]:
        """Do something with the ledger, soon; the result is there when it is committed."""
        future: Future[Any] = Future()
        self._queue.put((work, future))
        return future

    def waiting(self) -> int:
        """Calls that wait."""
        return self._queue.qsize()

    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Do what waits, and end."""
        self._queue.put(None)
        self._thread.join(timeout=30.0)

    def _run(self) -> None:
        open_ = True
        while open_ and (first := self._queue.get()) is not None:
            together: list[Waiting | None] = [first]
            while together[-1] is not None and len(together) < MOST_TOGETHER and not self._queue.empty():
                together.append(self._queue.get())
            open_ = together[-1] is not None
            # Who no longer waits has been told that nothing is recorded: from here on nobody can give up any more.
            if going := [item for item in together if item is not None and item[1].set_running_or_notify_cancel()]:
                self._do(going)

    def _do(self, together: list[Waiting]) -> None:
        """All in one transaction; if that fails, each in its own, so that one cannot spoil the others."""
        try:
            with self.ledger.writing() as book:
                results = [_done(work, book) for work, _ in together]
        except Exception as fault:  # noqa: BLE001 - whatever it is, who asked is told, and the thread goes on
            if len(together) == 1:
                self._say(fault)
                together[0][1].set_exception(fault)
                return
            for item in together:
                self._do([item])
            return
        if self._failing:
            log.warning("transactions go through again")
            self._failing.clear()
        try:
            self.committed(book)
        except Exception:  # what is on disk is on disk
            log.exception("what comes after a transaction failed")
        for (_, future), result in zip(together, results, strict=True):
            if isinstance(result, Refused):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _say(self, fault: Exception) -> None:
        """One report of each kind of fault: a database that is away fails every call until it is back."""
        if (kind := type(fault).__name__) not in self._failing:
            log.error("a transaction failed; more of this kind are not reported until one goes through", exc_info=fault)
        self._failing.add(kind)


def _done(work: Work, book: Book) -> Any:
    """A refusal is a result: it comes before anything is written."""
    try:
        return work(book)
    except Refused as no:
        return no
