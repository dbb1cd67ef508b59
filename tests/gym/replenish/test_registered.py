"""Every world with suppliers has a replenishment environment that Gymnasium's checkers find nothing wrong with."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from tests.gym.replenish.playing import WORLDS

import fillrate.gym
from fillrate.catalogue import entries
from fillrate.gym import ReplenishVectorEnv, id_of
from fillrate.world import load_world

IDS = [id_of(name, "Replenish") for name in WORLDS]


def test_worlds_with_suppliers_are_registered_and_no_others() -> None:
    supplied = [name for name in entries("envs") if load_world(name).supply.supplier]
    assert supplied == list(WORLDS)
    assert sorted(name for name in gymnasium.registry if "-Replenish" in name) == sorted(IDS)
    assert fillrate.gym.ReplenishEnv.__doc__


@pytest.mark.parametrize("action", ["units", "levels"])
@pytest.mark.parametrize("name", IDS)
def test_the_checker_finds_nothing(name: str, action: str) -> None:
    check_env(gymnasium.make(name, action=action, days=8.0).unwrapped, skip_render_check=True)


@pytest.mark.parametrize("name", IDS)
def test_vectors_can_be_made_and_stepped(name: str) -> None:
    envs = gymnasium.make_vec(name, num_envs=2, vectorization_mode="vector_entry_point", days=8.0)
    assert isinstance(envs.unwrapped, ReplenishVectorEnv)
    observed, _ = envs.reset(seed=1)
    assert observed in envs.observation_space
    observed, reward, _, _, _ = envs.step(envs.action_space.sample())
    assert observed in envs.observation_space
    assert reward.dtype == np.float64
    envs.close()
