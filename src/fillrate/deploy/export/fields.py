"""Fields that a bundle may require."""

from __future__ import annotations

from fillrate.errors import UsageError, nearest

__all__ = ["ABSENT", "optional_fields"]

ABSENT = (
    "as_of",
    "horizon_share",
    "inbound",
    "next_receipt_days",
    "next_review_days",
    "price",
    "queue_minutes",
    "received",
    "taken",
    "waiting",
)
"""Optional fields whose absence is noticed, if the policy looks at them (`as_of` always)."""


def optional_fields(text: str | None) -> tuple[str, ...]:
    """Names joined by commas.

    Raises:
        UsageError: there is no such field.

    >>> optional_fields("queue_minutes, as_of")
    ('queue_minutes', 'as_of')
    """
    names = tuple(name.strip() for name in text.split(",")) if text else ()
    for name in names:
        if name not in ABSENT:
            raise UsageError("--require", f"found '{name}'" + nearest(name, ABSENT), ", ".join(ABSENT))
    return names
