"""A metric table, plausible scorecards and everything else that a report shows, made up with a fixed seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from fillrate.bench.comparison import Comparison, compare_scores
from fillrate.bench.verdicts import Better, Definitions

Scorecard = dict[str, float | None]


@dataclass(frozen=True)
class Definition:
    """A row of a metric table."""

    key: str
    title: str
    unit: str
    better: Better
    definition: str


ROWS = (
    Definition("contribution", "Contribution", "money", "more", "Bookings from start to close less the opening value."),
    Definition(
        "controllable_cost", "Controllable cost", "money", "less", "Margin of all ordered units less contribution."
    ),
    Definition(
        "unit_fill_rate", "Unit fill rate", "share", "more", "Units dispatched by the ship date ÷ units ordered."
    ),
    Definition("on_time_in_full", "On time in full", "share", "more", "Orders delivered in full by the date ÷ orders."),
    Definition(
        "lost_units", "Lost units", "units", "less", "Units whose patience ran out, or still held at the close."
    ),
    Definition("order_cycle_time_days", "Order cycle time", "days", "less", "Mean time from receipt to delivery."),
    Definition(
        "shipping_cost_per_order", "Shipping cost per order", "money/order", "less", "Freight ÷ orders shipped."
    ),
    Definition("split_rate", "Split rate", "share", "less", "Orders shipped in more than one parcel ÷ orders shipped."),
    Definition("on_hand_units", "Stock on hand", "units", "neither", "Time average of the units on hand."),
    Definition("station_wait_days", "Station wait", "days", "less", "Mean wait of a parcel for a pick station."),
)

SKILL = {"whole_order": 1.0, "cheapest": 0.72, "bid_price": 0.97, "distance": 0.55, "prioritize_high_stock": 0.2}
SEGMENTS = {"contract": 0.03, "loyal": 0.005, "standard": -0.03}


def scorecard(policy: str, seed: int) -> Scorecard:
    """One made-up run: demand is shared by the policies (seed), skill is the policy's, and a little noise its own."""
    day, own = np.random.default_rng(seed), np.random.default_rng([seed, list(SKILL).index(policy)])
    skill, demand = SKILL[policy], 1 + 0.04 * day.normal()
    fill = 0.86 + 0.08 * skill - 0.05 * (demand - 1) + 0.004 * own.normal()
    cost = demand * (61_000 - 9_000 * skill) + 350 * own.normal()
    card: Scorecard = {
        "contribution": 412_000 * demand - cost,
        "controllable_cost": cost,
        "unit_fill_rate": fill,
        "on_time_in_full": fill - 0.06,
        "lost_units": float(round(41_000 * demand * (1 - fill))),
        "order_cycle_time_days": 2.9 - 0.4 * (policy == "distance") + 0.05 * own.normal(),
        "shipping_cost_per_order": 9.8 - 1.3 * skill + 0.03 * own.normal(),
        "split_rate": 0.31 - 0.19 * skill + 0.004 * own.normal(),
        "on_hand_units": 3_870 + 240 * (1 - skill) + 25 * own.normal(),
        "station_wait_days": None,
    }
    for segment, lift in SEGMENTS.items():
        card[f"unit_fill_rate[segment={segment}]"] = fill + lift * (1 + 0.5 * (1 - skill)) + 0.003 * own.normal()
    return card


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return {row.key: row for row in ROWS}


@pytest.fixture(scope="session")
def scores() -> Mapping[str, list[Scorecard]]:
    return {policy: [scorecard(policy, 100 + i) for i in range(12)] for policy in SKILL}


@pytest.fixture(scope="session")
def comparison(scores: Mapping[str, list[Scorecard]], definitions: Definitions) -> Comparison:
    return compare_scores("regional", 100, 90.0, scores, definitions)


@pytest.fixture(scope="session")
def stock() -> dict[str, tuple[list[float], list[float]]]:
    """Units on hand at the end of each day, by policy: a saw-tooth of weekly replenishment with noise."""
    lines: dict[str, tuple[list[float], list[float]]] = {}
    for i, policy in enumerate(SKILL):
        rng = np.random.default_rng(i)
        level = [
            3900 + 120 * i + 700 * (0.5 - (d % 7) / 7) + 60 * math.sin(d / 9 + i) + 40 * rng.normal() for d in range(91)
        ]
        lines[policy] = ([float(d) for d in range(91)], level)
    return lines
