"""Reading a body: JSON that every database can keep, checked against its verb's model, refused in one line."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from fillrate.errors import nearest
from fillrate.serve.refusals import Refused, invalid
from fillrate.serve.schema import BODIES

__all__ = ["read_body"]

_JSON: TypeAdapter[Any] = TypeAdapter(Any)
SHOULD = "Input should be "
COUNTED = ("quantity", "on_hand", "reserved", "safety", "inbound", "by")  # whole units, wherever they stand
NUMBER_OR_TEXT = {
    "constrained-int": "a whole number of 0 or more, or a text of 1 to 200 signs",
    "constrained-float": "a number, or a text of 1 to 200 signs",
}
"""What is allowed where pydantic says only why it is not the first of two kinds."""


def read_body(verb: str, body: bytes) -> dict[str, Any]:
    """The body of a verb as plain records, as they were sent; 3.0 units are 3, as in JSON Schema.

    Raises:
        Refused: it cannot be read, or does not say what the verb needs.
    """
    try:
        data = _JSON.validate_json(body)
    except ValueError as fault:
        raise invalid("body", f"no JSON ({' '.join(str(fault).split())[:120]})", "a JSON object") from None
    if not isinstance(data, dict):
        raise invalid("body", f"found {type(data).__name__}", "a JSON object")
    if b"\\u0000" in body or not _finite(data):
        raise invalid("body", "a sign or number that no database keeps", "texts without U+0000, finite numbers")
    said: dict[str, Any] = _whole(data)
    try:
        BODIES[verb].model_validate(said)
    except ValidationError as fault:
        raise _said(verb, fault) from None
    return said


def _finite(value: Any) -> bool:
    """Whether every number in it is one (not NaN, and not 1e999)."""
    if isinstance(value, dict):
        return all(_finite(v) for v in value.values())
    if isinstance(value, list):
        return all(_finite(v) for v in value)
    return not isinstance(value, float) or math.isfinite(value)


def _whole(value: Any) -> Any:
    """The same with counts as integers: the ledger, the log and what makes a request the same know no others."""
    if isinstance(value, list):
        return [_whole(v) for v in value]
    if not isinstance(value, dict):
        return value
    return {k: _count(v) if k in COUNTED else _whole(v) for k, v in value.items()}


def _count(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(verb: str, fault: ValidationError) -> Refused:
    """The first thing that is wrong."""
    first = fault.errors(include_url=False)[0]
    at = ".".join(str(part) for part in first["loc"]) or "body"
    text, allowed = first["msg"], f"see the model {BODIES[verb].__name__} in /openapi.json"
    if first["type"] == "extra_forbidden":
        text = "no such field" + nearest(str(first["loc"][-1]), BODIES[verb].model_fields)
        if len(first["loc"]) == 1:
            allowed = ", ".join(BODIES[verb].model_fields)
    elif first["type"] == "missing":
        text, allowed = "missing", "a value"
    elif first["loc"] and (both := NUMBER_OR_TEXT.get(str(first["loc"][-1]))):
        at, allowed = at.rpartition(".")[0], both
        text = f"found {json.dumps(first['input'])[:60]}"
    elif text.startswith(SHOULD):  # in the words of pydantic: "Input should be a valid integer"
        allowed = re.split(", got |, unable ", text.removeprefix(SHOULD))[0]
        text = f"found {json.dumps(first['input'])[:60]}"
    return invalid(f"{verb}: {at}", text[:1].lower() + text[1:200], allowed)
