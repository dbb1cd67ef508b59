"""A tuned policy as a file: it reads back, and runs under it are the same to the bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fillrate.catalogue import find
from fillrate.errors import PolicyError
from fillrate.learn.tune import Tuned, save, tune
from fillrate.learn.tune.held_out import compared
from fillrate.learn.tune.saving import file_of
from fillrate.learn.tune.search import Tried
from fillrate.learn.tune.space import Values
from fillrate.policy import load_policy
from fillrate.policy.read import read_entry
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import World, load_world


def scores(world: World, policy: Any, seed: int) -> dict[str, float | None]:
    return dict(simulate(world, sample(world, seed), policy).scorecard)


def with_best(tuned: Tuned, values: Values) -> Tuned:
    """As if these numbers had been found, and confirmed."""
    better = compared(np.array([2.0, 3.0]), np.array([1.0, 2.0]), 1.0)
    return replace(tuned, found=replace(tuned.found, best=Tried(values, np.ones(2))), held_out=better)


def test_the_file_plays_as_the_tuned_policy_to_the_bit(tuned: Tuned, season: World, workspace: Path) -> None:
    file = save(tuned)
    assert file == Path("policies/level__season.toml")
    for seed in (0, 1000):
        assert scores(season, "level__season", seed) == scores(season, tuned.entry, seed)
    assert [path.name for path in (workspace / "policies").iterdir()] == ["level__season.toml"], "no part is left"


def test_it_says_where_its_numbers_come_from(tuned: Tuned, workspace: Path) -> None:
    path = workspace / save(tuned)
    info = read_entry("level__season").policy
    assert (info.name, info.part, info.worlds) == ("level__season", "source", ("season",))
    for fact in (
        "60 trials",
        "trace seeds 4294967296 to 4294967315",
        "trace seeds 0 to 39",
        "contribution",
        "better",
        "200 days",
    ):
        assert fact in info.about
    assert "# - limit[0].units: 1 -> " in path.read_text()
    assert "  " not in info.about


def test_a_composed_policy_is_saved_whole(workspace: Path) -> None:
    name, world = "weighted_score+weighted_cost+base_stock+safety_stock", load_world("peak_season").over(3.0)
    found = tune(world, name, trials=12, replications=2, held_out=2, threads=1)
    values = {p.name: p.range.value(sum(p.range.span) / 2.0) for p in found.found.space} | {"limit[0].units": 2.0}
    found = with_best(found, values)
    file = save(found)
    assert file.name == "weighted_score_weighted_cost_base_stock_safety_stock__peak_season.toml"
    saved = load_policy(file.stem)
    assert saved.parts()["rank"] == saved.parts()["replenish"] == file.stem
    assert scores(world, saved, 7) == scores(world, found.entry, 7)
    assert scores(world, saved, 7) != scores(world, name, 7)


def test_a_path_joined_by_plus_is_saved_where_its_name_is_found(workspace: Path) -> None:
    (workspace / "mine").mkdir()
    (workspace / "mine" / "near.toml").write_bytes(find("policies", "weighted_cost").read_bytes())
    world = load_world("two_warehouses").over(3.0)
    for name in ("fcfs+./mine/near.toml", "mine/near.toml+fcfs"):
        found = tune(world, name, trials=2, replications=1, held_out=2, threads=1)
        found = with_best(found, {p.name: p.range.value(sum(p.range.span) / 2.0) for p in found.found.space})
        file = save(found)
        assert file.parent == Path("policies")
        assert load_policy(file.stem).name == file.stem


def test_what_is_tuned_again_keeps_its_name(tuned: Tuned, season: World, workspace: Path) -> None:
    first = (workspace / save(tuned)).read_text()
    again = tune(season, "level__season", trials=40, replications=3, held_out=2, seed=77, threads=1)
    if not again.why_not_kept:
        assert save(again) == Path("policies/level__season.toml")
        assert (workspace / "policies" / "level__season.toml").read_text() != first
    assert file_of("level__season", "season") == file_of("level", "season")


def test_nothing_is_written_where_nothing_has_changed(tuned: Tuned, workspace: Path) -> None:
    same = {p.name: p.value for p in tuned.found.space}
    idle = with_best(tuned, same)
    assert idle.to_json()["saved"] is None
    with pytest.raises(PolicyError, match="nothing has changed"):
        save(idle)
    assert not (workspace / "policies").exists()


def test_a_modifier_that_is_tuned_away_is_no_file(workspace: Path) -> None:
    world = load_world("two_warehouses").over(20.0)
    found = tune(world, "safety_stock", trials=3, replications=2, held_out=2, threads=1)
    gone = {"limit[0].units": 0.0, "limit[0].days": 0.0}
    found = with_best(found, gone)
    with pytest.raises(PolicyError, match="tuned, the policy does nothing any more: leave it out"):
        save(found)
    assert not (workspace / "policies").exists()
