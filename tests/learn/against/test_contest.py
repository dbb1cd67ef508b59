"""The contest end to end on a small world: budgets, going on, shipping, and the faults of its file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fillrate.errors import InputError
from fillrate.learn.against import costs as module
from fillrate.learn.against.contest import run_contest
from fillrate.learn.against.costs import compared, costs_of
from fillrate.learn.against.hinges import COLUMNS, begun, free, spread_of
from fillrate.learn.against.plan import Place, is_contest, load_contest
from fillrate.learn.against.searching import Ground, learned, shape_of, tuned
from fillrate.learn.against.summary import verdict_of
from fillrate.learn.against.training import Training
from fillrate.learn.search import feeds_of
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.policy.spec import Entry, Info, Limit
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world

SMALL = """
[experiment]
name = "small"
title = "Who is better?"
worlds = ["two_warehouses"]
replications = 4
seed = 0

[learning]
pool = 6
judged = 2
variants = 2
variant_traces = 2
larger = { world = "two_warehouses", hash = "HASH", orders = 20_000, times = 3, days = 20.0, traces = 2 }

[[learning.world]]
name = "two_warehouses"
hash = "HASH"
orders = 60_000
seeds = 2
rules = ["linear"]
limits = "product_allocation"
days = 50.0
planner = "bid_price"
solves = 50
headroom_days = 3.0
headroom_traces = 2
headroom_rollouts = 2

