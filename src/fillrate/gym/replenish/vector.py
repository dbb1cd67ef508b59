"""Many episodes at once: the vector environment of a world's replenishment, over the lockstep engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from gymnasium.utils import EzPickle
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from fillrate.gym.answers import units_of
from fillrate.gym.batch import Observations, WorldVectorEnv
from fillrate.gym.played import check_whole
from fillrate.gym.replenish.actions import LEVELS, Kind
from fillrate.gym.replenish.core import Core
from fillrate.gym.replenish.terms import Terms
from fillrate.policy import Policy
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["ReplenishVectorEnv"]


class ReplenishVectorEnv(WorldVectorEnv, EzPickle):
    """`ReplenishEnv`, `num_envs` times side by side: the same steps, rewards and infos, as arrays.

    Seeds, infos and what happens at an episode's end are as in `AllocationVectorEnv`; nothing is masked.
    """

    def __init__(
        self,
        world: World | str | Path,
        num_envs: int = 1,
        action: Kind = "units",
        most: int | Sequence[int] | None = None,
        levels: int = LEVELS,
        periods: int = 0,
        others: str | Policy = "",
        days: float | None = None,
        reward_scale: float = 1.0,
        centre: float | Literal["margin"] = 0.0,
        left_out: Sequence[str] = (),
        expected: bool = False,
        traces: Sequence[Trace] = (),
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
    ) -> None:
        """Arguments as for `ReplenishEnv`.

        Args:
            world: name, path or `World`, with suppliers.
            num_envs: how many.
            action: `units` or `levels`.
            most: units that may be ordered at once.
            levels: of each pair.
            periods: entries of the pipeline.
            others: policy whose rank, source and modifiers are kept.
            days: another horizon.
            reward_scale: what a unit of money is worth.
            centre: money taken off for each order, or "margin": what it would bring.
            left_out: accounts that are not rewarded.
            expected: whether lateness counts when it is expected.
            traces: fixed ones; the k-th episode of sub-environment i plays number i + k * num_envs of them.
            autoreset_mode: what happens after an episode's end, as in `AllocationVectorEnv`.

        Raises:
            InputError: an argument is wrong.
        """
        common: dict[str, Any] = {"world": world, "others": others, "days": days, "traces": traces}
        common |= {"reward_scale": reward_scale, "centre": centre, "left_out": left_out, "expected": expected}
        own: dict[str, Any] = {"action": action, "most": most, "levels": levels, "periods": periods}
        EzPickle.__init__(self, **common, **own, num_envs=num_envs, autoreset_mode=autoreset_mode)
        check_whole("num_envs", num_envs, 1)
        self.terms = Terms.of(**own, **common)
        self.core = Core(self.terms, num_envs)
        self._set_up(self.terms, self.core, num_envs, autoreset_mode)

    def _answer(self, actions: NDArray[Any]) -> None:
        self.core.answer(self.terms.actions.units(units_of(actions, self.num_envs, len(self.terms.actions.most))))

    def _observed(self) -> Observations:
        return self.terms.facts.observed(self.core.table, self.core.asking)
