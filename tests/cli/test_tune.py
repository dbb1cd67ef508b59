"""`fillrate tune`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fillrate.learn.tune import tuning
from fillrate.learn.tune.playing import Playground
from fillrate.policy import load_policy

Run = Callable[..., Any]
SHORT = ("tune", "tight_cash", "base_stock", "--days", "20", "--trials", "12", "-n", "4", "--held-out", "4")


def test_json_has_the_keys_of_the_contract(run: Run, workspace: Path) -> None:
    done = run(*SHORT, "--json")
    assert (done.code, done.err) == (0, "")
    said = json.loads(done.out)
    assert (said["world"], said["policy"], said["metric"]) == ("tight_cash", "base_stock", "contribution")
    assert (said["trials"], said["saved"]) == (12, None)
    assert said["orders"] > 0
    assert all(set(change) == {"from", "to"} for change in said["parameters"].values())
    assert said["parameters"]["replenish.service_level"]["from"] is None
    assert set(said["training"]) >= {"from", "to", "difference", "seeds"}
    assert set(said["held_out"]) >= {"difference", "low", "high", "verdict", "seeds"}
    assert said["held_out"]["verdict"] in {"better", "not shown", "worse"}
    assert said["held_out"]["low"] <= said["held_out"]["difference"] <= said["held_out"]["high"]


def test_what_is_saved_is_a_policy_of_the_workspace(run: Run, workspace: Path) -> None:
    said = json.loads(run(*SHORT, "--save", "--json").out)
    assert said["held_out"]["verdict"] == "better"
    assert said["saved"] == "policies/base_stock__tight_cash.toml"
    assert load_policy("base_stock__tight_cash").replenish is not None
    listed = json.loads(run("policies", "--json").out)["policies"]
    entry = next(entry for entry in listed if entry["name"] == "base_stock__tight_cash")
    assert entry["worlds"] == ["tight_cash"]
    assert run("show", "base_stock__tight_cash").code == 0


def test_a_person_reads_the_verdict_first_then_the_numbers(run: Run, workspace: Path) -> None:
    done = run(*SHORT, "--save")
    lines = done.out.splitlines()
    assert lines[0] == "Tuned, base_stock is better than it was."
    assert max(map(len, lines)) <= 80
    assert "after 12 trials" in done.out
    assert any(line.startswith("replenish.cover_days") for line in lines)
    assert lines[-1] == "Saved: policies/base_stock__tight_cash.toml"


def test_a_result_that_does_not_hold_is_not_saved_and_one_line_says_why(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runs of the check are turned round: what was gained in training is lost there."""
    play = Playground.play

    def turned(self: Any, *given: Any) -> Any:
        return play(self, *given) * (-1.0 if self.seeds[0] == 0 else 1.0)

    monkeypatch.setattr(Playground, "play", turned)
    before = sorted((workspace / "policies").iterdir())
    done = run(*SHORT, "--save")
    assert done.code == 0
    assert "the search has fitted the luck of its training runs" in " ".join(done.out.split())
    assert done.out.splitlines()[-1] == "Not saved: on held-out orders the tuned policy is worse."
    assert sorted((workspace / "policies").iterdir()) == before
    assert json.loads(run(*SHORT, "--save", "--json").out)["saved"] is None


def test_nothing_better_found_is_said_and_nothing_saved(run: Run, workspace: Path) -> None:
    out = run("tune", "limited_edition_daily", "critical_level", *SHORT[3:], "--save").out
    assert out.startswith("Nothing better than critical_level as it is was found.\n")
    assert out.endswith("Not saved: nothing has changed.\n")


def test_ctrl_c_reports_the_best_so_far(run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play, calls = Playground.play, iter(range(1000))

    def tired(self: Any, *given: Any) -> Any:
        if next(calls) == 8:
            raise KeyboardInterrupt
        return play(self, *given)

    monkeypatch.setattr(Playground, "play", tired)
    done = run(*SHORT, "--json")
    assert (done.code, done.err) == (130, "")
    said = json.loads(done.out)
    assert said["interrupted"] is True
    assert 1 < said["trials"] < 12
    assert said["held_out"]["verdict"]


def test_without_optuna_one_line_says_what_to_install(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "find_spec", lambda _: None)
    done = run(*SHORT)
    assert (done.code, done.out) == (2, "")
    assert done.err == "fillrate tune: optuna: not installed; allowed: pip install 'fillrate[tune]'\n"


def test_a_place_that_cannot_be_written_to_is_found_before_the_search(
    run: Run, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").write_text("a file")
    done = run(*SHORT, "--save")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("fillrate tune: --save: 'policies' cannot be made")
