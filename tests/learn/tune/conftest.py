"""A world in which the best number is known: one site, a season's stock, two segments that bring 10 and 4 a unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fillrate.policy.spec import Entry, Info, Limit, SourceRule
from fillrate.testing.by_hand import world_of
from fillrate.world import World

SEASON = """
[world]
name = "season"
horizon_days = 200.0

[[location]]
name = "shop"

[[region]]
name = "town"

[[sku]]
name = "item"
price = 10.0

[[segment]]
name = "contract"
weight = 1.0
priority = 2.0

[[segment]]
name = "standard"
weight = 2.0
priority = 1.0
price_factor = 0.4

[demand]
process = "bernoulli"
probability = 0.9

[supply]
item = [{ units = 80 }]

[money]
salvage = 0.0
"""
CHANCES = (0.3, 0.6)  # of an order in a period, by segment
VALUES = (10.0, 4.0)
STOCK, PERIODS = 80, 200


@pytest.fixture(scope="session")
def season() -> World:
    return world_of(SEASON)


@pytest.fixture(scope="session")
def level() -> Entry:
    """Standard orders are served while more than `units` are there."""
    limit = Limit("critical_level", segment="standard", units=1.0, of="higher")
    rule = SourceRule("chain", ({"cost_per_unit": -1.0},))
    return Entry(Info("level", "source"), source=rule, limit=(limit,))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def tuned(season: World, level: Entry) -> Any:
    """The level tuned for the season; the policy is no file, so that it is named after its entry."""
    from fillrate.learn.tune import tune

    return tune(season, level, trials=60, replications=20, held_out=40, threads=1)
