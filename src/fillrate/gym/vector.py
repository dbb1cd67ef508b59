"""Many episodes at once: the vector environment of a world, over the lockstep engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from gymnasium import spaces
from gymnasium.utils import EzPickle
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from fillrate.gym.answers import prices_of, rows_of
from fillrate.gym.batch import Infos, Observations, WorldVectorEnv
from fillrate.gym.core import Core
from fillrate.gym.played import check_whole
from fillrate.gym.terms import Action, Terms
from fillrate.policy import Policy
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["AllocationVectorEnv"]


class AllocationVectorEnv(WorldVectorEnv, EzPickle):
    """`AllocationEnv`, `num_envs` times side by side: the same steps, rewards and infos, as arrays.

    Sub-environment i with `reset(seed=s)` plays what a single one plays with `reset(seed=s + i)`. Infos are arrays with
    the environments first (`reward_terms` a dictionary of them, `scorecard` an array of dictionaries); an array of
    bools under the name with `_` before it says who has one, if not all do. With `AutoresetMode.SAME_STEP` the ended
    episodes' are in `final_obs` and `final_info`. `action_masks()` is (num_envs, rows), bool.
    A copy or a pickle, as of a single one, holds the arguments and not the episodes: it begins with `reset()`.
    """

    single_observation_space: spaces.Box[Any]
    single_action_space: spaces.Space[Any]

    def __init__(
        self,
        world: World | str | Path,
        num_envs: int = 1,
        columns: Sequence[str] | None = None,
        others: str | Policy = "",
        days: float | None = None,
        reward_scale: float = 1.0,
        centre: float | Literal["margin"] = 0.0,
        left_out: Sequence[str] = (),
        expected: bool = False,
        traces: Sequence[Trace] = (),
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        action: Action = "rows",
    ) -> None:
        """Arguments as for `AllocationEnv`.

        Args:
            world: name, path or `World`.
            num_envs: how many.
            columns: to observe.
            others: policy whose rank, replenish and modifiers are kept.
            days: another horizon.
            reward_scale: what a unit of money is worth.
            centre: money taken off for each order, or "margin": what it would bring.
            left_out: accounts that are not rewarded.
            expected: whether lateness counts when it is expected.
            traces: fixed ones; the k-th episode of sub-environment i plays number i + k * num_envs of them.
            autoreset_mode: what happens after an episode's end: the next step begins a new one (its action does not
                count), the same step does, or nothing until `reset(options={"reset_mask": ...})`.
            action: rows of tables, or prices of locations.

        Raises:
            InputError: an argument is wrong.
        """
        reward = (reward_scale, centre, left_out, expected)
        EzPickle.__init__(self, world, num_envs, columns, others, days, *reward, traces, autoreset_mode, action)
        check_whole("num_envs", num_envs, 1)
        self.terms = Terms.of(world, columns, others, days, *reward, traces, action)
        self.core = Core(self.terms, num_envs)
        self._set_up(self.terms, self.core, num_envs, autoreset_mode)

    def _answer(self, actions: NDArray[Any]) -> None:
        if self.terms.action == "prices":
            self.core.answer(self.terms.prices(prices_of(actions, self.num_envs, self.terms.rows)))
            return
        self.core.answer(rows_of(actions, self.action_masks()))

    def _told(self) -> Infos:
        return {"action_mask": self._mask8()}

    def action_masks(self) -> NDArray[np.bool_]:
        """(num_envs, rows) legal rows, hold always is; where they are priced, locations that can ship."""
        mask = self.core.mask & self.core.asking[:, None]
        if self.terms.action == "rows":
            mask[:, -1] = True
        return mask

    def _mask8(self) -> NDArray[np.int8]:
        return self.action_masks().view(np.int8)

    def _observed(self) -> Observations:
        value, asking = self.core.value, self.core.asking
        if asking.all():
            return self.terms.scaled(value)
        return self.terms.scaled(np.where(asking[:, None, None], value, 0.0))
