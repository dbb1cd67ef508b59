"""Data as the ledger keeps it: JSON."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

__all__ = ["as_json", "canonical"]

_JSON: TypeAdapter[Any] = TypeAdapter(Any)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def as_json(data: Any) -> str:
    """JSON, its fields in their order: what is read again is the same data.

    >>> as_json({"b": 0.1, "a": [None, "é"]})
    '{"b":0.1,"a":[null,"é"]}'
    """
    return _JSON.dump_json(data).decode()


def canonical(data: Any) -> str:
    """JSON that is the same text for the same data, whatever the order of its fields.

    >>> canonical({"b": 1, "a": [None, "é"]})
    '{"a":[null,"é"],"b":1}'
    """
    return _ENCODER.encode(data)
