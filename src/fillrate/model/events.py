"""Kinds of events in the order in which they happen at one time, and the total key (time, kind, entity)."""

from __future__ import annotations

__all__ = [
    "ARRIVAL",
    "BACKLOG",
    "CHARGE",
    "CLOSE",
    "CUT_OFF",
    "DELIVERY",
    "OUTAGE",
    "PATIENCE",
    "PICK_END",
    "PLAN",
    "RECEIPT",
    "REEVALUATION",
    "REVIEW",
    "WAVE",
    "event_key",
]

(
    CHARGE,
    OUTAGE,
    RECEIPT,
    PLAN,
    BACKLOG,
    REVIEW,
    PATIENCE,
    ARRIVAL,
    WAVE,
    REEVALUATION,
    PICK_END,
    CUT_OFF,
    DELIVERY,
    CLOSE,
) = range(14)

URGENT = 2  # SimPy keeps priorities 0 and 1 for what must run before anything else at this instant
KIND_BITS = 40  # entities are numbers below 2**40


def event_key(kind: int, entity: int) -> int:
    """SimPy priority that carries (kind, entity): trace row of an order, else number in order of creation.

    >>> event_key(RECEIPT, 5) < event_key(ARRIVAL, 0)
    True
    """
    return (kind << KIND_BITS) + entity + URGENT
