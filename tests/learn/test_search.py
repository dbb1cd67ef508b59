"""Search over whole episodes: the strategies find known optima, candidates pay what a run of them pays."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fillrate.bench.cluster import connected
from fillrate.errors import InputError
from fillrate.gym.episodes import FIRST_SEED
from fillrate.learn import search as module
from fillrate.learn.bundle import card_of, save_policy
from fillrate.learn.course import Course
from fillrate.learn.evolution import adapted, evolved
from fillrate.learn.judging import Gap
from fillrate.learn.prices import Shape
from fillrate.learn.records import begun
from fillrate.learn.search import Trial, search
from fillrate.policy import load_policy
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world

Floats = NDArray[np.float64]
OPTIMUM = np.array([3.0, -1.0, 0.5, 2.0])


def bowl(tried: list[Floats], _: int) -> Floats:
    """Steep in one direction, flat in another."""
    return np.array([float((np.array([10.0, 1.0, 0.1, 1.0]) * (x - OPTIMUM) ** 2).sum()) for x in tried])


def noisy(tried: list[Floats], generation: int) -> Floats:
    """The same days for all of a generation: noise that differs between generations."""
    slope = np.random.default_rng(generation).normal(0.0, 0.3, len(OPTIMUM))
    return np.array([float(((x - OPTIMUM) ** 2).sum() + slope @ x) for x in tried])


def test_the_rules_search_finds_the_bottom_of_a_bowl() -> None:
    found = adapted(bowl, np.zeros(4), 1.0, 16, 80, 1, lambda *_: None)
    assert np.abs(found - OPTIMUM).max() < 1e-3


def test_the_networks_search_comes_near_it_under_noise() -> None:
    found = evolved(noisy, np.zeros(4), np.full(4, 0.3), 8, 150, 1.0, 1, lambda *_: None)
    assert np.abs(found - OPTIMUM).max() < 0.3


@pytest.mark.parametrize("strategy", ["adapted", "evolved"])
def test_a_seed_repeats_a_search(strategy: str) -> None:
    def run(seed: int) -> list[float]:
        if strategy == "adapted":
            return [*adapted(bowl, np.zeros(4), 1.0, 8, 5, seed, lambda *_: None).tolist()]
        return [*evolved(bowl, np.zeros(4), np.ones(4), 4, 5, 0.5, seed, lambda *_: None).tolist()]

    assert run(1) == run(1) != run(2)


def test_with_the_network_at_zero_it_is_the_rule() -> None:
    shape, world = Shape(hidden=4), load_world("regional").over(10.0)
    numbers = np.zeros(shape.size)
    numbers[: shape.rule_size] = shape.plain()
    trace = sample(world, 3)
    cards = [simulate(world, trace, each(numbers, "mine")).scorecard for each in (shape.rule, shape.policy)]
    assert dict(cards[0]) == dict(cards[1])
    begun = shape.begin(shape.plain(), np.random.default_rng(0))
    assert dict(simulate(world, trace, shape.policy(begun, "mine")).scorecard) == dict(cards[0])


@pytest.mark.parametrize("threads", [1, 3])
def test_a_candidate_pays_what_its_policy_pays(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was tried in its arrays before, and in however many threads."""
    monkeypatch.setattr(module, "POOL", 3)
    monkeypatch.setattr("os.cpu_count", lambda: threads)
    world, shape, rng = load_world("regional").over(5.0), Shape(hidden=4), np.random.default_rng(2)
    trial = Trial([world], shape, 0)
    tried = [shape.begin(shape.plain(), rng) + 0.3 * rng.standard_normal(shape.size) for _ in range(5)]
    found = trial.costs(tried, 7, 3)

    def paid(numbers: Floats) -> float:
        policy = shape.policy(numbers, "mine")
        runs = [simulate(world, sample(world, FIRST_SEED + n), policy) for n in range(3)]
        return float(np.mean([run.scorecard["controllable_cost"] or np.nan for run in runs]))

    costs = [paid(numbers) for numbers in tried]
    assert found.tolist() == pytest.approx([cost / costs[0] for cost in costs], rel=1e-12)
    assert trial.orders == 5 * sum(len(sample(world, FIRST_SEED + n).orders) for n in range(3))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Course:
    for name, value in (("POOL", 4), ("SIZE", 4), ("RULE_TRACES", 1), ("PAIRS", 2), ("TRACES", 1)):
        monkeypatch.setattr(module, name, value)
    world = load_world("regional").over(5.0)
    return Course((world,), "es", 40_000, hidden=4, rules=("cheapest",), judge_every=10_000, traces=2)


