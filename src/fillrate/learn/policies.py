"""The network as a policy of SB3 and sb3-contrib: their machinery around `RowsNetwork`."""

from __future__ import annotations

from typing import Any

import gymnasium
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.type_aliases import Schedule
from stable_baselines3.dqn.policies import DQNPolicy, QNetwork
from torch import Tensor, nn

from fillrate.errors import InputError
from fillrate.learn.network import RowsNetwork, TableNetwork

__all__ = ["MaskableRowsPolicy", "RowsPolicy", "RowsQPolicy", "actor_of"]


class _Tables(BaseFeaturesExtractor):
    """Tables as they are."""

    def __init__(self, observation_space: gymnasium.Space[Any]) -> None:
        super().__init__(observation_space, features_dim=1)

    def forward(self, observations: Tensor) -> Tensor:
        return observations


class _Rows:
    """What all of them share: how many units a layer has, and no layers of SB3's own."""

    def __init__(self, *args: Any, hidden: int = 64, **kwargs: Any) -> None:
        """Of `hidden` units a layer."""
        self.hidden = hidden
        super().__init__(*args, **kwargs | {"net_arch": [], "features_extractor_class": _Tables})


class _ActorCritic(_Rows):
    """The network takes the place of extractor, action and value nets."""

    def _build(self, lr_schedule: Schedule) -> None:
        policy: Any = self
        policy.mlp_extractor = RowsNetwork(policy.observation_space.shape[1], policy.hidden)
        policy.action_net = policy.value_net = nn.Identity()
        policy.optimizer = policy.optimizer_class(policy.parameters(), lr=lr_schedule(1), **policy.optimizer_kwargs)

    def _get_constructor_parameters(self) -> dict[str, Any]:
        """Arguments that make the policy anew."""
        said: dict[str, Any] = super()._get_constructor_parameters()  # type: ignore[misc]
        ours = {"net_arch", "features_extractor_class", "features_extractor_kwargs"}
        return {key: value for key, value in said.items() if key not in ours} | {"hidden": self.hidden}


class MaskableRowsPolicy(_ActorCritic, MaskableActorCriticPolicy):
    """For `MaskablePPO`."""


class RowsPolicy(_ActorCritic, ActorCriticPolicy):
    """For `PPO` and `A2C`, which do not know the mask: an illegal row holds."""


class RowsQPolicy(_Rows, DQNPolicy):
    """For `DQN`: the network's scores are the values of the rows."""

    def make_q_net(self) -> QNetwork:
        """A network in place of SB3's."""
        found = super().make_q_net()
        found.q_net = TableNetwork(self.observation_space.shape[1], self.hidden)  # type: ignore[index,assignment]
        return found.to(self.device)


def actor_of(policy: Any) -> TableNetwork:
    """The network that decides, of a policy of this module."""
    found = policy.q_net.q_net if isinstance(policy, RowsQPolicy) else policy.mlp_extractor.actor
    if not isinstance(found, TableNetwork):
        raise InputError("policy", f"found {type(policy).__name__}", "one of fillrate.learn.policies")
    return found
