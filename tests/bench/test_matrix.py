"""Policies by cases: regrets, worst cases, profiles, frontier, tails, and what an axis is worth."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fillrate.bench.along import along
from fillrate.bench.axes import Axis, Variant, cases_of
from fillrate.bench.compare import compare
from fillrate.bench.comparison import Comparison, compare_scores
from fillrate.bench.days import money_by_day, stock_at, stock_by_day
from fillrate.bench.experiments import load_experiment, play_experiment
from fillrate.bench.fitting import every_policy, fitting
from fillrate.bench.frontier import far_off, frontier
from fillrate.bench.matrix import matrix_of
from fillrate.bench.profiles import cost_ratios, profile
from fillrate.bench.report.matrix_tables import matrix_table as html_table
from fillrate.bench.report.overview import write_overview
from fillrate.bench.report.page import matrix_note
from fillrate.bench.robustness import AS_STATED, SHIFTS, shifted_worlds
from fillrate.bench.tails import cvar, worst
from fillrate.bench.warmup import mser, suggested_warm_up
from fillrate.cli.console import say
from fillrate.cli.scores import matrix_tables
from fillrate.errors import NotFound
from fillrate.simulate import simulate
from fillrate.trace import sample, save_trace
from fillrate.trace.replay import names_of
from fillrate.world import load_world


def compared(**costs: float) -> Comparison:
    """Policies with these mean costs over six runs; the margin of all orders is 1,000 in each."""
    noise = (-1.0, 0.0, 1.0) * 2
    scores = {
        name: [{"contribution": 1000 - cost + e, "controllable_cost": cost - e, "unit_fill_rate": 0.9} for e in noise]
        for name, cost in costs.items()
    }
    return compare_scores("w", 0, 10.0, scores)


def test_regrets_are_shares_of_the_best_ones_cost() -> None:
    matrix = matrix_of({"x": compared(a=100.0, b=110.0), "y": compared(a=60.0, b=50.0)})
    assert matrix.cells["b", "x"].share == pytest.approx(0.1)
    assert matrix.cells["a", "y"].behind == pytest.approx(10.0)
    assert matrix.cells["a", "y"].share == pytest.approx(0.2)
    assert matrix.cells["a", "x"].behind == 0.0
    assert matrix.cells["b", "x"].worse
    assert (matrix.best("x"), matrix.best("y")) == ("a", "b")


def test_policies_are_ordered_by_their_worst_case() -> None:
    matrix = matrix_of({"x": compared(a=100.0, b=150.0, c=105.0), "y": compared(a=60.0, b=50.0, c=51.0)})
    assert matrix.policies == ("c", "a", "b")
    case, share = matrix.worst("b") or ("", 0.0)
    assert (case, round(share, 12)) == ("x", 0.5)
    assert matrix.sentence.endswith("c is never far behind: at most 5 %, with x.")


def test_a_worst_case_that_is_far_behind_is_not_called_near() -> None:
    matrix = matrix_of({"x": compared(a=100.0, b=150.0), "y": compared(a=160.0, b=50.0)})
    assert matrix.sentence.endswith("b has the smallest worst case: 50 % behind, with x.")


def test_equals_are_all_the_best_of_a_case() -> None:
    matrix = matrix_of({"x": compared(a=100.0, b=100.0), "y": compared(a=160.0, b=50.0)})
    assert matrix.sentence == "b has the best mean in all 2 cases."
    same = matrix_of({"x": compared(a=100.0, b=100.0)})
    assert same.sentence == "a and b have the best mean in the one case."


def test_a_policy_alone_wins_nothing() -> None:
    assert "best" not in matrix_of({"x": compared(a=100.0), "y": compared(a=50.0)}).sentence


def test_shares_are_of_what_decides() -> None:
    cards = {name: [{"lost_units": value}] * 2 for name, value in (("a", 10.0), ("b", 15.0))}
    matrix = matrix_of({"x": compare_scores("w", 0, 10.0, cards, metric="lost_units")})
    assert matrix.measure == "lost units"
    assert "as a share of its lost units" in matrix_note(matrix)
    assert matrix_of({"x": compared(a=1.0)}).measure == "controllable cost"


def test_the_best_of_a_case_is_marked_where_nothing_is_lost_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    """No share can be taken of nought."""
    cards = {name: [{"lost_units": value}] * 2 for name, value in (("a", 0.0), ("b", 5.0))}
    matrix = matrix_of({"x": compare_scores("w", 0, 10.0, cards, metric="lost_units")})
    say(*matrix_tables(matrix))
    assert capsys.readouterr().out.splitlines()[2].split() == ["a", "*", "–"]
    assert html_table(matrix).count(">best<") == 1


def test_a_terminal_holds_every_column_of_a_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    """Six cases of two words each, and a name of 40 letters: no head and no number is cut."""
    cases = {f"{word} times {n} %": compared(**{"a" * 40: 10.0, "b": 55.5}) for n, word in enumerate(6 * ["lead"])}
    for table in matrix_tables(matrix_of(cases)):
        say(table)
    shown = capsys.readouterr().out
    assert shown.count("455.0") == len(cases) + 1
    assert "worst" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_policy_that_misses_a_case_stands_last_and_says_why() -> None:
    found = {"x": compared(a=100.0, b=90.0), "y": compared(a=100.0)}
    matrix = matrix_of(found, {("b", "y"): "does not fit"})
    assert matrix.policies == ("a", "b")
    assert matrix.worst("b") is None
    rows = {(row["policy"], row["case"]): row for row in matrix.to_json()["cells"]}
    assert rows["b", "y"] == {"policy": "b", "case": "y", "skipped": "does not fit"}
    json.dumps(matrix.to_json(), allow_nan=False)


def test_profiles_by_hand() -> None:
    matrix = matrix_of({"x": compared(a=100.0, b=150.0), "y": compared(a=60.0, b=50.0), "z": compared(a=80.0)})
    ratios = cost_ratios(matrix)
    assert ratios["a"] == pytest.approx([1.0, 1.2, 1.0])
    assert ratios["b"] == pytest.approx([1.5, 1.0, math.inf])
    at, reached = profile(ratios["b"])
    assert at == pytest.approx([1.0, 1.5])
    assert reached == pytest.approx([1 / 3, 2 / 3])


def test_who_costs_many_times_as_much_is_not_drawn_beside_the_others() -> None:
    costs = {"a": 100.0, "b": 110.0, "c": 120.0}
    assert far_off(compared(**costs)) == []
    assert far_off(compared(**costs, hold=900.0)) == ["hold"]
    assert far_off(compared(**costs, poor=190.0, hold=900.0)) == ["hold", "poor"]
    assert far_off(compared(a=100.0, hold=900.0)) == []


def test_the_frontier_leaves_out_what_is_beaten_in_both(comparison: Comparison) -> None:
    found = frontier(comparison)
    points = {n: (e["controllable_cost"].mean, e["unit_fill_rate"].mean) for n, e in comparison.policies.items()}
    for name, (cost, fill) in points.items():
        beaten = any(c <= cost and f >= fill and (c, f) != (cost, fill) for c, f in points.values())  # type: ignore[operator]
        assert (name in found) != beaten


def test_the_tail_of_a_normal_law() -> None:
    """CVaR of a standard normal at 10 % is −φ(z)/0.1 = −1.75498."""
    values = np.random.default_rng(1).normal(size=200_000)
    assert cvar(values) == pytest.approx(-1.75498, abs=0.015)
    assert worst(values, "less") == pytest.approx(1.75498, abs=0.015)
    assert cvar(np.array([np.nan])) is None


def test_few_values_have_their_worst_one() -> None:
    assert cvar(np.array([3.0, 1.0, 2.0])) == 1.0


def test_days_add_up_to_the_run() -> None:
    world = load_world("regional").over(20)
    found = simulate(world, sample(world, 2), "cheapest", journal=True)
    assert found.journal is not None
    kinds = found.journal["kind"].cast("string").to_numpy(zero_copy_only=False)
    money, time = found.journal["money"].to_numpy(zero_copy_only=False), found.journal["time"].to_numpy()
    charged = np.isin(kinds, ["holding", "capital", "backorder"])
    inside = ((time < 20) | charged) & ~np.isin(kinds, ["opening_value", "write_down"]) & np.isfinite(money)
    by_day = money_by_day(found.journal, world.days)
    assert len(by_day) == 20
    assert by_day.sum() == pytest.approx(money[inside].sum())
    stock = stock_by_day(found.journal, world.days)
    opening = found.journal["quantity"].to_numpy()[kinds == "opening"].sum()
    assert 0 < stock.min() <= stock.max() <= 2 * opening


def test_stock_over_time_is_what_holding_is_charged_for() -> None:
    """With returns and transfers, at half a unit of money a day."""
    world = load_world("omnichannel").over(30)
    world = replace(world, skus=tuple(replace(sku, holding_per_day=0.5) for sku in world.skus))
    journal: Any = simulate(world, sample(world, 2), world.defaults.source, journal=True).journal
    kinds = journal["kind"].cast("string").to_numpy(zero_copy_only=False)
    assert {"returned", "transferred"} <= set(kinds.tolist())
    time, money = (journal[name].to_numpy(zero_copy_only=False) for name in ("time", "money"))
    instants = np.unique(np.append(time[time <= 30.0], [0.0, 30.0]))
    held = (stock_at(journal, instants)[:-1] * np.diff(instants)).sum()
    assert 0.5 * held == pytest.approx(-money[(kinds == "holding") & (time <= 30.0)].sum(), rel=1e-6)


def test_warm_up_is_where_the_transient_ends() -> None:
    random = np.random.default_rng(5)
    decay = 50.0 * np.exp(-np.arange(400) / 12.0)
    cuts = [mser(10.0 + decay + random.normal(size=400)) for _ in range(30)]
    assert sum(cut is not None and 40 <= cut <= 90 for cut in cuts) >= 27  # it is below the noise from day 47 on
    flat = [mser(10.0 + random.normal(size=400)) for _ in range(30)]
    assert sum(cut is not None and cut <= 40 for cut in flat) >= 20
    assert mser(np.arange(400.0)) is None  # never settles
    assert mser(np.ones(12)) is None


def test_a_world_that_starts_full_gets_a_warm_up() -> None:
    found = suggested_warm_up(load_world("regional").over(150), runs=3, quiet=True)
    assert set(found.by) == {"units on hand", "contribution a day"}
    assert found.days is not None
    assert 5 <= found.days <= 50
    assert found.to_json()["stated"] == load_world("regional").over(150).header.warm_up_days


def test_the_warm_up_of_a_world_that_replays_a_log_is_that_of_its_log(tmp_path: Path) -> None:
    """A log without orders: stock never moves, and nothing of it is to be left out; sampled orders use it up."""
    world = load_world("regional").over(60)
    empty = replace(world, demand=replace(world.demand, rate_per_day=0.0))
    save_trace(sample(empty, 0), tmp_path / "log.parquet", names_of(world))
    told = replace(world, header=replace(world.header, trace=str(tmp_path / "log.parquet")))
    replayed, drawn = (suggested_warm_up(w, "cheapest", runs=2, quiet=True).by for w in (told, world))
    assert replayed == {"units on hand": 0.0, "contribution a day": 0.0}
    assert drawn["units on hand"] != 0.0


@pytest.mark.parametrize("level", [0.0, 0.1, 0.3, 123.456, -1e9 / 3])
def test_what_never_moves_needs_no_warm_up(level: float) -> None:
    """Whatever its mean is rounded to."""
    assert mser(np.full(60, level)) == 0


@pytest.mark.parametrize("level", [1.0, 7.7, 123.4, 1e6 / 3])
def test_what_never_moves_after_its_start_is_cut_there(level: float) -> None:
    assert mser(level + np.r_[9.0, 8.0, 7.0, 6.0, 5.0, np.zeros(360)]) == 5


def test_shifted_worlds_are_five_or_say_why_not() -> None:
    found, left = shifted_worlds(load_world("regional"))
    assert list(found) == list(SHIFTS)
    assert not left
    found, left = shifted_worlds(load_world("limited_edition"))
    assert set(left) == {"lead times −50 %", "lead times +50 %"}
    assert "an outage" in found


def test_a_comparison_in_shifted_worlds_is_one_matrix(tmp_path: Path) -> None:
    report = tmp_path / "r.html"
    found = compare("regional", "cheapest,distance", 2, 0, 30, 1, quiet=True, robust=True, report=report, command="x")
    matrix = found.robustness
    assert matrix is not None
    assert matrix.cases == (AS_STATED, *SHIFTS)
    assert matrix.cells["distance", AS_STATED].mean == found.policies["distance"]["contribution"].mean
    means = {case: matrix.cells["cheapest", case].mean for case in matrix.cases}
    assert means["demand −20 %"] < means["as stated"] < means["demand +20 %"]  # type: ignore[operator]
    assert means["an outage"] < means["as stated"]  # type: ignore[operator]
    said = found.to_json()["robustness"]
    assert said["cases"] == [AS_STATED, *SHIFTS]
    page = report.read_text(encoding="utf-8")
    assert "Does it hold in a world that is a little different?" in page


def test_an_axis_is_worth_the_paired_differences(tmp_path: Path) -> None:
    axis = Axis("reach", variant=(Variant(name="home", nearest=1), Variant(name="two", nearest=2), Variant(name="all")))
    cases = list(cases_of(["regional"], [axis]))
    found = {c.name: compare(c.world(), "cheapest,distance", 3, 0, 20, 1, quiet=True) for c in cases}
    (curve,) = along(cases, found)
    steps = curve.steps["cheapest"]
    values = [found[c.name].columns["cheapest"]["contribution"] for c in cases]
    assert [s.difference for s in steps] == pytest.approx([0.0, *(float((v - values[0]).mean()) for v in values[1:])])
    assert (steps[0].share, steps[2].share) == (0.0, 1.0)
    assert 0.4 < steps[1].share < 1.0  # type: ignore[operator]
    write_overview(tmp_path / "o.html", "x", "", matrix_of(found), [curve], "fillrate run x")
    page = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert all(words in page for words in ("Policies by cases", "reach: what it is worth", "Performance profiles"))


def test_a_page_leaves_out_what_it_cannot_draw(tmp_path: Path) -> None:
    """A policy that never ships has no cycle time to draw, and costs of nothing are no ratios."""
    axis = Axis("demand", variant=tuple(Variant(name=str(n), demand=float(n)) for n in (1, 2, 3)))
    cases = list(cases_of(["two_warehouses"], [axis]))
    found = {
        c.name: compare(c.world(), "hold_all,distance", 3, 0, 5, 1, quiet=True, metric="order_cycle_time_days")
        for c in cases
    }
    matrix, curves = matrix_of(found), along(cases, found)
    nothing = replace(matrix, cells={key: replace(cell, cost=0.0) for key, cell in matrix.cells.items()})
    write_overview(tmp_path / "o.html", "x", "", nothing, curves, "fillrate run x")
    page = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "demand: what it is worth" in page
    assert "Performance profiles" not in page


def test_policies_that_do_not_fit_are_left_out_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="policy 'no_such'"):
        fitting(["cheapest", "no_such"], load_world("limited_edition"))
    kept, skipped = fitting(["cheapest", "base_stock"], load_world("limited_edition"))
    assert kept == ["cheapest"]
    assert skipped["base_stock"] == "policy 'base_stock': a replenish policy in 'limited_edition'"
    path = tmp_path / "e.toml"
    path.write_text(
        '[experiment]\nname = "e"\nworlds = ["two_warehouses", "limited_edition"]\n'
        'policies = ["cheapest", "base_stock"]\n'
        "skip_unfit = true\nreplications = 2\ndays = 5.0\nreport = false\n",
        encoding="utf-8",
    )
    found = play_experiment(load_experiment(path), tmp_path / "out", 1, quiet=True)
    assert found.matrix is not None
    assert found.matrix.skipped == found.skipped == {("base_stock", "limited_edition"): skipped["base_stock"]}
    kept_file = json.loads((tmp_path / "out" / "matrix.json").read_text(encoding="utf-8"))
    assert kept_file["cases"] == ["two_warehouses", "limited_edition"]


def test_every_policy_is_no_modifier() -> None:
    names = every_policy()
    assert {"cheapest", "fcfs", "base_stock"} <= set(names)
    assert not {"max_splits", "ship_complete"} & set(names)


def test_a_policy_that_would_take_too_long_is_left_out() -> None:
    world = load_world("two_warehouses").over(100)
    slow = ["lookahead", "cheapest+stock_prices"]
    kept, skipped = fitting(["cheapest", *slow], world, most_seconds=0.0)
    assert kept == ["cheapest"]
    assert skipped == dict.fromkeys(slow, "a run takes more than 0 s")
