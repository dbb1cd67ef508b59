"""RLlib's proximal policy optimisation with masked actions on an environment.

Usage: python examples/rllib.py [--world regional] [--days 2] [--iterations 5] [--runners 0] [--seed 1]

RLlib finds masks in the observation: `{"action_mask": ..., "observations": ...}`, which `ActionMaskingTorchRLModule`,
one of its own, takes apart. Needs ray[rllib] and torch.
"""

from __future__ import annotations

import argparse
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray
from ray.rllib.algorithms.ppo import PPO, PPOConfig
from ray.rllib.core.rl_module.rl_module import RLModuleSpec
from ray.rllib.examples.rl_modules.classes.action_masking_rlm import ActionMaskingTorchRLModule

from fillrate.gym import AllocationEnv

Masked = dict[str, NDArray[np.float32]]


class MaskedEnv(gymnasium.ObservationWrapper[Masked, np.int64, NDArray[np.float32]]):
    """The candidate table as a vector, beside the mask of its rows."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Arguments of `AllocationEnv`."""
        self.table = AllocationEnv(**config)
        super().__init__(self.table)
        vector = gymnasium.spaces.utils.flatten_space(self.table.observation_space)
        mask = gymnasium.spaces.Box(0.0, 1.0, (self.table.terms.rows,), np.float32)
        self.observation_space = gymnasium.spaces.Dict({"action_mask": mask, "observations": vector})

    def observation(self, observation: NDArray[np.float32]) -> Masked:
        """What the network reads."""
        mask = self.table.action_masks().astype(np.float32)
        return {"action_mask": mask, "observations": observation.ravel()}


def algorithm(world: str, days: float, runners: int = 0, seed: int = 1, batch: int = 2_000) -> PPO:
    """What `train()` is called on; with 0 runners all is done in this process."""
    config = PPOConfig().environment(MaskedEnv, env_config={"world": world, "days": days, "reward_scale": 0.02})
    config = config.env_runners(num_env_runners=runners, num_envs_per_env_runner=1 if runners else 2)
    config = config.training(train_batch_size_per_learner=batch, minibatch_size=batch // 4, num_epochs=4, lr=1e-3)
    spec = RLModuleSpec(module_class=ActionMaskingTorchRLModule, model_config={"fcnet_hiddens": [64, 64]})
    made: PPO = config.rl_module(rl_module_spec=spec).debugging(seed=seed).build_algo()
    return made


def main() -> None:
    """Train for some iterations."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="regional")
    parser.add_argument("--days", type=float, default=2.0)
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--runners", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    made = algorithm(given.world, given.days, given.runners, given.seed)
    for iteration in range(1, given.iterations + 1):
        found = made.train()["env_runners"]
        steps, mean = found["num_env_steps_sampled_lifetime"], found.get("episode_return_mean", float("nan"))
        print(f"{iteration:4} iterations, {steps:8,.0f} steps, mean return {mean / 0.02:10,.2f}")
    made.stop()


if __name__ == "__main__":
    main()
