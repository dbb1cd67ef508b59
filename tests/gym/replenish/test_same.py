"""Single, vector and SimPy episodes say the same to the bit, and what they earn is the contribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.gym.replenish.playing import WORLDS, actions, contribution, rewards_of, rollout, small, traces_of

from fillrate.gym import ReplenishEnv, ReplenishVectorEnv
from fillrate.gym.replenish.actions import Kind

STEPS = 400


@pytest.mark.parametrize("kind", ["units", "levels"])
@pytest.mark.parametrize("name", WORLDS)
def test_simpy_says_the_same(name: str, kind: Kind) -> None:
    world = small(name)
    envs = [ReplenishEnv(world, kind, engine=engine) for engine in ("compiled", "simpy")]
    said = actions(envs[0], 1, STEPS)
    compiled, simpy = (rollout(env, said, options={"trace_seed": 3}) for env in envs)
    assert compiled == simpy


@pytest.mark.parametrize("name", WORLDS)
def test_rewards_add_up_to_the_contribution(name: str) -> None:
    env = ReplenishEnv(small(name))
    found = rollout(env, actions(env, 2, STEPS), options={"trace_seed": 4})
    assert rewards_of(found) == pytest.approx(contribution(env), abs=0.005)
    assert found[-1][3]["scorecard"]["contribution"] == contribution(env)


@pytest.mark.parametrize("name", WORLDS)
def test_a_vector_says_what_single_ones_say(name: str) -> None:
    world, n = small(name), 3
    envs = ReplenishVectorEnv(world, n, autoreset_mode="Disabled")
    singles = [ReplenishEnv(world) for _ in range(n)]
    said = [actions(singles[i], i, STEPS) for i in range(n)]
    expected = [rollout(env, said[i], seed=7 + i) for i, env in enumerate(singles)]
    observed, infos = envs.reset(seed=7)
    assert infos["trace_seed"].tolist() == [each[0][1]["trace_seed"] for each in expected]
    assert observed.tolist() == [each[0][0] for each in expected]
    longest = max(len(each) for each in expected)
    envs.mode = type(envs.mode).NEXT_STEP  # so that those who have ended wait without a reset of all
    for k in range(1, longest):
        observed, reward, ended, _, infos = envs.step(np.stack([each[k - 1] for each in said]))
        for i, each in enumerate(expected):
            if k < len(each):
                check_step(each[k], i, observed, reward, ended, infos)


def check_step(expected: tuple[Any, ...], i: int, observed: Any, reward: Any, ended: Any, infos: Any) -> None:
    assert (observed[i].tolist(), reward[i], ended[i]) == expected[:3]
    assert infos["elapsed_days"][i] == expected[3]["elapsed_days"]
    assert {name: values[i] for name, values in infos["reward_terms"].items()} == expected[3]["reward_terms"]
    if expected[2]:
        assert infos["scorecard"][i] == expected[3]["scorecard"]


def test_a_new_episode_begins_in_the_same_step_or_the_next() -> None:
    world = small("lost_sales")
    traces = traces_of(world, 4)
    alone = ReplenishEnv(world, traces=traces)
    firsts = [alone.reset()[0].tolist() for _ in traces]
    for mode, extra in (("SameStep", 0), ("NextStep", 1)):
        envs = ReplenishVectorEnv(world, 2, traces=traces, autoreset_mode=mode)
        observed, infos = envs.reset()
        steps, ended = 0, np.zeros(2, np.bool_)
        while not ended.all():
            observed, _, ended, _, infos = envs.step(np.full((2, 1), -1.0))
            steps += 1
        assert steps == 12
        assert ("final_info" in infos) == (mode == "SameStep")
        for _ in range(extra):
            observed, reward, ended, _, infos = envs.step(np.full((2, 1), -1.0))
            assert not ended.any()
            assert reward.tolist() == [0.0, 0.0]
        assert observed.tolist() == firsts[2:]


def test_centre_and_scale_move_every_reward_as_in_allocation() -> None:
    world = small("lost_sales")
    plain, moved = ReplenishEnv(world), ReplenishEnv(world, centre=2.0, reward_scale=0.5)
    said = actions(plain, 3, STEPS)
    first, second = (rollout(env, said, options={"trace_seed": 5}) for env in (plain, moved))
    orders = moved.core.centre[0] / 2.0
    assert orders > 0
    assert rewards_of(second) == pytest.approx(0.5 * (rewards_of(first) - 2.0 * orders))
