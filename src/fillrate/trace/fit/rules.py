"""The rules that a fitted workspace compares."""

from __future__ import annotations

from fillrate.catalogue import entries

__all__ = ["RULES", "rules"]

RULES = (
    "distance",
    "cheapest",
    "fixed_primary",
    "prioritize_high_stock",
    "minimize_splits",
    "fewest_splits",
    "whole_order",
    "weighted_cost",
    "rule_chain",
)
"""Source rules that need nothing which a log does not say: no segment limits, stations or plans."""


def rules() -> tuple[str, ...]:
    """Those of them that the catalogue has."""
    known = entries("policies")
    return tuple(name for name in RULES if name in known)
