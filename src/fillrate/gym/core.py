"""Episodes side by side in the compiled engine, seen as arrays: what both kinds of environment are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.account import ACCOUNTS, LATENESS
from fillrate.gym.terms import Terms
from fillrate.scorecard.scorecard import Scorecard, score
from fillrate.simulate import opening_of
from fillrate.trace import Trace
from fillrate.trace.checks import check_trace

if TYPE_CHECKING:
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.lockstep import Lockstep

__all__ = ["Core"]


class Core:
    """n episodes, each at its next question or at its end; hold is the last row."""

    def __init__(self, terms: Terms, n: int = 1) -> None:
        """Nothing is played yet."""
        self.terms, self.n = terms, n
        self._lockstep: Lockstep | None = None

    def begin_all(self, traces: list[Trace]) -> None:
        """Begin every episode; (n,) traces."""
        from fillrate.model.kernel.lockstep import Lockstep

        feeds = [self._feed(trace) for trace in traces]
        if self._lockstep is None:
            self._lockstep = Lockstep(self.terms.setting, feeds, self.terms.columns)
        else:
            for i, feed in enumerate(feeds):
                self._lockstep.start(i, feed)

    def begin(self, i: int, trace: Trace) -> None:
        """Begin episode i anew."""
        self.lockstep.start(i, self._feed(trace))

    def _feed(self, trace: Trace) -> Feed:
        from fillrate.model.kernel.feed import Feed

        check_trace(self.terms.world, trace)
        return Feed(self.terms.world, trace, opening_of(self.terms.world, trace.seed))

    def answer(self, rows: NDArray[np.int64]) -> None:
        """(n,) legal rows, one for each question; of those who have ended it does not matter."""
        self.lockstep.step(rows)

    @property
    def lockstep(self) -> Lockstep:
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
    def value(self) -> NDArray[np.float64]:
        """(n, rows, columns) candidate tables."""
        return self.lockstep.tables.value

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(n, rows) legal rows."""
        return self.lockstep.tables.mask

    @property
    def account(self) -> NDArray[np.float64]:
        """(n, accounts) money so far, what is certain taken forward."""
        arrays = self.lockstep.state.arrays
        found: NDArray[np.float64] = arrays["money"][:, : len(ACCOUNTS)] + arrays["certain"]
        if not self.terms.expected:
            found[:, LATENESS] = arrays["money"][:, LATENESS]
        return found

    @property
    def centre(self) -> NDArray[np.float64]:
        """(n,) money taken off the account so far."""
        records, centre = self.lockstep.state.records, self.terms.centre
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
        return score(self.terms.world, self.lockstep.totals)[i]

    def close(self) -> None:
        """Free the memory."""
        self._lockstep = None
