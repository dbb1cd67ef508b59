"""One episode in the model of record: SimPy runs in a thread that pauses wherever somebody has to decide."""

from __future__ import annotations

import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.account import ACCOUNTS
from fillrate.gym.played import Played, check_ended
from fillrate.scorecard.scorecard import Scorecard, score
from fillrate.simulate import opening_of
from fillrate.trace import Trace
from fillrate.trace.checks import check_trace

if TYPE_CHECKING:
    from fillrate.model.simpy_model import Simulation
    from fillrate.policy import Bound

__all__ = ["Asker", "Paused"]


class Stopped(BaseException):
    """The episode is given up; it unwinds the thread."""


class Asker:
    """The custom policy that the run asks in its thread: it hands every question over and waits."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self.questions: SimpleQueue[Any] = SimpleQueue()
        self.answers: SimpleQueue[Any] = SimpleQueue()

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

    def ask(self, question: Any) -> Any:
        """In the thread: a question."""
        self.questions.put(question)
        answer = self.answers.get()
        if answer is None:
            raise Stopped
        return answer

    def give_up(self, thread: threading.Thread) -> None:
        """End the thread, if it waits for an answer."""
        if thread.is_alive():
            self.answers.put(None)
            thread.join()


class Paused(ABC):
    """What `Playing` is for n = 1, played by SimPy."""

    n = 1

    def __init__(self, terms: Played) -> None:
        """Nothing is played yet."""
        self.played = terms
        self.asking = np.zeros(1, np.bool_)
        self.asker = Asker()
        self._stop: Callable[[], object] = bool  # gives up the episode under way, once
        self.sim: Simulation | None = None

    @abstractmethod
    def _asked(self) -> tuple[Asker, Bound]:
        """Who is asked in the next episode, and the policy that says so."""

    @abstractmethod
    def _show(self, question: Any) -> None:
        """A question is at hand; None: the episode has ended."""

    def begin_all(self, traces: list[Trace]) -> None:
        """Begin the episode; (1,) traces."""
        from fillrate.model.simpy_model import Simulation

        self.close()
        world, trace = self.played.world, traces[0]
        check_trace(world, trace)
        self.asker, bound = self._asked()
        self.sim = Simulation(world, trace, bound, opening_of(world, trace.seed, "simpy"))
        self._thread = threading.Thread(target=self.asker.play, args=(self.sim,), daemon=True)
        self._stop = weakref.finalize(self, self.asker.give_up, self._thread)  # also when nobody closes the environment
        self._thread.start()
        self._wait()

    def _wait(self) -> None:
        """Take the next question over."""
        found = self.asker.questions.get()
        fault = isinstance(found, BaseException)
        self.asking[0] = found is not None and not fault
        self._show(None if fault else found)
        if fault:
            raise found

    def _tell(self, answer: Any) -> None:
        """Answer the question at hand and go on to the next one."""
        if self.asking[0]:
            if not self._thread.is_alive():  # a fork has no threads of its parent's
                raise RuntimeError("the episode goes on in the process that began it: call reset() first")
            self.asker.answers.put(answer)
            self._wait()

    @property
    def account(self) -> NDArray[np.float64]:
        """(1, accounts) money so far, what is certain taken forward."""
        sim = self._run()
        certain = dict(sim.parcels.certain)
        if not self.played.expected:
            certain["lateness"] = 0.0
        return np.array([[sim.accounts.money[name] + certain.get(name, 0.0) for name in ACCOUNTS]])

    @property
    def centre(self) -> NDArray[np.float64]:
        """(1,) money taken off the account so far."""
        sim, centre = self._run(), self.played.centre
        return np.array([sim.accounts.margin if centre == "margin" else sim.desk.offered * float(centre)])

    @property
    def now(self) -> NDArray[np.float64]:
        """(1,) days after t0."""
        return np.array([self._run().env.now])

    def scorecard(self, i: int) -> Scorecard:
        """What the ended episode came to."""
        run = self._run()
        check_ended(self.asking[[i]])
        return score(self.played.world, run.accounts.totals())[i]

    def _run(self) -> Simulation:
        if self.sim is None:
            raise RuntimeError("no episode has begun: call reset() first")
        return self.sim

    def close(self) -> None:
        """Give the episode up; nobody is asked any more."""
        self._stop()
        self.sim, self.asking[0] = None, False
