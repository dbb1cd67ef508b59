"""Comparing on a world: the same traces for every policy, resumable, and checked before anything is run."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fillrate.bench import compare as module
from fillrate.bench.batches import play_tasks
from fillrate.bench.compare import compare
from fillrate.bench.comparison import Comparison
from fillrate.decision.question import OrderView, Question
from fillrate.errors import InputError
from fillrate.policy import load_policy
from fillrate.simulate import opening_of, simulate
from fillrate.trace import sample
from fillrate.trace.replay import names_of
from fillrate.trace.store import save_trace
from fillrate.world import load_world

WORLD, DAYS = "two_warehouses", 25.0


def small(policies: Any = ("cheapest", "fixed_primary"), replications: int = 3, **more: Any) -> Comparison:
    return compare(WORLD, policies, replications, 7, DAYS, n_jobs=1, quiet=True, **more)


def results(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]


def test_replication_i_plays_the_trace_with_seed_s_plus_i(tmp_path: Path) -> None:
    small(folder=tmp_path)
    world = load_world(WORLD).over(DAYS)
    for run in results(tmp_path):
        alone = simulate(world, sample(world, run["seed"]), run["policy"]).scorecard
        assert run["metrics"] == dict(alone)
    assert [(run["seed"], run["policy"]) for run in results(tmp_path)] == [
        (seed, policy) for seed in (7, 8, 9) for policy in ("cheapest", "fixed_primary")
    ]


def test_the_estimate_is_the_mean_of_the_runs(tmp_path: Path) -> None:
    found = small(folder=tmp_path)
    runs = [run["metrics"]["contribution"] for run in results(tmp_path) if run["policy"] == "cheapest"]
    assert found.policies["cheapest"]["contribution"].mean == pytest.approx(sum(runs) / 3)
    assert (found.world, found.seed, found.days, found.replications) == (WORLD, 7, DAYS, 3)


def test_sharing_beats_not_sharing() -> None:
    """Erlang's loss formula: two pooled locations lose less than two alone (GROUND_TRUTH A0 and A1)."""
    found = small(replications=8)
    pair = found.pair("cheapest", "fixed_primary", "lost_units")
    assert pair.verdict == "a_better"
    assert found.best.policy == "cheapest"
    assert str(found).startswith("cheapest is the best of 2 policies.\n")


def test_without_policies_the_baselines_of_the_world_run() -> None:
    assert list(small(None, 1).policies) == list(load_world(WORLD).defaults.baselines)


def test_workers_and_this_process_find_the_same() -> None:
    alone, shared = (compare(WORLD, "cheapest,hold_all", 2, 0, 5.0, n_jobs=n, quiet=True) for n in (1, 2))
    assert alone == shared


def test_a_second_call_runs_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = small(folder=tmp_path, replications=2)
    calls: list[Any] = []

    def counted(runs: Any, tasks: Any, threads: int | None) -> Any:
        calls.extend(tasks)
        return play_tasks(runs, tasks, threads)

    monkeypatch.setattr(module, "play_tasks", counted)
    assert small(folder=tmp_path, replications=2) == first
    assert not calls
    small(folder=tmp_path, replications=3)
    assert len(calls) == 2  # one more seed for each of two policies


class Northern:
    """A custom policy that always takes the first legal row."""

    name = "first_row"

    def source(self, question: Question) -> int:
        """Take it."""
        return int(question.mask.argmax())


class FirstHundred:
    """Serves so many orders of a run, then holds."""

    columns = ("available",)

    def __init__(self, name: str = "quota", left: int = 100) -> None:
        self.name, self.left = name, left

    def source(self, question: Question) -> int:
        """The first row, as long as the quota lasts."""
        self.left -= 1
        return int(question.mask.argmax()) if self.left >= 0 else len(question.mask) - 1


def test_every_run_begins_with_the_object_as_it_was_handed_in() -> None:
    world, rule = load_world("two_warehouses").over(60.0), FirstHundred()
    expected = [simulate(world, sample(world, n), FirstHundred()).scorecard["contribution"] for n in range(3)]
    for n_jobs in (1, 2):
        found = compare(world, ["cheapest", rule], 3, 0, n_jobs=n_jobs, quiet=True)
        assert found.policies["quota"]["contribution"].mean == pytest.approx(np.mean(expected))  # type: ignore[arg-type]
    assert rule.left == 100
    assert simulate(world, sample(world, 0), rule).scorecard["contribution"] == expected[0]
    assert rule.left < 0


