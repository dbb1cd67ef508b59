"""What a lost unit costs: the segment's and the region's part together, wherever it counts."""

from __future__ import annotations

from typing import Any

import pytest

from fillrate.errors import WorldError
from fillrate.policy.read import Policy
from fillrate.policy.spec import Entry, Info, RankRule
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, parse_world


def made(**tables: Any) -> World:
    """Two regions that lose differently, one site, ten orders at once as one wave."""
    given: dict[str, Any] = {
        "world": {"name": "w", "horizon_days": 1.0},
        "location": [{"name": "site"}],
        "region": [{"name": "near", "loss_per_unit": 1.0}, {"name": "far", "loss_per_unit": 2.5}],
        "sku": [{"name": "item"}],
        "segment": [{"name": "s", "loss_per_unit": 10.0}],
        "demand": {"process": "periodic", "count": {"law": "constant", "mean": 10.0}},
        "timing": {"mode": "wave"},
    }
    return parse_world({**given, **tables}, "w")


def test_segment_and_region_add_up() -> None:
    segments = [{"name": "s", "loss_per_unit": 10.0}, {"name": "t", "loss_per_unit": 0.3}]
    assert made(segment=segments).tables.loss == [[11.0, 12.5], pytest.approx([1.3, 2.8], abs=1e-6)]
    assert made(region=[{"name": "r"}]).tables.loss == [[10.0]]


def test_lost_units_are_booked_at_their_region() -> None:
    world = made()
    trace = sample(world, 3)
    far = int(trace.orders.region.sum())
    assert 0 < far < 10
    card = simulate(world, trace, "cheapest").scorecard
    assert card["contribution"] == -(10 - far) * 11.0 - far * 12.5


def test_ranking_by_loss_sees_the_region() -> None:
    world = made(supply={"item": [{"units": 3}]})
    trace = sample(world, 3)
    dear = Policy("dear", rank=Entry(Info("dear", "rank"), rank=RankRule(steps=({"loss": 1.0},))))
    cheap = Policy("cheap", rank=Entry(Info("cheap", "rank"), rank=RankRule(steps=({"loss": -1.0},))))
    filled = [simulate(world, trace, p).scorecard["unit_fill_rate[region=far]"] for p in (dear, cheap)]
    far = int(trace.orders.region.sum())
    assert min(far, 10 - far) >= 3
    assert filled == [3 / far, 0.0]


def test_a_negative_loss_is_refused() -> None:
    with pytest.raises(
        WorldError, match=r"\[region\] 'r' loss_per_unit: found -1; allowed: a finite number, at least 0"
    ):
        made(region=[{"name": "r", "loss_per_unit": -1.0}])
