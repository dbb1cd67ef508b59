"""The service over HTTP, in this process: what each route answers, refuses, and never lets through."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("httpx")


from tests.serve.stub import Greedy
from tests.serve.web import Web

from fillrate.serve.access import Access, Client
from fillrate.serve.app import make_app
from fillrate.serve.gate import Gate
from fillrate.serve.service import Service
from fillrate.serve.settings import Settings

LAMP = {"line": 1, "sku": "lamp", "quantity": 2}
KEYS = {"shop": "open sesame", "warehouse": "abracadabra", "viewer": "hocus pocus"}


async def in_chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def client_of(place: str, clients: tuple[Client, ...] = (), **gate: Any) -> tuple[Service, Web]:
    service = Service(place, Greedy, Settings(deadline_ms=5_000.0), replays=True)
    app = make_app(service, partial(Gate, access=Access(clients), metrics=service.metrics, **gate))
    return service, Web(app)


@pytest.fixture
def http(tmp_path: Path) -> Iterator[Web]:
    service, client = client_of(str(tmp_path / "ledger.db"))
    client.post("/v1/stock/set", json={"entries": [{"sku": "lamp", "location": "north", "on_hand": 3}], "now": 0.5})
    yield client
    service.close()


def test_an_order_is_reserved_explained_and_counted(http: Web) -> None:
    answer = http.post("/v1/allocate", json={"id": "a", "lines": [LAMP], "now": 1.0}).json()
    assert (answer["recorded"], answer["decided_by"], answer["decision"]) == (True, "policy", "a/1")
    told = http.get("/v1/explain/a/1").json()
    assert told["decision"]["lines"] == answer["lines"]
    assert told["explanation"] == {"because": "greedy", "id": "a"}
    assert told["request"]["stock"][0]["on_hand"] == 3
    seen = http.get("/v1/overview").json()
    assert (seen["stock"][0]["reserved"], seen["fallback_share"], seen["log_entries"]) == (2, 0.0, 2)
    text = http.get("/metrics").text
    assert 'fillrate_decisions_total{by="policy",guard="",policy="greedy"} 1.0' in text
    assert 'fillrate_units_total{what="allocated"} 2.0' in text
    assert 'fillrate_requests_total{status="200",verb="allocate"} 1.0' in text


def test_stateless_verbs_leave_the_ledger_alone(http: Web) -> None:
    stock = [{"sku": "lamp", "location": "south", "on_hand": 9, "reserved": 0, "safety": 0}]
    answer = http.post("/v1/simulate", json={"id": "a", "lines": [LAMP], "stock": stock}).json()
    assert answer["lines"][0]["allocated"] == [{"location": "south", "quantity": 2}]
    orders = [{"id": name, "lines": [LAMP]} for name in ("b", "a")]
    assert http.post("/v1/rank", json={"orders": orders}).json() == {"order": ["b", "a"]}
    assert http.get("/v1/overview").json()["log_entries"] == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no JSON"),
        (b"[1]", "found list"),
        (b'{"id": "a"}', "lines"),
        (b'{"id": "a", "lines": []}', "lines"),
        (b'{"id": "a", "lines": [{"line": 1, "sku": "lamp", "quantity": -1}]}', "greater than or equal to 0"),
        (b'{"id": "a", "lines": [{"line": 1, "sku": "lamp", "quantity": 1.5}]}', "integer"),
        (b'{"id": "a", "lines": [{"line": 1, "sku": "lamp", "quantity": "2"}]}', "integer"),
        (b'{"id": "a", "patience_days": -1, "lines": [{"line": 1, "sku": "lamp", "quantity": 1}]}', "or equal to 0"),
        (b'{"id": "a", "lines": [{"line": 1, "sku": "", "quantity": 1}]}', "at least 1"),
        (b'{"id": "a", "x": 1e999, "lines": [{"line": 1, "sku": "lamp", "quantity": 1}]}', "no database keeps"),
        (b'{"id": "a", "x": NaN, "lines": [{"line": 1, "sku": "lamp", "quantity": 1}]}', "no database keeps"),
        (b'{"id": "a", "x": "\\u0000", "lines": [{"line": 1, "sku": "lamp", "quantity": 1}]}', "no database keeps"),
        (b'{"id": "a", "x": "\\ud800", "lines": [{"line": 1, "sku": "lamp", "quantity": 1}]}', "no JSON"),
        (b'{"id": "a", "x": ' + b"[" * 100_000, "no JSON"),
        (b'{"id": "a", "lines": [{"line":1,"sku":"b","quantity":1},{"line":"1","sku":"b","quantity":1}]}', "same name"),
    ],
)
def test_what_is_no_order_is_refused_in_one_line(http: Web, body: bytes, said: str) -> None:
    answer = http.post("/v1/allocate", content=body)
    assert answer.status_code == 422
    assert said in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert http.get("/v1/overview").json()["log_entries"] == 1


@pytest.mark.parametrize(
    ("verb", "body", "line"),
    [
        ("release", {"order": "a", "missing": "false"}, 'missing: found "false"; allowed: a valid boolean'),
        ("release", {"order": "a", "again": "no"}, 'again: found "no"; allowed: a valid boolean'),
        ("reoffer", {"now": "2"}, 'now: found "2"; allowed: a valid number'),
        ("cancel", {"order": True}, "order: found true; allowed: a whole number of 0 or more, or a text"),
        ("allocate", {"id": "b", "lines": [LAMP], "patience_days": True}, "patience_days: found true"),
        ("allocate", {"id": "b", "lines": [LAMP], "as_of": [1.0]}, "as_of: found [1.0]; allowed: a number, or a text"),
        (
            "stock/set",
            {"entries": [{"sku": "lamp", "location": "north", "inbound": 4, "next_receipt_days": "3"}]},
            'entries.0.next_receipt_days: found "3"; allowed: a valid number',
        ),
    ],
)
def test_what_is_of_another_type_is_refused_and_not_taken_for_true(
    http: Web, verb: str, body: dict[str, Any], line: str
) -> None:
    """Bodies go on as they were sent: units would be written off at the text "false"."""
    http.post("/v1/allocate", json={"id": "a", "lines": [LAMP], "now": 1.0})
    answer = http.post(f"/v1/{verb}", json=body)
    assert (answer.status_code, line in answer.json()["error"]) == (422, True)
    stock = http.get("/v1/overview").json()["stock"][0]
    assert (stock["on_hand"], stock["reserved"]) == (3, 2)


def test_a_count_says_in_words_when_it_was(tmp_path: Path) -> None:
    service = Service(str(tmp_path / "ledger.db"), Greedy, Settings())
    web = Web(make_app(service, partial(Gate, access=Access(()), metrics=service.metrics)))
    entry = {"sku": "lamp", "location": "north", "on_hand": 3, "as_of": "2020-01-01T12:00:00+00:00"}
    assert web.post("/v1/stock/set", json={"entries": [entry]}).status_code == 200
    days = web.get("/v1/overview").json()["stock"][0]["as_of"]
    assert (days % 1.0, days < -365.0) == (0.5, True)
    entry["as_of"] = "noon"
    assert "entries.as_of: found 'noon'" in web.post("/v1/stock/set", json={"entries": [entry]}).json()["error"]
    service.close()


@pytest.mark.parametrize("verb", ["cancel", "confirm_shipment", "release"])
def test_no_lines_are_not_all_lines(http: Web, verb: str) -> None:
    http.post("/v1/allocate", json={"id": "a", "lines": [LAMP], "now": 1.0})
    assert http.post(f"/v1/{verb}", json={"order": "a", "lines": []}).status_code == 422


def test_an_order_may_be_named_as_the_log_names_what_it_does(http: Web) -> None:
    http.post("/v1/stock/set", json={"entries": [{"sku": "lamp", "location": "north", "on_hand": 3}], "now": 0.6})
    assert http.post("/v1/allocate", json={"id": "stock", "lines": [LAMP], "now": 1.0}).json()["recorded"]
    assert http.post("/v1/allocate", json={"id": "set", "lines": [LAMP], "now": 1.0}).json()["recorded"]


def test_a_key_used_again_is_refused_by_its_own_name_and_says_for_what_it_was_used(http: Web) -> None:
    key = {"Idempotency-Key": "k1"}
    http.post("/v1/allocate", json={"id": "a", "lines": [LAMP], "now": 1.0})
    assert http.post("/v1/confirm_shipment", json={"order": "a"}, headers=key).status_code == 200
    line = "key k1: it was used for another call, confirm_shipment; allowed: the same request, or a new key"
    for body in ({"order": "a"}, {"order": "b"}):
        answer = http.post("/v1/cancel", json=body, headers=key)
        assert (answer.status_code, answer.json()) == (409, {"error": line})


def test_a_long_key_is_refused_and_not_cut(http: Web) -> None:
    key = {"Idempotency-Key": "x" * 201}
    entries = {"entries": [{"sku": "lamp", "location": "north", "quantity": 5}]}
    answer = http.post("/v1/stock/receive", json=entries, headers=key)
    line = "Idempotency-Key: found 201 signs; allowed: at most 200"
    assert (answer.status_code, answer.json()) == (422, {"error": line})


def test_an_unknown_field_names_the_nearest(http: Web) -> None:
    said = http.post("/v1/confirm_shipment", json={"ordr": "a"}).json()["error"]
    assert "order" in said
    said = http.post("/v1/cancel", json={"order": "a", "line": []}).json()["error"]
    assert "did you mean 'lines'" in said


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/explain/nothing", 404),
        ("GET", "/v1/explain/{decision:path}", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/allocate", 405),
        ("GET", "/", 200),
        ("HEAD", "/healthz", 200),
    ],
)
def test_paths(http: Web, method: str, path: str, status: int) -> None:
    assert http.request(method, path).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "line"),
    [
        ("GET", "/v1/nothing", "GET /v1/nothing: there is no such call; allowed: see /openapi.json"),
        ("GET", "/v1/allocate", "GET /v1/allocate: there is no such call; allowed: POST"),
    ],
)
def test_a_call_that_there_is_not_is_refused_like_any_other(http: Web, method: str, path: str, line: str) -> None:
    assert http.request(method, path).json() == {"error": line}


@pytest.mark.parametrize(
    ("quantity", "line"),
    [
        ("two", 'found "two"; allowed: a valid integer'),
        ("2x", 'found "2x"; allowed: a valid integer'),
        (-1, "found -1; allowed: greater than or equal to 0"),
        (None, "found null; allowed: a valid integer"),
    ],
)
def test_what_is_allowed_is_said(http: Web, quantity: object, line: str) -> None:
    said = http.post("/v1/allocate", json={"id": "a", "lines": [{**LAMP, "quantity": quantity}], "now": 1.0}).json()
    assert said == {"error": f"allocate: lines.0.quantity: {line}"}
    assert http.post("/v1/cancel", json={}).json() == {"error": "cancel: order: missing; allowed: a value"}


@pytest.mark.parametrize("given", ["", -1, 1.5, None])
def test_an_id_is_a_number_or_a_text(http: Web, given: object) -> None:
    allowed = "a whole number of 0 or more, or a text of 1 to 200 signs"
    said = http.post("/v1/allocate", json={"id": given, "lines": [LAMP]}).json()
    assert said == {"error": f"allocate: id: found {json.dumps(given)}; allowed: {allowed}"}
    said = http.post("/v1/allocate", json={"id": "a", "lines": [{**LAMP, "line": given}]}).json()
    assert said == {"error": f"allocate: lines.0.line: found {json.dumps(given)}; allowed: {allowed}"}


def test_whole_units_may_be_written_with_a_point(http: Web) -> None:
    """To JSON Schema 2.0 is an integer, and to the allocator; the ledger keeps 2, and the call is the same."""
    asked = {"id": "a", "lines": [LAMP], "now": 1.0}
    answer = http.post("/v1/allocate", json={**asked, "lines": [{**LAMP, "quantity": 2.0}]})
    assert answer.status_code == 200, answer.text
    assert '"quantity":2,' in answer.text.replace(" ", "")
    assert http.post("/v1/allocate", json=asked).json() == answer.json()
    entry = {"sku": "lamp", "location": "north", "on_hand": 4.0}
    assert http.post("/v1/stock/set", json={"entries": [entry]}).json()["stock"][0]["on_hand"] == 4
    for wrong in (2.5, -1.0, 1e300):
        lines = [{**LAMP, "quantity": wrong}]
        assert http.post("/v1/allocate", json={"id": "b", "lines": lines}).status_code == 422


def test_the_page_may_load_nothing_from_elsewhere(http: Web) -> None:
    answer = http.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http://" not in answer.text
    assert "https://" not in answer.text


def test_a_ledger_that_fails_holds_the_order_and_says_that_nothing_is_recorded(tmp_path: Path) -> None:
    service, http = client_of(str(tmp_path / "ledger.db"))
    service.desk.sweep = lambda *_, **__: 1 / 0  # type: ignore[assignment]
    answer = http.post("/v1/allocate", json={"id": "a", "lines": [LAMP]})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["recorded"], said["decided_by"], said["lines"][0]["held"]) == (False, "fallback", 2)
    assert said["reason"] == "ledger: ZeroDivisionError, nothing is recorded yet: send it again"
    service.close()


def test_a_ledger_that_says_nothing_keeps_no_stateless_call(tmp_path: Path) -> None:
    """Forty calls wait for the ledger, more than asyncio has threads; a simulation waits for none of them."""
    service, http = client_of(str(tmp_path / "ledger.db"))
    speaks = threading.Event()
    service.ready = lambda: "" if speaks.wait(5.0) else "silent"  # type: ignore[method-assign]

    async def calls() -> tuple[int, int]:
        async with httpx.AsyncClient(transport=http.transport, base_url="http://test") as client:
            hung = [asyncio.create_task(client.get("/readyz")) for _ in range(40)]
            await asyncio.sleep(0.1)
            try:
                asked = client.post("/v1/simulate", json={"id": "a", "lines": [LAMP], "stock": []})
                ranked = client.post("/v1/rank", json={"orders": [{"id": "a", "lines": [LAMP]}]})
                first, second = await asyncio.wait_for(asyncio.gather(asked, ranked), 3.0)
            finally:
                speaks.set()
                await asyncio.gather(*hung)
            return first.status_code, second.status_code

    assert asyncio.run(calls()) == (200, 200)
    service.close()


def cut_short(http: Web, last: dict[str, Any] | None) -> int:
    """The status of a call of which six bytes came, and then the last message, or nothing at all."""
    heard, sent = [{"type": "http.request", "body": b'{"id":', "more_body": True}], list[Any]()

    async def receive() -> dict[str, Any]:
        if heard:
            return heard.pop()
        return last or await asyncio.Event().wait()  # type: ignore[return-value]

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/allocate", "headers": [(b"content-length", b"100")]}
    asyncio.run(asyncio.wait_for(http.transport.app(scope, receive, send), 5.0))
    return int(sent[0]["status"])


def test_a_client_that_hangs_up_is_no_failure_of_the_service(http: Web, caplog: pytest.LogCaptureFixture) -> None:
    assert cut_short(http, {"type": "http.disconnect"}) == 499
    assert not caplog.records
    assert 'fillrate_requests_total{status="499",verb="allocate"} 1.0' in http.get("/metrics").text


def test_a_body_that_does_not_come_is_not_waited_for(http: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fillrate.serve.app.BODY_SECONDS", 0.05)
    assert cut_short(http, None) == 408


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Web]:
    clients = tuple(Client(r, hashlib.sha256(k.encode()).hexdigest(), (r,), 3.0) for r, k in KEYS.items())
    service, client = client_of(str(tmp_path / "ledger.db"), clients, most_bytes=500)
    yield client
    service.close()


def key(role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {KEYS[role]}"}


def test_every_verb_wants_a_key_of_its_role(guarded: Web) -> None:
    assert guarded.get("/healthz").json() == {"status": "up"}
    assert guarded.get("/readyz").json() == {"status": "ready"}
    order = {"id": "a", "lines": [LAMP]}
    assert guarded.post("/v1/allocate", json=order).status_code == 401
    assert guarded.post("/v1/allocate", json=order, headers={"Authorization": "Bearer guess"}).status_code == 401
    no = guarded.post("/v1/allocate", json=order, headers=key("warehouse"))
    assert (no.status_code, no.json()["error"][:47]) == (403, "client 'warehouse': may not allocate; allowed: ")
    assert guarded.post("/v1/allocate", json=order, headers=key("shop")).status_code == 200
    assert guarded.get("/metrics", headers=key("shop")).status_code == 403
    assert guarded.get("/metrics", headers=key("viewer")).status_code == 200


def test_too_fast_and_too_large_are_refused(guarded: Web) -> None:
    order = {"id": "a", "lines": [LAMP], "x": "y" * 600}
    assert guarded.post("/v1/allocate", json=order, headers=key("shop")).status_code == 413
    chunks = in_chunks(b'{"id": "', b"a" * 600, b'"}')
    assert guarded.post("/v1/allocate", content=chunks, headers=key("shop")).status_code == 413
    codes = [guarded.get("/v1/explain/a", headers=key("shop")).status_code for _ in range(3)]
    assert codes == [404, 429, 429]


def test_no_key_comes_into_the_log(guarded: Web, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        guarded.post("/v1/allocate", json={"id": "a", "lines": [LAMP]}, headers=key("shop"))
        guarded.post("/v1/allocate", content=b"{", headers=key("warehouse"))
    assert not [secret for secret in KEYS.values() if secret in caplog.text]


def test_the_document_describes_every_route(http: Web) -> None:
    said = http.get("/openapi.json").json()
    assert said["info"]["description"].startswith("Decides orders with a bundle")
    assert {"/v1/allocate", "/v1/stock/receive", "/v1/explain/{decision}", "/healthz", "/metrics"} <= set(said["paths"])
    body = said["paths"]["/v1/allocate"]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    model = said["components"]["schemas"][body.rpartition("/")[2]]
    assert set(model["required"]) == {"id", "lines"}
    assert json.dumps(said)
