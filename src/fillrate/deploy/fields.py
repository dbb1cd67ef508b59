"""What may stand in a request and in a decision: one table of names, types, units and defaults.

JSON Schemas, pages and the reader's checks are made from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "DECISION",
    "EAST",
    "NORTH",
    "REQUEST",
    "Field",
    "decision_schema",
    "names_of",
    "request_schema",
    "required_of",
]

NUMBER: dict[str, Any] = {"type": "number"}
WHOLE: dict[str, Any] = {"type": "integer"}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
MONEY: dict[str, Any] = {"type": "number"}
TEXT: dict[str, Any] = {"type": "string"}
FLAG: dict[str, Any] = {"type": "boolean"}
PLACES: dict[str, Any] = {"type": "array", "items": TEXT}
NORTH, EAST = 90, 180  # most degrees of latitude and of longitude
HERE: dict[str, Any] = {
    "type": "array",
    "prefixItems": [{**NUMBER, "minimum": -most, "maximum": most} for most in (NORTH, EAST)],
    "items": False,
    "minItems": 2,
}
NAME: dict[str, Any] = {"type": ["string", "integer"]}
INSTANT: dict[str, Any] = {"type": ["number", "string"]}  # days after the bundle's t0, or ISO 8601
TABLES = ("lines", "stock", "sites", "waiting", "taken", "allocated")


@dataclass(frozen=True)
class Field:
    """One field: its JSON type, unit, meaning, and what is assumed without it (empty = it must be there)."""

    name: str
    kind: dict[str, Any]
    unit: str
    doc: str
    absent: str = ""


REQUEST: dict[str, tuple[Field, ...]] = {
    "request": (
        Field("id", NAME, "", "the order's name"),
        Field("now", INSTANT, "days or ISO 8601", "instant of the decision"),
        Field("segment", TEXT, "", "customer segment"),
        Field("region", TEXT, "", "where the customer is", "the nearest region to the coordinates"),
        Field("coordinates", HERE, "degrees", "latitude (-90 to 90), longitude (-180 to 180)", "the region"),
        Field("channel", TEXT, "", "how the order came in", "not looked at"),
        Field("pin", TEXT, "", "the only location that may serve it (walk-in, collect)", "none"),
        Field("received", INSTANT, "days or ISO 8601", "when the order came in", "now"),
        Field("promised", {"type": "object"}, "", "promised dates", "the segment's, else receipt + mean transit"),
        Field("split", {"enum": ["none", "lines", "units"]}, "", "how it may be divided", "the segment's"),
        Field("ship_complete", {"enum": ["no", "line", "order"]}, "", "what must be complete", "the segment's"),
        Field("ships_from", PLACES, "", "locations that it ships or has shipped from", "none"),
        Field("joins", PLACES, "", "locations with a parcel of it that is not picked yet", "none"),
        Field("lines", {"type": "array"}, "", "order lines"),
        Field("stock", {"type": "array"}, "", "stock of their products; a location without an entry has none"),
        Field("sites", {"type": "array"}, "", "state of the locations", "all open"),
        Field("waiting", {"type": "array"}, "", "units that other orders wait for", "column's default"),
        Field("taken", {"type": "array"}, "", "units that segments have taken, for quotas", "none taken"),
        Field("next_review_days", NUMBER, "days", "until stock is reviewed next", "column's default"),
        Field("horizon_share", NUMBER, "share", "share of the horizon that is left", "column's default"),
        Field("as_of", INSTANT, "days or ISO 8601", "when the stock was counted", "not checked"),
    ),
    "promised": (
        Field("ship", INSTANT, "days or ISO 8601", "promised dispatch", "the segment's"),
        Field("delivery", INSTANT, "days or ISO 8601", "promised delivery", "the segment's"),
    ),
    "lines": (
        Field("line", NAME, "", "the line's name"),
        Field("sku", TEXT, "", "product"),
        Field("quantity", COUNT, "units", "open units"),
        Field("price", MONEY, "money/unit", "price of a unit", "column's default"),
        Field(
            "at_most", COUNT, "units", "of them that may be placed; what is above counts for its next line", "quantity"
        ),
        Field("ships_from", PLACES, "", "locations that the line ships from", "none"),
        Field("joins", PLACES, "", "locations where units of it are kept until the rest is there", "none"),
    ),
    "stock": (
        Field("location", TEXT, "", "location"),
        Field("sku", TEXT, "", "product"),
        Field("on_hand", WHOLE, "units", "units there"),
        Field("reserved", COUNT, "units", "of them promised to orders", "0"),
        Field("safety", COUNT, "units", "kept back by the host, beside the policy's own limits", "0"),
        Field("inbound", NUMBER, "units", "on order or on its way", "column's default"),
        Field("next_receipt_days", NUMBER, "days", "until the next receipt is expected", "column's default"),
        Field(
            "opportunity", MONEY, "money/unit", "price of a unit here by the planner's last plan", "the bundle's table"
        ),
    ),
    "sites": (
        Field("location", TEXT, "", "location"),
        Field("open", FLAG, "", "false: nothing may be sent from there", "true"),
        Field("queue_minutes", NUMBER, "minutes", "work waiting at the pick station, per server", "column's default"),
        Field("queue_days", NUMBER, "days", "the same in days, for hosts that count so", "column's default"),
        Field("cut_off", INSTANT, "days or ISO 8601", "the next cut-off", "by the bundle's hours"),
    ),
    "waiting": (
        Field("sku", TEXT, "", "product"),
        Field("segment", TEXT, "", "segment"),
        Field("units", COUNT, "units", "units that other orders of the segment wait for"),
    ),
    "taken": (
        Field("sku", TEXT, "", "product"),
        Field("segment", TEXT, "", "segment"),
        Field("units", WHOLE, "units", "taken since the start"),
        Field("in_period", WHOLE, "units", "taken in this period of the quota", "units"),
        Field("asked", COUNT, "units", "asked for at this wave", "0"),
    ),
}

DECISION: dict[str, tuple[Field, ...]] = {
    "decision": (
        Field("id", NAME, "", "the order's name"),
        Field("bundle", TEXT, "", "first 16 hex digits of the SHA-256 of the bundle's SHA256SUMS"),
        Field("policy", TEXT, "", "the policy's name"),
        Field("decided_by", {"enum": ["policy", "fallback"]}, "", "who decided"),
        Field("reason", {"type": ["string", "null"]}, "", "why the fallback did; null if the policy did"),
        Field("lines", {"type": "array"}, "", "answer by line, in the request's order"),
        Field("defaults", PLACES, "", "absent fields that the policy looks at; each took its column's default"),
        Field("microseconds", NUMBER, "µs", "time that the decision took"),
    ),
    "lines": (
        Field("line", NAME, "", "the line's name"),
        Field("sku", TEXT, "", "product"),
        Field("quantity", COUNT, "units", "asked"),
        Field("allocated", {"type": "array"}, "", "what comes from where"),
        Field("held", COUNT, "units", "quantity - allocated"),
    ),
    "allocated": (
        Field("location", TEXT, "", "location"),
        Field("quantity", {"type": "integer", "minimum": 1}, "units", "units"),
    ),
}


def names_of(fields: Iterable[Field]) -> frozenset[str]:
    """Names of fields."""
    return frozenset(field.name for field in fields)


def required_of(fields: Iterable[Field]) -> tuple[str, ...]:
    """Names of those that must be there."""
    return tuple(field.name for field in fields if not field.absent)


def request_schema() -> dict[str, Any]:
    """JSON Schema of a request."""
    schema = _schema("AllocationRequest", "request", REQUEST)
    return schema | {"anyOf": [{"required": ["region"]}, {"required": ["coordinates"]}]}


def decision_schema() -> dict[str, Any]:
    """JSON Schema of a decision."""
    return _schema("AllocationDecision", "decision", DECISION)


def _schema(title: str, table: str, tables: dict[str, tuple[Field, ...]]) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return head | _object(table, tables)


def _object(table: str, tables: dict[str, tuple[Field, ...]]) -> dict[str, Any]:
    properties = {field.name: _property(field, tables) for field in tables[table]}
    required = list(required_of(tables[table]))
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _property(field: Field, tables: dict[str, tuple[Field, ...]]) -> dict[str, Any]:
    said = (
        field.doc + (f" [{field.unit}]" if field.unit else "") + (f"; absent: {field.absent}" if field.absent else "")
    )
    if field.name not in tables:
        return field.kind | {"description": said}
    inner = _object(field.name, tables)
    return {"description": said} | ({"type": "array", "items": inner} if field.name in TABLES else inner)
