"""The service over HTTP: routes under `/v1/`, refusals as one line of JSON, and no error page at checkout."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import TypeAdapter
from starlette.requests import ClientDisconnect

from fillrate import __version__
from fillrate.errors import FillrateError
from fillrate.serve.deciding import held_all
from fillrate.serve.gate import Application, Gate, Receive, Scope, Send
from fillrate.serve.openapi import MOST_SIGNS, describe
from fillrate.serve.reading import read_body
from fillrate.serve.refusals import Refused, invalid, unknown
from fillrate.serve.service import Service
from fillrate.serve.views import decision_of, overview

__all__ = ["make_app"]

ANSWER_SECONDS = 10.0  # after which a call is answered though the ledger has not said anything
BODY_SECONDS = 10.0  # in which a call's body must be here
GONE = 499  # the status of a call whose client has hung up: nobody sees it but who counts
WRITES = ("confirm_shipment", "picking", "release", "cancel", "stock/set", "stock/adjust", "stock/receive", "reoffer")
ANSWERS: TypeAdapter[Any] = TypeAdapter(Any)
log = logging.getLogger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]


class Calls:
    """An ASGI application before FastAPI's: calls that it knows by method and path are answered at once.

    FastAPI knows them too, for its document; it answers what has a name in its path, and what nobody knows.
    """

    def __init__(self, app: FastAPI) -> None:
        """None is known yet."""
        self.app = app
        self.known: dict[tuple[str, str], Endpoint] = {}

    def add(self, method: str, path: str, verb: str, endpoint: Endpoint) -> None:
        """A call that `endpoint` answers."""
        answer = _answering(verb, endpoint)
        self.app.add_api_route(path, answer, methods=[method], name=verb, response_model=None)
        if "{" not in path:
            self.known |= {(each, path): answer for each in ((method, "HEAD") if method == "GET" else (method,))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        endpoint = self.known.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await self.app(scope, receive, send)
        else:
            response = await endpoint(Request(scope, receive))
            await response(scope, receive, send)


def make_app(service: Service, gate: Callable[[Application], Gate]) -> Gate:
    """The application.

    Args:
        service: what answers.
        gate: puts the check of keys, sizes and rates before it.
    """
    app = FastAPI(title="fillrate", version=__version__, docs_url=None, redoc_url=None)
    calls = Calls(app)
    calls.add("POST", "/v1/allocate", "allocate", partial(_allocate, service))
    for verb in WRITES:
        calls.add("POST", f"/v1/{verb}", verb, partial(_write, service, verb))
    calls.add("POST", "/v1/rank", "rank", partial(_rank, service))
    calls.add("POST", "/v1/simulate", "simulate", partial(_simulate, service))
    calls.add("GET", "/v1/explain/{decision:path}", "explain", partial(_explain, service))
    calls.add("GET", "/v1/overview", "overview", partial(_overview, service))
    calls.add("GET", "/healthz", "healthz", _healthz)
    calls.add("GET", "/readyz", "readyz", partial(_readyz, service))
    calls.add("GET", "/metrics", "metrics", partial(_metrics, service))
    calls.add("GET", "/", "page", _page)
    for status in (404, 405):
        app.add_exception_handler(status, _no_route)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    return gate(calls)


def _answering(verb: str, endpoint: Endpoint) -> Endpoint:
    """What answers a call: with a refusal as one line, and with a word to try again where the service fails."""

    async def answer(request: Request) -> Response:
        start = time.perf_counter()
        try:
            response = await endpoint(request)
        except Refused as no:
            response = _json({"error": str(no)}, no.status)
            if no.status == 408:  # what is still to come would be taken for the next call
                response.headers["Connection"] = "close"
        except ClientDisconnect:
            response = Response(status_code=GONE)
        except FillrateError as fault:
            response = _json({"error": str(fault)}, 422)
        except Exception:
            log.exception("%s failed", verb)
            response = _json({"error": f"{verb}: the service could not answer; allowed: try again"}, 503)
        request.scope["fillrate.answered"] = verb, response.status_code, time.perf_counter() - start
        return response

    return answer


def _json(data: Any, status: int = 200) -> Response:
    return Response(ANSWERS.dump_json(data), status, media_type="application/json")


async def _no_route(request: Request, fault: Exception) -> Response:
    """No such path, or another method there, in the words of every other refusal."""
    status, headers = getattr(fault, "status_code", 404), getattr(fault, "headers", None) or {}
    place, methods = f"{request.method} {request.url.path[:200]}", headers.get("Allow", "")
    answer = _json({"error": f"{place}: there is no such call; allowed: {methods or 'see /openapi.json'}"}, status)
    answer.headers.update(headers)
    return answer


async def _call(service: Service, verb: str, body: dict[str, Any], request: Request) -> dict[str, Any]:
    """Carry a verb out; the answer is there when it is committed."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > MOST_SIGNS:
        raise invalid("Idempotency-Key", f"found {len(key)} signs", f"at most {MOST_SIGNS}")
    client = request.scope.get("fillrate.client", "")
    future = service.submit(verb, body, f"{client}\n{key}" if key else "")  # no header holds a line's end
    found: dict[str, Any] = await asyncio.wait_for(asyncio.wrap_future(future), ANSWER_SECONDS)
    return found


