"""Explanations recorded in runs: they tell what the model did, for every kind of policy."""

from __future__ import annotations

from typing import Any

import pytest

from fillrate.decision.explain import Explanation, as_text
from fillrate.model.simpy_model.explaining import Recorder
from fillrate.policy import load_policy
from fillrate.simulate import Result, simulate
from fillrate.trace import sample
from fillrate.world import load_world


class Everyone(Recorder):
    """Keeps the explanations of every order, and checks each row against the answer that the policy gave."""

    def __init__(self) -> None:
        super().__init__(-1)
        self.answers: list[int] = []

    def __call__(self, answers: Any, offer: Any, line: int, legal: list[int], row: int) -> None:
        self.order = offer.order.row
        super().__call__(answers, offer, line, legal, row)
        self.answers.append(row)


def watched(world: str, policy: Any, days: float) -> tuple[list[Explanation], list[int], Result]:
    place, watch = load_world(world).over(days), Everyone()
    result = simulate(place, sample(place, 4), load_policy(policy), journal=True, explain=watch)
    return watch.found, watch.answers, result


@pytest.mark.parametrize(
    ("world", "policy", "days"),
    [
        ("two_warehouses", "cheapest", 60.0),
        ("two_warehouses", "fixed_primary", 60.0),
        ("two_warehouses", "hold_all", 20.0),
        ("two_warehouses", "random", 60.0),
        ("omnichannel", "rule_chain+max_splits", 6.0),
        ("disruption", "cheapest+ship_complete", 20.0),
        ("regional", "whole_order", 4.0),
        ("regional", "critical_level", 4.0),
    ],
)
def test_an_explanation_tells_what_the_model_did(world: str, policy: str, days: float) -> None:
    found, answers, result = watched(world, policy, days)
    assert len(found) == len(answers) > 20
    for told, row in zip(found, answers, strict=True):
        rows = len(told.rows)
        if row >= 0:  # a whole-order answer is told by what it takes
            assert told.decided.row == min(row, rows)
        assert all(bool(told.reasons[r]) or told.rows[r].available > 0 for r in range(rows))
        assert all(units <= told.rows[r].available for r, units in enumerate(told.taken))
        assert sum(told.taken) <= told.quantity
        assert all(len(line) <= 100 for line in as_text(told, 100).splitlines())
    assert result.journal is not None


@pytest.mark.parametrize("policy", ["cheapest", "whole_order"])
def test_what_is_told_as_taken_is_reserved(policy: str) -> None:
    found, _, result = watched("regional", policy, 4.0)
    assert result.journal is not None
    reserved = [row for row in result.journal.to_pylist() if row["kind"] == "reserved"]
    assert sum(sum(told.taken) for told in found) == sum(row["quantity"] for row in reserved)
    places = {row["location"] for row in reserved if row["order"] == reserved[5]["order"]}
    told_places = {
        told.rows[r].location
        for told in found
        if told.order == reserved[5]["order"]
        for r, units in enumerate(told.taken)
        if units
    }
    assert told_places == places


def test_listening_changes_nothing() -> None:
    world = load_world("regional").over(4.0)
    trace = sample(world, 4)
    alone, heard = simulate(world, trace, "rule_chain"), simulate(world, trace, "rule_chain", explain=Recorder(3))
    assert dict(alone.scorecard) == dict(heard.scorecard)


def test_only_the_order_that_is_watched_is_told() -> None:
    world, watch = load_world("two_warehouses").over(20.0), Recorder(3)
    simulate(world, sample(world, 4), "cheapest", explain=watch)
    assert [told.order for told in watch.found] == [3]


def test_an_offer_held_without_asking_is_told() -> None:
    found, _, result = watched("two_warehouses", "cheapest", 60.0)
    held = [told for told in found if told.decided.why == "no row is legal"]
    assert held
    assert len(held) == result.scorecard["masked_offers"]
    assert {reason for told in held for reason in told.reasons} == {"no stock"}


class Custom:
    """A custom policy that holds every second line."""

    name, columns = "fussy", ("distance_km", "available")

    def source(self, question: Any) -> int:
        return len(question.locations) - 1 if question.order % 2 else int(question.mask.argmax())


def test_a_custom_policy_is_told_with_its_own_columns() -> None:
    found, _, _ = watched("two_warehouses", Custom(), 20.0)
    assert {tuple(name for name, _ in told.columns) for told in found} == {("distance_km", "available")}
    asked = [told for told in found if told.decided.why == "the policy's own code says so"]
    assert {bool(told.order % 2) for told in asked if not any(told.taken)} == {True}
