"""Guards of a decision: what must hold before, and after, a policy's answer is taken; pure functions, reasons in words.

An empty reason means that nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import inf
from typing import Any

from fillrate.errors import BundleError, nearest

__all__ = ["OPTIONAL", "Guards", "broken", "guards_of", "lacking", "late", "stale"]

MINUTES = 1440.0  # in a day
OPTIONAL = (
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
"""Fields whose absence is noticed, if the policy looks at them (`as_of` always): those that may be required."""


@dataclass(frozen=True)
class Guards:
    """Guardrails of a bundle."""

    max_age_minutes: float | None = None  # of the stock's count, where a request states `as_of`
    deadline_ms: float | None = None  # for one decision, where the caller states none
    require: tuple[str, ...] = ()  # optional fields without which the fallback decides

    def __post_init__(self) -> None:
        """Refuse a guard that would never, or always, stop a decision."""
        _most("max_age_minutes", self.max_age_minutes)
        _most("deadline_ms", self.deadline_ms)
        for name in self.require:
            if name not in OPTIONAL:
                raise BundleError("guard require", f"found {name!r}{nearest(name, OPTIONAL)}", ", ".join(OPTIONAL))

    def to_json(self) -> dict[str, Any]:
        """As `bundle.json` says it."""
        return {**asdict(self), "require": list(self.require)}


def guards_of(said: Mapping[str, Any]) -> Guards:
    """From `bundle.json`.

    Raises:
        BundleError: one would never, or always, stop a decision.
    """
    age, deadline = (_most(name, said.get(name)) for name in ("max_age_minutes", "deadline_ms"))
    return Guards(age, deadline, tuple(said.get("require", ())))


def _most(name: str, value: Any) -> float | None:
    """A limit, or None for no guard."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value < inf):
        return value
    raise BundleError(f"guard {name}", f"found {value!r}", "a finite number from 0 on, or no guard")


def stale(now: float, as_of: float | None, max_age_minutes: float | None) -> str:
    """Why the stock is too old, or its count's clock another one.

    Args:
        now: instant of the decision, days.
        as_of: when the stock was counted, days; None is not checked.
        max_age_minutes: how old it may be, and how far ahead a clock; None is not checked.

    >>> stale(1.0, 0.75, 60.0), stale(1.0, 1.25, 60.0)
    ('stock was counted 360 minutes ago, at most 60 are allowed', 'stock was counted 360 minutes after the decision')
    >>> stale(1.0, 0.99, 60.0), stale(1.0, 1.01, 60.0), stale(1.0, None, 60.0)
    ('', '', '')
    """
    if as_of is None or max_age_minutes is None:
        return ""
    age = (now - as_of) * MINUTES
    if age > max_age_minutes:
        return f"stock was counted {age:.0f} minutes ago, at most {max_age_minutes:g} are allowed"
    return f"stock was counted {-age:.0f} minutes after the decision" if -age > max_age_minutes else ""


def late(microseconds: float, deadline_ms: float | None) -> str:
    """Why an answer comes too late.

    >>> late(60_000.0, 50.0)
    'no answer within the deadline of 50 ms'
    """
    passed = deadline_ms is not None and microseconds > deadline_ms * 1000.0
    return f"no answer within the deadline of {deadline_ms:g} ms" if passed else ""


def lacking(absent: Iterable[str], require: Iterable[str]) -> str:
    """Why a request says too little.

    >>> lacking({"inbound", "queue_minutes"}, ("queue_minutes",))
    'missing fact: queue_minutes'
    """
    missing = sorted({*absent} & {*require})
    return f"missing fact: {', '.join(missing)}" if missing else ""


def broken(request: Mapping[str, Any], decision: Mapping[str, Any]) -> str:
    """Which invariant a decision breaks: sums of lines, units that are there, locations that are open.

    Args:
        request: what was asked.
        decision: what was answered.
    """
    units: dict[tuple[str, str], int] = {}
    for asked, line in zip(request["lines"], decision["lines"], strict=True):
        taken = sum(part["quantity"] for part in line["allocated"])
        if taken + line["held"] != asked["quantity"] or line["held"] < 0:
            return f"line {line['line']}: {taken} allocated and {line['held']} held of {asked['quantity']}"
        for part in line["allocated"]:
            key = part["location"], line["sku"]
            units[key] = units.get(key, 0) + part["quantity"]
            if part["quantity"] <= 0:
                return f"line {line['line']}: {part['quantity']} units from {part['location']}"
    if not units:
        return ""  # what promises nothing may answer a request that cannot be read
    shut = {site["location"] for site in request.get("sites") or () if site.get("open") is False}
    free = {
        (s["location"], s["sku"]): s["on_hand"] - s.get("reserved", 0) - s.get("safety", 0) for s in request["stock"]
    }
    for (location, sku), taken in units.items():
        if location in shut:
            return f"{location} is not open"
        if taken > free.get((location, sku), 0):
            return f"{taken} × {sku} from {location}, which has {max(0, free.get((location, sku), 0))}"
        if request.get("pin") not in {None, location}:
            return f"{location}, though the order is pinned to {request['pin']}"
    return ""
