"""A small shop made for tests: its log with known rates, its sites, and a stand-in for simulated runs."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from fillrate.trace import Trace
from fillrate.world import World

SITES = "Boston,42.36,-71.06;Denver,39.74,-104.99"
HEADER = (
    "Order ID",
    "Order Date",
    "Ship Date",
    "Ship Mode",
    "Segment",
    "Postal Code",
    "SKU",
    "Quantity",
    "Price",
    "Cost",
)
ZIPS = ("02108", "10001", "80202", "60601", "94103")
SHIP_DAYS = {"Standard": 4, "Express": 1}


def rows(orders: int = 240, days: int = 60, skus: int = 8, times: bool = False, seed: int = 7) -> list[list[str]]:
    """Rows of a log: one to three lines an order, one to four units a line, prices 10, 12, 14, ... at 60 % cost."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(orders):
        at = datetime(2024, 3, 4, tzinfo=UTC) + timedelta(days=int(n * days / orders), hours=float(rng.uniform(8, 20)))
        mode = "Standard" if rng.uniform() < 0.7 else "Express"
        head = [
            f"A-{n:04d}",
            at.strftime("%Y-%m-%d %H:%M:%S" if times else "%Y-%m-%d"),
            (at + timedelta(days=SHIP_DAYS[mode])).strftime("%Y-%m-%d"),
            mode,
            ("Home", "Firm")[int(rng.integers(2))],
            ZIPS[int(rng.integers(len(ZIPS)))],
        ]
        for sku in rng.choice(skus, size=int(rng.integers(1, 4)), replace=False).tolist():
            price = 10 + 2 * sku
            found.append([*head, f"P{sku}", str(rng.integers(1, 5)), f"{price:.2f}", f"{0.6 * price:.2f}"])
    return found


def write(path: Path, lines: list[list[str]], header: tuple[str, ...] = HEADER) -> Path:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *lines])
    return path


class Counted:
    """Stands in for simulated runs: what `distance` fills is a function of the safety factor alone."""

    def __init__(self, steepness: float = 0.25) -> None:
        self.steepness = steepness
        self.tried: list[tuple[float | None, float]] = []

    def __call__(self, world: World, trace: Trace) -> Mapping[str, float | None]:
        factor = world.supply.safety_factor
        self.tried.append((factor, trace.days))
        fill = 1.0 - 0.5 * float(np.exp(-self.steepness * ((factor or 0.0) + 1.0)))
        card: dict[str, Any] = {"unit_fill_rate": fill, "on_hand_units": 100.0, "contribution_per_day": 1.0}
        return card
