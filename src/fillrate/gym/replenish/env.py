"""One episode at a time: the Gymnasium environment of a world's replenishment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import gymnasium
import numpy as np
from gymnasium.utils import EzPickle
from numpy.typing import NDArray

from fillrate.errors import InputError, nearest
from fillrate.gym.account import ACCOUNTS
from fillrate.gym.answers import units_of
from fillrate.gym.earned import Earned
from fillrate.gym.episodes import Episodes, options_of
from fillrate.gym.replenish.actions import LEVELS, Kind
from fillrate.gym.replenish.core import Core
from fillrate.gym.replenish.reference import Reference
from fillrate.gym.replenish.terms import Terms
from fillrate.policy import Policy
from fillrate.scorecard.scorecard import Scorecard
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["ReplenishEnv"]

ENGINES = {"compiled": Core, "simpy": Reference}
Observation = NDArray[np.float32]
Info = dict[str, Any]


class ReplenishEnv(gymnasium.Env[Observation, Any], EzPickle):
    """How many units of each SKU to order for each location, at each review.

    ## Description

    One step is one review of the world's calendar (under continuous review, one whenever a position fell): every
    carried (SKU, location) pair may order from its supplier, in the supplier's lots and limits. Which order gets which
    stock follows a fixed rule. The run, its luck and its money are those of `fillrate.simulate`.

    ## Action space

    - `action="units"`: `Box(-1, 1, (pairs,), float32)`, from nothing (-1) to `most` (1), rounded to whole units.
    - `action="levels"`: `Discrete(levels)` where there is one pair, else `MultiDiscrete`: level k of n is
      k / (n - 1) of `most`, rounded; where `most` is less than `levels`, level k is k units.

    `env.unwrapped.terms.actions.of(units)` is the action that orders so many units, for rules that are played here.
    `most` is each pair's base stock, if nothing else is said: no rule that keeps to it orders more. What is beyond is
    cut. Pairs that nobody supplies order nothing.

    ## Observation space

    `Box(-1, 1, (pairs, facts), float32)`: a row for each carried pair, SKU by SKU. A fact is divided by its size plus
    its usual size and rounded to 2**-14 (`decision.scaling`). All of them are known at the review: what is on its way
    stands where it is expected, not where it was drawn.

    | fact | unit | usual size |
    |---|---|---|
    | `on_hand` | units in stock, reserved ones included | home demand of lead time and review |
    | `reserved` | units promised to orders and not yet gone | the same |
    | `held` | open units of orders that wait and whose home this is | the same |
    | `due_1` ... `due_K` | units on their way, by review at which they are expected; late ones in 1 | of a review |
    | `home_demand` | mean units a day | 5 |
    | `lead_days` | mean lead time | 7 |
    | `days_left` | to the horizon | 30 |

    ## Reward

    The change, since the last review, of the money account, as in `AllocationEnv`: the undiscounted sum of an episode
    is the contribution, to the cent. `info["reward_terms"]` has it by account, unscaled.

    ## Starting state

    The first review of a trace, from the world's opening stock. `reset(seed=...)` seeds the sequence of traces;
    `options={"trace_seed": n}` plays that of seed n, as `fillrate simulate` would. Seeds drawn here are 2**32 or more.

    ## Episode end

    The horizon, at which everything placed runs out and what is left is valued: `terminated`, never truncated. The last
    `info["scorecard"]` has all metrics. `info["elapsed_days"]` since the last step is there for discounting.

    ## Arguments

    - `world`: name, path or `World`, with suppliers.
    - `action`: `units` or `levels`.
    - `most`: units that may be ordered at once: for all pairs, or for each; None: each pair's base stock.
    - `levels`: at most so many of each pair.
    - `periods`: entries of the pipeline, at most 10,000; 0: one a review of the longest mean lead time (at most 32).
    - `others`: policy whose rank, source and modifiers are kept, such as `"fcfs+cheapest"`; "": the world's.
    - `days`, `reward_scale`, `centre`, `left_out`, `expected`, `traces`, `engine`: as for `AllocationEnv`.

    ## Version history

    - v0: first version.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - as in Env

    def __init__(
        self,
        world: World | str | Path,
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
        engine: Literal["compiled", "simpy"] = "compiled",
    ) -> None:
        """See the class.

        Raises:
            InputError: an argument is wrong.
        """
        common: dict[str, Any] = {"world": world, "others": others, "days": days, "traces": traces}
        common |= {"reward_scale": reward_scale, "centre": centre, "left_out": left_out, "expected": expected}
        own: dict[str, Any] = {"action": action, "most": most, "levels": levels, "periods": periods}
        EzPickle.__init__(self, **common, **own, engine=engine)
        if engine not in ENGINES:
            raise InputError("engine", f"found '{engine}'" + nearest(str(engine), ENGINES), ", ".join(ENGINES))
        self.terms = Terms.of(**own, **common)
        self.observation_space, self.action_space = self.terms.observation_space(), self.terms.action_space()
        self.episodes = Episodes(self.terms.world, self.terms.traces)
        self.core: Core | Reference = ENGINES[engine](self.terms)
        self.earned, self.episode = Earned(1, self.terms), -1

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Begin the next trace; see the class for `seed` and `options`."""
        wanted = options_of(options, "trace_seed").get("trace_seed")
        super().reset(seed=seed)
        self.episode = 0 if seed is not None else self.episode + 1
        trace = self.episodes.trace(self.episode, self.np_random, wanted)
        self.core.begin_all([trace])
        self.earned.begin(slice(None), self.core)
        return self._observed(), {"elapsed_days": 0.0, "trace_seed": trace.seed}

    def step(self, action: Any) -> tuple[Observation, float, bool, bool, Info]:
        """Buy, and go on to the next review."""
        self.core.answer(self.terms.actions.units(units_of(action, 1, len(self.terms.actions.most))))
        reward, change, elapsed = self.earned.take(self.core)
        info: Info = {
            "elapsed_days": float(elapsed[0]),
            "reward_terms": dict(zip(ACCOUNTS, change[0].tolist(), strict=True)),
        }
        ended = not bool(self.core.asking[0])
        if ended:
            info["scorecard"] = dict(self.scorecard())
        return self._observed(), float(reward[0]), ended, False, info

    def scorecard(self) -> Scorecard:
        """All metrics of the episode that has ended."""
        return self.core.scorecard(0)

    def _observed(self) -> Observation:
        found: Observation = self.terms.facts.observed(self.core.table, self.core.asking)[0]
        return found

    def close(self) -> None:
        """Free what the engine holds."""
        self.core.close()