async def _body(verb: str, request: Request) -> dict[str, Any]:
    """What a call says, once all of it is here."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            said = await request.body()
    except TimeoutError:
        raise Refused("body", f"not all of it came in {BODY_SECONDS:g} s", "a whole body", 408) from None
    return read_body(verb, said)


async def _allocate(service: Service, request: Request) -> Response:
    """Whatever happens to the ledger, a checkout learns that its order waits."""
    body = await _body("allocate", request)
    try:
        return _json({**await _call(service, "allocate", body, request), "recorded": True})
    except Refused:
        raise
    except Exception as fault:  # noqa: BLE001 - the database, the disk, time: a checkout gets an answer
        reason = f"ledger: {type(fault).__name__}, nothing is recorded yet: send it again"
        log.error("allocate: %s", reason)
        held = held_all(service.champion, body, reason)
        return _json({**held, "decision": None, "waits_until": None, "expires": None, "recorded": False})


async def _write(service: Service, verb: str, request: Request) -> Response:
    return _json(await _call(service, verb, await _body(verb, request), request))


async def _rank(service: Service, request: Request) -> Response:
    body = await _body("rank", request)
    ranked = asyncio.get_running_loop().run_in_executor(service.apart, service.rank, body["orders"])
    return _json({"order": await ranked})


async def _simulate(service: Service, request: Request) -> Response:
    body = await _body("simulate", request)
    return _json(await asyncio.get_running_loop().run_in_executor(service.apart, service.simulate, body))


async def _explain(service: Service, request: Request) -> Response:
    return _json(await asyncio.to_thread(_explained, service, request.path_params["decision"]))


def _explained(service: Service, name: str) -> dict[str, Any]:
    with service.ledger.reading() as run:
        found = decision_of(run, name)
    if found is None:
        raise unknown("decision", name[:200])
    try:
        why: Any = service.stateless.spare.explain(found["request"])
    except FillrateError as fault:
        why = {"text": str(fault)}
    return {**found, "explanation": why}


async def _overview(service: Service, _: Request) -> Response:
    def look() -> dict[str, Any]:
        with service.ledger.reading() as run:
            return overview(run)

    seen = await asyncio.to_thread(look)
    head = {"policy": service.champion.policy, "bundle": service.champion.bundle, "now": service.clock.now()}
    return _json({**head, **seen})


async def _healthz(_: Request) -> Response:
    return _json({"status": "up"})


async def _readyz(service: Service, _: Request) -> Response:
    try:
        why = await asyncio.wait_for(asyncio.to_thread(service.ready), ANSWER_SECONDS)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the service is not ready
        why = type(fault).__name__
    return _json({"status": "ready"}) if not why else _json({"error": f"not ready: {why}"}, 503)


async def _metrics(service: Service, _: Request) -> Response:
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")


async def _page(_: Request) -> Response:
    text = (files("fillrate.serve") / "page" / "index.html").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
    return HTMLResponse(text, headers={"Content-Security-Policy": policy, "X-Frame-Options": "DENY"})
