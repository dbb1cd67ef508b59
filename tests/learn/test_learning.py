"""Training from end to end on a small world, and the pieces it is made of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")
pytest.importorskip("sb3_contrib")

import torch

from fillrate.decision.chain import choose
from fillrate.decision.network import best_row
from fillrate.decision.weights import ARRAYS
from fillrate.errors import InputError
from fillrate.gym.terms import USUAL
from fillrate.gym.vector import AllocationVectorEnv
from fillrate.learn.bundle import card_of, save_policy
from fillrate.learn.course import Course
from fillrate.learn.entries import learned
from fillrate.learn.imitation import examples_of, imitate, rows_of_chain
from fillrate.learn.judging import Gap, Judge
from fillrate.learn.network import TableNetwork
from fillrate.learn.presets import PRESETS, Preset, settings_of
from fillrate.learn.records import Trained, begun
from fillrate.learn.snapping import snapped
from fillrate.learn.training import _model, environments, train
from fillrate.policy import load_policy
from fillrate.simulate import simulate
from fillrate.testing.networks import random_network
from fillrate.trace import sample, save_trace
from fillrate.world import load_world

ALGOS = ["maskable_ppo", "ppo", "a2c", "dqn"]


def course(algo: str = "maskable_ppo", **changed: Any) -> Course:
    """A moment of training."""
    world = load_world("regional").over(4.0)
    plain = Course((world,), algo, 2_000, envs=4, hidden=8, rules=("cheapest",), judge_every=1_000, traces=2)
    return replace(plain, **changed)


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fillrate.learn.training.EXAMPLES", 600)
    monkeypatch.setattr("fillrate.learn.training.FITTING", 30)
    for preset in ("maskable_ppo", "ppo"):
        settings: dict[str, Any] = __import__("fillrate.learn.presets", fromlist=["PRESETS"]).PRESETS[preset].settings
        monkeypatch.setitem(settings, "n_steps", 64)
        monkeypatch.setitem(settings, "batch_size", 128)


@pytest.mark.parametrize("algo", ALGOS)
def test_every_algorithm_trains_judges_and_keeps_its_best(algo: str, tmp_path: Path) -> None:
    told: list[tuple[int, Gap | None]] = []
    policy, done = train(course(algo), tmp_path, lambda *seen: told.append(seen))
    assert done.ended == "budget"
    assert done.steps >= 2_000
    assert [steps for steps, gap in told if gap is not None] == [each["steps"] for each in done.curve]
    assert [steps for steps, _ in told] == sorted(steps for steps, _ in told)
    assert None in {gap for _, gap in told}
    assert len(done.curve) >= 3
    assert done.best == int(np.argmin([each["difference"] for each in done.curve]))
    world = course().worlds[0]
    assert simulate(world, sample(world, 1), policy).scorecard["contribution"] is not None


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(steps: int, _: Gap | None) -> None:
        if steps >= 1_000:
            raise Killed

    with pytest.raises(Killed):
        train(course(), tmp_path, kill)
    before = json.loads((tmp_path / "state.json").read_text())
    assert before["ended"] == ""
    told: list[int] = []
    _, done = train(course(), tmp_path, lambda steps, _: told.append(steps))
    assert done.curve[: len(before["curve"])] == before["curve"]
    assert told[0] == before["steps"]
    assert done.steps >= 2_000 > before["steps"]
    again = train(course(), tmp_path, lambda *_: pytest.fail("it had ended"))[1]
    assert again == done


def test_a_run_that_goes_on_begins_with_other_traces(tmp_path: Path) -> None:
    """`--seed` again would play the first traces once more."""

    def seen(done: Trained) -> Any:
        envs, judge = environments(course()), Judge(course().worlds, {"regional": ["cheapest"]}, 2, 0)
        return _model(course(), judge, envs, tmp_path, done).env.reset()

    _, done = train(course(steps=1_000), tmp_path)
    assert not np.array_equal(seen(done), seen(replace(done, steps=0)))


def test_no_training_seed_plays_the_traces_of_another(tmp_path: Path) -> None:
    """Side by side environment i has seed s + i: seeds 0 and 1 would share all of them but one."""
    seen: list[int] = []
    for seed in (0, 1, 2):
        mine = course(seed=seed)
        envs, judge = environments(mine), Judge(mine.worlds, {"regional": ["cheapest"]}, 2, 0)
        model = _model(mine, judge, envs, tmp_path / str(seed), Trained())
        model.env.reset()
        seen += [info["trace_seed"] for info in model.env.reset_infos]
    assert len(seen) == len(set(seen)) == 12


def test_a_seed_may_be_larger_than_generators_take(tmp_path: Path) -> None:
    large = course(steps=200, seed=2**64 + 1)
    _, done = train(large, tmp_path / "large")
    assert done.ended == "budget"
    assert _model(
        large, Judge(large.worlds, {"regional": ["cheapest"]}, 2), environments(large), tmp_path / "large", done
    )


@pytest.mark.parametrize(("envs", "batch"), [(256, 4096), (255, 4080), (48, 3072), (16, 2048), (1, 128)])
def test_batches_divide_what_any_number_of_episodes_gathers(envs: int, batch: int) -> None:
    """Three worlds share 256 episodes out as 255; what is left over would be a small batch, of which SB3 warns."""
    chosen = Preset("", "", "", 256, {"n_steps": 128, "batch_size": 4096, "gamma": 0.9})
    assert settings_of(chosen, envs) == chosen.settings | {"batch_size": batch}
    assert settings_of(PRESETS["dqn"], envs) == PRESETS["dqn"].settings


def test_a_course_says_the_batches_that_it_learns_in() -> None:
    worlds = tuple(load_world(name).over(4.0) for name in ("regional", "two_warehouses", "disruption"))
    said = course("ppo", worlds=worlds, envs=None).to_json()["settings"]
    assert said["batch_size"] < PRESETS["ppo"].settings["batch_size"]
    assert 255 * said["n_steps"] % said["batch_size"] == 0


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    train(course(steps=500), tmp_path)
    with pytest.raises(InputError, match="holds a run with other settings: steps, seed; allowed: another folder"):
        train(course(seed=1), tmp_path)


def test_a_place_that_is_no_folder_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(InputError, match=r"--folder: '.*notes' cannot be made"):
        begun(course(), tmp_path / "notes")


@pytest.mark.parametrize("rule", ["whole_order", "bid_price", "cheapst"])
def test_a_rule_that_cannot_be_imitated_is_refused_and_begins_no_folder(rule: str, tmp_path: Path) -> None:
    """A folder that was begun would refuse the same run with a right one."""
    with pytest.raises(InputError, match=rule):
        train(course(warm_start=rule), tmp_path)
    assert not list(tmp_path.iterdir())


def test_it_stops_when_nothing_gets_better(tmp_path: Path) -> None:
    _, done = train(course(steps=10**6, patience=1, judge_every=200), tmp_path)
    assert done.ended == "no better for a while"
    assert len(done.curve) - 1 - done.best == 1


def test_several_worlds_at_once_are_the_single_ones_side_by_side() -> None:
    """Tables as wide as the widest; hold stays the last row, and everybody gets his own answer."""
    worlds = tuple(load_world(name).over(3.0) for name in ("two_warehouses", "regional"))
    both = environments(course(worlds=worlds, envs=4))
    single = [environments(course(worlds=(world,), envs=2)) for world in worlds]
    single[1].seed(2)
    seen: Any = both.reset()
    alone: list[Any] = [each.reset() for each in single]
    rng, widths = np.random.default_rng(0), [each.get_attr("terms")[0].rows for each in single]
    for _ in range(200):
        masks = np.stack(both.env_method("action_masks"))
        for n, each in enumerate(single):
            width = widths[n]
            part, mine = seen[2 * n : 2 * n + 2], masks[2 * n : 2 * n + 2]
            assert np.array_equal(np.delete(part, np.s_[width - 1 : -1], axis=1), alone[n])
            assert not part[:, width - 1 : -1].any()
            assert np.array_equal(np.delete(mine, np.s_[width - 1 : -1], 1), np.stack(each.env_method("action_masks")))
            assert not mine[:, width - 1 : -1].any()
        rows = np.array([rng.choice(np.flatnonzero(mask)) for mask in masks])
        last = masks.shape[1] - 1
        told = []
        for n, each in enumerate(single):
            width = widths[n]
            told.append(each.step(np.where(rows[2 * n : 2 * n + 2] == last, width - 1, rows[2 * n : 2 * n + 2])))
        alone = [each[0] for each in told]
        seen, reward, done, _ = both.step(rows)
        assert reward.tolist() == [r for each in told for r in each[1].tolist()]
        assert done.tolist() == [d for each in told for d in each[2].tolist()]


def test_one_network_learns_from_several_worlds(tmp_path: Path) -> None:
    worlds = tuple(load_world(name).over(3.0) for name in ("two_warehouses", "regional"))
    _, done = train(course(worlds=worlds), tmp_path)
    assert set(done.rules) == {"two_warehouses", "regional"}
    assert done.agreed is not None


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_many_tables_are_answered_as_the_chain_answers_each(seed: int, rows: int) -> None:
    rng, names = np.random.default_rng(seed), ("a", "b", "c")
    steps = ((("a", 1.0), ("b", -2.0)), (("c", 1.0),))
    value = rng.integers(0, 3, (20, rows + 1, 3)).astype(float)
    mask = rng.random((20, rows + 1)) < 0.6
    mask[:, -1] = True
    found = rows_of_chain(steps, names, value, mask)
    for n in range(20):
        legal = np.flatnonzero(mask[n, :-1]).tolist()
        column = {name: value[n, :-1, k].tolist() for k, name in enumerate(names)}
        assert found[n] == choose(steps, column.__getitem__, legal, rows, None)


def test_a_network_that_imitates_a_rule_pays_what_the_rule_pays() -> None:
    world = load_world("two_warehouses").over(50.0)
    torch.manual_seed(0)
    network = TableNetwork(len(USUAL), 16)
    agreed = imitate(network, examples_of(world, "cheapest", USUAL, 2_000, 5), 200, 0)
    assert agreed > 0.99
    gap = Judge([world], {world.name: ["hold_all", "cheapest"]}, 4)(learned("copy", snapped(network, USUAL)))
    assert abs(gap.difference) < 0.5


def test_a_judge_compares_with_the_best_rule() -> None:
    world = load_world("regional").over(5.0)
    judge = Judge([world], {world.name: ["hold_all", "cheapest", "distance"]}, 3, first=7)

    def paid(policy: Any) -> float:
        cards = [simulate(world, sample(world, seed), policy).scorecard for seed in (7, 8, 9)]
        return float(np.mean([card["controllable_cost"] or np.nan for card in cards]))

    cost = {rule: paid(rule) for rule in ("cheapest", "distance", "hold_all")}
    assert judge.rule == {world.name: min(cost, key=cost.__getitem__)}
    policy = learned("random", random_network(2))
    assert judge(policy).money == pytest.approx(paid(policy) - min(cost.values()))
    assert judge(policy).shown is False


def test_what_costs_more_is_worse_where_costs_are_negative() -> None:
    """In a short horizon the stock that is left may be worth more than all that was paid."""
    world = load_world("peak_season").over(2.0)
    judge = Judge([world], {world.name: ["cheapest"]}, 3)
    assert judge.cost[0].mean() < 0.0
    gap = judge(load_policy("hold_all"))
    assert gap.money > 0.0
    assert gap.difference > 0.0
    assert not gap.shown


def test_where_nobody_orders_nothing_can_be_judged() -> None:
    world = load_world("two_warehouses").over(1e-4)
    with pytest.raises(InputError, match=r"days: found 0.0001\d*, in which nobody orders in two_warehouses"):
        Judge([world], {world.name: ["cheapest"]}, 2)


def test_a_judge_draws_orders_where_stored_ones_are_learned_from(tmp_path: Path) -> None:
    drawn = load_world("regional").over(3.0)
    save_trace(sample(drawn, 77), tmp_path / "log.parquet")
    world = replace(drawn, header=replace(drawn.header, trace=str(tmp_path / "log.parquet")))
    judge = Judge([world], {world.name: ["cheapest"]}, 2)
    assert [len(feed.trace.orders) for feed in judge.feeds[0]] == [len(sample(drawn, seed).orders) for seed in (0, 1)]


def test_the_trained_network_decides_as_its_snapped_weights_do() -> None:
    """Single precision against exact: they part in a few tables of thousands at most."""
    torch.manual_seed(4)
    network = TableNetwork(len(USUAL), 16)
    envs = AllocationVectorEnv("regional", 8, days=5.0)
    seen, infos = envs.reset(seed=1)
    exact, parted, asked = snapped(network, USUAL), 0, 0
    rng = np.random.default_rng(0)
    for _ in range(60):
        mask = infos["action_mask"].astype(bool)
        with torch.no_grad():
            scores = network(torch.as_tensor(seen)).masked_fill(~torch.as_tensor(mask), -1e9).numpy()
        for table, legal, score in zip(seen, mask, scores, strict=True):
            rows = int((table != 0.0).any(axis=1)[:-1].sum())  # that are there
            work = ([0.0] * len(table) * 16, [0.0] * 32, [0.0] * 16, [0.0] * 16, [0.0] * len(table))
            allowed = np.flatnonzero(legal[:-1]).tolist()
            flat = table[[*range(rows), -1]].astype(float).ravel().tolist()
            row = best_row(len(USUAL), 16, rows, allowed, len(allowed), flat, exact.weights, work)
            parted += (row if row < rows else len(table) - 1) != int(score.argmax())
            asked += 1
        seen, *_, infos = envs.step(np.array([rng.choice(np.flatnonzero(m)) for m in mask]))
    assert parted <= asked * 0.02


def test_a_saved_policy_is_found_by_its_name_and_says_where_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, done = random_network(1), Trained(rules={"regional": "cheapest"}, ended="budget")
    card = card_of(course(), done, Gap(-1.0, -1.5, -0.5, -3.0), 20, "fillrate train regional")
    save_policy(tmp_path / "policies" / "mine", learned("mine", network), card)
    save_policy(tmp_path / "policies" / "mine", learned("mine", network), card)  # again
    assert sorted(p.name for p in (tmp_path / "policies" / "mine").iterdir()) == [
        "card.json",
        "policy.npz",
        "policy.toml",
    ]
    monkeypatch.chdir(tmp_path)
    entry = load_policy("mine").source
    assert all(np.array_equal(getattr(entry.network, n), getattr(network, n)) for n in ARRAYS)  # type: ignore[union-attr]
    told = json.loads((tmp_path / "policies" / "mine" / "card.json").read_text())
    assert told["course"]["worlds"]["regional"]["hash"] == course().worlds[0].hash
    assert told["versions"]["torch"] == torch.__version__
    (tmp_path / "policies" / "other").mkdir()
    with pytest.raises(InputError, match="no trained policy"):
        save_policy(tmp_path / "policies" / "other", learned("other", network), card)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"algo": "pro"}, "--algo: found 'pro' (did you mean 'ppo'?); allowed: es, maskable_ppo"),
        ({"steps": 0}, "--steps: found 0; allowed: at least 1"),
        ({"judge_every": 0}, "--judge-every: found 0"),
        ({"worlds": ()}, "WORLD: found ''; allowed: one world, or several"),
        ({"worlds": (load_world("regional"),) * 2}, "WORLD: found 'regional,regional'; allowed: one world, or several"),
        ({"rules": ("cheapst",)}, "policy 'cheapst': no such name (did you mean 'cheapest'?)"),
    ],
)
def test_wrong_settings_are_refused_in_one_line(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        course(**changed)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
