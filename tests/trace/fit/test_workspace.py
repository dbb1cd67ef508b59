"""A workspace is there as a whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fillrate.bench.experiments import load_experiment
from fillrate.errors import OrderLogError
from fillrate.policy import load_policy
from fillrate.trace import load_trace
from fillrate.trace.fit import RULES, Fit, check_target, next_commands, workspace, write_workspace
from fillrate.trace.logs import read_columns
from fillrate.world import load_world

FILES = [
    "README.md",
    "columns.toml",
    "envs/shop.toml",
    "envs/shop_lean.toml",
    "envs/shop_rich.toml",
    "experiments/stock_levels.toml",
    "rejects.csv",
    "traces/shop.parquet",
]


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_everything_is_there_and_can_be_read(fitted: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "new" / "shop"
    files, kept = write_workspace(fitted, folder)
    assert ([str(path) for path in files], kept) == (FILES, [])
    assert files_in(tmp_path) == sorted(f"new/shop/{name}" for name in [*FILES, "fit.json"])
    monkeypatch.chdir(folder)
    assert load_world("shop").hash == fitted.world.hash == load_trace("traces/shop.parquet").world
    assert load_world("shop_lean").header.trace == str(folder.resolve() / "traces" / "shop.parquet")
    experiment = load_experiment("stock_levels")
    assert experiment.worlds == ("shop_lean", "shop", "shop_rich")
    assert len(experiment.policies) >= 8
    assert read_columns("columns.toml").columns == fitted.facts.log.columns.columns
    found = json.loads(Path("fit.json").read_text(encoding="utf-8"))
    assert (found["orders"], found["files"]) == (240, FILES)
    for note in fitted.assumptions:
        assert f"- {note}\n" in Path("README.md").read_text(encoding="utf-8")


def test_every_rule_of_the_experiment_can_be_bound(fitted: Fit) -> None:
    from fillrate.policy.bind import bind

    for name in RULES:
        bind(load_policy(name), fitted.world)


def test_the_same_again_changes_no_byte(fitted: Fit, tmp_path: Path) -> None:
    write_workspace(fitted, tmp_path / "a")
    before = {name: (tmp_path / "a" / name).read_bytes() for name in files_in(tmp_path / "a")}
    write_workspace(fitted, tmp_path / "a")
    assert {name: (tmp_path / "a" / name).read_bytes() for name in files_in(tmp_path / "a")} == before


def test_what_was_changed_since_the_fit_is_kept_beside(fitted: Fit, tmp_path: Path) -> None:
    folder, other = tmp_path / "shop", named(fitted, "other")
    world = folder / "envs" / "shop.toml"
    write_workspace(fitted, folder)
    made = world.read_bytes()
    world.write_text("first", encoding="utf-8")
    assert write_workspace(fitted, folder)[1] == [Path("envs/shop.toml.bak")]
    assert world.read_bytes() == made
    assert write_workspace(fitted, folder)[1] == []
    world.write_text("second", encoding="utf-8")
    assert write_workspace(other, folder)[1] == [Path("envs/shop.toml.bak2")]  # of a world that is no more
    assert not world.exists()
    assert [(folder / "envs" / f"shop.toml.{end}").read_text() for end in ("bak", "bak2")] == ["first", "second"]


def test_a_file_that_no_fit_has_made_is_kept_beside(fitted: Fit, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    assert write_workspace(fitted, tmp_path)[1] == [Path("README.md.bak")]
    assert (tmp_path / "README.md.bak").read_text(encoding="utf-8") == "mine"


def named(fitted: Fit, name: str) -> Fit:
    return replace(fitted, name=name, texts={f"{name}{old[4:]}": text for old, text in fitted.texts.items()})


def test_own_files_stay_and_those_of_the_earlier_fit_go(fitted: Fit, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    write_workspace(fitted, folder)
    mine = folder / "policies" / "mine.toml"
    mine.write_text("x", encoding="utf-8")
    check_target(folder)
    write_workspace(named(fitted, "other"), folder)
    assert mine.is_file()
    assert not (folder / "envs" / "shop.toml").exists()
    assert not (folder / "traces" / "shop.parquet").exists()
    assert (folder / "envs" / "other_rich.toml").is_file()


@pytest.mark.parametrize("there", [None, "x.txt"])
def test_a_failure_leaves_nothing_behind(
    fitted: Fit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str | None
) -> None:
    folder = tmp_path / "deep" / "shop"
    if there:
        folder.mkdir(parents=True)
        (folder / there).write_text("kept", encoding="utf-8")
    before = files_in(tmp_path)

    def fails(*_: object) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(workspace, "readme_text", fails)
    with pytest.raises(OSError, match="disk full"):
        write_workspace(fitted, folder)
    assert files_in(tmp_path) == before
    assert (tmp_path / "deep").exists() == bool(there)


def test_targets(fitted: Fit, tmp_path: Path) -> None:
    check_target(tmp_path / "new" / "deep")
    check_target(tmp_path)
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "a.txt").write_text("a", encoding="utf-8")
    file.write_text("a", encoding="utf-8")
    with pytest.raises(OrderLogError, match="is not empty; allowed: a new or empty folder"):
        check_target(full)
    check_target(full, force=True)
    write_workspace(fitted, full)
    assert (full / "a.txt").is_file()
    check_target(full)
    for force in (False, True):
        with pytest.raises(OrderLogError, match="is a file"):
            check_target(file, force)
    with pytest.raises(OrderLogError, match="cannot be written to"):
        check_target(file / "below")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "full"]


def test_the_next_command_can_be_pasted(fitted: Fit, tmp_path: Path) -> None:
    first, second = next_commands(fitted, tmp_path / "my shop")
    assert first.startswith(f"cd '{tmp_path}/my shop' && fillrate compare shop --policies distance,cheapest,")
    assert second == "fillrate run stock_levels"
