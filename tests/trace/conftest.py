"""A small world to sample from, with what a test adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fillrate.world import World, parse_world

Make = Callable[..., World]


@pytest.fixture(scope="session")
def world() -> Make:
    """Two sites, three regions, three SKUs, two segments, 400 orders a day for 20 days; tables given replace these."""

    def make(days: float = 20.0, **tables: Any) -> World:
        base: dict[str, Any] = {
            "world": {"name": "w", "horizon_days": days},
            "location": [{"name": "a"}, {"name": "b", "kind": "store", "latitude": 10.0}],
            "region": [{"name": "r", "weight": 5.0}, {"name": "s", "weight": 3.0, "latitude": 9.0}, {"name": "t"}],
            "sku": [{"name": "x", "popularity": 6.0, "price": 10.0}, {"name": "y", "popularity": 3.0}, {"name": "z"}],
            "segment": [{"name": "many", "weight": 4.0}, {"name": "few", "price_factor": 0.9}],
            "demand": {"rate_per_day": 400.0},
        }
        return parse_world({**base, **tables}, "w.toml")

    return make