[[learning.other]]
name = "two_warehouses"
hash = "HASH"
orders = 30_000
days = 50.0
headroom_days = 2.0
headroom_traces = 2
headroom_rollouts = 2
"""


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fillrate.learn.against.hinges.QUESTIONS", 1_000)
    monkeypatch.setattr("fillrate.learn.against.evaluation.RULE_TRACES", 2)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "experiments" / "small.toml"
    path.parent.mkdir()
    path.write_text(SMALL.replace("HASH", load_world("two_warehouses").hash), encoding="utf-8")
    return path


def test_a_network_begins_as_the_rule_that_it_stands_on_and_only_its_last_layer_moves() -> None:
    world, shape = load_world("peak_season").over(6.0), shape_of()
    spread = spread_of(world, 1)
    numbers = begun(shape, shape.plain(), spread, 2)
    trace = sample(world, 3)
    cards = [simulate(world, trace, each(numbers, "it")).scorecard for each in (shape.rule, shape.policy)]
    assert dict(cards[0]) == dict(cards[1])
    moved = numbers.copy()
    moved[free(shape)] += 1.0
    before, after = shape.network(numbers), shape.network(moved)
    assert np.array_equal(before.mix, after.mix)
    assert np.array_equal(before.row, after.row)
    assert np.array_equal(before.table, after.table)
    assert (after.score - before.score == 1.0).all()
    assert (after.score_bias - before.score_bias == 1.0).all()


def test_the_first_layer_measures_a_column_by_its_spread_and_every_unit_sees_two() -> None:
    world, shape = load_world("peak_season").over(6.0), shape_of()
    spread = spread_of(world, 1)
    network = shape.network(begun(shape, shape.plain(), spread, 2))
    for n, name in enumerate(COLUMNS):
        if spread.high[n] - spread.low[n] > 0.02:
            ends = [network.row[n, n] * at + network.row_bias[n] for at in (spread.low[n], spread.high[n])]
            assert ends == pytest.approx([0.0, 1.0], abs=0.01), name
    seen = (network.mix != 0.0).sum(axis=1) + (network.table != 0.0).sum(axis=1)
    assert set(seen.tolist()) <= {1, 2}  # 1: a column twice
    assert (seen == 2).sum() >= 8


def test_on_a_planners_prices_rule_and_network_begin_as_bid_price() -> None:
    entry = read_entry("bid_price")
    assert entry.planner is not None
    world, planner = load_world("baskets").over(300.0), replace(entry.planner, times=2)
    shape = shape_of((), planner)
    around = Entry(Info("prices of stock", "modifier"), planner=planner)
    numbers = begun(shape, shape.plain(), spread_of(world, 1, shape.columns, around), 2)
    trace = sample(world, 3)
    cards = [
        simulate(world, trace, each).scorecard for each in (shape.rule(numbers, "it"), shape.policy(numbers, "it"))
    ]
    assert dict(cards[0]) == dict(cards[1]) == dict(simulate(world, trace, replace(entry, planner=planner)).scorecard)


def test_a_training_run_is_planned_as_often_a_day(tmp_path: Path) -> None:
    place = Place("baskets", "", 1, planner="bid_price", solves=20, days=2500.0)
    training = Training(load_world("baskets"), place, load_contest("learned_against_rules").contest, tmp_path)
    times = [training.planned(training.world.over(days)) for days in (10_000.0, 2_500.0, 100.0)]
    assert [each and each.times for each in times] == [20, 5, 1]


def test_both_searches_keep_to_their_orders() -> None:
    world = load_world("two_warehouses").over(50.0)
    ground = Ground(world, feeds_of(world, 2**32, 6))
    rule = tuned(ground, shape_of(), 20_000, 0)
    assert 0.6 * 20_000 < rule["orders"] <= 21_000
    assert rule["half_orders"] == pytest.approx(rule["orders"] / 2, rel=0.2)
    found = learned(ground, shape_of(), np.array(rule["half"]), spread_of(world, 0), 20_000, 0)
    assert 0.6 * 20_000 < found["orders"] <= 21_000
    assert [len(each["numbers"]) for each in found["way"]] == [shape_of().size] * 3


def test_limits_stay_around_what_is_learned() -> None:
    limit = (Limit("safety_stock", units=3.0),)
    shape = shape_of(limit)
    numbers = np.concatenate([shape.plain(), np.zeros(shape.size - shape.rule_size)])
    assert shape.rule(numbers, "it").limit == limit
    assert shape.policy(numbers, "it").limit == limit


def test_costs_are_those_of_single_runs_whatever_the_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    world = load_world("two_warehouses").over(30.0)
    monkeypatch.setattr(module, "AT_ONCE", 2)
    found = costs_of(world, {"cheapest": "cheapest", "hold_all": "hold_all"}, 7, 5)
    for name, cost in found.items():
        single = [simulate(world, sample(world, 7 + n), name).scorecard["controllable_cost"] for n in range(5)]
        assert cost.tolist() == single


def test_differences_are_paired_and_in_per_cent_of_the_rule() -> None:
    found = compared([9.0, 19.0, 29.0] * 2, [10.0, 20.0, 30.0] * 2)
    assert (found.money, found.low, found.high, found.per_cent, found.traces) == (-1.0, -1.0, -1.0, -5.0, 6)
    assert found.is_better
    assert not compared([9.0, 19.0], [10.0, 20.0]).is_better  # two alike prove nothing


@pytest.mark.parametrize(
    ("low", "high", "per_cent", "said"),
    [
        (-2.0, -1.0, -1.5, "the network wins"),
        (-1.0, 1.0, 0.1, "not shown to differ"),
        (0.1, 0.3, 0.2, "the rule wins, by little"),
        (1.0, 3.0, 2.0, "the rule wins"),
    ],
)
def test_verdicts(low: float, high: float, per_cent: float, said: str) -> None:
    gap = {"low": low, "high": high, "per_cent": per_cent}
    assert verdict_of({"shipped": 0, "seeds": [gap], "planner": {}}) == said


@pytest.mark.parametrize(
    ("high", "said"), [(-0.1, "the network wins"), (0.0, "the plan wins, the network adds nothing")]
)
def test_a_network_that_adds_nothing_to_a_plan_does_not_win(high: float, said: str) -> None:
    gap = {"low": -2.0, "high": -1.0, "per_cent": -1.5}
    row = {"shipped": 0, "seeds": [gap], "planner": {"bid_price": {"learned": {"high": high}}}}
    assert verdict_of(row) == said


def test_a_contest_is_trained_shipped_and_not_done_twice(small: Path, tmp_path: Path) -> None:
    plan, results, told = load_contest(small), tmp_path / "out", list[str]()
    with pytest.raises(InputError, match=r"no seed_0\.json"):
        run_contest(plan, results)
    found = run_contest(plan, results, train=True, policies=tmp_path / "policies", say=told.append)
    names = ("rule_prices", "limits", "seed_0", "seed_1", "rule_linear")
    steps = [f"two_warehouses: {step}" for step in names]
    assert told[: len(steps)] == steps
    assert found["larger"]["locations"] == 6
    row = found["worlds"][0]
    assert max(row["used"].values()) <= row["orders"] * 1.02
    assert min(row["used"].values()) >= row["orders"] * 0.8
    assert set(row["rules"]) == {"prices", "linear"}
    assert row["seeds"][row["shipped"]]["traces"] == 4
    for gains in (row["headroom"], found["others"][0]["headroom"]):
        assert gains["hindsight"]["money"] <= 0.0
        assert gains["lookahead"]["traces"] == gains["bid_price"]["traces"] == 2
    page = (results / "README.md").read_text(encoding="utf-8")
    assert "two_warehouses" in page
    again = run_contest(plan, results, train=True, say=pytest.fail)
    assert again == found
    assert (results / "README.md").read_text(encoding="utf-8") == page
    rule = load_policy(tmp_path / "policies" / f"{row['best_rule']}__two_warehouses.toml")
    kept = json.loads((results / "two_warehouses" / "evaluated" / f"{row['best_rule']}.json").read_text("utf-8"))
    world = load_world("two_warehouses")
    assert costs_of(world, {"it": rule}, 0, 2)["it"] == pytest.approx(kept["cost"][:2], abs=0.01)


def test_another_world_under_the_name_is_refused(small: Path, tmp_path: Path) -> None:
    small.write_text(SMALL.replace("HASH", "0" * 16), encoding="utf-8")
    with pytest.raises(InputError, match="'two_warehouses' hash: found '0000000000000000'"):
        run_contest(load_contest(small), tmp_path / "out")


def test_worlds_of_both_tables_are_the_same(small: Path) -> None:
    small.write_text(SMALL.replace('worlds = ["two_warehouses"]', 'worlds = ["regional"]'), encoding="utf-8")
    with pytest.raises(InputError, match=r"\[learning\] world: found two_warehouses; allowed: regional"):
        load_contest(small)


def test_other_experiments_are_no_contest(small: Path) -> None:
    assert is_contest(small)
    assert not is_contest("limited_edition_rules")
