"""Events on their way out: in order, at least once, and not before what they tell of is on disk."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.serve.conftest import Shop

from fillrate.errors import InputError
from fillrate.serve.outbox import Deliverer, delivered, sink_of
from fillrate.serve.writer import Writer


class Stopped(Deliverer):
    """A deliverer that delivers when it is told to."""

    def __init__(self, shop: Shop, writer: Writer, sink: Any) -> None:
        self.ledger, self.writer, self.sink, self.failures = shop.ledger, writer, sink, 0


@pytest.fixture
def writer(shop: Shop) -> Iterator[Writer]:
    made = Writer(shop.ledger)
    yield made
    made.close()


def test_what_happens_goes_out_in_order(shop: Shop, writer: Writer) -> None:
    told: list[Mapping[str, Any]] = []
    out = Stopped(shop, writer, told.extend)
    shop.stock(north=3)
    shop.order("a", 2, 1.0)
    shop.order("b", 2, 2.0)
    shop.do("confirm_shipment", order="a", now=3.0)
    shop.do("stock/receive", entries=[{"sku": "lamp", "location": "south", "quantity": 1}], now=4.0)
    assert not out.deliver()
    assert [event["event"] for event in told] == list(range(1, len(told) + 1))
    assert [event["topic"] for event in told] == [
        *("stock", "stock", "stock", "purchase_need"),  # counted; a; b, of which one is held
        *("stock", "shipment", "stock"),  # a ships; one comes in
        *("stock", "allocation"),  # and goes to b
    ]
    assert [event["available"] for event in told if event["topic"] == "stock"] == [3, 1, 0, 0, 1, 0]
    need = next(event for event in told if event["topic"] == "purchase_need")
    assert (need["sku"], need["waiting"]) == ("lamp", 1)
    assert told[-1]["decision"] == "b/2"
    out.deliver()
    assert len(told) == 9


def test_what_was_not_delivered_goes_out_again(shop: Shop, writer: Writer) -> None:
    calls: list[int] = []

    def sink(events: Sequence[Mapping[str, Any]]) -> None:
        calls.append(len(events))
        if len(calls) == 1:
            raise OSError

    out = Stopped(shop, writer, sink)
    shop.stock(north=3)
    assert out._try(0.2) == 0.4
    assert out._try(0.4) == 0.2
    assert calls == [1, 1]
    with shop.ledger.reading() as run:
        assert delivered(run) == 1


def test_a_transaction_that_fails_tells_nothing(shop: Shop, writer: Writer) -> None:
    def fail(book: Any) -> None:
        from fillrate.serve.desk import Task

        shop.desk.do(book, Task("stock/set", {"entries": [{"sku": "lamp", "location": "north", "on_hand": 3}]}))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        writer.submit(fail).result(10.0)
    told: list[Mapping[str, Any]] = []
    Stopped(shop, writer, told.extend).deliver()
    assert told == []


def test_one_failure_spoils_no_other_call_of_its_transaction(shop: Shop, writer: Writer) -> None:
    gate = threading.Event()
    writer.submit(lambda _: gate.wait(10.0))  # the others wait, so they share a transaction
    good = writer.submit(lambda book: book.write("note", "", 0.0, "", {}))
    bad = writer.submit(lambda _: 1 / 0)
    gate.set()
    good.result(10.0)
    with pytest.raises(ZeroDivisionError):
        bad.result(10.0)
    assert shop.audit()["entries"] == 1


def test_a_file_gets_a_line_for_each(shop: Shop, writer: Writer, tmp_path: Path) -> None:
    shop.stock(north=3, south=1)
    Stopped(shop, writer, sink_of(str(tmp_path / "events.jsonl"))).deliver()
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["event"], line["location"]) for line in lines] == [(1, "north"), (2, "south")]
    with pytest.raises(InputError, match="a file, or an http"):
        sink_of(str(tmp_path / "none" / "events.jsonl"))


def test_a_webhook_gets_them_signed(shop: Shop, writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[tuple[str, bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers["X-Fillrate-Signature"], body))
            self.send_response(500 if len(got) == 1 else 204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("FILLRATE_WEBHOOK_SECRET", "hush")
    shop.stock(north=3)
    out = Stopped(shop, writer, sink_of(f"http://127.0.0.1:{server.server_port}/"))
    assert out._try(0.2) == 0.4  # a receiver that fails gets it again
    assert out._try(0.2) == 0.2
    server.shutdown()
    server.server_close()
    signature, body = got[1]
    assert got[0] == got[1]
    assert signature == "sha256=" + hmac.new(b"hush", body, hashlib.sha256).hexdigest()
    assert json.loads(body)["events"][0]["on_hand"] == 3


def test_a_torn_line_does_not_swallow_the_next_event(tmp_path: Path) -> None:
    place = tmp_path / "events.jsonl"
    place.write_text('{"event": 1}\n{"event": 2, "to', encoding="utf-8")
    sink_of(str(place))([{"event": 2}, {"event": 3}])
    lines = place.read_text(encoding="utf-8").splitlines()
    assert [json.loads(lines[n])["event"] for n in (0, 2, 3)] == [1, 2, 3]
