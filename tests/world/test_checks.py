"""The border of what the checks of a world allow; what lies beyond it is in test_broken_files.py."""

from __future__ import annotations

from typing import Any

import pytest

from fillrate.world import World, parse_world

RIGHT: dict[str, Any] = {
    "world": {"name": "w", "horizon_days": 10.0},
    "location": [{"name": "a"}],
    "region": [{"name": "r"}],
    "sku": [{"name": "x"}],
}


def read(**tables: Any) -> World:
    return parse_world({**RIGHT, **tables}, "w.toml")


def location(**said: Any) -> dict[str, Any]:
    return {"location": [{"name": "a", **said}]}


BORDER: list[dict[str, Any]] = [
    {"world": {"name": "w", "horizon_days": 10.0, "warm_up_days": 9.99}},
    location(outage={"windows": [[1.0, 2.0], [2.0, 3.0]]}),
    location(outage={"mean_up_days": 1e-5}),
    {"supply": {"review_days": 1e-5}, "timing": {"reoffer_hours": 1e-3, "reevaluate_hours": 0.0}},
    {"demand": {"promotion": [{"from_day": 0.0, "to_day": 0.5}]}},
    {"demand": {"weekday_profile": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]}},
    {"demand": {"process": "bernoulli", "basket": [{"probability": 0.5}, {"probability": 0.5, "skus": ["x"]}]}},
    {"shipping": {"rate_card": [{"breaks": [[1.0, 4.0], [2.0, 6.0]]}]}},
    {"money": {"salvage": 1.0}, "world": {"name": "w", "horizon_days": 10.0, "first_weekday": 6}},
]


@pytest.mark.parametrize("tables", BORDER)
def test_the_border_is_allowed(tables: dict[str, Any]) -> None:
    assert read(**tables).name == "w"
