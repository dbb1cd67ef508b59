"""`fillrate train`: what it refuses before it trains, and the command that its card names."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fillrate.learn import search

Run = Callable[..., Any]
SHORT = ("--steps", "400", "--days", "2.5", "--traces", "2", "--held-out", "2", "--hidden", "2")


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("POOL", 4), ("SIZE", 4), ("RULE_TRACES", 1), ("PAIRS", 2), ("TRACES", 1)):
        monkeypatch.setattr(search, name, value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cheapest", "the name of another policy"),
        ("mine", "the name of another policy"),
        ("taken", "no trained policy"),
        ("my/own", "a name of letters, digits"),
        ("a+b", "a name of letters, digits"),
    ],
)
def test_a_name_that_cannot_be_saved_is_refused_before_the_training(
    name: str, words: str, run: Run, workspace: Path
) -> None:
    """One that hides a policy of the catalogue would be meant by every other command."""
    (workspace / "policies" / "taken").mkdir(parents=True)
    (workspace / "policies" / "taken" / "notes").write_text("mine")
    (workspace / "policies" / "mine.toml").write_text("")
    before = sorted(workspace.rglob("*"))
    done = run("train", "two_warehouses", *SHORT, "--save", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("fillrate train: --save: found ")
    assert words in done.err
    assert sorted(workspace.rglob("*")) == before


@pytest.mark.parametrize("option", [("--patience", "3"), ("--envs", "4"), ("--warm-start", "cheapest")])
def test_a_search_refuses_what_it_has_no_use_for(option: tuple[str, str], run: Run, workspace: Path) -> None:
    done = run("train", "two_warehouses", *SHORT, *option)
    assert (done.code, done.out) == (2, "")
    assert f"{option[0]}: found with --algo es; allowed: an algorithm that learns from rewards" in done.err


def test_no_world_is_said_in_one_line(run: Run, workspace: Path) -> None:
    done = run("train", " , ", *SHORT)
    assert done.code == 2
    assert done.err.startswith("fillrate train: WORLD: found ''; allowed: one world")


def test_the_command_of_the_card_trains_the_same(run: Run, workspace: Path) -> None:
    first = run("train", "two_warehouses", *SHORT, "--rules", "cheapest,distance", "--save", "own", "--json")
    assert (first.code, first.err) == (0, "")
    card = json.loads(first.out)
    words = shlex.split(card["command"])
    assert words[:2] == ["fillrate", "train"]
    again = json.loads(run(*words[1:], "--folder", "anew", "--json").out)
    for said in (card, again):
        assert said["trained"].pop("seconds") > 0
        assert all(judged.pop("seconds") >= 0 for judged in said["trained"]["curve"])
    assert {key: again[key] for key in ("command", "course", "trained", "held_out")} == {
        key: card[key] for key in ("command", "course", "trained", "held_out")
    }
    shown = run("train", "two_warehouses", *SHORT, "--rules", "cheapest,distance", "--save", "own")
    assert "orders by es" in " ".join(shown.out.split())


def test_without_torch_one_line_says_what_to_install(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found before the module that needs it is read."""
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "fillrate.learn.training", raising=False)
    done = run("train", "two_warehouses", *SHORT, "--algo", "ppo")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("fillrate train: ")
    assert "torch" in done.err
    assert done.err.endswith("not installed; allowed: pip install 'fillrate[learn]'\n")


@pytest.mark.parametrize("option", ["steps", "envs", "hidden", "judge-every", "traces", "patience", "held-out"])
def test_a_number_out_of_range_is_told_where_the_range_begins(option: str, run: Run, workspace: Path) -> None:
    done = run("train", "two_warehouses", f"--{option}", "0")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"fillrate train: --{option}: found '0'; allowed: ")
    assert f"from {2 if option in {'traces', 'held-out'} else 1} on" in done.err
