"""The thread that writes: it outlives callers that give up, and errors after a transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

import pytest
from tests.serve.conftest import Shop
from tests.serve.stub import Greedy

from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.stock import all_levels
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings
from fillrate.serve.writer import Writer


def test_a_caller_that_gives_up_while_it_waits_stops_nobody_and_writes_nothing(shop: Shop) -> None:
    going, go_on, done = threading.Event(), threading.Event(), list[str]()

    def slow(_: Book) -> str:
        going.set()
        go_on.wait(20.0)
        return "slow"

    writer = Writer(shop.ledger)
    first = writer.submit(slow)
    assert going.wait(20.0)
    given_up = writer.submit(lambda _: done.append("given up"))
    beside = writer.submit(lambda _: "beside")
    assert given_up.cancel()
    assert not first.cancel(), "what is being written cannot be given up"
    go_on.set()
    assert first.result(20.0) == "slow"
    assert beside.result(20.0) == "beside"
    assert writer.submit(lambda _: "later").result(20.0) == "later"
    with pytest.raises(CancelledError):
        given_up.result(0.0)
    assert not done
    assert writer.alive()
    writer.close()


def test_an_error_after_a_transaction_does_not_do_it_twice(shop: Shop) -> None:
    done: list[int] = []

    def fails(_: Book) -> None:
        raise RuntimeError("after the commit")

    writer = Writer(shop.ledger, fails)
    assert writer.submit(lambda _: done.append(1)).result(20.0) is None
    assert done == [1]
    writer.close()


def test_a_database_that_is_away_is_reported_once_and_when_it_is_back(
    lite: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @contextmanager
    def away() -> Iterator[Book]:
        raise ConnectionError("gone")
        yield

    writer = Writer(lite.ledger)
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(lite.ledger, "writing", away)
            for _ in range(3):
                with pytest.raises(ConnectionError):
                    writer.submit(lambda _: None).result(20.0)
        for _ in range(2):
            writer.submit(lambda _: None).result(20.0)
    assert [(r.levelname, bool(r.exc_info)) for r in caplog.records] == [("ERROR", True), ("WARNING", False)] * 2
    writer.close()


def test_a_call_whose_commit_failed_after_it_was_on_disk_is_booked_once(place: str) -> None:
    """Three calls without a key share a transaction; the server commits it, and the line breaks before it says so."""
    service = Service(place, Greedy, Settings(), replays=True)
    entries = [{"sku": "lamp", "location": "north", "quantity": 10}]
    writing, cut, gate = service.ledger.writing, list[bool](), threading.Event()

    @contextmanager
    def cut_once() -> Iterator[Book]:
        with writing() as book:
            yield book
        if len(book.keys) > 1 and not cut:
            cut.append(True)
            raise ConnectionError

    service.ledger.writing = cut_once  # type: ignore[method-assign]
    service.writer.submit(lambda _: gate.wait(10.0))  # the others wait, so they share a transaction
    calls = [service.submit("stock/receive", {"entries": entries}, "") for _ in range(3)]
    gate.set()
    assert [call.result(10.0)["offered"] for call in calls] == [[], [], []]
    with service.ledger.reading() as run:
        assert [level.on_hand for _, level in all_levels(run)] == [30]
    service.close()
    assert cut
