"""Speed of learning: MaskablePPO end to end on the vector environment, against SB3's own on sixteen SimPy environments.

Both learn with the same network on the same world in turns, one Torch thread: `fillrate train`'s preset over the
compiled lockstep (its episodes side by side are the width), and MaskablePPO with the settings that Stable-Baselines3
comes with over a `DummyVecEnv` of sixteen environments of the model of record. Steps a second count everything: acting,
simulating, learning.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import torch
from _command import run
from sb3_contrib import MaskablePPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

from fillrate.gym import AllocationEnv
from fillrate.learn.course import Course
from fillrate.learn.policies import MaskableRowsPolicy
from fillrate.learn.presets import preset
from fillrate.learn.training import environments
from fillrate.world import load_world

WORLD, DAYS, SIMPY = "regional", 20.0, 16


def speed(envs: VecEnv, steps: int, settings: dict[str, Any]) -> float:
    """Steps a second of a training; the first round of rollouts and learning is not timed."""
    model = MaskablePPO(MaskableRowsPolicy, envs, seed=1, device="cpu", policy_kwargs={"hidden": 32}, **settings)
    model.learn(model.n_steps * envs.num_envs)
    before, start = model.num_timesteps, time.perf_counter()
    model.learn(steps, reset_num_timesteps=False)
    return (model.num_timesteps - before) / (time.perf_counter() - start)


def measure(repeats: int, steps: int) -> dict[str, Any]:
    """Steps a second of both, and their ratio."""
    torch.set_num_threads(1)
    world, settings = load_world(WORLD).over(DAYS), preset("maskable_ppo").settings
    ours, theirs = [], []
    for _ in range(repeats):
        envs = environments(Course((world,)))
        ours.append(speed(envs, steps, settings))
        width = envs.num_envs
        envs.close()
        simpy = DummyVecEnv([lambda: AllocationEnv(world, engine="simpy") for _ in range(SIMPY)])
        theirs.append(speed(simpy, 2_048 * SIMPY, {"n_steps": 128}))
        simpy.close()
    return {
        "world": WORLD,
        "width": width,
        "steps_per_second": statistics.median(ours),
        "simpy_environments": SIMPY,
        "simpy_steps_per_second": statistics.median(theirs),
        "ratio": statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
    }


if __name__ == "__main__":
    run(__doc__, measure, repeats=3, steps=500_000)
