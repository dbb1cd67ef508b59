"""Asking the policy for a decision in time, and seeing that what it says may be done."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from typing import Any, Protocol

from fillrate.deploy.guards import broken
from fillrate.errors import FillrateError

__all__ = ["Chooser", "Decider", "Record", "held_all", "why_illegal"]

Record = Mapping[str, Any]
log = logging.getLogger(__name__)


class Chooser(Protocol):
    """What decides: a bundle's allocator. Requests and decisions are plain records."""

    bundle: str
    policy: str
    names: Mapping[str, Collection[str]]  # that it knows, by kind: `location`, `segment`; of another kind any will do

    def allocate(self, request: Record) -> dict[str, Any]:
        """The policy's decision."""
        ...

    def fallback(self, request: Record, reason: str) -> dict[str, Any]:
        """What the fallback rule decides, with the reason for which it was asked."""
        ...

    def rank(self, requests: Sequence[Record]) -> list[int]:
        """Indexes of the requests, first the one to be offered first."""
        ...

    def explain(self, request: Record) -> dict[str, Any]:
        """Why the policy decides what it decides."""
        ...

    def keeps_aside(self, request: Record) -> int:
        """What reserved units of the order wait for: 0 nothing, 1 the rest of their line, 2 of the order."""
        ...


class BusyError(Exception):
    """The policy has not finished an earlier decision."""


class Decider:
    """Asks a chooser in a thread of its own and waits only so long; one that is `prompt` is asked in the caller's.

    A policy that is late keeps its thread until it is done; meanwhile nobody waits for it again. What the caller's own
    thread asks (the fallback rule, ranks, explanations) goes to a second chooser, so that the two never meet in one.
    """

    def __init__(self, chooser: Chooser, spare: Chooser, deadline_ms: float) -> None:
        """Start the thread.

        Args:
            chooser: asked in the thread.
            spare: the same, asked by the caller.
            deadline_ms: milliseconds that a decision may take.
        """
        self.chooser, self.spare, self.deadline_ms = chooser, spare, deadline_ms
        self.prompt: Callable[[Record], bool] = getattr(chooser, "prompt", lambda _: False)
        self._late: Future[dict[str, Any]] | None = None
        self._tasks: queue.SimpleQueue[tuple[Future[dict[str, Any]], Record] | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="fillrate-policy", daemon=True).start()

    def decide(self, request: Record) -> dict[str, Any]:
        """The policy's decision, or the fallback rule's with the reason."""
        try:
            return self.chooser.allocate(request) if self.prompt(request) else self._in_time(request)
        except Late:
            return self.fall_back(request, f"deadline: no decision after {self._ms}")
        except BusyError:
            return self.fall_back(request, f"deadline: the policy is still busy with another decision after {self._ms}")
        except FillrateError as fault:
            return self.fall_back(request, str(fault))
        except Exception as fault:  # a checkout gets an answer whatever the policy's code does
            log.exception("the policy failed")
            return self.fall_back(request, f"policy: {type(fault).__name__}")

    def _in_time(self, request: Record) -> dict[str, Any]:
        """What the policy's thread says before the deadline."""
        if self._late is not None and not self._late.done():
            raise BusyError
        answer: Future[dict[str, Any]] = Future()
        self._late = answer
        self._tasks.put((answer, request))
        found = answer.result(self.deadline_ms / 1000.0)
        self._late = None
        return found

    def knows(self, kind: str, name: str) -> bool:
        """Whether the policy can read what is told of a location or segment."""
        names = self.spare.names.get(kind)
        return names is None or name in names

    @property
    def _ms(self) -> str:
        return f"{self.deadline_ms:g} ms"

    def fall_back(self, request: Record, reason: str) -> dict[str, Any]:
        """What the fallback rule says; if it cannot say anything either, everything is held."""
        try:
            return self.spare.fallback(request, reason)
        except FillrateError as fault:
            said = str(fault)
            return held_all(self.chooser, request, reason if said in reason else f"{reason}; fallback: {said}")
        except Exception:
            log.exception("the fallback rule failed")
            return held_all(self.chooser, request, f"{reason}; the fallback rule failed too")

    def close(self) -> None:
        """End the thread."""
        self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            answer, request = task
            try:
                answer.set_result(self.chooser.allocate(request))
            except Exception as fault:  # noqa: BLE001 - handed to whoever asked
                answer.set_exception(fault)


def held_all(chooser: Chooser, request: Record, reason: str) -> dict[str, Any]:
    """A decision that holds every unit."""
    lines = [
        {**{k: line[k] for k in ("line", "sku", "quantity")}, "allocated": [], "held": line["quantity"]}
        for line in request["lines"]
    ]
    head = {"id": request["id"], "bundle": chooser.bundle, "policy": chooser.policy}
    return head | {"decided_by": "fallback", "reason": reason, "lines": lines, "defaults": [], "microseconds": 0.0}


def why_illegal(request: Record, decision: Record) -> str:
    """What is wrong with a decision; empty if it answers every unit asked and promises none that is not free.

    >>> stock = [{"location": "north", "sku": "lamp", "on_hand": 2, "reserved": 1, "safety": 0}]
    >>> asked = {"lines": [{"line": 1, "sku": "lamp", "quantity": 3}], "stock": stock}
    >>> given = {"line": 1, "sku": "lamp", "quantity": 3, "held": 1}
    >>> given["allocated"] = [{"location": "north", "quantity": 2}]
    >>> why_illegal(asked, {"lines": [given]})
    '2 × lamp from north, which has 1'
    """
    asked, answered = ([(x["line"], x["sku"], x["quantity"]) for x in said["lines"]] for said in (request, decision))
    return broken(request, decision) if asked == answered else "its lines are not those that were asked"
