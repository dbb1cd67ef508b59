"""Money, timing, defaults and the header of a world."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from fillrate.draws import snap
from fillrate.world.fields import Strict, described
from fillrate.world.law import Law

__all__ = ["Defaults", "Header", "Money", "Timing"]


@dataclass(frozen=True)
class Header(Strict):
    """The `[world]` table."""

    name: str = described("unique name")
    horizon_days: float = described("default horizon", unit="days", low=1e-5)
    title: str = described("one line for lists", "")
    about: str = described("what it is for", "")
    source: str = described("where the numbers come from", "")
    optimum: str = described("what is known of its optimum", "")
    warm_up_days: float = described("cut off for steady-state metrics", 0.0, "days", low=0.0)
    first_weekday: int = described("weekday of day 0, Monday = 0", 0, low=0, high=6)
    first_day_of_year: int = described("day of the year of day 0", 0, low=0, high=365)
    max_candidates: int = described("most rows of a candidate table besides hold", 32, low=1, high=1_000_000)
    opening_policy: str = described("policy whose state after opening_days is where runs start", "")
    opening_days: float = described("how long the opening policy runs", 0.0, "days", low=0.0)
    trace: str = described("stored orders that its runs replay, a path from this file; empty: orders are sampled", "")

    def __post_init__(self) -> None:
        """Put instants on the grid of 2**-20 days, so that nothing is due between the last instant and the horizon."""
        for key in ("horizon_days", "warm_up_days", "opening_days"):
            if math.isfinite(days := getattr(self, key)):
                object.__setattr__(self, key, snap(days))


@dataclass(frozen=True)
class Money(Strict):
    """Prices of time, waiting and leftovers."""

    currency: str = described("shown in reports", "EUR")
    holding_rate_per_year: float = described("holding cost as a share of unit cost", 0.0, "1/year", low=0.0)
    holding_per_day: float = described("holding cost of every unit", 0.0, "money/unit/day", low=0.0)
    capital_rate_per_year: float = described("cost of capital in stock", 0.0, "1/year", low=0.0)
    charge: Literal["time_average", "period_end"] = described(
        "time charges by unit-days, or by what stands at a period's end", "time_average"
    )
    period_days: float = described("time between charges", 1.0, "days", low=1e-5)
    salvage: float = described("share of cost that leftover stock is worth at the close", 1.0, low=0.0, high=1.0)
    return_days: Law = described("time from delivery to return", Law(mean=7.0), "days")
    return_fee: float = described("cost of a return", 0.0, "money/unit", low=0.0)
    opening_cash: float | None = described("cash at the start; absent: purchases are never limited", None, "money")


@dataclass(frozen=True)
class Timing(Strict):
    """When decisions are made."""

    mode: Literal["on_receipt", "wave"] = described("offer each order at once, or all at waves", "on_receipt")
    wave_hours: float = described("time between waves", 24.0, "h", low=1e-3)
    reoffer_hours: float = described("global clock of further offers, at least 0.001; 0 = none", 0.0, "h", low=0.0)
    reevaluate_hours: float = described("clock of re-evaluation, at least 0.001; 0 = none", 0.0, "h", low=0.0)
    reevaluate_segments: tuple[str, ...] = described("segments in its scope; * = all", ("*",))


@dataclass(frozen=True)
class Defaults(Strict):
    """The policy parts a run takes where POLICY names none, and what `compare` runs by itself."""

    rank: str = described("rank policy", "fcfs")
    source: str = described("source policy", "cheapest")
    replenish: str = described("replenish policy; empty = none", "")
    modifiers: tuple[str, ...] = described("modifiers", ())
    baselines: tuple[str, ...] = described("policies of `compare WORLD`", ("distance", "cheapest"))