def test_a_search_judges_keeps_its_best_and_goes_on_after_a_kill(small: Course, tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(_: int, gap: Gap | None) -> None:
        if gap is not None and len(json.loads((tmp_path / "state.json").read_text())["curve"]) == 2:
            raise Killed

    with pytest.raises(Killed):
        search(small, tmp_path, kill)
    before = json.loads((tmp_path / "state.json").read_text())
    policy, done = search(small, tmp_path)
    assert done.ended == "budget"
    assert done.curve[:2] == before["curve"]
    assert done.curve[2]["steps"] > before["steps"]
    assert done.best == int(np.argmin([each["difference"] for each in done.curve]))
    assert 0.5 * small.steps < done.orders < 2.0 * small.steps
    world = small.worlds[0]
    card = card_of(small, done, Gap(-1.0, -1.5, -0.5, -3.0), 20, "fillrate train regional")
    save_policy(tmp_path / "policies" / "mine", policy, card)
    again = load_policy(tmp_path / "policies" / "mine" / "policy.toml")
    runs = [simulate(world, sample(world, 1), each).scorecard for each in (policy, again)]
    assert dict(runs[0]) == dict(runs[1])


def test_a_search_killed_while_the_rule_is_tuned_ends_as_if_it_had_not_been(small: Course, tmp_path: Path) -> None:
    told: list[tuple[int, Gap | None]] = []

    class Killed(Exception):
        pass

    def kill(steps: int, gap: Gap | None) -> None:
        told.append((steps, gap))
        if len(told) == 3:
            raise Killed

    with pytest.raises(Killed):
        search(small, tmp_path / "killed", kill)
    assert [gap for _, gap in told] == [None] * 3
    tried = (tmp_path / "killed" / "tuning.jsonl").read_bytes()
    assert tried.count(b"\n") == 3
    _, whole = search(small, tmp_path / "whole", lambda *seen: told.append(seen))
    assert told[:3] == told[3:6]
    _, again = search(small, tmp_path / "killed")
    files = [(tmp_path / name / "tuning.jsonl").read_bytes() for name in ("killed", "whole")]
    assert files[0] == files[1] != tried
    ends = [[(each["steps"], each["money"]) for each in done.curve] for done in (whole, again)]
    assert ends[0] == ends[1]
    assert np.load(tmp_path / "whole" / "best.npy").tolist() == np.load(tmp_path / "killed" / "best.npy").tolist()


@pytest.mark.slow
def test_on_ray_candidates_pay_the_same_to_the_bit() -> None:
    pytest.importorskip("ray")
    worlds = [load_world(name).over(3.0) for name in ("two_warehouses", "regional")]
    shape, rng = Shape(hidden=2), np.random.default_rng(3)
    tried = [shape.begin(rng.normal(size=shape.rule_size), rng) for _ in range(5)]
    here, there = (Trial(worlds, shape, 1, cluster=cluster) for cluster in (None, "ray"))
    with connected("ray"):
        assert there.costs(tried, 7, 2).tolist() == here.costs(tried, 7, 2).tolist()
        assert there.costs(tried[:2], 8, 3).tolist() == here.costs(tried[:2], 8, 3).tolist()
    assert there.orders == here.orders


def test_another_cluster_is_refused_before_anything_is_tried(tmp_path: Path) -> None:
    course = Course((load_world("two_warehouses").over(3.0),), "es", steps=100)
    with pytest.raises(InputError, match=r"cluster: found 'rya'.*allowed: ray"):
        search(course, tmp_path / "run", cluster="rya")
    assert not (tmp_path / "run" / "numbers.npy").exists()


@pytest.mark.parametrize("name", ["state.json", "best.npy", "numbers.npy"])
@pytest.mark.parametrize("content", ["", '{"stepz": 1}', None])
def test_a_damaged_checkpoint_is_one_line(name: str, content: str | None, small: Course, tmp_path: Path) -> None:
    if content is None and name != "best.npy":
        pytest.skip("without it the search begins anew")
    files = {"state.json": '{"steps": 9, "best": 0, "ended": ""}', "best.npy": "", "numbers.npy": ""}
    begun(small, tmp_path)
    if name == "best.npy":
        files["state.json"] = '{"steps": 9, "best": 0, "ended": "budget"}'
    for each, text in (files | {name: content}).items():
        if text is not None:
            (tmp_path / each).write_text(text)
    with pytest.raises(InputError, match=rf"{name}': missing or damaged; allowed: a run from its start"):
        search(small, tmp_path)


def test_a_folder_begins_whole_or_not_at_all(small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of `course.json` would be another run's for good."""

    def killed(path: Path, *_: object, **__: object) -> None:
        path.touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", killed)
        with pytest.raises(KeyboardInterrupt):
            begun(small, tmp_path)
    assert begun(small, tmp_path).steps == 0
