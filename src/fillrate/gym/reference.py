"""One episode in the model of record, seen as the same arrays: SimPy runs in a thread that pauses at each question."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.question import Question
from fillrate.gym.account import ACCOUNTS
from fillrate.gym.terms import Terms
from fillrate.scorecard.scorecard import Scorecard, score
from fillrate.simulate import opening_of
from fillrate.trace import Trace
from fillrate.trace.checks import check_trace

if TYPE_CHECKING:
    from fillrate.model.simpy_model import Simulation

__all__ = ["Reference"]


class Stopped(BaseException):
    """The episode is given up; it unwinds the thread."""


class Asker:
    """The custom policy that the run asks in its thread: it hands every question over and waits."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        """With the columns that it sees."""
        self.columns = columns
        self.questions: SimpleQueue[Question | BaseException | None] = SimpleQueue()
        self.rows: SimpleQueue[int | None] = SimpleQueue()

    def play(self, sim: Simulation) -> None:
        """In the thread: the whole run."""
        try:
            sim.start()
            sim.env.run()
            self.questions.put(None)
        except Stopped:
            pass
        except BaseException as fault:  # noqa: BLE001 - it is raised where the environment is stepped
            self.questions.put(fault)

    def source(self, question: Question) -> int:
        """In the thread: a question."""
        self.questions.put(question)
        row = self.rows.get()
        if row is None:
            raise Stopped
        return row

    def give_up(self, thread: threading.Thread) -> None:
        """End the thread, if it waits for a row."""
        if thread.is_alive():
            self.rows.put(None)
            thread.join()


class Reference:
    """What `Core` is for n = 1, played by SimPy."""

    n = 1

    def __init__(self, terms: Terms) -> None:
        """Nothing is played yet."""
        self.terms, self.columns = terms, terms.columns
        self.value = np.zeros((1, terms.rows, len(terms.columns)))
        self.mask = np.zeros((1, terms.rows), np.bool_)
        self.asking = np.zeros(1, np.bool_)
        self.asker = Asker(self.columns)
        self._stop: Callable[[], object] = bool  # gives up the episode under way, once
        self._width = 0  # rows of the question at hand, hold apart
        self.sim: Simulation | None = None

    def begin_all(self, traces: list[Trace]) -> None:
        """Begin the episode; (1,) traces."""
        from fillrate.model.simpy_model import Simulation

        self.close()
        trace = traces[0]
        check_trace(self.terms.world, trace)
        self.asker = Asker(self.columns)
        bound = replace(self.terms.bound, custom_source=self.asker)
        self.sim = Simulation(self.terms.world, trace, bound, opening_of(self.terms.world, trace.seed))
        thread = threading.Thread(target=self.asker.play, args=(self.sim,), daemon=True)
        self._stop = weakref.finalize(self, self.asker.give_up, thread)  # also when nobody closes the environment
        thread.start()
        self._wait()

    def _wait(self) -> None:
        """Take the next question over."""
        found = self.asker.questions.get()
        self.value[:], self.mask[:] = 0.0, False
        self.mask[0, -1] = True
        self.asking[0] = isinstance(found, Question)
        if isinstance(found, BaseException):
            raise found
        if isinstance(found, Question):
            self._width = len(found.mask) - 1
            self.value[0, : self._width], self.value[0, -1] = found.table[:-1], found.table[-1]
            self.mask[0, : self._width] = found.mask[:-1]

    def answer(self, rows: NDArray[np.int64]) -> None:
        """(1,) the row to take."""
        if self.asking[0]:
            self.asker.rows.put(min(int(rows[0]), self._width))
            self._wait()

    @property
    def account(self) -> NDArray[np.float64]:
        """(1, accounts) money so far, what is certain taken forward."""
        sim = self._run()
        certain = dict(sim.parcels.certain)
        if not self.terms.expected:
            certain["lateness"] = 0.0
        return np.array([[sim.accounts.money[name] + certain.get(name, 0.0) for name in ACCOUNTS]])

    @property
    def centre(self) -> NDArray[np.float64]:
        """(1,) money taken off the account so far."""
        sim, centre = self._run(), self.terms.centre
        return np.array([sim.accounts.margin if centre == "margin" else sim.desk.offered * float(centre)])

    @property
    def now(self) -> NDArray[np.float64]:
        """(1,) days after t0."""
        return np.array([self._run().env.now])

    def scorecard(self, i: int) -> Scorecard:
        """What the ended episode came to."""
        return score(self.terms.world, self._run().accounts.totals())[i]

    def _run(self) -> Simulation:
        if self.sim is None:
            raise RuntimeError("no episode has begun: call reset() first")
        return self.sim

    def close(self) -> None:
        """Give the episode up."""
        self._stop()
