"""Stable-Baselines3 on the vector environment: `SB3VecEnv`. The only module that imports it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from numpy.typing import NDArray
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import VecEnv

from fillrate.errors import InputError
from fillrate.gym.vector import AllocationVectorEnv

__all__ = ["SB3VecEnv"]

Indices = int | Iterable[int] | None


class SB3VecEnv(VecEnv):
    """`AllocationVectorEnv` as Stable-Baselines3 and sb3-contrib want it: what `DummyVecEnv` of single ones says.

    The info of an episode's last step has `terminal_observation`, `scorecard` and, as `Monitor` would write it,
    `episode`: the sum of rewards r, the steps l, the seconds t since the start. `env_method("action_masks")` is what
    `MaskablePPO` asks for. Seeds and options count at the next `reset()`.
    """

    def __init__(self, envs: AllocationVectorEnv, tell: bool = False) -> None:
        """Wrap a vector environment.

        Args:
            envs: made with `autoreset_mode="SameStep"`.
            tell: give every info what the single environment's has (`elapsed_days`, `reward_terms`, `action_mask`).

        Raises:
            InputError: no vector environment, or another autoreset mode.
        """
        if not isinstance(envs, VectorEnv):
            raise InputError("envs", f"found {type(envs).__name__}", "a vector environment, as AllocationVectorEnv is")
        if envs.metadata["autoreset_mode"] is not AutoresetMode.SAME_STEP:
            raise InputError("autoreset_mode", f"found {envs.metadata['autoreset_mode'].value}", "SameStep")
        self.envs, self.tell, self.began = envs, tell, time.time()
        self.actions: NDArray[np.int64] = np.zeros(envs.num_envs, np.int64)
        self.returns, self.lengths = np.zeros(envs.num_envs), np.zeros(envs.num_envs, np.int64)
        super().__init__(envs.num_envs, envs.single_observation_space, envs.single_action_space)

    def reset(self) -> NDArray[np.float32]:
        """(num_envs, rows, columns) observations of fresh episodes."""
        options = {key: [each.get(key) for each in self._options] for each in self._options for key in each}
        observed, infos = self.envs.reset(seed=self._seeds, options=options)
        self.reset_infos = [_info_of(infos, i) for i in range(self.num_envs)]
        self._reset_seeds()
        self._reset_options()
        self.returns[:], self.lengths[:] = 0.0, 0
        return observed

    def step_async(self, actions: NDArray[np.int64]) -> None:
        """Keep the actions for `step_wait`."""
        self.actions = actions

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Observations, rewards, dones and infos of a step; ended episodes have begun anew."""
        observed, reward, done, _, infos = self.envs.step(self.actions)
        self.returns += reward
        self.lengths += 1
        final, told = infos.pop("final_obs", None), infos.pop("final_info", {})
        each = [_info_of(infos, i) if self.tell else {} for i in range(self.num_envs)]
        for i in np.flatnonzero(done).tolist():
            self.reset_infos[i], info = _info_of(infos, i), _info_of(told, i)
            each[i] = info if self.tell else {"scorecard": info["scorecard"]}
            each[i] |= {"terminal_observation": final[i], "TimeLimit.truncated": False, "episode": self._episode(i)}
        return observed, reward.astype(np.float32), done, each

    def _episode(self, i: int) -> dict[str, float]:
        """What `Monitor` tells of an ended episode; the next one is counted from 0."""
        found = {"r": float(self.returns[i]), "l": int(self.lengths[i]), "t": round(time.time() - self.began, 6)}
        self.returns[i], self.lengths[i] = 0.0, 0
        return found

    def env_method(self, method_name: str, *_: Any, indices: Indices = None, **__: Any) -> list[Any]:
        """Masks of some environments, (rows,) bool each; there is no other method of a single one.

        Raises:
            AttributeError: another method.
        """
        if method_name != "action_masks":
            raise AttributeError(f"env_method: found '{method_name}'; allowed: action_masks")
        masks = self.envs.action_masks()
        return [masks[i] for i in self._get_indices(indices)]

    def get_attr(self, attr_name: str, indices: Indices = None) -> list[Any]:
        """An attribute of the vector environment, once for each of some environments."""
        value = getattr(self.envs, attr_name)
        return [value for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Indices = None) -> None:
        """Set an attribute of the vector environment, which is that of all.

        Raises:
            InputError: to be set for some only.
        """
        if indices is not None:
            raise InputError("set_attr", f"found indices {indices}", "none: the environments share their attributes")
        setattr(self.envs, attr_name, value)

    def env_is_wrapped(
        self, wrapper_class: type[gymnasium.Wrapper[Any, Any, Any, Any]], indices: Indices = None
    ) -> list[bool]:
        """Nothing is wrapped, but what `Monitor` does is done."""
        return [wrapper_class is Monitor for _ in self._get_indices(indices)]

    def close(self) -> None:
        """Free what the engine holds."""
        self.envs.close()


def _info_of(infos: dict[str, Any], i: int) -> dict[str, Any]:
    """What the infos of a vector environment tell of one environment."""
    told = {key: value for key, value in infos.items() if not key.startswith("_") and _tells(infos, key, i)}
    return {key: _info_of(value, i) if isinstance(value, dict) else value[i] for key, value in told.items()}


def _tells(infos: dict[str, Any], key: str, i: int) -> bool:
    """Whether a key's value is there for an environment: for all, where no mask says otherwise."""
    return f"_{key}" not in infos or bool(infos[f"_{key}"][i])
