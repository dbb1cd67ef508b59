"""Many episodes at once, whatever is decided in them: what the vector environments of a world have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from fillrate.errors import InputError, nearest
from fillrate.gym.account import ACCOUNTS
from fillrate.gym.core import Playing
from fillrate.gym.earned import Earned
from fillrate.gym.episodes import Episodes, options_of
from fillrate.gym.played import Played

__all__ = ["Infos", "Observations", "WorldVectorEnv"]

Observations = NDArray[np.float32]
Infos = dict[str, Any]


class WorldVectorEnv(VectorEnv[Observations, NDArray[Any], NDArray[Any]]):
    """Episodes of a world side by side: seeds, rewards, infos and what happens at an episode's end."""

    metadata: dict[str, Any] = {"render_modes": [], "autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012 - as in VectorEnv

    def _set_up(self, terms: Played, core: Playing[Any], num_envs: int, mode: AutoresetMode | str) -> None:
        """Spaces, generators and accounts of so many environments."""
        self._terms, self._core = terms, core
        self.num_envs, self.mode = num_envs, _mode(mode)
        self.metadata = {**self.metadata, "autoreset_mode": self.mode}
        self.single_observation_space = terms.observation_space()
        self.single_action_space = terms.action_space()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.episodes = Episodes(terms.world, terms.traces)
        self.rngs = [seeding.np_random(None)[0] for _ in range(num_envs)]
        self.played = np.full(num_envs, -1)  # number of the present episode
        self.ended = np.ones(num_envs, np.bool_)  # and waits for a reset
        self.trace_seeds = np.full(num_envs, None, object)
        self._earned = Earned(num_envs, terms)

    @abstractmethod
    def _answer(self, actions: NDArray[Any]) -> None:
        """Answer what is asked of all."""

    @abstractmethod
    def _observed(self) -> Observations:
        """What is seen; zeros of those who have ended."""

    def _told(self) -> Infos:
        """What infos say of the pauses at hand."""
        return {}

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, Infos]:
        """Begin the next traces, of all or of those of `options["reset_mask"]`, (num_envs,) bool.

        `options["trace_seed"]` is that of a single environment, for all of them or one for each (None: a fresh one).
        """
        given = options_of(options, "trace_seed", "reset_mask")
        chosen = self._each("options reset_mask", given.get("reset_mask", True)).astype(np.bool_)
        if (self.played[~chosen] < 0).any():
            raise InputError(
                "options reset_mask", "some left out whose first episode is yet to begin", "a reset of all"
            )
        first = np.array(seed, object).ndim == 0
        for i, each in enumerate(self._each("seed", seed)):
            if each is not None and chosen[i]:
                self.rngs[i], self.played[i] = seeding.np_random(_seed(each) + i * first)[0], -1
        those = np.flatnonzero(chosen).tolist()
        self._begin(those, self._each("options trace_seed", given.get("trace_seed")))
        infos = {"elapsed_days": np.zeros(self.num_envs), **self._told()}
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
            self._core.begin_all(traces)
        else:
            for i, trace in zip(those, traces, strict=True):
                self._core.begin(i, trace)
        self._earned.begin(those, self._core)
        self.ended[those] = False

    def step(
        self, actions: NDArray[Any]
    ) -> tuple[Observations, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], Infos]:
        """Answer what is asked of all and go on to the next pauses."""
        again = np.flatnonzero(self.ended).tolist()
        if again and self.mode is AutoresetMode.DISABLED:
            raise InputError("step", f"{len(again)} episodes have ended", 'reset(options={"reset_mask": ...}) first')
        self._answer(actions)
        terminated = ~self._core.asking & ~self.ended
        reward, infos = self._reward()
        if again:  # they have stood still
            infos["_reward_terms"] = ~self.ended
            self._begin(again)
            infos |= self._seeds(again)
        self.ended |= terminated
        if terminated.any():
            self._end(terminated, infos)
        infos |= self._told()
        return self._observed(), reward, terminated, np.zeros(self.num_envs, np.bool_), infos

    def _reward(self) -> tuple[NDArray[np.float64], Infos]:
        """Rewards of the step, by account too, and the time it took."""
        reward, change, elapsed = self._earned.take(self._core)
        reward[self.ended], change[self.ended], elapsed[self.ended] = 0.0, 0.0, 0.0
        return reward, {"elapsed_days": elapsed, "reward_terms": dict(zip(ACCOUNTS, change.T, strict=True))}

    def _end(self, terminated: NDArray[np.bool_], infos: Infos) -> None:
        """Tell what ended episodes came to; begin the next ones if it is to be done at once."""
        those = np.flatnonzero(terminated).tolist()
        cards = np.full(self.num_envs, None, object)
        for i, card in zip(those, self._core.scorecards(those), strict=True):
            cards[i] = dict(card)
        if self.mode is not AutoresetMode.SAME_STEP:
            infos |= {"scorecard": cards, "_scorecard": terminated}
            return
        final, observed = np.full(self.num_envs, None, object), self._observed()
        for i in those:
            final[i] = observed[i]
        told = {**infos, **self._told(), "scorecard": cards}
        infos["elapsed_days"] = np.where(terminated, 0.0, infos["elapsed_days"])  # of episodes that have just begun
        infos["_reward_terms"] = ~terminated
        infos |= {"final_obs": final, "_final_obs": terminated, "final_info": told, "_final_info": terminated}
        self._begin(those)
        infos |= self._seeds(those)

    def close_extras(self, **_: Any) -> None:
        """Free what the engine holds."""
        self._core.close()


def _seed(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | np.integer):
        raise InputError("seed", f"found {given!r}", "a whole number, or one for each environment")
    return int(given)


def _mode(given: AutoresetMode | str) -> AutoresetMode:
    modes = [mode.value for mode in AutoresetMode]
    if not isinstance(given, AutoresetMode) and given not in modes:
        raise InputError("autoreset_mode", f"found '{given}'" + nearest(str(given), modes), ", ".join(modes))
    return AutoresetMode(given)
