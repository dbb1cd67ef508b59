"""Whatever keeps the policy from deciding leaves it to the fallback rule, and the decision says why."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from tests.needs import COMPILED

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.desk import Desk
from fillrate.deploy.export import Terms, export_bundle
from fillrate.deploy.guards import Guards, broken, guards_of
from fillrate.errors import BundleError
from fillrate.testing.networks import random_policy, random_prices
from fillrate.world import load_world

Request = dict[str, Any]


@pytest.fixture(scope="module")
def allocator(made: Any) -> Allocator:
    """It holds whatever it is asked; its fallback takes the cheapest row."""
    guards = Guards(max_age_minutes=15.0, require=("as_of",))
    return Allocator.unchecked(made("hold_all", guards=guards))


@pytest.fixture
def case(allocator: Allocator) -> Request:
    said: Request = json.loads((allocator.bundle.folder / "example.json").read_text())
    stock = [{**entry, "on_hand": 9, "reserved": 0} for entry in said["stock"]]
    return {**said, "stock": stock}


def units(decision: Request) -> int:
    return sum(part["quantity"] for line in decision["lines"] for part in line["allocated"])


def test_the_policy_decides_where_nothing_is_wrong(allocator: Allocator, case: Request) -> None:
    decision = allocator.allocate(case)
    assert (decision["decided_by"], decision["reason"], units(decision)) == ("policy", None, 0)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"as_of": -0.5}, "stock was counted 2651 minutes ago, at most 15 are allowed"),
        ({"as_of": 3.0}, "stock was counted 2389 minutes after the decision"),
        ({"as_of": None}, "missing fact: as_of"),
        ({"ships_from": ["elsewhere"]}, "unknown location 'elsewhere'"),
        ({"sites": [{"location": "elsewhere"}]}, "unknown location 'elsewhere'"),
    ],
)
def test_else_the_fallback_does_and_says_why(
    allocator: Allocator, case: Request, changed: Request, reason: str
) -> None:
    asked = {key: value for key, value in {**case, **changed}.items() if value is not None}
    decision = allocator.allocate(asked)
    assert decision["decided_by"] == "fallback"
    assert decision["reason"].startswith(reason)
    assert units(decision) > 0
    assert not broken(asked, decision)


@pytest.mark.parametrize("changed", [{"pin": "elsewhere"}, {"ships_from": ["elsewhere"], "split": "none"}])
def test_what_only_an_unknown_location_may_serve_is_held(allocator: Allocator, case: Request, changed: Request) -> None:
    decision = allocator.allocate({**case, **changed})
    assert decision["reason"].startswith("unknown location 'elsewhere'")
    assert units(decision) == 0
    assert allocator.explain({**case, **changed})["decision"]["decided_by"] == "fallback"


def test_what_the_bundle_does_not_know_is_held_and_the_rest_is_placed(allocator: Allocator, case: Request) -> None:
    more = {"line": "new", "sku": "novelty", "quantity": 3, "price": 1.0}
    there = {"location": "north", "sku": "novelty", "on_hand": 9}
    asked = {**case, "lines": [*case["lines"], more], "stock": [*case["stock"], there]}
    decision = allocator.allocate(asked)
    assert decision["reason"] == "unknown SKU 'novelty'"
    assert (decision["lines"][-1]["allocated"], decision["lines"][-1]["held"]) == ([], 3)
    assert units(decision) > 0
    whole = allocator.allocate({**asked, "ship_complete": "order"})
    assert (whole["decided_by"], units(whole)) == ("fallback", 0)


def test_an_answer_that_comes_too_late_is_not_taken(allocator: Allocator, case: Request) -> None:
    decision = allocator.allocate(case, deadline_ms=0.0)
    assert (decision["decided_by"], decision["reason"]) == ("fallback", "no answer within the deadline of 0 ms")
    assert units(decision) > 0
    assert allocator.allocate(case, deadline_ms=60_000.0)["decided_by"] == "policy"


@pytest.mark.skipif(COMPILED, reason="compiled code calls what was compiled with it, not what is put in its place")
@pytest.mark.parametrize(
    ("policy", "work"),
    [("whole_order", "_prices"), (random_prices(3), "_prices"), (random_policy(4), "_by_network")],
    ids=["prices", "priced_network", "network"],
)
def test_work_that_would_come_too_late_is_not_begun(
    case: Request, policy: Any, work: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = load_world("two_warehouses").over(20.0)
    allocator = Allocator.unchecked(export_bundle(policy, world, tmp_path / "bundle", Terms(replications=0)))
    begun, done = [], getattr(Desk, work)

    def noted(self: Desk, *rest: Any) -> Any:
        begun.append(work)
        return done(self, *rest)

    monkeypatch.setattr(Desk, work, noted)
    decision = allocator.allocate(case, deadline_ms=0.0)
    assert (decision["decided_by"], decision["reason"]) == ("fallback", "no answer within the deadline of 0 ms")
    assert (units(decision) > 0, begun) == (True, [])
    assert allocator.allocate(case)["decided_by"] == "policy"
    assert begun


@pytest.mark.skipif(COMPILED, reason="compiled code calls what was compiled with it, not what is put in its place")
def test_a_policy_that_fails_is_replaced_and_a_fallback_that_fails_holds(
    allocator: Allocator, case: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Desk.answer

    def fails_for(*names: str) -> Any:
        def failing(self: Desk, asked: Any, rule: Any, *rest: Any) -> Any:
            if rule.name in names:
                raise ZeroDivisionError("by nothing")
            return answer(self, asked, rule, *rest)

        return failing

    monkeypatch.setattr(Desk, "answer", fails_for("hold_all"))
    decision = allocator.allocate(case)
    assert (decision["decided_by"], decision["reason"]) == ("fallback", "ZeroDivisionError: by nothing")
    assert units(decision) > 0
    monkeypatch.setattr(Desk, "answer", fails_for("hold_all", "cheapest"))
    decision = allocator.allocate(case)
    assert decision["reason"] == "ZeroDivisionError: by nothing; the fallback failed too: by nothing"
    assert (units(decision), decision["lines"][0]["held"]) == (0, case["lines"][0]["quantity"])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda d: d["lines"][0].update(held=1), "allocated and 1 held of"),
        (lambda d: d["lines"][0]["allocated"][0].update(location="south"), "from south, which has 0"),
        (lambda d: d["lines"][0]["allocated"][0].update(quantity=-1), "-1 allocated"),
    ],
)
def test_the_last_guard_sees_what_must_not_be(spoil: Any, said: str) -> None:
    asked = {
        "lines": [{"line": 1, "sku": "item", "quantity": 2}],
        "stock": [{"location": "north", "sku": "item", "on_hand": 3, "reserved": 1}],
    }
    part = {"location": "north", "quantity": 2}
    decision: Request = {"lines": [{"line": 1, "sku": "item", "quantity": 2, "allocated": [part], "held": 0}]}
    assert not broken(asked, decision)
    spoil(decision)
    assert said in broken(asked, decision)


def test_the_last_guard_adds_up_lines_and_looks_at_sites_and_pins() -> None:
    asked: Request = {
        "lines": [{"line": n, "sku": "item", "quantity": 2} for n in (1, 2)],
        "stock": [{"location": "north", "sku": "item", "on_hand": 3}],
    }
    lines = [{**line, "allocated": [{"location": "north", "quantity": 2}], "held": 0} for line in asked["lines"]]
    assert broken(asked, {"lines": lines}) == "4 × item from north, which has 3"
    asked["stock"][0]["on_hand"] = 4
    assert not broken(asked, {"lines": lines})
    assert broken({**asked, "sites": [{"location": "north", "open": False}]}, {"lines": lines}) == "north is not open"
    assert "pinned to south" in broken({**asked, "pin": "south"}, {"lines": lines})


@pytest.mark.parametrize("name", ["max_age_minutes", "deadline_ms"])
@pytest.mark.parametrize("most", [math.inf, math.nan, -1.0, "50", True])
def test_a_guard_that_would_never_or_always_stop_a_decision_is_refused(name: str, most: Any) -> None:
    with pytest.raises(BundleError, match=rf"^guard {name}: found .*; allowed: a finite number from 0 on, or no guard"):
        guards_of({name: most})
