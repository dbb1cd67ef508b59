"""The bound beside a comparison: whom it covers, and each policy's gap to it."""

from __future__ import annotations

import pytest

from fillrate.bench.ceiling import covering, usual
from fillrate.bench.compare import compare
from fillrate.world import load_world


def test_each_policy_has_a_gap_with_the_kind_of_bound() -> None:
    found = compare("baskets", "distance,whole_order", 3, days=200.0, n_jobs=1, quiet=True, bound=True)
    said = found.to_json()
    assert said["bound"]["kind"] == "static"
    for name in ("distance", "whole_order"):
        gap, reached = said["policies"][name]["gap_to_bound"], said["policies"][name]
        assert gap["kind"] == "static"
        assert gap["mean"] > 0.0
        assert said["bound"]["mean"] > reached["contribution"]["mean"]
        rough = (said["bound"]["mean"] - reached["contribution"]["mean"]) / reached["controllable_cost"]["mean"]
        assert gap["mean"] == pytest.approx(rough, rel=0.1)


def test_a_bound_that_lets_everything_be_bought_gives_no_share() -> None:
    found = compare("lost_sales", "base_stock,capped_base_stock", 2, days=30.0, n_jobs=1, quiet=True, bound=True)
    said = found.to_json()
    assert said["bound"]["kind"] == "free"
    assert said["policies"]["base_stock"]["gap_to_bound"]["mean"] is None
    assert "is left to gain" not in str(found)


def test_a_rule_whose_program_takes_minutes_has_to_be_asked_for() -> None:
    world = load_world("regional")
    assert covering(world, 0, ["cheapest"])[0] == "rule"
    assert usual(world, 0, ["cheapest"]) == ("free", None)
    kind, levels = usual(world.over(15.0), 0, ["cheapest"])
    assert kind == "rule"
    assert levels is not None
