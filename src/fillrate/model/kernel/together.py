"""Simulations side by side that pause for somebody outside: what they have in common, whatever he is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from fillrate.model.kernel.codes import GROWN, START
from fillrate.model.kernel.engine import totals_of
from fillrate.model.kernel.state import State

if TYPE_CHECKING:
    from fillrate.model.kernel.call import Call
    from fillrate.model.kernel.feed import Feed
    from fillrate.model.kernel.setting import Setting
    from fillrate.scorecard.totals import Totals

__all__ = ["Together"]


class Together(ABC):
    """n independent simulations; `asking` (n,) says who has paused, the others have ended."""

    pause: ClassVar[int]  # why they pause

    def __init__(self, setting: Setting, feeds: Sequence[Feed], widest: int = 1) -> None:
        """Start every feed and go to its first pause."""
        self.setting, self.n = setting, len(feeds)
        self.answers = np.zeros(self.n, np.int64)  # how many each has had
        room = setting.room.with_cycles(max(len(feed.trace.orders) for feed in feeds))
        state = State(setting, room, max(widest, *(feed.widest for feed in feeds)), self.n)
        self.call = self._call(state)
        for i, feed in enumerate(feeds):
            state.feed(i, feed)
        self.call.go(START)

    @abstractmethod
    def _call(self, state: State) -> Call:
        """What drives the simulations of a state."""

    @property
    def state(self) -> State:
        """Where the simulations stand."""
        return self.call.state

    @property
    def asking(self) -> NDArray[np.bool_]:
        """(n,) who waits for an answer."""
        found: NDArray[np.bool_] = self.call.code == self.pause
        return found

    @property
    def totals(self) -> Totals:
        """What the simulations came to so far."""
        return totals_of(self.state)

    def start(self, i: int, feed: Feed) -> None:
        """Let simulation i begin a feed."""
        self.answers[i] = 0
        room, widest = self.state.room.with_cycles(len(feed.trace.orders)), max(self.state.widest, feed.widest)
        if room != self.state.room or widest != self.state.widest:
            self.call.move(self.state.resized(room, widest))
        self.state.feed(i, feed)
        self.call.start(i)
        self.call.go(GROWN)

    def _stand(self, i: int, other: Together, j: int) -> None:
        """Let simulation i stand where simulation j of others of the setting stands."""
        theirs = other.state
        room, widest = self.state.room.with_all(theirs.room), max(self.state.widest, theirs.widest)
        if room != self.state.room or widest != self.state.widest:
            self.call.move(self.state.resized(room, widest))
        self.state.copy(i, theirs, j)
        self.answers[i], self.call.code[i] = other.answers[j], other.call.code[j]
