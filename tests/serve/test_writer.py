"""The thread that writes: it outlives callers that give up, and errors after a transaction."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest
from tests.serve.conftest import Shop

from fillrate.serve.ledger.book import Book
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
