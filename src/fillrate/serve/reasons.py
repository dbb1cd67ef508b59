"""Which guard said no: a reason in words as one of a few names, for counts and charts."""

from __future__ import annotations

__all__ = ["GUARDS", "guard_of"]

GUARDS = {
    "request": "schema",
    "body": "schema",
    "missing fact": "schema",
    "unknown": "schema",
    "stock": "freshness",
    "no answer within the deadline": "deadline",
    "deadline": "deadline",
    "invariants": "invariants",
    "reservation": "reservation",
    "ledger": "commit",
    "policy": "policy",
}  # how a reason begins -> guard


def guard_of(reason: str | None) -> str:
    """The guard that a reason is of.

    >>> guard_of("request 17: region: found 'moon'"), guard_of("deadline: no decision after 50 ms"), guard_of(None)
    ('schema', 'deadline', '')
    """
    if not reason:
        return ""
    return next((guard for head, guard in GUARDS.items() if reason.startswith(head)), "other")
