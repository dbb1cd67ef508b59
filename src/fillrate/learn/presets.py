"""Algorithms and their settings: what uses the vector environment well.

Many episodes side by side and large batches: Stable-Baselines3's own settings (one environment, batches of 64) spend
their time in Python.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fillrate.errors import InputError, nearest

__all__ = ["PRESETS", "Preset", "bounded", "preset", "settings_of"]

Settings = dict[str, Any]


@dataclass(frozen=True)
class Preset:
    """How one algorithm is run."""

    policy: str  # class of `fillrate.learn.policies`
    module: str  # where the algorithm is
    name: str
    envs: int  # episodes side by side
    settings: Settings = field(default_factory=dict)  # of the algorithm
    reward_scale: float = 0.01


ON_POLICY: Settings = {"gamma": 0.999, "gae_lambda": 0.95, "learning_rate": 5e-4, "max_grad_norm": 1.0}

PRESETS: dict[str, Preset] = {
    "es": Preset("", "fillrate.learn.search", "search", 1),
    "maskable_ppo": Preset(
        "MaskableRowsPolicy",
        "sb3_contrib",
        "MaskablePPO",
        256,
        ON_POLICY | {"n_steps": 128, "batch_size": 4096, "n_epochs": 4},
    ),
    "ppo": Preset(
        "RowsPolicy", "stable_baselines3", "PPO", 256, ON_POLICY | {"n_steps": 128, "batch_size": 4096, "n_epochs": 4}
    ),
    "a2c": Preset("RowsPolicy", "stable_baselines3", "A2C", 256, ON_POLICY | {"n_steps": 16}),
    "dqn": Preset(
        "RowsQPolicy",
        "stable_baselines3",
        "DQN",
        64,
        {
            "gamma": 0.99,
            "learning_rate": 5e-4,
            "batch_size": 4096,
            "buffer_size": 200_000,
            "learning_starts": 20_000,
            "train_freq": 64,
            "gradient_steps": 8,
            "target_update_interval": 2_000,
            "exploration_fraction": 0.3,
        },
    ),
}  # name of `--algo` -> how it is run


def preset(algo: str) -> Preset:
    """The settings of an algorithm.

    Raises:
        InputError: there is no such algorithm.
    """
    if algo not in PRESETS:
        raise InputError("--algo", f"found '{algo}'" + nearest(algo, PRESETS), ", ".join(PRESETS))
    return PRESETS[algo]


def settings_of(chosen: Preset, envs: int) -> Settings:
    """The settings for so many episodes side by side: the largest batch, up to the preset's, that divides a rollout."""
    given = chosen.settings
    if not {"n_steps", "batch_size"} <= given.keys():
        return given
    rollout = given["n_steps"] * envs
    return given | {"batch_size": next(n for n in range(min(given["batch_size"], rollout), 0, -1) if rollout % n == 0)}


def bounded(seed: int) -> int:
    """A seed as the global generators of NumPy, Torch and Optuna take it; traces have the whole one."""
    return seed % 2**32
