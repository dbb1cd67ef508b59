"""Episodes side by side in the compiled engine, seen as arrays: what both kinds of environment are made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.account import ACCOUNTS, LATENESS
from fillrate.gym.played import Played, check_ended
from fillrate.gym.terms import Terms
from fillrate.scorecard.scorecard import Scorecard, score
from fillrate.simulate import opening_of
from fillrate.trace import Trace
from fillrate.trace.checks import check_trace

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.lockstep import Lockstep
    from fillrate.model.kernel.offered import Offered
    from fillrate.model.kernel.together import Together

__all__ = ["Core", "Playing"]

L = TypeVar("L", bound="Together")


class Playing(ABC, Generic[L]):
    """n episodes, each where somebody has to decide, or at its end."""

    def __init__(self, terms: Played, n: int = 1) -> None:
        """Nothing is played yet."""
        self.played, self.n = terms, n
        self._lockstep: L | None = None

    @abstractmethod
    def _together(self, feeds: list[Feed]) -> L:
        """The simulations, at their first pauses."""

    def begin_all(self, traces: list[Trace]) -> None:
        """Begin every episode; (n,) traces."""
        feeds = [self._feed(trace) for trace in traces]
        if self._lockstep is None:
            self._lockstep = self._together(feeds)
        else:
            for i, feed in enumerate(feeds):
                self._lockstep.start(i, feed)

    def begin(self, i: int, trace: Trace) -> None:
        """Begin episode i anew."""
        self.lockstep.start(i, self._feed(trace))

    def _feed(self, trace: Trace) -> Feed:
        from fillrate.model.kernel.feed import Feed

        check_trace(self.played.world, trace)
        return Feed(self.played.world, trace, opening_of(self.played.world, trace.seed))

    @property
    def lockstep(self) -> L:
        """The simulations.

        Raises:
            RuntimeError: nothing has begun.
        """
        if self._lockstep is None:
            raise RuntimeError("no episode has begun: call reset() first")
        return self._lockstep

    @property
    def asking(self) -> NDArray[np.bool_]:
        """(n,) whose episode waits for an answer; the others have ended."""
        return self.lockstep.asking

    @property
    def account(self) -> NDArray[np.float64]:
        """(n, accounts) money so far, what is certain taken forward."""
        arrays = self.lockstep.state.arrays
        found: NDArray[np.float64] = arrays["money"][:, : len(ACCOUNTS)] + arrays["certain"]
        if not self.played.expected:
            found[:, LATENESS] = arrays["money"][:, LATENESS]
        return found

    @property
    def centre(self) -> NDArray[np.float64]:
        """(n,) money taken off the account so far."""
        records, centre = self.lockstep.state.records, self.played.centre
        found: NDArray[np.float64] = (
            records["margin"].copy() if centre == "margin" else records["offered"] * float(centre)
        )
        return found

    @property
    def now(self) -> NDArray[np.float64]:
        """(n,) days after t0."""
        found: NDArray[np.float64] = self.lockstep.state.records["now"].copy()
        return found

    def scorecard(self, i: int) -> Scorecard:
        """What an ended episode came to."""
        return self.scorecards([i])[0]

    def scorecards(self, those: list[int]) -> list[Scorecard]:
        """What ended episodes came to."""
        check_ended(self.asking[those])
        cards = score(self.played.world, self.lockstep.totals)
        return [cards[i] for i in those]

    def close(self) -> None:
        """Free the memory."""
        self._lockstep = None


class Core(Playing["Lockstep | Offered"]):
    """n episodes, each at its next question or at its end; hold is the last row, if rows are taken."""

    def __init__(self, terms: Terms, n: int = 1) -> None:
        """Nothing is played yet."""
        super().__init__(terms, n)
        self.terms = terms

    def _together(self, feeds: list[Feed]) -> Lockstep | Offered:
        from fillrate.model.kernel.lockstep import Lockstep
        from fillrate.model.kernel.offered import Offered

        kind = Offered if self.terms.action == "prices" else Lockstep
        return kind(self.terms.setting, feeds, self.terms.columns)

    def answer(self, answers: NDArray[Any]) -> None:
        """(n,) legal rows, or (n, locations) prices; of those who have ended it does not matter."""
        self.lockstep.step(answers)

    @property
    def value(self) -> NDArray[np.float64]:
        """(n, rows, columns) candidate tables."""
        return self.lockstep.tables.value

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(n, rows) legal rows."""
        return self.lockstep.tables.mask
