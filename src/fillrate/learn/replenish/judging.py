"""What rules are worth: played through the environment on traces that nobody has learned from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from fillrate.gym import ReplenishVectorEnv
from fillrate.learn.replenish.task import Rule, Task
from fillrate.trace import Trace

__all__ = ["Figure", "costs"]


@dataclass(frozen=True)
class Figure:
    """A mean over episodes and the half-width of its 95 % interval."""

    mean: float
    half_width: float
    n: int

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Figure:
        """Of independent values."""
        n = len(values)
        width = float(stats.t.ppf(0.975, n - 1)) * float(values.std(ddof=1)) / math.sqrt(n)
        return cls(float(values.mean()), width, n)


def costs(task: Task, rule: Rule, traces: tuple[Trace, ...]) -> NDArray[np.float64]:
    """(n,) cost a day, after the warm-up, of each trace: contribution a day with its sign turned."""
    n, most = len(traces), task.most
    envs = ReplenishVectorEnv(task.world, n, "levels", most, most + 1, traces=traces, autoreset_mode="Disabled")
    envs.reset()
    ended = np.zeros(n, np.bool_)
    infos: dict[str, NDArray[np.object_]] = {}
    while not ended.all():
        _, _, ended, _, infos = envs.step(rule(envs.core.table[:, 0]))
    return np.array([-float(card["contribution_per_day"]) for card in infos["scorecard"]])
