"""Policies as data: what a policy file says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from fillrate.decision.weights import Network
from fillrate.world.fields import Strict, described

__all__ = [
    "Entry",
    "Info",
    "Kind",
    "Learned",
    "Limit",
    "Modifier",
    "PlannerRule",
    "RankRule",
    "ReplenishRule",
    "SourceRule",
]

Kind = Literal["rule", "priced", "planned", "learned"]

LimitKind = Literal[
    "safety_stock",
    "critical_level",
    "protection_level",
    "spillover_limit",
    "home_only",
    "fences",
    "product_allocation",
    "fair_share",
]

Method = Literal["chain", "prices", "random", "hold", "lookahead", "network", "priced_network", "rounding"]


@dataclass(frozen=True)
class Info(Strict):
    """The `[policy]` table."""

    name: str = described("unique name")
    part: Literal["rank", "source", "replenish", "modifier", "whole"] = described("which decision it makes")
    kind: Kind = described("how it decides", "rule")
    title: str = described("one line for lists", "")
    about: str = described("what it does and when it is good", "")
    reference: str = described("where the method comes from", "")
    worlds: tuple[str, ...] = described("worlds it was made or tuned for; none = all", ())


@dataclass(frozen=True)
class RankRule(Strict):
    """Who is offered first: a chain over order columns."""

    steps: tuple[dict[str, float], ...] = described("weighted sums of order columns; larger first, ties go on", ())
    strategies: bool = described("true: re-evaluation follows the segments' strategies", False)


@dataclass(frozen=True)
class SourceRule(Strict):
    """From where, or hold."""

    method: Method = described("how a row is chosen", "chain")
    steps: tuple[dict[str, float], ...] = described(
        "chain, base rule of lookahead, fallback of rounding: weighted sums of columns", ()
    )
    hold: float | None = described("chain: score of hold against the first step; absent: hold only if forced", None)
    value: dict[str, float] = field(
        default_factory=dict,
        metadata={
            "doc": "prices, base rule of lookahead: gain of shipping a unit, a weighted sum of columns",
            "unit": "",
        },
    )
    box: dict[str, float] = field(
        default_factory=dict, metadata={"doc": "the same: cost of opening a location", "unit": ""}
    )
    columns: tuple[str, ...] = described("networks: columns that it looks at; its weights are in policy.npz beside", ())
    seed: int = described("random, lookahead, rounding: the policy's own seed", 0)
    scheme: Literal["", "independent", "correlated", "dilated"] = described(
        "rounding: how the lines' draws from the planner's shares hang together", ""
    )
    fallback: bool = described(
        "rounding: true = a line whose drawn location is empty goes by `steps`; false = it is held, as published", False
    )
    candidates: int = described("lookahead: most answers that are played on", 3, low=2, high=32)
    rollouts: int = described("lookahead: how often each is played on", 16, low=2, high=1_000)
    days: float = described("lookahead: how far it is played on; 0 = to the end", 1.0, "days", low=0.0)


@dataclass(frozen=True)
class PlannerRule(Strict):
    """Who sets the tables that a source policy reads: prices of stock, shares of locations. Solved between events."""

    kind: Literal["dlp", "patterns", "best", "primal_dual", "optimal", "assign"] = described(
        "dlp: expected demand against stock; patterns: the same by whole orders; best: patterns if it can, else dlp; "
        "primal_dual: a price curve over what is left; optimal: the exact recursion of a small world; "
        "assign: no prices, but waiting and unpicked orders are assigned together"
    )
    forecast: Literal["known", "seasonal_naive", "smoothing", "croston"] = described(
        "where expected demand comes from: the world's stated rates, or what has been seen so far", "known"
    )
    every_hours: float = described("its own clock; 0 = at the start alone", 0.0, "hours", low=0.0)
    times: int = described(
        "in place of every_hours: so often over the horizon, the start included; 0 = not", 0, low=0, high=10_000
    )
    at_waves: bool = described("whether it plans at each wave too, before the waiting orders are offered", False)
    reassign_hours: float = described(
        "assign: how often unpicked parcels and waiting orders are assigned anew; 0 = at waves alone",
        0.0,
        "hours",
        low=0.0,
    )
    drift: float = described(
        "plans again only where some stock is so many standard deviations off its plan; 0 = at every strike",
        0.0,
        low=0.0,
    )
    days: float = described(
        "how far it looks ahead; 0 = to the end, or where stock is bought until an order placed now is there",
        0.0,
        "days",
        low=0.0,
    )


@dataclass(frozen=True)
class ReplenishRule(Strict):
    """What to buy: one rule with (s, S, lot, cap) for each pair."""

    rule: Literal["base_stock", "s_S", "r_Q", "capped_base_stock", "constant", "newsvendor"] = described("the rule")
    service_level: float | None = described(
        "for levels that no item states; absent: the world's", None, low=0.0, high=1
    )
    cover_days: float = described("extra days of home demand in levels that no item states", 0.0, "days", low=0.0)


@dataclass(frozen=True)
class Limit(Strict):
    """What is kept back from whom: it shrinks what is available before the mask.

    A reserve keeps units back at a location, by what is expected at home there; a quota (product_allocation,
    fair_share) is how much a segment may take of a SKU, wherever it comes from, in a period: a wave where the world
    ranks in waves, else some days.
    """

    kind: LimitKind = described("the formula")
    segment: str = described("segment it applies to; * = all", "*")
    location: str = described("reserve: location; * = all", "*")
    sku: str = described("SKU; * = all", "*")
    side: Literal["both", "home", "foreign"] = described("reserve: from home or foreign demand", "both")
    units: float = described("units kept back, or a quota's units a period", 0.0, "units", low=0.0)
    days: float = described(
        "reserve: days of home demand on top, or looked ahead; quota: length of a period, 0 = the horizon",
        0.0,
        "days",
        low=0.0,
    )
    of: Literal["all", "higher"] = described(
        "reserve: whose demand, all or segments of higher priority; quota: higher = none for the highest", "all"
    )
    remaining: bool = described("reserve: true = the rest of the horizon, not days, where nothing is bought", False)
    periods: int = described("reserve: how often it changes over the horizon", 1, low=1, high=10_000)
    share: float = described("product_allocation: quota as a share of the segment's expected demand", 1.0, low=0.0)


@dataclass(frozen=True)
class Modifier(Strict):
    """What a modifier changes in the walk."""

    max_locations: int = described("most locations an order may ship from; 0 = no limit", 0, low=0, high=1_000_000)
    ship_complete: Literal["", "no", "line", "order"] = described("overrides the segments' rule", "")
    shipment_value: float = described("a further location must ship goods worth this much", 0.0, "money", low=0.0)


@dataclass(frozen=True)
class Entry(Strict):
    """A policy file."""

    policy: Info
    rank: RankRule | None = None
    source: SourceRule | None = None
    replenish: ReplenishRule | None = None
    modifier: Modifier | None = None
    planner: PlannerRule | None = None
    limit: tuple[Limit, ...] = ()
    example: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Learned(Entry):
    """A policy file with the weights that lie beside it."""

    network: Network = field(kw_only=True)
