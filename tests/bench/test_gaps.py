"""The bound beside a comparison: whom it covers, and each policy's gap to it."""

from __future__ import annotations

import pytest

from fillrate.bench.ceiling import covering, usual
from fillrate.bench.compare import compare
from fillrate.deploy.export.benchmark import benchmark_of
from fillrate.policy import load_policy
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


def test_sentence_and_card_quote_the_gap_of_the_comparison() -> None:
    world = load_world("baskets").over(30.0)
    found = compare(world, ["distance", *world.defaults.baselines[:1]], 3, 1, n_jobs=1, quiet=True, bound=True)
    gap = found.policies[found.best.policy]["gap_to_bound"].mean
    assert gap is not None
    assert f"at most {100 * gap:.1f} % of the controllable cost" in str(found)
    card = benchmark_of(world, load_policy(found.best.policy, world), 3, 1, bounded=True)
    assert card is not None
    assert found.bound is not None
    assert card["bound"] == {**vars(found.bound), "gap": gap}


def test_the_card_s_bound_covers_its_policy_alone() -> None:
    """Baselines that buy by other rules are no reason for a bound that lets everything be bought."""
    world = load_world("lost_sales").over(30.0)
    card = benchmark_of(world, load_policy("base_stock", world), 2, 1, bounded=True)
    assert card is not None
    assert card["bound"]["kind"] == "rule"
    assert card["bound"]["gap"] > 0.0


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
