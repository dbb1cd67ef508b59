"""Actions and rollouts that the tests of replenishment environments share."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.model.kernel.test_same_catalogue import short

from fillrate.gym import ReplenishEnv, ReplenishVectorEnv
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world

WORLDS = (
    "disruption",
    "limited_edition_daily",
    "lost_sales",
    "omnichannel",
    "peak_season",
    "regional",
    "tight_cash",
    "two_warehouses",
)
ORDERS = 60


def small(name: str) -> World:
    """A world whose episodes are short."""
    world = load_world(name)
    return short(world, ORDERS) if name != "lost_sales" else world.over(12.0)


def traces_of(world: World, n: int, first: int = 0) -> list[Trace]:
    return [sample(world, seed) for seed in range(first, first + n)]


def actions(env: ReplenishEnv | ReplenishVectorEnv, seed: int, steps: int) -> list[Any]:
    """Random actions of one environment, the same for all who ask."""
    space = env.single_action_space if isinstance(env, ReplenishVectorEnv) else env.action_space
    space.seed(seed)
    return [space.sample() for _ in range(steps)]


def rollout(env: ReplenishEnv, said: list[Any], **reset: Any) -> list[tuple[Any, ...]]:
    """Everything that an episode says, step by step."""
    observed, info = env.reset(**reset)
    found: list[tuple[Any, ...]] = [(observed.tolist(), info)]
    for action in said:
        observed, reward, ended, _, info = env.step(action)
        found.append((observed.tolist(), reward, ended, info))
        if ended:
            return found
    raise AssertionError("the episode is longer than the actions")


def contribution(env: ReplenishEnv) -> float:
    value = env.scorecard()["contribution"]
    assert value is not None
    return float(value)


def rewards_of(found: list[tuple[Any, ...]]) -> float:
    return float(np.sum([step[1] for step in found[1:]]))
