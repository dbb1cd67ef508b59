"""Episodes of several worlds side by side, so that one policy learns from all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from fillrate.gym.sb3 import SB3VecEnv

__all__ = ["Several"]


class Several(VecEnv):
    """Vector environments one after the other; tables have as many rows as the widest, hold is the last of each."""

    def __init__(self, parts: Sequence[SB3VecEnv]) -> None:
        """Environments that observe the same columns."""
        self.parts = list(parts)
        self.rows, columns = max(part.envs.terms.rows for part in parts), len(parts[0].envs.terms.columns)
        self.ends = np.cumsum([part.num_envs for part in parts])
        space = spaces.Box(-1.0, 1.0, (self.rows, columns), np.float32)
        super().__init__(int(self.ends[-1]), space, spaces.Discrete(self.rows))

    def _wider(self, tables: NDArray[Any]) -> NDArray[Any]:
        """(..., rows, columns) tables with rows that are not there before hold."""
        missing = self.rows - tables.shape[-2]
        nothing = np.zeros((*tables.shape[:-2], missing, tables.shape[-1]), tables.dtype)
        return np.concatenate([tables[..., :-1, :], nothing, tables[..., -1:, :]], axis=-2)

    def reset(self) -> NDArray[np.float32]:
        """Observations of fresh episodes."""
        return np.concatenate([self._wider(part.reset()) for part in self.parts])

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Seed the parts, each from where the last one ended."""
        firsts = [0, *self.ends[:-1].tolist()]
        found: list[int | None] = []
        for part, first in zip(self.parts, firsts, strict=True):
            found += part.seed(None if seed is None else seed + first)
        return found

    def step_async(self, actions: NDArray[np.int64]) -> None:
        """Hand the actions on; the last row holds everywhere."""
        last = self.rows - 1
        for part, mine in zip(self.parts, np.split(actions, self.ends[:-1]), strict=True):
            part.step_async(np.where(mine == last, part.envs.terms.rows - 1, mine))

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """What the parts say, one after the other."""
        told = [part.step_wait() for part in self.parts]
        infos = [info for part in told for info in part[3]]
        for info in infos:
            if "terminal_observation" in info:
                info["terminal_observation"] = self._wider(info["terminal_observation"])
        observed, reward, done = zip(*[part[:3] for part in told], strict=True)
        return (
            np.concatenate([self._wider(each) for each in observed]),
            np.concatenate(reward),
            np.concatenate(done),
            infos,
        )

    def env_method(self, method_name: str, *_: Any, indices: Any = None, **__: Any) -> list[Any]:
        """`action_masks` of some environments, (rows,) bool each."""
        masks = [mask for part in self.parts for mask in part.env_method(method_name)]
        wide = [self._wider(mask[:, None])[:, 0] for mask in masks]
        return [wide[i] for i in self._get_indices(indices)]

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """An attribute of the environments."""
        found = [value for part in self.parts for value in part.get_attr(attr_name)]
        return [found[i] for i in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Set an attribute of all."""
        for part in self.parts:
            part.set_attr(attr_name, value, indices)

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """As the parts say."""
        found = [wrapped for part in self.parts for wrapped in part.env_is_wrapped(wrapper_class)]
        return [found[i] for i in self._get_indices(indices)]

    def close(self) -> None:
        """Free what the engines hold."""
        for part in self.parts:
            part.close()
