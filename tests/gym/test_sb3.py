"""`SB3VecEnv` says what `DummyVecEnv` of single environments says, and Stable-Baselines3 learns on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.gym.playing import any_legal, cut, plain

from fillrate.bench.compare import compare
from fillrate.errors import InputError
from fillrate.gym import AllocationEnv, AllocationVectorEnv, policy_of
from fillrate.simulate import simulate
from fillrate.world import load_world

pytest.importorskip("stable_baselines3")
pytest.importorskip("sb3_contrib")

import torch
from sb3_contrib import MaskablePPO, RecurrentPPO
from sb3_contrib.common.maskable.evaluation import evaluate_policy as evaluate_masked
from sb3_contrib.common.maskable.utils import get_action_masks, is_masking_supported
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor, VecNormalize

from fillrate.gym.sb3 import SB3VecEnv

ENVS, DAYS, TINY = 3, 0.2, {"net_arch": [8]}
FEW = {"n_steps": 32, "batch_size": 32, "n_epochs": 1}
torch.set_num_threads(1)


def ours(world: Any = "regional", n: int = ENVS, tell: bool = False, **arguments: Any) -> SB3VecEnv:
    return SB3VecEnv(AllocationVectorEnv(world, n, autoreset_mode="SameStep", **arguments), tell)


def theirs(world: Any = "regional", n: int = ENVS, **arguments: Any) -> DummyVecEnv:
    return DummyVecEnv([lambda: Monitor(AllocationEnv(world, **arguments))] * n)


def same_infos(one: list[dict[str, Any]], two: list[dict[str, Any]]) -> None:
    """Times apart, and that a step was not cut off where nothing ended."""
    for mine, other in zip(map(plain, one), map(plain, two), strict=True):
        for info in (mine, other):
            info.get("episode", {}).pop("t", None)
        if "terminal_observation" not in other:
            other.pop("TimeLimit.truncated", None)
        if "episode" in mine:
            mine["episode"]["r"] = round(mine["episode"]["r"], 6)
        assert mine == other


@pytest.mark.parametrize(("name", "scale"), [("regional", 1.0), ("omnichannel", 0.125)])
def test_it_is_the_dummy_of_single_environments(name: str, scale: float) -> None:
    arguments: dict[str, Any] = {"days": DAYS, "reward_scale": scale}
    one, two, choose = ours(name, tell=True, **arguments), theirs(name, **arguments), any_legal(1)
    assert one.seed(3) == two.seed(3)
    assert (one.reset() == two.reset()).all()
    same_infos(one.reset_infos, two.reset_infos)
    ends = 0
    for _ in range(120):
        rows = choose(get_action_masks(one))
        first: Any = one.step(rows)
        second: Any = two.step(rows)
        assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(first[:3], second[:3], strict=True))
        same_infos(first[3], second[3])
        same_infos(one.reset_infos, two.reset_infos)
        assert (get_action_masks(one) == get_action_masks(two)).all()
        ends += int(first[2].sum())
    assert ends > 2 * ENVS


def test_without_being_asked_it_tells_of_ends_alone() -> None:
    env, choose, steps = ours(days=DAYS), any_legal(1), np.zeros(ENVS, int)
    env.reset()
    for _ in range(60):
        _, _, done, infos = env.step(choose(get_action_masks(env)))
        steps += 1
        for i, info in enumerate(infos):
            assert set(info) == (
                {"terminal_observation", "episode", "scorecard", "TimeLimit.truncated"} if done[i] else set()
            )
            if done[i]:
                assert info["episode"]["r"] == info["scorecard"]["contribution"]
                assert info["episode"]["l"] == steps[i]
                steps[i] = 0


def test_infos_are_not_shared() -> None:
    """Wrappers write into them."""
    env = ours(days=DAYS)
    env.seed(1)  # an episode whose orders end at the second step would tell something
    env.reset()
    infos = env.step(np.zeros(ENVS, np.int64))[3]
    infos[0]["mine"] = 1
    assert infos[1] == env.step(np.zeros(ENVS, np.int64))[3][0] == {}


def test_options_count_once() -> None:
    env = ours(days=DAYS)
    env.set_options({"trace_seed": 5})
    env.reset()
    assert [info["trace_seed"] for info in env.reset_infos] == [5] * ENVS
    env.set_options([{"trace_seed": 6}, {}, {"trace_seed": 7}])
    env.reset()
    assert [info["trace_seed"] for info in env.reset_infos][::2] == [6, 7]
    env.reset()
    assert min(info["trace_seed"] for info in env.reset_infos) >= 2**32


def test_seeds_count_once() -> None:
    env = ours(days=DAYS)
    env.seed(5)
    first = env.reset()
    assert (env.reset() != first).any()
    env.seed(5)
    assert (env.reset() == first).all()


def test_masks_attributes_and_methods() -> None:
    env = ours(days=DAYS)
    env.reset()
    assert is_masking_supported(env)
    assert (np.stack(env.env_method("action_masks", indices=[2, 0])) == env.envs.action_masks()[[2, 0]]).all()
    assert env.get_attr("render_mode") == [None] * ENVS
    assert env.get_attr("num_envs", indices=1) == [ENVS]
    assert not env.has_attr("nothing")
    assert env.env_is_wrapped(Monitor) == [True] * ENVS
    assert env.env_is_wrapped(Any, indices=[0]) == [False]  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match=r"env_method: found 'jump'; allowed: action_masks"):
        env.env_method("jump")
    env.set_attr("note", 3)
    assert env.get_attr("note") == [3] * ENVS
    with pytest.raises(InputError, match=r"set_attr: found indices \[0\]; allowed: none"):
        env.set_attr("note", 4, indices=[0])
    env.close()


def test_another_autoreset_mode_is_refused() -> None:
    with pytest.raises(InputError, match="envs: found AllocationEnv; allowed: a vector environment"):
        SB3VecEnv(AllocationEnv("two_warehouses"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="autoreset_mode: found NextStep; allowed: SameStep"):
        SB3VecEnv(AllocationVectorEnv("regional", 2, days=DAYS))


def test_wrappers_of_stable_baselines_fit() -> None:
    env = VecNormalize(ours(days=DAYS), norm_obs=False)
    assert is_masking_supported(env)
    env.reset()
    for _ in range(30):
        env.step(get_action_masks(env).argmax(axis=1))
    with pytest.warns(UserWarning, match="Monitor"):
        VecMonitor(ours(days=DAYS))  # has been done


def trained(method: Any, **some: Any) -> Any:
    """A model of a tiny network that has learnt for a moment."""
    return method("MlpPolicy", ours(days=DAYS), policy_kwargs=TINY, seed=1, **some).learn(300)


def test_maskable_ppo_learns_on_it_and_is_evaluated() -> None:
    model = trained(MaskablePPO, **FEW)
    assert model.num_timesteps >= 300
    assert len(model.ep_info_buffer) > 3
    assert np.isfinite([info["r"] for info in model.ep_info_buffer]).all()
    world, traces = cut("regional", 20, range(4))
    mean, _ = evaluate_masked(model, ours(world, n=2, traces=traces), n_eval_episodes=4)
    single, _ = evaluate_masked(model, Monitor(AllocationEnv(world, traces=traces)), n_eval_episodes=4)
    assert mean == pytest.approx(single, abs=1e-5)


@pytest.mark.parametrize("method", [PPO, DQN])
def test_methods_without_masks_learn_on_it(method: Any) -> None:
    """A row that is not legal holds."""
    some = FEW if method is PPO else {"learning_starts": 50}
    model = trained(method, **some)
    assert len(model.ep_info_buffer) > 3
    mean, _ = evaluate_policy(model, ours(days=DAYS), n_eval_episodes=3)
    assert np.isfinite(mean)


@pytest.mark.parametrize("name", ["regional", "omnichannel"])
@pytest.mark.parametrize("method", [MaskablePPO, DQN])
def test_a_trained_model_is_a_policy_that_earns_what_its_episodes_do(method: Any, name: str) -> None:
    """With masks and without: a row that is not legal holds in both."""
    some: dict[str, Any] = FEW if method is MaskablePPO else {"learning_starts": 50}
    world, traces = cut(name, 20, range(3))
    model = method("MlpPolicy", ours(world, traces=traces), policy_kwargs=TINY, seed=1, **some).learn(200)
    rule = policy_of(model, ours(world), name="mine")
    for trace in traces:
        env: Any = AllocationEnv(world, traces=[trace])
        (observed, _), ended, total = env.reset(), False, 0.0
        while not ended:
            masks = {"action_masks": env.action_masks()} if method is MaskablePPO else {}
            observed, reward, ended, _, _ = env.step(int(model.predict(observed, deterministic=True, **masks)[0]))
            total += reward
        assert simulate(world, trace, rule).scorecard["contribution"] == pytest.approx(total)
    found = compare(world, ["cheapest", rule], 2, days=world.days, n_jobs=1, quiet=True)
    assert list(found.policies) == ["cheapest", "mine"]


def test_a_trained_model_has_the_other_parts_of_its_environment() -> None:
    model, env = trained(MaskablePPO, **FEW), AllocationEnv("regional", days=DAYS, others="s_S")
    assert policy_of(model, env).parts() == {
        "name": "trained", "rank": None, "source": "_Trained", "replenish": "s_S", "modifiers": [],
    }  # fmt: skip
    for other, said in ((AllocationEnv("regional", days=DAYS, action="prices"), "'prices'"), (model, "MaskablePPO")):
        with pytest.raises(InputError, match=f"env: found .*{said}"):
            policy_of(model, other)


class First:
    """Takes the first row; nothing tells it from what answers otherwise."""

    def predict(self, *_: Any, **__: Any) -> tuple[int, None]:
        return 0, None


def test_a_policy_keeps_the_weights_of_its_moment_and_its_finished_runs(tmp_path: Path) -> None:
    model, env, world = trained(PPO, **FEW), ours(days=DAYS), load_world("regional").over(DAYS)
    early, again = policy_of(model, env), policy_of(model, env)
    model.learn(200)
    later = policy_of(model, env)
    assert early.hash == again.hash != later.hash
    for policy, made in ((early, 2), (again, 2), (later, 4)):
        compare(world, [policy], 2, n_jobs=1, quiet=True, folder=tmp_path)
        assert len((tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()) == made
    nameless = [policy_of(First(), env).hash for _ in range(2)]
    assert nameless[0] != nameless[1]


def test_a_model_that_sees_something_else_or_remembers_is_refused() -> None:
    env, lstm = ours(days=DAYS), {"lstm_hidden_size": 4}
    with pytest.raises(InputError, match=r"model: found observations Box.*as the environment's"):
        policy_of(trained(PPO, **FEW), ours(days=DAYS, columns=["available", "distance_km"]))
    with pytest.raises(InputError, match="model: found VecNormalize; allowed: norm_obs=False"):
        policy_of(PPO("MlpPolicy", VecNormalize(env), policy_kwargs=TINY), env)
    policy_of(PPO("MlpPolicy", VecNormalize(env, norm_obs=False), policy_kwargs=TINY), env)
    with pytest.raises(InputError, match="model: found RecurrentPPO, which remembers"):
        policy_of(RecurrentPPO("MlpLstmPolicy", env, policy_kwargs=lstm), env)
