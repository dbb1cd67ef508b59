"""Many episodes at once: the vector environment of a world, over the lockstep engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from fillrate.errors import InputError, nearest
from fillrate.gym.account import ACCOUNTS, rewards
from fillrate.gym.core import Core
from fillrate.gym.episodes import Episodes, options_of
from fillrate.gym.terms import Terms
from fillrate.policy import Policy
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["AllocationVectorEnv"]

Observations = NDArray[np.float32]
Infos = dict[str, Any]


class AllocationVectorEnv(VectorEnv[Observations, NDArray[np.int64], NDArray[Any]]):
    """`AllocationEnv`, `num_envs` times side by side: the same steps, rewards and infos, as arrays.

    Sub-environment i with `reset(seed=s)` plays what a single one plays with `reset(seed=s + i)`. Infos are arrays with
    the environments first (`reward_terms` a dictionary of them, `scorecard` an array of dictionaries); an array of
    bools under the name with `_` before it says who has one, if not all do. With `AutoresetMode.SAME_STEP` the ended
    episodes' are in `final_obs` and `final_info`. `action_masks()` is (num_envs, rows), bool.
    """

    metadata: dict[str, Any] = {"render_modes": [], "autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012 - as in VectorEnv

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

        Raises:
            InputError: an argument is wrong.
        """
        if num_envs < 1:
            raise InputError("num_envs", f"found {num_envs}", "at least 1")
        self.terms = Terms.of(world, columns, others, days, reward_scale, centre, left_out, expected, traces)
        self.num_envs, self.mode = num_envs, _mode(autoreset_mode)
        self.metadata = {**self.metadata, "autoreset_mode": self.mode}
        self.single_observation_space = self.terms.observation_space()
        self.single_action_space = self.terms.action_space()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.episodes, self.core = Episodes(self.terms.world, self.terms.traces), Core(self.terms, num_envs)
        self.rngs = [seeding.np_random(None)[0] for _ in range(num_envs)]
        self.played = np.full(num_envs, -1)  # number of the present episode
        self.ended = np.ones(num_envs, np.bool_)  # and waits for a reset
        self.trace_seeds = np.full(num_envs, None, object)
        self._before = np.zeros((num_envs, len(ACCOUNTS)))
        self._centre, self._since = np.zeros(num_envs), np.zeros(num_envs)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, Infos]:
        """Begin the next traces, of all or of those of `options["reset_mask"]`, (num_envs,) bool.

        `options["trace_seed"]` is that of a single environment, for all of them or one for each (None: a fresh one).
        """
        given = options_of(options, "trace_seed", "reset_mask")
        chosen = self._each("options reset_mask", given.get("reset_mask", True)).astype(np.bool_)
        first = isinstance(seed, int | np.integer)
        for i, each in enumerate(self._each("seed", seed)):
            if each is not None and chosen[i]:
                self.rngs[i], self.played[i] = seeding.np_random(int(each) + i if first else int(each))[0], -1
        those = np.flatnonzero(chosen).tolist()
        self._begin(those, self._each("options trace_seed", given.get("trace_seed")))
        infos = {"elapsed_days": np.zeros(self.num_envs), "action_mask": self._mask8()}
        return self._observed(), infos | self._seeds(those)

    def _each(self, name: str, given: Any) -> NDArray[Any]:
        """(num_envs,) one thing for all, or one for each."""
        found = np.array(given, object)
        if found.shape not in {(), (self.num_envs,)}:
            raise InputError(name, f"found shape {found.shape}", f"one for all, or one for each of {self.num_envs}")
        return np.broadcast_to(found, self.num_envs)

    def _seeds(self, those: list[int]) -> Infos:
        """The trace seeds, and whose episode has just begun."""
        began = np.zeros(self.num_envs, np.bool_)
        began[those] = True
        return {"trace_seed": self.trace_seeds.copy(), "_trace_seed": began}

    def _begin(self, those: list[int], seeds: NDArray[Any] | None = None) -> None:
        """Begin the next episodes of some."""
        traces = []
        for i in those:
            self.played[i] += 1
            nth, seed = i + int(self.played[i]) * self.num_envs, None if seeds is None else seeds[i]
            traces.append(self.episodes.trace(nth, self.rngs[i], seed))
            self.trace_seeds[i] = traces[-1].seed
        if len(those) == self.num_envs:
            self.core.begin_all(traces)
        else:
            for i, trace in zip(those, traces, strict=True):
                self.core.begin(i, trace)
        self._before[those], self._centre[those], self.ended[those] = 0.0, 0.0, False
        self._since[those] = self.core.now[those]

    def step(
        self, actions: NDArray[np.int64]
    ) -> tuple[Observations, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], Infos]:
        """Answer all questions at hand and go on to the next ones."""
        again = np.flatnonzero(self.ended).tolist()
        if again and self.mode is AutoresetMode.DISABLED:
            raise InputError("step", f"{len(again)} episodes have ended", 'reset(options={"reset_mask": ...}) first')
        mask, rows = self.action_masks(), np.asarray(actions, np.int64).reshape(self.num_envs)
        inside = (rows >= 0) & (rows < mask.shape[1])
        legal = inside & mask[np.arange(self.num_envs), np.where(inside, rows, -1)]
        self.core.answer(np.where(legal, rows, mask.shape[1] - 1))
        terminated = ~self.core.asking & ~self.ended
        reward, infos = self._earned()
        if again:  # they have stood still
            infos["_reward_terms"] = ~self.ended
            self._begin(again)
            infos |= self._seeds(again)
        self.ended |= terminated
        if terminated.any():
            self._end(terminated, infos)
        infos["action_mask"] = self._mask8()
        return self._observed(), reward, terminated, np.zeros(self.num_envs, np.bool_), infos

    def _earned(self) -> tuple[NDArray[np.float64], Infos]:
        """Rewards of the step, by account too, and the time it took."""
        account, centre, now = self.core.account, self.core.centre, self.core.now
        change = account - self._before
        reward = rewards(change, centre - self._centre, self.terms.left_out, self.terms.reward_scale)
        elapsed = now - self._since
        reward[self.ended], change[self.ended], elapsed[self.ended] = 0.0, 0.0, 0.0
        self._before, self._centre, self._since = account, centre, now
        return reward, {"elapsed_days": elapsed, "reward_terms": dict(zip(ACCOUNTS, change.T, strict=True))}

    def _end(self, terminated: NDArray[np.bool_], infos: Infos) -> None:
        """Tell what ended episodes came to; begin the next ones if it is to be done at once."""
        those = np.flatnonzero(terminated).tolist()
        cards = np.full(self.num_envs, None, object)
        for i in those:
            cards[i] = dict(self.core.scorecard(i))
        if self.mode is not AutoresetMode.SAME_STEP:
            infos |= {"scorecard": cards, "_scorecard": terminated}
            return
        final, observed = np.full(self.num_envs, None, object), self._observed()
        for i in those:
            final[i] = observed[i]
        told = {**infos, "action_mask": self._mask8(), "scorecard": cards}
        infos["elapsed_days"] = np.where(terminated, 0.0, infos["elapsed_days"])  # of episodes that have just begun
        infos["_reward_terms"] = ~terminated
        infos |= {"final_obs": final, "_final_obs": terminated, "final_info": told, "_final_info": terminated}
        self._begin(those)
        infos |= self._seeds(those)

    def action_masks(self) -> NDArray[np.bool_]:
        """(num_envs, rows) legal rows; hold, the last one, always is."""
        mask = self.core.mask & self.core.asking[:, None]
        mask[:, -1] = True
        return mask

    def _mask8(self) -> NDArray[np.int8]:
        return self.action_masks().view(np.int8)

    def _observed(self) -> Observations:
        value, asking = self.core.value, self.core.asking
        if asking.all():
            return self.terms.scaled(value)
        return self.terms.scaled(np.where(asking[:, None, None], value, 0.0))

    def close_extras(self, **_: Any) -> None:
        """Free what the engine holds."""
        self.core.close()


def _mode(given: AutoresetMode | str) -> AutoresetMode:
    modes = [mode.value for mode in AutoresetMode]
    if not isinstance(given, AutoresetMode) and given not in modes:
        raise InputError("autoreset_mode", f"found '{given}'" + nearest(str(given), modes), ", ".join(modes))
    return AutoresetMode(given)
