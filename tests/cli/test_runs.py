"""`simulate`, `compare`, `run` and `doctor`: their JSON is the contract's, their tables fit, their files are whole."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from fillrate.cli import health
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world

Run = Callable[..., Any]
SIMULATE_KEYS = ["world", "policy", "seed", "engine", "days", "orders", "scorecard", "trace_hash", "seconds"]
COMPARE_KEYS = [
    "world",
    "seed",
    "days",
    "replications",
    "policies",
    "pairs",
    "best",
    "bound",
    "interval",
    "selection",
    "half_width",
    "worst_tenth",
    "robustness",
    "unshifted",
    "orders",
]
PAIR_KEYS = ["a", "b", "metric", "difference", "low", "high", "p_value", "verdict"]
SHORT = ("--days", "20", "--seed", "5")


def test_simulate_prints_the_json_of_the_contract(run: Run) -> None:
    done = run("simulate", "two_warehouses", "cheapest", *SHORT, "--json")
    said = json.loads(done.out)
    world = load_world("two_warehouses").over(20.0)
    result = simulate(world, sample(world, 5), "cheapest")
    assert (done.code, done.err) == (0, "")
    assert list(said) == SIMULATE_KEYS
    assert said["policy"] == {
        "name": "cheapest",
        "rank": "fcfs",
        "source": "cheapest",
        "replenish": "base_stock",
        "modifiers": [],
    }
    assert (said["world"], said["seed"], said["engine"], said["days"]) == ("two_warehouses", 5, "compiled", 20.0)
    assert (said["orders"], said["trace_hash"]) == (result.orders, result.trace_hash)
    assert said["scorecard"] == dict(result.scorecard)
    assert None in said["scorecard"].values()  # no station: null, never NaN


def test_simulate_without_a_policy_takes_the_defaults_of_the_world(run: Run) -> None:
    said = json.loads(run("simulate", "two_warehouses", *SHORT, "--json").out)
    named = json.loads(run("simulate", "two_warehouses", "cheapest", *SHORT, "--json").out)
    assert said["policy"] == named["policy"] | {"name": "fcfs+cheapest+base_stock"}
    assert said["scorecard"] == named["scorecard"]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_scorecard_fits_the_terminal(columns: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run("simulate", "regional", "--days", "3").out
    assert max(map(len, out.splitlines())) <= columns
    assert "Contribution" in out
    assert "rotterdam" in out


def test_the_journal_is_written_whole(run: Run, tmp_path: Path) -> None:
    for name in ("journal.parquet", "journal.csv"):
        done = run("simulate", "two_warehouses", "cheapest", *SHORT, "--journal", str(tmp_path / name))
        assert done.code == 0
    world = load_world("two_warehouses").over(20.0)
    result = simulate(world, sample(world, 5), "cheapest", journal=True)
    assert result.journal is not None
    assert pq.read_table(tmp_path / "journal.parquet").to_pylist() == result.journal.to_pylist()
    assert pc.read_csv(tmp_path / "journal.csv").num_rows == result.journal.num_rows
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal.csv", "journal.parquet"]


def test_an_older_journal_stays_if_the_new_one_fails(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", "journal")

    old = tmp_path / "journal.parquet"
    old.write_text("old")
    monkeypatch.setattr(pq, "write_table", broken)
    done = run("simulate", "two_warehouses", "cheapest", *SHORT, "--journal", str(old))
    assert (done.code, done.out, done.err) == (2, "", "fillrate simulate: journal: No space left on device\n")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_explain_tells_the_story_of_an_order(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = run("simulate", "two_warehouses", "cheapest", *SHORT, "--explain", "3").out
    head, question, verdict = out.splitlines()[0], out.splitlines()[3], out.splitlines()[-1]
    assert re.match(r"Order 3: received on day [\d.]+, region \w+, segment standard", head)
    assert re.match(r"Day [\d.]+, offer 1: 1 × item", question)
    assert re.search(r"cheapest takes (north|south): ", out)
    assert "What became of it:" in out
    assert re.search(r"delivered 1 × item at (north|south)", verdict)


def test_explain_says_why_nothing_was_taken(run: Run) -> None:
    out = run("simulate", "two_warehouses", "hold_all", *SHORT, "--explain", "0").out
    assert "hold_all holds: it always holds." in out
    assert "lost 1 × item" in out


def test_explain_as_json_holds_every_question(run: Run) -> None:
    said = json.loads(run("simulate", "two_warehouses", "cheapest", *SHORT, "--explain", "3", "--json").out)
    assert list(said) == [*SIMULATE_KEYS, "explanation"]
    (question,) = said["explanation"]
    assert (question["order"], question["policy"], question["steps"]) == (3, "cheapest", ["-cost_per_unit"])
    assert {row["location"] for row in question["rows"]} == {"north", "south"}


def test_an_order_that_was_never_asked_about_says_so(run: Run) -> None:
    out = run("simulate", "limited_edition", "product_allocation", "--explain", "9990").out
    assert "The policy was not asked: " in out


def test_compare_prints_the_json_of_the_contract(run: Run) -> None:
    command = ("compare", "two_warehouses", "--policies", "cheapest, hold_all", "--replications", "2", *SHORT)
    done = run(*command, "--jobs", "1", "--json")
    said = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert list(said) == COMPARE_KEYS
    assert list(said["policies"]) == ["cheapest", "hold_all"]
    assert set(said["policies"]["cheapest"]["contribution"]) == {"mean", "low", "high"}
    assert all(list(pair) == PAIR_KEYS for pair in said["pairs"])
    assert (said["best"]["policy"], said["best"]["metric"], said["bound"]) == ("cheapest", "contribution", None)


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_comparison_fits_the_terminal(columns: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run("compare", "two_warehouses", "-n", "3", *SHORT, "--jobs", "1").out
    lines = out.splitlines()
    assert max(map(len, lines)) <= columns
    assert sum(line.startswith("cheapest ") and "±" in line for line in lines) >= 1
    assert any(line.startswith("cheapest") and "* " in line for line in lines)
    assert "± half of the 95 % interval" in " ".join(out.split())


def test_one_run_has_no_intervals(run: Run) -> None:
    out = run("compare", "two_warehouses", "-n", "1", *SHORT, "--jobs", "1").out
    assert "± " not in out
    assert "one run has no intervals" in " ".join(out.split())


def test_compare_goes_on_from_a_folder(run: Run, tmp_path: Path) -> None:
    command = ("compare", "two_warehouses", *SHORT, "--jobs", "1", "--json", "--resume", str(tmp_path / "kept"))
    run(*command, "-n", "2")
    kept = (tmp_path / "kept" / "results.jsonl").read_text()
    again = run(*command, "-n", "3")
    assert (tmp_path / "kept" / "results.jsonl").read_text().startswith(kept)
    assert json.loads(again.out)["replications"] == 3


def test_compare_writes_a_report(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    out = run("compare", "two_warehouses", "-n", "2", *SHORT, "--jobs", "1", "--report", str(report)).out
    assert str(report) in out.replace("\n", "")
    assert "</html>" in report.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [report]


def test_an_experiment_is_run_and_gone_on_with(run: Run, workspace: Path) -> None:
    path = workspace / "experiments" / "my_experiment.toml"
    path.write_text(path.read_text().replace("replications = 10", "replications = 2\ndays = 3.0"))
    first = run("run", "my_experiment", "--jobs", "1")
    folder = workspace / "experiments" / "my_experiment" / "results" / "my_shop"
    assert first.code == 0
    assert sorted(p.name for p in folder.iterdir()) == ["comparison.json", "report.html", "results.jsonl"]
    kept = (folder / "results.jsonl").read_text()
    said = json.loads(run("run", str(path), "--jobs", "1", "--json").out)
    assert (folder / "results.jsonl").read_text() == kept
    assert said["comparisons"]["my_shop"] == json.loads((folder / "comparison.json").read_text())
    assert run("run", "my_experiment", "--jobs", "1", "--results", "elsewhere").code == 0
    assert (workspace / "elsewhere" / "my_shop" / "report.html").is_file()


def test_the_doctor_finds_a_known_answer(run: Run) -> None:
    done = run("doctor", "--json")
    said = json.loads(done.out)
    assert (done.code, said["ok"], said["self_test"]["ok"]) == (0, True, True)
    assert said["self_test"]["lost"] == pytest.approx(health.LOST, abs=health.TOLERANCE)
    assert None not in said["required"].values()


@pytest.mark.parametrize(
    ("name", "value"), [("_lost_share", lambda: (0.2, 5000)), ("required_parts", lambda: {"numpy": None})]
)
def test_the_doctor_says_what_is_wrong(name: str, value: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_lost_share", lambda: (health.LOST, 5000))
    monkeypatch.setattr(health, name, value)
    done = run("doctor")
    assert done.code == 1
    assert "Something is wrong" in done.out
    assert json.loads(run("doctor", "--json").out)["ok"] is False


def test_a_doctor_that_cannot_run_the_model_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> tuple[float, int]:
        raise RuntimeError("no engine")

    monkeypatch.setattr(health, "_lost_share", broken)
    done = run("doctor")
    assert done.code == 1
    assert "two_warehouses did not run: RuntimeError: no engine" in " ".join(done.out.split())


def test_a_failed_check_is_exit_code_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from fillrate.bench import compare as module
    from fillrate.errors import CheckFailed

    def fails(*_: Any, **__: Any) -> None:
        raise CheckFailed("two lines\nof text")

    monkeypatch.setattr(module, "compare_scores", fails)
    done = run("compare", "two_warehouses", *SHORT, "--jobs", "1")
    assert (done.code, done.out, done.err) == (1, "", "fillrate compare: two lines of text\n")


def test_a_folder_that_may_not_be_read_is_said_to_be_so(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "bundle").mkdir()
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    done = run("verify", "bundle")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("fillrate verify: BUNDLE: path 'bundle' is not readable; allowed: folder of a bundle")
