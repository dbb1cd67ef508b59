"""The OpenAPI document: bodies from the models, answers, and what a refusal looks like."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from fillrate.serve.schema import BODIES, Fault

__all__ = ["MOST_SIGNS", "describe"]

MOST_SIGNS = 200  # of an idempotency key
ABOUT = """\
Decides orders with a bundle, reserves their stock in a ledger, and logs every decision. Instants are days after the \
ledger's first day, or ISO 8601 with a time zone."""
REF = "#/components/schemas/{model}"
JSON = "application/json"
OBJECT: dict[str, Any] = {"type": "object"}
REFUSALS = {
    "401": "no key, or a wrong one",
    "403": "not the client's role",
    "404": "no such order or decision",
    "409": "it does not fit what the ledger says",
    "413": "the body is too large",
    "422": "the body does not say what is needed",
    "429": "too many calls a second",
    "503": "the service cannot answer now",
}
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": MOST_SIGNS},
    "description": "the same key gets the same answer, and is carried out once",
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema:
        return app.openapi_schema
    said = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    _, models = models_json_schema([(model, "validation") for model in _models()], ref_template=REF)
    said["components"] = {
        "schemas": models["$defs"],
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    }
    said["security"] = [{}, {"key": []}]
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            _complete(path.removeprefix("/v1/"), method, operation)
    app.openapi_schema = said
    return said


def _models() -> list[type[BaseModel]]:
    return [*BODIES.values(), Fault]


def _complete(verb: str, method: str, operation: dict[str, Any]) -> None:
    fault = {JSON: {"schema": {"$ref": REF.format(model=Fault.__name__)}}}
    kind = {"/": "text/html", "/metrics": "text/plain"}.get(verb, JSON)
    content = {kind: {"schema": OBJECT if kind == JSON else {"type": "string"}}}
    operation["responses"] = {"200": {"description": "done", "content": content}} | {
        status: {"description": text, "content": fault} for status, text in REFUSALS.items()
    }
    if method == "post":
        body = {JSON: {"schema": {"$ref": REF.format(model=BODIES[verb].__name__)}}}
        operation["requestBody"] = {"required": True, "content": body}
        operation["description"] = BODIES[verb].__doc__
        if verb not in {"rank", "simulate"}:
            operation["parameters"] = [*operation.get("parameters", []), KEY_HEADER]
