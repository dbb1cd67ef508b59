"""How a service is run: what may be chosen, with its unit and default."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fillrate.errors import InputError
from fillrate.serve.refusals import invalid

__all__ = ["Clock", "Settings"]

SECONDS = 86_400.0  # in a day
INSTANTS = ("received", "as_of")  # fields of a request
PARTS = {"promised": ("ship", "delivery"), "sites": ("cut_off",), "entries": ("as_of",)}


@dataclass(frozen=True)
class Settings:
    """Terms of the desk.

    Attributes:
        deadline_ms: how long the policy may take for a decision.
        stock_max_age_days: older stock is decided on by the fallback rule; None = any age will do.
        reservation_days: what is reserved, and neither picked nor shipped, lapses after so long; None = never.
        patience_days: how long held units wait where a request does not say; None = until they are cancelled.
        challenger_percent: share of the decisions that a challenger makes beside the champion (shadow).
        canary_percent: share of the orders that the challenger decides for good.
        durability: of SQLite's commits: `full` survives a power cut, `normal` the end of the process alone.
    """

    deadline_ms: float = 50.0
    stock_max_age_days: float | None = None
    reservation_days: float | None = None
    patience_days: float | None = None
    challenger_percent: float = 100.0
    canary_percent: float = 0.0
    durability: str = "full"

    def __post_init__(self) -> None:
        """Check.

        Raises:
            InputError: a number is out of its range.
        """
        if not self.deadline_ms > 0.0:
            raise InputError("deadline", f"found {self.deadline_ms:g} ms", "more than 0")
        for name in ("stock_max_age_days", "reservation_days", "patience_days"):
            value = getattr(self, name)
            if value is not None and not value >= 0.0:
                raise InputError(name, f"found {value:g}", "days, 0 or more")
        for name in ("challenger_percent", "canary_percent"):
            if not 0.0 <= getattr(self, name) <= 100.0:
                raise InputError(name, f"found {getattr(self, name):g}", "0 to 100")


class Clock:
    """What time it is, in days after t0: the machine's, or (in a replay) what requests say."""

    def __init__(self, t0: float | None = None) -> None:
        """Without t0 (seconds since 1970) requests say what time it is; it never goes back."""
        self.t0, self.last = t0, 0.0

    def now(self, said: object = None) -> float:
        """Days after t0."""
        if self.t0 is not None:
            self.last = max(self.last, (time.time() - self.t0) / SECONDS)
        elif isinstance(said, int | float) and not isinstance(said, bool):
            self.last = max(self.last, float(said))
        return self.last

    def dated(self, body: Mapping[str, Any], *more: str) -> Mapping[str, Any]:
        """A body whose instants that are texts are days after t0: the ledger's, which is not the bundle's.

        Args:
            body: of a request.
            more: names of further fields that are instants.

        Raises:
            Refused: a text is no instant, or says no time zone.
        """
        said = {key: self._days(body[key], key) for key in (*INSTANTS, *more) if key in body}
        for part, keys in PARTS.items():
            within = body.get(part)
            if isinstance(within, Mapping):
                said[part] = self._within(within, part, keys)
            elif isinstance(within, list):
                said[part] = [self._within(x, part, keys) if isinstance(x, Mapping) else x for x in within]
        return {**body, **said} if said else body

    def _within(self, part: Mapping[str, Any], name: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
        return {**part, **{key: self._days(part[key], f"{name}.{key}") for key in keys if key in part}}

    def _days(self, said: object, place: str) -> object:
        """Days after t0 of a text; anything else is for whoever reads it."""
        if not isinstance(said, str):
            return said
        try:
            when: datetime | None = datetime.fromisoformat(said)
        except ValueError:
            when = None
        if when is None or when.tzinfo is None or self.t0 is None:
            allowed = "days" if self.t0 is None else "ISO 8601 with a time zone, or days"
            raise invalid(place, f"found '{said[:60]}'", f"{allowed} after the ledger's day 0")
        return (when.timestamp() - self.t0) / SECONDS