def test_an_object_that_makes_two_decisions_is_one_in_every_run() -> None:
    """What one of its methods leaves in it the other finds."""

    class Counts(FirstHundred):
        def rank(self, orders: Sequence[OrderView]) -> list[float]:
            self.left = 1000
            return [0.0] * len(orders)

    copied = load_policy(Counts(), load_world("two_warehouses")).fresh()
    assert copied.rank is copied.source


def test_an_object_that_cannot_be_copied_is_refused() -> None:
    rule = FirstHundred()
    rule.lock = threading.Lock()  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=r"policy quota: .*copy"):
        small(["cheapest", rule], 1)


def test_objects_of_one_class_are_told_apart_by_name() -> None:
    found = small([FirstHundred("few", 1), FirstHundred("many", 1000)], 2)
    assert list(found.policies) == ["few", "many"]
    with pytest.raises(InputError, match="found 'quota' twice; allowed: each once"):
        small([FirstHundred(), FirstHundred()], 1)


def test_a_custom_object_is_compared_and_never_mistaken_for_another(tmp_path: Path) -> None:
    found = small(["cheapest", Northern()], 2, folder=tmp_path)
    assert list(found.policies) == ["cheapest", "first_row"]
    before = len(results(tmp_path))
    small(["cheapest", Northern()], 2, folder=tmp_path)
    assert len(results(tmp_path)) == before + 2  # what it holds is not known, so it runs again


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"policies": []}, "policies: found none"),
        ({"policies": "cheapest,cheapest"}, "policies: found 'cheapest' twice"),
        ({"policies": ["cheapest+distance"]}, "both source policies"),
        ({"policies": ["nothing_like_it"]}, "no such name"),
        ({"policies": [object()]}, "no known method"),
        ({"replications": 0}, "replications: found 0; allowed: a whole number from 1 on"),
        ({"replications": 2.5}, "replications: found 2.5"),
        ({"replications": True}, "replications: found True"),
        ({"seed": -1}, "seed: found -1"),
        ({"days": 0.0}, "days: found 0"),
        ({"metric": "contribushun"}, "did you mean 'contribution'?"),
        ({"metric": "on_hand_units"}, "metric: found 'on_hand_units'; allowed: "),
        ({"metric": "lost_units[segment=standard]"}, "metric: found 'lost_units[segment=standard]'"),
        ({"metric": "unit_fill_rate[region=berlin]"}, "metric: found 'unit_fill_rate[region=berlin]'"),
        ({"metric": "on_hand_units[location=north]"}, "metric: found 'on_hand_units[location=north]'"),
        ({"report": "report.pdf"}, "report: found 'report.pdf'"),
        ({"report": "no/such/folder/report.html"}, "report: no folder"),
        ({"n_jobs": 0}, "n_jobs: 0"),
    ],
)
def test_arguments_are_checked_before_anything_is_run(
    arguments: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a run was started")

    monkeypatch.setattr(module, "simulate", never)
    everything: dict[str, Any] = {"policies": "cheapest", "quiet": True, **arguments}
    with pytest.raises(InputError, match=re.escape(said)):
        compare(WORLD, **everything)


@pytest.mark.parametrize(
    "metric",
    [
        "lost_units",
        "unit_fill_rate[region=munich]",
        "served_home_share[region=munich]",
        "immediate_unit_fill_rate[location=north]",
        "order_cycle_time_days[segment=standard]",
    ],
)
def test_another_metric_decides(metric: str) -> None:
    assert small(metric=metric).best.metric == metric


def test_the_report_names_the_command_that_makes_it_again(tmp_path: Path) -> None:
    small(report=tmp_path / "report.html", replications=2)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    command = f"fillrate compare {WORLD} --policies cheapest,fixed_primary --replications 2 --seed 7 --days 25"
    assert command in page
    assert all(sample(WORLD, seed, DAYS).hash in page for seed in (7, 8))
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_that_command_has_a_policy_as_it_was_stated_and_the_bound(tmp_path: Path) -> None:
    rule = tmp_path / "mine.toml"
    rule.write_text('[policy]\nname = "mine"\npart = "source"\n[source]\nmethod = "hold"\n', encoding="utf-8")
    terms: Any = {"days": 5.0, "n_jobs": 1, "quiet": True, "report": tmp_path / "report.html", "bound": True}
    compare("limited_edition", f"cheapest,{rule}", 2, 0, **terms)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"--policies cheapest,{rule} " in page
    assert " --bound " in page


def test_a_replay_shifts_no_demand_and_says_so_and_sampled_does(tmp_path: Path) -> None:
    world = load_world("two_warehouses").over(6.0)
    save_trace(sample(world, 1), tmp_path / "log.parquet", names_of(world))
    world = replace(world, header=replace(world.header, trace=str(tmp_path / "log.parquet")))
    asked: Any = {"replications": 2, "quiet": True, "robust": True, "n_jobs": 1}
    found = compare(world, "cheapest,distance", **asked)
    assert found.replayed
    assert {name[:6] for name in found.unshifted} >= {"demand"}
    drawn = compare(world, "cheapest,distance", sampled=True, **asked)
    assert not drawn.replayed
    assert not any(name.startswith("demand") for name in drawn.unshifted)


def test_another_opening_policy_of_the_same_name_is_not_taken_for_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = load_world("two_warehouses").over(5.0)
    world = replace(world, header=replace(world.header, opening_policy="mine", opening_days=2.0))
    (tmp_path / "policies").mkdir()
    monkeypatch.chdir(tmp_path)
    kept = []
    for method in ("hold", "random"):
        text = f'[policy]\nname = "mine"\npart = "source"\n[source]\nmethod = "{method}"\n'
        (tmp_path / "policies" / "mine.toml").write_text(text, encoding="utf-8")
        compare(world, "cheapest", 1, quiet=True, n_jobs=1, folder=tmp_path / "results")
        kept.append(len(results(tmp_path / "results")))
    assert kept == [1, 2]


def test_a_default_of_the_opening_policy_that_was_edited_is_not_taken_for_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = load_world("two_warehouses").over(5.0)
    header = replace(world.header, opening_policy="cheapest", opening_days=2.0)
    world = replace(world, header=header, defaults=replace(world.defaults, rank="mine"))
    (tmp_path / "policies").mkdir()
    monkeypatch.chdir(tmp_path)
    kept, openings = [], []
    for weight in ("1.0", "-1.0"):
        text = f'[policy]\nname = "mine"\npart = "rank"\n[rank]\nsteps = [{{ priority = {weight} }}]\n'
        (tmp_path / "policies" / "mine.toml").write_text(text, encoding="utf-8")
        compare(world, "fcfs+cheapest", 1, quiet=True, n_jobs=1, folder=tmp_path / "results")
        kept.append(len(results(tmp_path / "results")))
        openings.append(opening_of(world, 0))
    assert kept == [1, 2]
    assert openings[0] is not openings[1]


RULE = """
from dataclasses import dataclass

@dataclass
class Rule:
    levels: object

    def source(self, question):
        return [row for row, legal in enumerate(question.mask) if legal][{row}]
"""


def rule(path: Path, row: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class of a file that was just edited, as a new process imports it."""
    path.write_text(RULE.format(row=row), encoding="utf-8")
    said = importlib.util.spec_from_file_location("edited_rule", path)
    assert said is not None
    assert said.loader is not None
    loaded = importlib.util.module_from_spec(said)
    monkeypatch.setitem(sys.modules, "edited_rule", loaded)
    exec(path.read_text(encoding="utf-8"), vars(loaded))  # noqa: S102 - past the cache of compiled modules
    return loaded.Rule


def test_a_custom_object_is_found_again_until_its_code_or_what_it_holds_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, folder, kept = tmp_path / "edited_rule.py", tmp_path / "results", []
    level = np.zeros(5_000)
    other = level.copy()
    other[2_500] = 1e-12  # which NumPy's usual text does not show
    for row, levels in ((0, level), (0, level), (-1, level), (-1, other)):
        small([rule(file, row, monkeypatch)(levels)], 1, folder=folder)
        kept.append(len(results(folder)))
    assert kept == [1, 1, 2, 3]


def test_a_custom_object_whose_class_is_in_no_file_runs_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = rule(tmp_path / "edited_rule.py", 0, monkeypatch)
    monkeypatch.delattr(sys.modules["edited_rule"], "__file__")
    for _ in range(2):
        small([made(1.0)], 1, folder=tmp_path / "results")
    assert len(results(tmp_path / "results")) == 2
