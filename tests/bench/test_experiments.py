"""Experiments: read strictly, run into a folder of their own, and gone on with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fillrate.bench import compare as module
from fillrate.bench.experiments import Experiment, load_experiment, results_folder, run_experiment
from fillrate.bench.fitting import ALL
from fillrate.catalogue import entries, find
from fillrate.errors import InputError
from fillrate.policy import load_policy
from fillrate.world import load_world

SMALL = """
[experiment]
name = "small"
title = "Sharing or not?"
worlds = ["two_warehouses"]
policies = ["cheapest", "fixed_primary"]
replications = 2
seed = 3
days = 20.0
report = false
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "c++ and a space" / "experiments" / "small.toml"
    path.parent.mkdir(parents=True)
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", entries("experiments"))
def test_every_experiment_of_the_catalogue_fits_its_worlds(name: str) -> None:
    said = load_experiment(name)
    for world in said.worlds:
        place = load_world(world)
        named = [policy for policy in said.policies if policy != ALL]
        assert all(load_policy(policy, place) for policy in named or place.defaults.baselines)
    assert said.name == name


def test_results_are_kept_by_world(small: Path) -> None:
    folder = results_folder(small)
    assert folder == small.parent / "small" / "results"
    found = run_experiment(load_experiment(small), folder, n_jobs=1, quiet=True)
    assert list(found) == ["two_warehouses"]
    assert sorted(p.name for p in (folder / "two_warehouses").iterdir()) == ["comparison.json", "results.jsonl"]
    kept = json.loads((folder / "two_warehouses" / "comparison.json").read_text())
    assert kept == found["two_warehouses"].to_json()
    assert (kept["seed"], kept["days"], kept["replications"]) == (3, 20.0, 2)


def test_a_second_run_goes_on_from_the_first(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said, folder = load_experiment(small), results_folder(small)
    first = run_experiment(said, folder, n_jobs=1, quiet=True)
    monkeypatch.setattr(module, "simulate", None)  # a run would raise
    assert run_experiment(said, folder, n_jobs=1, quiet=True) == first


def test_a_report_is_written_unless_it_is_not_wanted(small: Path) -> None:
    small.write_text(SMALL.replace("report = false", ""), encoding="utf-8")
    run_experiment(load_experiment(small), small.parent / "out", n_jobs=1, quiet=True, command="fillrate run small")
    page = (small.parent / "out" / "two_warehouses" / "report.html").read_text(encoding="utf-8")
    assert "fillrate run small" in page


def test_the_bound_is_there_where_it_is_asked_for(small: Path) -> None:
    small.write_text(
        SMALL.replace('"two_warehouses"', '"baskets"').replace("report = false", "bound = true"), encoding="utf-8"
    )
    run_experiment(load_experiment(small), results_folder(small), n_jobs=1, quiet=True)
    folder = results_folder(small) / "baskets"
    said = json.loads((folder / "comparison.json").read_text())
    assert said["bound"]["kind"] == "static"
    for policy in ("cheapest", "fixed_primary"):
        assert said["policies"][policy]["gap_to_bound"]["mean"] > 0.0
    assert "Gap to the bound" in (folder / "report.html").read_text(encoding="utf-8")


def test_several_worlds_are_several_comparisons(small: Path) -> None:
    small.write_text(
        SMALL.replace('["two_warehouses"]', '["two_warehouses", "lost_sales"]').replace(
            'policies = ["cheapest", "fixed_primary"]', 'policies = ["cheapest", "hold_all"]'
        ),
        encoding="utf-8",
    )
    found = run_experiment(load_experiment(small), small.parent / "out", n_jobs=1, quiet=True)
    assert [comparison.world for comparison in found.values()] == ["two_warehouses", "lost_sales"]


def test_an_experiment_that_came_with_fillrate_writes_into_this_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = next(iter(entries("experiments")))
    assert results_folder(name) == tmp_path / "experiments" / name / "results"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("seed = 3", "sead = 3"), r"small.toml: \[experiment\] sead: unknown key \(did you mean 'seed'\?\)"),
        (("replications = 2", "replications = 0"), r"\[experiment\] replications: found 0; allowed: 1 to"),
        (("days = 20.0", "days = -1.0"), r"\[experiment\] days: found -1"),
        (('["two_warehouses"]', '["two_warehouses", "./two_warehouses.toml"]'), r"worlds: found a name twice"),
        (("[experiment]", "[experimant]"), r"small.toml: \[experimant\]: unknown key"),
    ],
)
def test_a_wrong_file_is_told_where(small: Path, change: tuple[str, str], said: str) -> None:
    small.write_text(SMALL.replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_experiment(small)


def test_results_below_a_file_are_refused(small: Path) -> None:
    with pytest.raises(InputError, match=r"results: .* cannot be made"):
        run_experiment(Experiment("x", ("two_warehouses",)), small / "results", quiet=True)


def test_paths_begin_at_the_file_also_those_joined_by_plus(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = small.parent.parent
    assert "+" in str(place)
    for kind, name in (("envs", "two_warehouses"), ("policies", "cheapest")):
        (place / kind).mkdir()
        (place / kind / f"my_{name}.toml").write_bytes(find(kind, name).read_bytes())
    text = SMALL.replace('["two_warehouses"]', '["../envs/my_two_warehouses.toml", "here.toml", "limited_edition"]')
    text = text.replace('"cheapest", ', '"fcfs+../policies/my_cheapest.toml", "../policies/my_cheapest.toml + fcfs", ')
    small.write_text(text, encoding="utf-8")
    (place / "quite" / "elsewhere").mkdir(parents=True)
    monkeypatch.chdir(place / "quite" / "elsewhere")
    said = load_experiment(small)
    assert load_world(said.worlds[0]).name == "two_warehouses"
    assert said.worlds[1:] == ("here.toml", "limited_edition"), "what is not beside the file is left as it is"
    names = [load_policy(policy).name for policy in said.policies]
    assert names == ["fcfs+my_cheapest", "my_cheapest+fcfs", "fixed_primary"], "no folder in what results call them"
