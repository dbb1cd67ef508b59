"""One episode at a time: the Gymnasium environment of a world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import gymnasium
import numpy as np
from gymnasium.utils import EzPickle
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME
from fillrate.errors import InputError, nearest
from fillrate.gym.account import ACCOUNTS, rewards
from fillrate.gym.answers import prices_of, rows_of
from fillrate.gym.core import Core
from fillrate.gym.episodes import Episodes, options_of
from fillrate.gym.reference import Reference
from fillrate.gym.render import Viewer
from fillrate.gym.terms import USUAL, Action, Terms
from fillrate.policy import Policy
from fillrate.scorecard.scorecard import Scorecard
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["AllocationEnv"]

ENGINES = {"compiled": Core, "simpy": Reference}
Observation = NDArray[np.float32]
Info = dict[str, Any]


class AllocationEnv(gymnasium.Env[Observation, Any], EzPickle):
    """Which location ships the units at hand, or whether they wait.

    ## Description

    Orders come in by the world's demand, and are offered to the policy line by line, as `decision.walk` leads through
    an offer: first when they arrive (or in a wave), again whenever stock comes in for which they wait. One step is one
    candidate table of one line. The run, its luck and its money are those of `fillrate.simulate`; ranks, purchases and
    limits follow the other parts of the policy.

    ## Action space

    `Discrete(rows)`: a row of the table ships what it can, at most what is left of the line; the last row holds it.
    Only rows whose mask is set are legal; another one holds, and what is no whole number is an error. `action_masks()`
    says so in bool (as sb3-contrib asks), `info["action_mask"]` in int8 (as `Discrete.sample(mask)` and RLlib do).

    With `action="prices"` it is `Box(-1, 1, (locations,), float32)`, and one step is one whole offer: what a unit costs
    that a location ships, 1 being more than any unit brings or is lost for. The whole-order solver does the rest: it
    ships what earns most after these prices, and at prices of 0 what `whole_order` would, or the prices of `others`.

    ## Observation space

    `Box(-1, 1, (rows, columns), float32)`: the candidate table, one row a location in the region's order (cheapest lane
    first), hold last, rows that are not there 0. A column is divided by its size plus its usual size and rounded to
    2**-14 (`decision.scaling`), so that training, simulation and production see the very same numbers.

    With `action="prices"` it is `Box(-1, 1, (locations, columns), float32)`: a row a location, in the order of the
    world's file, with the means over those lines of the offer that it carries. The mask says which have any of it.

    COLUMNS

    ## Reward

    The change, since the last step, of the money account: all bookings, in which revenue, goods, freight, handling and
    fees count as soon as units are placed, and are taken back if they are moved or not found. The undiscounted sum of
    an episode is the contribution, to the cent. `info["reward_terms"]` has it by account, unscaled. `centre` takes
    an amount off for each order at its first offer, which moves every policy's sum by the same amount.

    ## Starting state

    The world's opening stock (or what its opening policy leaves), at the first question of a trace. `reset(seed=...)`
    seeds the sequence of traces; `options={"trace_seed": n}` plays that of seed n, as `fillrate simulate` would. Seeds
    drawn here are 2**32 or more, so none is among those that `compare` judges by.

    ## Episode end

    The horizon, at which everything placed runs out and what is left is valued: `terminated`, never truncated. The last
    `info["scorecard"]` has all metrics. `info["elapsed_days"]` since the last step is there for discounting.

    ## Arguments

    - `world`: name, path or `World`.
    - `columns`: names of the columns to observe; None: those listed above.
    - `others`: policy whose rank, replenish and modifiers are kept, such as `"fcfs+base_stock"`; "": the world's.
    - `days`: another horizon than the world's.
    - `reward_scale`: what a unit of money is worth.
    - `centre`: money taken off for each order, or `"margin"`: price - cost of its units, at its receipt; the sum is
      then the controllable cost, with a minus.
    - `left_out`: accounts that are not rewarded, such as `("opening_value", "write_down")`: large, and hardly in a
      source policy's hands.
    - `expected`: whether lateness counts as soon as it is expected, and is trued up at the delivery: the same sum.
    - `traces`: fixed traces to play in turn, such as a real log's.
    - `engine`: `compiled`, or `simpy`, the model of record: the same steps to the bit.
    - `action`: `rows`, or `prices`, which are not rendered.
    - `render_mode`: None; `rgb_array`: a map with stock, queues, flows and the decision at hand, (720, 1280, 3);
      `human`: the same in a window; `ansi`: the same facts as text.

    ## Version history

    - v0: first version.
    """

    metadata: dict[str, Any] = {"render_modes": ["human", "rgb_array", "ansi"], "render_fps": 4}  # noqa: RUF012 - as in Env

    def __init__(
        self,
        world: World | str | Path,
        columns: Sequence[str] | None = None,
        others: str | Policy = "",
        days: float | None = None,
        reward_scale: float = 1.0,
        centre: float | Literal["margin"] = 0.0,
        left_out: Sequence[str] = (),
        expected: bool = False,
        traces: Sequence[Trace] = (),
        engine: Literal["compiled", "simpy"] = "compiled",
        render_mode: str | None = None,
        action: Action = "rows",
    ) -> None:
        """See the class.

        Raises:
            InputError: an argument is wrong.
        """
        reward = (reward_scale, centre, left_out, expected)
        EzPickle.__init__(self, world, columns, others, days, *reward, traces, engine, render_mode, action)
        if engine not in ENGINES:
            raise InputError("engine", f"found '{engine}'" + nearest(str(engine), ENGINES), ", ".join(ENGINES))
        modes = self.metadata["render_modes"]
        if render_mode is not None and render_mode not in modes:
            raise InputError(
                "render_mode", f"found '{render_mode}'" + nearest(str(render_mode), modes), ", ".join(modes)
            )
        if render_mode is not None and action == "prices":
            raise InputError("render_mode", f"found '{render_mode}' with action = 'prices'", "None: rows are shown")
        self.terms = Terms.of(world, columns, others, days, *reward, traces, action)
        self.observation_space = self.terms.observation_space()
        self.action_space = self.terms.action_space()
        self.render_mode = render_mode
        self.episodes = Episodes(self.terms.world, self.terms.traces)
        self.core: Core | Reference = ENGINES[engine](self.terms)
        self.viewer = None if render_mode is None else Viewer(self.core, render_mode, self.metadata["render_fps"])
        self.episode = -1
        self._before = np.zeros((1, len(ACCOUNTS)))
        self._centre = np.zeros(1)
        self._since = 0.0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Begin the next trace; see the class for `seed` and `options`."""
        wanted = options_of(options, "trace_seed").get("trace_seed")
        super().reset(seed=seed)
        self.episode = 0 if seed is not None else self.episode + 1
        trace = self.episodes.trace(self.episode, self.np_random, wanted)
        self.core.begin_all([trace])
        self._before[:], self._centre[:], self._since = 0.0, 0.0, float(self.core.now[0])
        if self.viewer is not None:
            self.viewer.begin()
        if self.render_mode == "human":
            self.render()
        return self._observed(), {"action_mask": self._mask8(), "elapsed_days": 0.0, "trace_seed": trace.seed}

    def step(self, action: Any) -> tuple[Observation, float, bool, bool, Info]:
        """Answer the question at hand and go on to the next one."""
        self._answer(action)
        account, centre, now = self.core.account, self.core.centre, float(self.core.now[0])
        change = account - self._before
        reward = rewards(change, centre - self._centre, self.terms.left_out, self.terms.reward_scale)
        info: Info = {
            "elapsed_days": now - self._since,
            "reward_terms": dict(zip(ACCOUNTS, change[0].tolist(), strict=True)),
        }
        self._before, self._centre, self._since = account, centre, now
        ended = not bool(self.core.asking[0])
        info["action_mask"] = self._mask8()
        if ended:
            info["scorecard"] = dict(self.scorecard())
        if self.viewer is not None:
            self.viewer.record.went_on()
        if self.render_mode == "human":
            self.render()
        return self._observed(), float(reward[0]), ended, False, info

    def _answer(self, action: Any) -> None:
        """With a row, or with prices of locations."""
        if self.terms.action == "prices":
            self.core.answer(self.terms.prices(prices_of(action, 1, self.terms.rows)))
            return
        row = rows_of(action, self.action_masks()[None])
        if self.viewer is not None:
            self.viewer.record.answer(int(row[0]))
        self.core.answer(row)

    def action_masks(self) -> NDArray[np.bool_]:
        """(rows,) legal rows; hold, the last one, always is. Locations that can ship, where they are priced."""
        mask: NDArray[np.bool_] = self.core.mask[0].copy()
        if not self.core.asking[0]:
            mask[:] = False
        if self.terms.action == "rows":
            mask[-1] = True
        return mask

    def scorecard(self) -> Scorecard:
        """All metrics of the episode that has ended."""
        return self.core.scorecard(0)

    def render(self) -> Any:
        """A frame in the mode asked for: (720, 1280, 3) uint8, a text, or None once it is shown in a window.

        Raises:
            InputError: `human` where there is no display.
        """
        if self.viewer is not None:
            return self.viewer.render()
        gymnasium.logger.warn("render() without a render_mode shows nothing: gymnasium.make(..., render_mode=...)")
        return None

    def _mask8(self) -> NDArray[np.int8]:
        return self.action_masks().astype(np.int8)

    def _observed(self) -> Observation:
        value = self.core.value[0]
        return self.terms.scaled(value if self.core.asking[0] else np.zeros_like(value))

    def close(self) -> None:
        """Free what the engine holds, close what is shown."""
        if self.viewer is not None:
            self.viewer.close()
        self.core.close()


def _columns_table() -> str:
    """The usual columns as rows of a table, from their definitions."""
    rows = ["| column | unit | usual size | meaning |", "|---|---|---|---|"]
    rows += [f"| {c.name} | {c.unit} | {c.scale:g} | {c.definition} |" for c in (BY_NAME[name] for name in USUAL)]
    return "\n    ".join(rows)


if AllocationEnv.__doc__:  # not with python -OO
    AllocationEnv.__doc__ = AllocationEnv.__doc__.replace("COLUMNS", _columns_table())
