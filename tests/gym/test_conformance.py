"""Every registered id keeps the rules of Gymnasium and of Stable-Baselines3, and travels to other processes."""

from __future__ import annotations

import pickle
import warnings
from typing import Any

import cloudpickle
import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AsyncVectorEnv
from gymnasium.wrappers import FlattenObservation
from gymnasium.wrappers.vector import DictInfoToList, RecordEpisodeStatistics
from tests.gym.playing import any_legal, cut, episode
from tests.gym.test_same_rollouts import WORLDS

from fillrate.gym import AllocationEnv, AllocationVectorEnv, id_of, register

ROOM = 0.05  # days


@pytest.mark.parametrize("name", WORLDS)
def test_the_checker_of_gymnasium_finds_nothing(name: str, windows: list[float]) -> None:
    """In every way to render, in a window too."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(id_of(name)).unwrapped)
    assert windows


@pytest.mark.parametrize("name", WORLDS)
def test_the_checker_of_stable_baselines_finds_nothing(name: str) -> None:
    """But that the table is neither an image nor a vector, which is what it is; flattened, nothing at all."""
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    env = gymnasium.make(id_of(name)).unwrapped
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checker.check_env(FlattenObservation(env))
        warnings.filterwarnings("ignore", "Your observation +has an unconventional shape")
        checker.check_env(env)


def test_every_world_has_an_id_and_registering_again_changes_nothing() -> None:
    specs = {name: gymnasium.spec(id_of(name)) for name in WORLDS}
    for name in WORLDS:
        register(name)
    assert {name: gymnasium.spec(id_of(name)) for name in WORLDS} == specs
    assert id_of("peak_season") == "fillrate/PeakSeason-v0"


def test_the_name_of_any_file_makes_an_id() -> None:
    """A workspace may hold worlds with other names than ours; the import must not trip over them."""
    assert id_of("my shop-2 (old)") == "fillrate/MyShop2Old-v0"


@pytest.mark.parametrize("name", ["regional", "omnichannel", "lost_sales"])
def test_what_is_observed_lies_in_the_spaces(name: str) -> None:
    env = AllocationVectorEnv(name, 4, days=ROOM)
    choose = any_legal(1)
    assert env.reset(seed=1)[0] in env.observation_space
    for _ in range(20):
        rows = choose(env.action_masks())
        assert rows in env.action_space
        assert env.step(rows)[0] in env.observation_space


def test_an_environment_of_the_registry_can_be_sampled_by_its_mask() -> None:
    env = gymnasium.make(id_of("regional"), days=ROOM)
    _, info = env.reset(seed=1)
    env.action_space.seed(1)
    for _ in range(10):
        row = env.action_space.sample(info["action_mask"])
        assert info["action_mask"][row]
        info = env.step(row)[4]


def test_make_vec_makes_the_vector_environment() -> None:
    env = gymnasium.make_vec(id_of("regional"), num_envs=3, days=ROOM, autoreset_mode="SameStep")
    assert isinstance(env.unwrapped, AllocationVectorEnv)
    assert env.num_envs == 3
    assert env.spec is not None


def test_wrappers_of_gymnasium_read_its_infos() -> None:
    env = RecordEpisodeStatistics(AllocationVectorEnv("regional", 2, days=ROOM, autoreset_mode="SameStep"))
    listed: Any = DictInfoToList(env)
    choose, totals = any_legal(1), np.zeros(2)
    listed.reset(seed=3)
    for _ in range(60):
        _, reward, ended, _, infos = listed.step(choose(env.unwrapped.action_masks()))  # type: ignore[attr-defined]
        totals += reward
        for i in np.flatnonzero(ended).tolist():
            assert infos[i]["episode"]["r"] == totals[i] == infos[i]["final_info"]["scorecard"]["contribution"]
            totals[i] = 0.0
    assert env.episode_count >= 2


def pickled(library: Any, env: Any) -> Any:
    return library.loads(library.dumps(env))


@pytest.mark.parametrize("library", [pickle, cloudpickle])
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_an_environment_survives_being_pickled(library: Any, engine: Any) -> None:
    """With all its arguments, worlds and traces as objects among them; an episode under way is not carried along."""
    world, traces = cut("peak_season", 40, (1, 2))
    reward: dict[str, Any] = {"reward_scale": 0.5, "centre": "margin", "left_out": ("opening_value",), "expected": True}
    env = AllocationEnv(world, ("available", "one"), "fcfs", traces=traces, engine=engine, **reward)
    env.reset()
    again = pickled(library, env)
    assert episode(again, any_legal(1)) == episode(pickled(library, again), any_legal(1))
    env.close()


@pytest.mark.parametrize("library", [pickle, cloudpickle])
def test_a_vector_environment_survives_being_pickled(library: Any) -> None:
    env = AllocationVectorEnv("regional", 2, days=ROOM, autoreset_mode="SameStep")
    again = pickled(library, env)
    assert (again.reset(seed=4)[0] == env.reset(seed=4)[0]).all()


def make() -> AllocationEnv:
    """What a worker process makes."""
    return AllocationEnv("regional", days=ROOM)


def test_it_runs_in_processes_that_are_spawned() -> None:
    env = AsyncVectorEnv([make, make], context="spawn")
    ours = AllocationVectorEnv("regional", 2, days=ROOM)
    try:
        assert (env.reset(seed=5)[0] == ours.reset(seed=5)[0]).all()
        for _ in range(10):
            rows = ours.action_masks().argmax(axis=1)
            one, two = ours.step(rows), env.step(rows)
            assert (one[0] == two[0]).all()
            assert (one[1] == two[1]).all()
    finally:
        env.close()


def test_stable_baselines_runs_it_in_processes_that_are_spawned() -> None:
    vec_env = pytest.importorskip("stable_baselines3.common.vec_env")
    env = vec_env.SubprocVecEnv([make, make], start_method="spawn")
    try:
        env.seed(5)
        assert (env.reset() == AllocationVectorEnv("regional", 2, days=ROOM).reset(seed=5)[0]).all()
        masks = np.stack(env.env_method("action_masks"))
        assert env.step(masks.argmax(axis=1))[0].shape == (2, *env.observation_space.shape)
    finally:
        env.close()
