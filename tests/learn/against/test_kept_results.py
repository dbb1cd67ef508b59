"""What is committed of the contest: its policies pay, to the cent, what its results say that they pay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fillrate.catalogue import built_in
from fillrate.learn.against.costs import compared, costs_of
from fillrate.learn.against.plan import load_contest
from fillrate.learn.against.summary import CLOSE
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.world import load_world

NAME = "learned_against_rules"
RESULTS = Path(__file__).parents[3] / "experiments" / NAME / "results"  # of the checkout: a wheel goes without them
PLAN = load_contest(NAME)
PLACES = {place.name: place for place in PLAN.contest.world}
TRACES = 2  # played again


def kept(world: str, policy: str) -> Any:
    """(traces,) the costs that an evaluation wrote down."""
    path = RESULTS / world / "evaluated" / f"{policy.replace(' ', '_')}.json"
    return json.loads(path.read_text(encoding="utf-8"))["cost"]


def summary() -> Any:
    return json.loads((RESULTS / "summary.json").read_text(encoding="utf-8"))


def shipped() -> list[str]:
    return sorted(path.name for path in Path(built_in("policies")).glob("learned__*") if path.is_dir())


def test_five_worlds_as_the_catalogue_has_them_and_half_a_thousand_traces() -> None:
    assert len(PLACES) >= 5
    assert all(load_world(place.name).hash == place.hash for place in PLACES.values())
    assert (PLAN.said.replications, PLAN.contest.variants) == (500, 20)
    assert {place.seeds for place in PLACES.values()} == {5}


@pytest.mark.parametrize("world", sorted(PLACES))
def test_what_ships_pays_what_the_results_say(world: str) -> None:
    row = next(row for row in summary()["worlds"] if row["world"] == world)
    rule, policy = row["best_rule"], f"learned__{world}"
    again = {rule: load_policy(f"{rule}__{world}")}
    if policy in shipped():
        again[f"learned {row['shipped']}"] = load_policy(policy)
    for name, found in costs_of(PLAN.world(PLACES[world]), again, PLAN.said.seed, TRACES).items():
        assert found == pytest.approx(kept(world, name)[:TRACES], abs=0.01), name


@pytest.mark.parametrize("world", sorted(PLACES))
def test_the_summary_says_what_the_costs_say(world: str) -> None:
    row = next(row for row in summary()["worlds"] if row["world"] == world)
    rule, mine = kept(world, row["best_rule"]), kept(world, f"learned {row['shipped']}")
    assert len(rule) == len(mine) == PLAN.said.replications
    found, said = compared(mine, rule), row["seeds"][row["shipped"]]
    assert (said["money"], said["low"], said["high"]) == pytest.approx((found.money, found.low, found.high))
    assert row["cost"] == pytest.approx(np.mean(rule))
    assert row["hash"] == PLACES[world].hash
    assert max(row["used"].values()) <= 1.02 * row["orders"]


@pytest.mark.parametrize("world", sorted(PLACES))
def test_no_rule_as_the_catalogue_has_it_beats_the_best_tuned_one(world: str) -> None:
    folder = RESULTS / world / "judged"
    cost = {path.stem: json.loads(path.read_text("utf-8"))["cost"] for path in folder.glob("*.json")}
    best = next(row for row in summary()["worlds"] if row["world"] == world)["best_rule"]
    untuned = {name: each for name, each in cost.items() if name.startswith("untuned_")}
    assert len(untuned) >= 3
    for name, each in untuned.items():
        assert np.mean(cost[best][: len(each)]) <= np.mean(each), name


@pytest.mark.parametrize("name", shipped())
def test_a_network_ships_only_where_it_wins(name: str) -> None:
    entry = read_entry(name)
    row = next(row for row in summary()["worlds"] if row["world"] == entry.policy.worlds[0])
    gap = row["seeds"][row["shipped"]]
    assert gap["high"] < 0.0
    assert gap["per_cent"] <= -CLOSE


def test_networks_win_in_two_worlds_and_are_close_to_the_rule_where_they_do_not() -> None:
    gaps = {row["world"]: row["seeds"][row["shipped"]] for row in summary()["worlds"]}
    assert gaps["peak_season"]["high"] < 0.0
    assert gaps["limited_edition_daily"]["high"] < 0.0
    assert max(gap["per_cent"] for gap in gaps.values()) <= CLOSE


def test_on_fifty_locations_it_beats_cheapest_unchanged() -> None:
    found = summary()["larger"]
    assert (found["locations"], found["rule"]) == (50, "cheapest")
    assert found["high"] < 0.0
