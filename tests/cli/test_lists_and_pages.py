"""`worlds`, `policies`, `show` and `init`: what is there, and what it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fillrate.catalogue import KINDS, entries
from fillrate.cli.console import say
from fillrate.cli.listing import listed_policies
from fillrate.cli.scores import breakdown_tables
from fillrate.scorecard.metrics import METRICS

Run = Callable[..., Any]
WORLD_KEYS = {"name", "title", "locations", "regions", "skus", "segments", "days", "baselines", "file"}
POLICY_KEYS = {"name", "part", "kind", "worlds", "reference", "file"}  # DESIGN, section 8


def test_worlds_as_json_lists_the_catalogue(run: Run) -> None:
    found = json.loads(run("worlds", "--json").out)["worlds"]
    assert [entry["name"] for entry in found] == list(entries("envs"))
    assert all(set(entry) >= WORLD_KEYS for entry in found)
    pair = next(entry for entry in found if entry["name"] == "two_warehouses")
    assert (pair["locations"], pair["regions"], pair["skus"], pair["segments"], pair["days"]) == (2, 2, 1, 1, 2500.0)


def test_policies_as_json_has_the_keys_of_the_contract(run: Run) -> None:
    found = json.loads(run("policies", "--json").out)["policies"]
    assert [entry["name"] for entry in found] == list(entries("policies"))
    assert all(set(entry) >= POLICY_KEYS for entry in found)
    assert {entry["part"] for entry in found} <= {"rank", "source", "replenish", "modifier", "whole"}
    assert {entry["kind"] for entry in found} <= {"rule", "priced", "planned", "learned"}


@pytest.mark.parametrize("verb", ["worlds", "policies"])
def test_lists_fit_eighty_columns_and_name_everything(verb: str, run: Run, workspace: Path) -> None:
    out = run(verb).out
    assert max(map(len, out.splitlines())) <= 80
    words = out.split()
    assert set(entries({"worlds": "envs"}.get(verb, verb))) <= set(words)
    assert ("my_shop" if verb == "worlds" else "my_rule") in words


def test_no_word_of_a_title_is_lost_in_eighty_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = Counter(run("policies").out.split())
    told = Counter(word for entry in listed_policies() for word in entry["title"].split())
    assert not told - listed


def test_names_and_heads_of_a_breakdown_break_at_spaces_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    names = ["Frankfurt a. M.", "Mönchengladbach"]
    broken_down = [key for key in METRICS if "fill_rate" in key or key in {"mean_cycle_time", "home_share"}]
    say(*breakdown_tables({f"{key}[region={name}]": 0.98765 for key in broken_down for name in names}))
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert out.count("Frankfurt a. M. ") == out.count("Mönchengladbach ") == out.count("Region") > 0
    words = Counter(word for key in broken_down for word in METRICS[key].title.split())
    assert not words - Counter(out.split())


@pytest.mark.parametrize(("verb", "file"), [("worlds", "envs/bad.toml"), ("policies", "policies/bad.toml")])
def test_a_broken_file_hides_no_other(verb: str, file: str, run: Run, workspace: Path) -> None:
    (workspace / file).write_text("[world\n", encoding="utf-8")
    done = run(verb)
    assert (done.code, done.err) == (0, "")
    assert "broken: " in done.out
    found = json.loads(run(verb, "--json").out)[verb]
    broken = next(entry for entry in found if entry["name"] == "bad")
    assert "Expected ']'" in broken["problem"]
    assert len(found) == len(entries({"worlds": "envs"}.get(verb, verb)))


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in entries(kind)])
def test_every_entry_of_the_catalogue_has_a_page(
    kind: str, name: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = run("show", name)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{name} ({KINDS[kind]}" if kind != "policies" else f"{name} (")
    assert max(map(len, done.out.splitlines())) <= 80 or "/" in max(done.out.splitlines(), key=len)
    assert json.loads(run("show", name, "--json").out)["kind"] == KINDS[kind]


def test_a_page_says_what_the_file_states_and_no_default(run: Run, workspace: Path) -> None:
    page = run("show", "my_shop").out
    assert "rate_per_km = 0.004" in page
    assert "about 3,000 orders" in page
    assert "source = cheapest" in page
    assert "cut_off_hours" not in page


def test_names_joined_by_plus_are_shown_one_after_the_other(run: Run) -> None:
    out = run("show", "cheapest+fcfs").out
    assert out.index("cheapest (source policy, rule)") < out.index("fcfs (rank policy, rule)")
    assert [said["policy"]["name"] for said in json.loads(run("show", "cheapest+fcfs", "--json").out)] == [
        "cheapest",
        "fcfs",
    ]


def test_a_file_is_shown_by_what_is_in_it(run: Run, workspace: Path) -> None:
    assert run("show", "policies/my_rule.toml").out.startswith("my_rule (source policy, rule)")
    assert run("show", "experiments/my_experiment.toml").out.startswith("my_experiment (experiment)")
    (workspace / "envs" / "my_shop.toml").rename(workspace / "moved.toml")
    assert run("show", "./moved.toml").out.startswith("my_shop (world)")


def test_init_makes_a_workspace_whose_commands_run(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("init", "shop")
    assert done.code == 0
    made = sorted(str(path.relative_to(tmp_path / "shop")) for path in tmp_path.rglob("*.*"))
    told = ["envs/my_shop.toml", "experiments/my_experiment.toml", "orders.csv", "policies/my_rule.toml", "sites.csv"]
    assert made == told
    monkeypatch.chdir(tmp_path / "shop")
    commands = [line.split()[1:] for line in done.out.splitlines() if line.startswith("  fillrate")]
    assert len(commands) == 6
    short = {"simulate": ["--days", "3"], "compare": ["--days", "3", "--jobs", "1"]}
    for command in commands[:-1]:
        assert run(*command, *short.get(command[0], [])).code == 0


def test_init_overwrites_nothing(run: Run, workspace: Path) -> None:
    for name in ("envs/my_shop.toml", "policies/my_rule.toml"):
        (workspace / name).unlink()
    before = sorted(workspace.rglob("*"))
    assert run("init").code == 2  # the others are still there
    assert sorted(workspace.rglob("*")) == before


def test_a_workspace_hides_the_built_in_entry_of_the_same_name(run: Run, workspace: Path) -> None:
    text = (workspace / "envs" / "my_shop.toml").read_text(encoding="utf-8")
    changed = text.replace('name = "my_shop"', 'name = "two_warehouses"')
    (workspace / "envs" / "two_warehouses.toml").write_text(changed, encoding="utf-8")
    assert "A small shop with two warehouses" in run("show", "two_warehouses").out


def test_show_tells_how_far_off_the_fitted_rate_cards_are(run: Run) -> None:
    """`peak_season` has two bands; the first breaks are off by about a tenth of their price."""
    out = " ".join(run("show", "peak_season").out.split())
    assert "up to 350 km: 4.57 a parcel + 0.268 a kg; off by at most 0.51 (11% of the price) at a weight break" in out
    assert "Rate cards" not in run("show", "two_warehouses").out


def test_a_warm_up_is_suggested_over_other_days_too(run: Run) -> None:
    """What it advises can be done: more days are an option."""
    short, longer = (run("show", "two_warehouses", "--warm-up", "--days", days).out for days in ("20", "60"))
    assert "20 days are too few to tell: play 40 or more (`--days N`)" in " ".join(short.split())
    assert "not settled" not in short
    assert "too few" not in longer
    refused = run("show", "two_warehouses", "--days", "20")
    assert refused.code == 2
    assert "--warm-up" in refused.err
