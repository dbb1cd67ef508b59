"""Plausible scorecards and everything else that a report shows, made up with a fixed seed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from fillrate.bench.comparison import Comparison, compare_scores
from fillrate.bench.report import Flows, Provenance, Report

Scorecard = dict[str, float | None]


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
def scores() -> Mapping[str, list[Scorecard]]:
    return {policy: [scorecard(policy, 100 + i) for i in range(12)] for policy in SKILL}


@pytest.fixture(scope="session")
def comparison(scores: Mapping[str, list[Scorecard]]) -> Comparison:
    return compare_scores("regional", 100, 90.0, scores)


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


LOCATIONS = {"Reno": (-119.8, 39.5), "Dallas": (-96.8, 32.8), "Memphis": (-90.0, 35.1), "Newark": (-74.2, 40.7)}
REGIONS = {
    "Seattle": (-122.3, 47.6), "San Francisco": (-122.4, 37.8), "Los Angeles": (-118.2, 34.1), "Denver": (-105.0, 39.7),
    "Houston": (-95.4, 29.8), "Chicago": (-87.6, 41.9), "Atlanta": (-84.4, 33.7), "Miami": (-80.2, 25.8),
    "New York": (-74.0, 40.7), "Boston": (-71.1, 42.4),
}  # fmt: skip


@pytest.fixture(scope="session")
def flows() -> Flows:
    """Shipments that thin out with distance, the more so the better the policy."""
    units: dict[str, dict[tuple[str, str], float]] = {}
    for policy, skill in SKILL.items():
        units[policy] = {}
        for region, (x, y) in REGIONS.items():
            pull = {
                name: math.exp(-(0.06 + 0.12 * skill) * math.hypot(x - a, y - b)) for name, (a, b) in LOCATIONS.items()
            }
            for name, weight in pull.items():
                units[policy][name, region] = float(round(4100 * weight / sum(pull.values())))
    return Flows(LOCATIONS, REGIONS, units)


@pytest.fixture(scope="session")
def report(
    comparison: Comparison,
    stock: dict[str, tuple[list[float], list[float]]],
    flows: Flows,
) -> Report:
    provenance = Provenance(
        command="fillrate compare regional --replications 12 --seed 100 --report regional.html",
        versions={"fillrate": "0.1.0", "python": "3.11", "numpy": "2.4.6"},
        trace_hashes={100 + i: f"{i * 7919 + 1:064x}" for i in range(12)},
        world={
            "world": {"name": "regional", "note": "Five sites & ten cities <synthetic>"},
            "location": [{"name": name, "coordinates": list(place)} for name, place in LOCATIONS.items()],
            "timing": {"mode": "on_receipt", "wave_hours": None},
        },
        policies={name: {"rank": "fcfs", "source": name, "replenish": "base_stock"} for name in SKILL},
    )
    return Report(comparison, provenance=provenance, stock=stock, flows=flows)
