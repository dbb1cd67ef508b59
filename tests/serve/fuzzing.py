"""Requests made from the OpenAPI document, right and wrong ones, sent to the application itself."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import func, select
from tests.serve.web import Web

from fillrate.serve.ledger.ledger import audit
from fillrate.serve.ledger.tables import LOG, ORDERS, STOCK
from fillrate.serve.service import Service

_STATE = (
    select(func.coalesce(func.max(LOG.c.seq), 0)),
    select(func.coalesce(func.sum(STOCK.c.reserved), 0)),
    select(func.count()).select_from(ORDERS),
)


def fuzz(service: Service, web: Web, cases: int, repeatable: bool = False) -> dict[str, Any]:
    """Send at least so many cases, the same ones if `repeatable`; what was answered, and what should never be."""
    import schemathesis
    from hypothesis import HealthCheck, given, settings
    from schemathesis import GenerationMode

    schema: Any = schemathesis.openapi.from_dict(web.get("/openapi.json").json())
    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]
    asked = [operation for operation in operations if operation.method == "post"]
    found: Counter[str] = Counter()
    wrong: list[str] = []
    quiet: Any = list(HealthCheck)
    terms = settings(suppress_health_check=quiet, deadline=None, database=None, derandomize=repeatable)
    _prepare(web)
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            share = -(-cases // (2 * len(asked))) if operation in asked else 3

            @given(operation.as_strategy(generation_mode=mode))
            @settings(terms, max_examples=share)
            def send(case: Any) -> None:
                _send(service, web, case, found, wrong)

            try:
                send()
            except Exception as fault:
                if "Unsatisfiable" not in type(fault).__name__:  # a route without parameters cannot be asked wrongly
                    raise
    with service.ledger.reading() as run:
        audit(run)
    return {"cases": found.total(), "statuses": dict(sorted(found.items())), "wrong": wrong[:20]}


def _prepare(web: Web) -> None:
    """Something that a lucky guess can hit."""
    entries = [{"sku": "0", "location": "0", "on_hand": 100}]
    web.post("/v1/stock/set", json={"entries": entries})
    web.post("/v1/allocate", json={"id": "0", "lines": [{"line": "0", "sku": "0", "quantity": 3}]})


def _state(service: Service) -> list[int]:
    with service.ledger.reading() as run:
        return [int(run.rows(query)[0][0]) for query in _STATE]


def _send(service: Service, web: Web, case: Any, found: Counter[str], wrong: list[str]) -> None:
    before = _state(service)
    headers = {k: v.encode("utf-8", "replace") for k, v in dict(case.headers or {}).items()}
    body = case.body if type(case.body).__name__ != "NotSet" else None
    sent = {} if body is None else {"content": body if isinstance(body, bytes) else json.dumps(body).encode()}
    answer = web.request(case.method.upper(), case.formatted_path, headers=headers, params=case.query or None, **sent)
    found[str(answer.status_code)] += 1
    place = f"{case.method} {case.path}: {answer.status_code} {answer.text[:200]}"
    if answer.status_code >= 500 or "Traceback" in answer.text:
        wrong.append(place)
    if answer.status_code >= 400 and _state(service) != before:
        wrong.append(f"{place}: refused, and yet something was written")
