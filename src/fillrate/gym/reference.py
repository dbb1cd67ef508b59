"""One allocation episode in the model of record, seen as the same arrays as in the compiled engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.question import Question
from fillrate.gym.paused import Asker, Paused
from fillrate.gym.terms import Terms

if TYPE_CHECKING:
    from fillrate.policy import Bound

__all__ = ["Reference"]


class SourceAsker(Asker):
    """Asked for rows."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        """With the columns that it sees."""
        super().__init__()
        self.columns = columns

    def source(self, question: Question) -> int:
        """In the thread: a question."""
        return int(self.ask(question))


class PriceAsker(SourceAsker):
    """Asked for prices of locations."""

    def price(self, question: Question) -> NDArray[np.float64]:
        """In the thread: a whole offer."""
        return np.asarray(self.ask(question), np.float64)


class Reference(Paused):
    """What `Core` is for n = 1, played by SimPy."""

    def __init__(self, terms: Terms) -> None:
        """Nothing is played yet."""
        super().__init__(terms)
        self.terms, self.columns = terms, terms.columns
        self.value = np.zeros((1, terms.rows, len(terms.columns)))
        self.mask = np.zeros((1, terms.rows), np.bool_)
        self._width = 0  # rows of the question at hand, hold apart

    def _asked(self) -> tuple[Asker, Bound]:
        asker = (PriceAsker if self.terms.action == "prices" else SourceAsker)(self.columns)
        return asker, replace(self.terms.bound, custom_source=asker)

    def _show(self, question: Question | None) -> None:
        self.value[:], self.mask[:] = 0.0, False
        if self.terms.action == "prices":
            if question is not None:
                self.value[0], self.mask[0] = question.table, question.mask
            return
        self.mask[0, -1] = True
        if question is not None:
            self._width = len(question.mask) - 1
            self.value[0, : self._width], self.value[0, -1] = question.table[:-1], question.table[-1]
            self.mask[0, : self._width] = question.mask[:-1]

    def answer(self, answers: NDArray[Any]) -> None:
        """(1,) the row to take, or (1, locations) prices."""
        self._tell(answers[0] if self.terms.action == "prices" else min(int(answers[0]), self._width))
