"""One episode in the model of record: SimPy runs in a thread that pauses wherever somebody has to decide."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.gym.account import ACCOUNTS
from fillrate.scorecard.scorecard import Scorecard, score
from fillrate.simulate import opening_of
from fillrate.trace import Trace
from fillrate.trace.checks import check_trace

if TYPE_CHECKING:
    from fillrate.model.simpy_model import Simulation
    from fillrate.policy import Bound
    from fillrate.world import World

__all__ = ["Paused"]


class Stopped(BaseException):
    """The episode is given up; it unwinds the thread."""


class Paused(ABC):
    """What `Playing` is for n = 1, played by SimPy."""

    n = 1

    def __init__(self, world: World) -> None:
        """Nothing is played yet."""
        self.world = world
        self.asking = np.zeros(1, np.bool_)
        self._questions: SimpleQueue[Any] = SimpleQueue()
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self.sim: Simulation | None = None

    @abstractmethod
    def _bound(self) -> Bound:
        """The policy, which asks this object."""

    @abstractmethod
    def _show(self, question: Any) -> None:
        """A question is at hand; None: the episode has ended."""

    def begin_all(self, traces: list[Trace]) -> None:
        """Begin the episode; (1,) traces."""
        from fillrate.model.simpy_model import Simulation

        self.close()
        trace = traces[0]
        check_trace(self.world, trace)
        self.sim = Simulation(self.world, trace, self._bound(), opening_of(self.world, trace.seed))
        self._thread = threading.Thread(target=self._play, args=(self.sim,), daemon=True)
        self._thread.start()
        self._wait()

    def _play(self, sim: Simulation) -> None:
        """In the thread: the whole run."""
        try:
            sim.start()
            sim.env.run()
            self._questions.put(None)
        except Stopped:
            pass
        except BaseException as fault:  # noqa: BLE001 - it is raised where the environment is stepped
            self._questions.put(fault)

    def _ask(self, question: Any) -> Any:
        """In the thread: hand a question over and wait for its answer."""
        self._questions.put(question)
        answer = self._answers.get()
        if answer is None:
            raise Stopped
        return answer

    def _wait(self) -> None:
        """Take the next question over."""
        found = self._questions.get()
        fault = isinstance(found, BaseException)
        self.asking[0] = found is not None and not fault
        self._show(None if fault else found)
        if fault:
            raise found

    def _tell(self, answer: Any) -> None:
        """Answer the question at hand and go on to the next one."""
        if self.asking[0]:
            self._answers.put(answer)
            self._wait()

    @property
    def account(self) -> NDArray[np.float64]:
        """(1, accounts) money so far, what is certain taken forward."""
        sim = self._run()
        certain = sim.parcels.certain
        return np.array([[sim.accounts.money[name] + certain.get(name, 0.0) for name in ACCOUNTS]])

    @property
    def offered(self) -> NDArray[np.int64]:
        """(1,) orders offered at least once."""
        return np.array([self._run().desk.offered])

    @property
    def now(self) -> NDArray[np.float64]:
        """(1,) days after t0."""
        return np.array([self._run().env.now])

    def scorecard(self, i: int) -> Scorecard:
        """What the ended episode came to."""
        return score(self.world, self._run().accounts.totals())[i]

    def _run(self) -> Simulation:
        if self.sim is None:
            raise RuntimeError("no episode has begun: call reset() first")
        return self.sim

    def close(self) -> None:
        """Give the episode up."""
        if self._thread is not None and self._thread.is_alive():
            self._answers.put(None)
            self._thread.join()
        self._thread = None
