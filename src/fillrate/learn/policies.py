"""The network as a policy of SB3 and sb3-contrib: their machinery around `RowsNetwork`."""

from __future__ import annotations

from typing import Any

import gymnasium
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.type_aliases import Schedule
from torch import Tensor, nn

from fillrate.learn.network import RowsNetwork

__all__ = ["MaskableRowsPolicy", "RowsPolicy"]


class _Tables(BaseFeaturesExtractor):
    """Tables as they are."""

    def __init__(self, observation_space: gymnasium.Space[Any]) -> None:
        super().__init__(observation_space, features_dim=1)

    def forward(self, observations: Tensor) -> Tensor:
        return observations


class _Rows:
    """What both policies share: the network takes the place of extractor, action and value nets."""

    hidden: int

    def __init__(self, *args: Any, hidden: int = 64, **kwargs: Any) -> None:
        self.hidden = hidden
        super().__init__(*args, net_arch=[], features_extractor_class=_Tables, **kwargs)

    def _build(self: Any, lr_schedule: Schedule) -> None:
        self.mlp_extractor = RowsNetwork(self.observation_space.shape[1], self.hidden)
        self.action_net = self.value_net = nn.Identity()
        self.optimizer = self.optimizer_class(self.parameters(), lr=lr_schedule(1), **self.optimizer_kwargs)

    def _get_constructor_parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = super()._get_constructor_parameters()  # type: ignore[misc]
        for name in ("net_arch", "features_extractor_class", "features_extractor_kwargs"):
            found.pop(name, None)
        return found | {"hidden": self.hidden}


class MaskableRowsPolicy(_Rows, MaskableActorCriticPolicy):
    """For `MaskablePPO`."""


class RowsPolicy(_Rows, ActorCriticPolicy):
    """For `PPO` and `A2C`, which do not know the mask: an illegal row holds."""
