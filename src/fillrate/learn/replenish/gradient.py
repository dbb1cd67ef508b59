"""The other way to learn: imitate a rule, then improve by policy gradient on the vector environment.

Schulman et al. (2017), Proximal policy optimization algorithms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import PPO
from torch import nn

from fillrate.gym import ReplenishVectorEnv
from fillrate.gym.sb3 import SB3VecEnv
from fillrate.learn.replenish.fitting import layers_of, spread_of, unscale
from fillrate.learn.replenish.network import OrderNetwork, snapped
from fillrate.learn.replenish.task import Rule, Task

__all__ = ["Gradient"]


@dataclass(frozen=True)
class Gradient:
    """How a network is trained by policy gradient.

    Attributes:
        task: what is learned.
        steps: reviews.
        episodes: side by side.
        days: horizon of an episode.
        hidden: units of a layer.
        rate: learning rate at the start; it falls to 0.
        discount: a review.
        seed: of weights, actions and traces.
    """

    task: Task
    steps: int = 2_000_000
    episodes: int = 256
    days: float = 256.0
    hidden: int = 32
    rate: float = 7e-4
    discount: float = 0.98
    seed: int = 0

    def network(self, rule: Rule) -> OrderNetwork:
        """The network that PPO makes of one that imitates a rule."""
        envs = self._envs()
        model = self._model(envs)
        self._imitate(model.policy, envs, rule)
        model.learn(self.steps)
        policy: Any = model.policy
        layers = policy.mlp_extractor.policy_net
        return snapped(self.task.known.names, layers_of(layers[0], layers[2], policy.action_net))

    def _envs(self) -> ReplenishVectorEnv:
        most, world = self.task.most, self.task.world
        return ReplenishVectorEnv(
            world, self.episodes, "levels", most, most + 1, days=self.days, reward_scale=0.1, autoreset_mode="SameStep"
        )

    def _model(self, envs: ReplenishVectorEnv) -> PPO:
        layers = {"pi": [self.hidden, self.hidden], "vf": [64, 64]}
        return PPO(
            "MlpPolicy",
            SB3VecEnv(cast("Any", envs)),
            learning_rate=lambda left: self.rate * left,
            n_steps=64,
            batch_size=8 * self.episodes,
            n_epochs=6,
            gamma=self.discount,
            ent_coef=0.002,
            policy_kwargs={"net_arch": layers, "activation_fn": nn.ReLU},
            seed=self.seed,
            device="cpu",
        )

    def _imitate(self, policy: Any, envs: ReplenishVectorEnv, rule: Rule) -> None:
        """Let the policy answer as a rule does, by cross-entropy."""
        seen, said = (torch.from_numpy(each) for each in self._answers(envs, rule))
        middle, spread = spread_of(seen[:, 0])
        for net in (policy.mlp_extractor.policy_net, policy.mlp_extractor.value_net):
            unscale(net[0], middle, spread)  # so that the first units tell the states apart from the start
        optimizer = torch.optim.Adam(policy.parameters(), 2e-3)
        for _ in range(30):
            for those in torch.split(torch.randperm(len(seen)), 128):
                loss = -policy.get_distribution(seen[those]).log_prob(said[those]).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()

    def _answers(self, envs: ReplenishVectorEnv, rule: Rule) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(n, 1, facts) observations of a rule's episodes that now and then order at random, and its answers."""
        rng, found = np.random.default_rng(self.seed), []
        observed, _ = envs.reset(seed=self.seed)
        for _ in range(int(self.days) - 1):
            said = rule(envs.core.table[:, 0])
            found.append((observed, said))
            random = rng.integers(0, self.task.most + 1, self.episodes)
            observed, *_ = envs.step(np.where(rng.random(self.episodes) < 0.1, random, said))
        keep = found[::4]
        return np.concatenate([o for o, _ in keep]), np.concatenate([s for _, s in keep])
