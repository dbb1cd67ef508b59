"""`fillrate bound`: what it prints, and what it refuses."""

from __future__ import annotations

import json

import pytest

from fillrate.cli import main
from fillrate.simulate import simulate
from fillrate.trace import orders_of
from fillrate.world import load_world


def test_json_has_the_bound_and_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "two_warehouses", "--days", "60", "--seed", "2", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {"world", "seed", "bound", "kind", "seconds"} <= set(said)
    world = load_world("two_warehouses").over(60.0)
    reached = simulate(world, orders_of(world, 2), "cheapest").scorecard["contribution"]
    assert said["kind"] == "free"
    assert reached is not None
    assert said["bound"] >= reached


def test_a_search_that_found_no_point_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "regional", "--days", "1", "--exact", "--seconds", "1e-9", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["reached"] is said["gap"] is None
    assert said["bound"] >= 0.0


def test_words_say_whom_it_covers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "limited_edition"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Kind static: it covers policies that buy nothing." in shown


def test_a_kind_that_does_not_cover_a_policy_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["bound", "lost_sales", "--days", "30", "--kind", "rule", "--policies", "base_stock,capped_base_stock"]
    assert main(words) == 2
    assert "--kind: found rule, which does not cover every policy; allowed: free" in capsys.readouterr().err
