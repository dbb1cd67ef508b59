"""One replenishment episode in the model of record, seen as the same arrays as in the compiled engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.paused import Asker, Paused
from fillrate.gym.replenish.terms import Terms

if TYPE_CHECKING:
    from fillrate.decision.question import ReplenishView
    from fillrate.policy import Bound

__all__ = ["Reference"]


class ReplenishAsker(Asker):
    """Asked for quantities."""

    def replenish(self, view: ReplenishView) -> list[int]:
        """In the thread: a review."""
        found: list[int] = self.ask(view)
        return found


class Reference(Paused):
    """What `Core` is for n = 1, played by SimPy."""

    def __init__(self, terms: Terms) -> None:
        """Nothing is played yet."""
        super().__init__(terms)
        self.terms = terms

    def _asked(self) -> tuple[Asker, Bound]:
        asker = ReplenishAsker()
        return asker, replace(self.terms.bound, custom_replenish=asker)

    def _show(self, question: Any) -> None:
        """Nothing to be kept: the run stands still while it is looked at."""

    def answer(self, units: NDArray[np.int64]) -> None:
        """(1, pairs) units to buy."""
        self._tell(units[0].tolist())

    @property
    def table(self) -> NDArray[np.float64]:
        """(1, pairs, facts) what is known."""
        sim, facts = self._run(), self.terms.facts
        units = np.array([sim.stock.on_hand, sim.stock.reserved, sim.stock.held], np.int64).T
        due = np.zeros((len(units), facts.periods), np.int64)
        for coming in sim.supply.coming.values():
            due[coming.pair, facts.entry(coming.expected - sim.env.now)] += coming.units
        return facts.table(units[None], due[None], self.now)
