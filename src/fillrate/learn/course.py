"""What a training run is told: worlds, algorithm, budget, how it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fillrate.errors import InputError
from fillrate.gym.terms import USUAL
from fillrate.learn.presets import preset, settings_of
from fillrate.policy import load_policy
from fillrate.world import World

__all__ = ["Course"]

UNREWARDED = ("opening_value", "write_down")  # large, and hardly in a source policy's hands
JUDGED_FROM = 1_000_000  # first seed of the traces that choose among checkpoints; `compare` begins at 0


@dataclass(frozen=True)
class Course:
    """The settings of one training run; they are written into its card."""

    worlds: tuple[World, ...]
    algo: str = "maskable_ppo"
    steps: int = 2_000_000
    seed: int = 0
    envs: int | None = None  # episodes side by side; None: the preset's
    hidden: int = 32  # units of a layer
    columns: tuple[str, ...] = USUAL
    rules: tuple[str, ...] = ()  # to be beaten; none: each world's baselines
    warm_start: str = "best"  # chain rule to imitate first, "best" of the rules that are chains, or "" for none
    judge_every: int = 200_000  # steps
    traces: int = 16  # of each world, at every judgement
    patience: int = 10  # judgements without a better one, after which it stops

    def __post_init__(self) -> None:
        """Check what types do not show.

        Raises:
            InputError: no world or one twice, a number out of range, or no such algorithm.
        """
        names = [world.name for world in self.worlds]
        if not names or len(set(names)) < len(names):
            raise InputError("WORLD", f"found '{','.join(names)}'", "one world, or several joined by commas, each once")
        preset(self.algo)
        for name, least in (("steps", 1), ("judge_every", 1), ("traces", 2), ("patience", 1), ("hidden", 1)):
            if getattr(self, name) < least:
                raise InputError(f"--{name.replace('_', '-')}", f"found {getattr(self, name)}", f"at least {least}")
        for rule in self.rules:
            load_policy(rule)

    def rules_of(self, world: World) -> tuple[str, ...]:
        """The rules to be beaten in a world."""
        return self.rules or world.defaults.baselines

    @property
    def episodes(self) -> int:
        """Episodes of each world side by side."""
        return max(1, (self.envs or preset(self.algo).envs) // len(self.worlds))

    @property
    def settings(self) -> dict[str, Any]:
        """Those of the algorithm, for so many episodes."""
        return settings_of(preset(self.algo), self.episodes * len(self.worlds))

    def to_json(self) -> dict[str, Any]:
        """For the card and to tell whether a folder holds the same run."""
        chosen = preset(self.algo)
        return {
            "worlds": {world.name: {"hash": world.hash, "days": world.days} for world in self.worlds},
            "algo": self.algo,
            "settings": self.settings | {"reward_scale": chosen.reward_scale, "envs": self.envs or chosen.envs},
            "steps": self.steps,
            "seed": self.seed,
            "hidden": self.hidden,
            "columns": list(self.columns),
            "rules": {world.name: list(self.rules_of(world)) for world in self.worlds},
            "warm_start": self.warm_start,
            "judge_every": self.judge_every,
            "traces": self.traces,
            "patience": self.patience,
        }
