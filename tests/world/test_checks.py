"""The border of what the checks of a world allow; what lies beyond it is in test_broken_files.py."""

from __future__ import annotations

from typing import Any

import pytest

from fillrate.errors import WorldError
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
    {"world": {"name": "w", "horizon_days": 1e-5}},
    {"world": {"name": "w", "horizon_days": 1.0, "opening_policy": "cheapest", "opening_days": 1e-5}},
    location(outage={"mean_up_days": 1e-5}),
    {"supply": {"review_days": 1e-5}, "timing": {"reoffer_hours": 1e-3, "reevaluate_hours": 0.0}},
    {"demand": {"promotion": [{"from_day": 0.0, "to_day": 0.5}]}},
    {"demand": {"process": "periodic", "promotion": [{"from_day": 0.0, "to_day": 0.5, "segment_factor": 2.0}]}},
    {"demand": {"weekday_profile": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]}},
    {"demand": {"process": "bernoulli", "basket": [{"probability": 0.5}, {"probability": 0.5, "skus": ["x"]}]}},
    {"shipping": {"rate_card": [{"breaks": [[1.0, 4.0], [2.0, 6.0]]}]}},
    {"money": {"salvage": 1.0}, "world": {"name": "w", "horizon_days": 10.0, "first_weekday": 6}},
]


TWO = [{"name": "a"}, {"name": "b"}]


def circle(lead: float = 0.0, review: float = 0.0, first: bool = False) -> dict[str, Any]:
    """Two sites that send each other stock; `first`: what b needs comes from a factory before that."""
    sent = {"lead_time_days": {"mean": lead}}
    suppliers = [{"name": "to b", "locations": ["b"], "from_location": "a", **sent}]
    suppliers += [{"name": "to a", "locations": ["a"], "from_location": "b", **sent}]
    factory = [{"name": "factory", "locations": ["b"]}] * first
    return {"location": TWO, "supply": {"review_days": review, "supplier": [*factory, *suppliers]}}


CIRCLES = [
    circle(lead=0.5),
    circle(review=1.0),
    circle(first=True),
    {**circle(), "location": [{"name": "a"}, {"name": "b", "carries": []}]},
]


@pytest.mark.parametrize("tables", CIRCLES)
def test_stock_may_go_round_in_its_time(tables: dict[str, Any]) -> None:
    assert read(**tables).name == "w"


def test_stock_may_not_go_round_at_once() -> None:
    with pytest.raises(WorldError, match="'x' at 'a': sent round at once"):
        read(**circle())


@pytest.mark.parametrize("tables", BORDER)
def test_the_border_is_allowed(tables: dict[str, Any]) -> None:
    assert read(**tables).name == "w"
