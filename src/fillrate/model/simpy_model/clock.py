"""Events that carry the total key (time, kind, entity) in SimPy's schedule priority."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy
from simpy.events import Event

from fillrate.draws import snap
from fillrate.model.events import event_key

__all__ = ["Process", "Timed", "after_all", "at_each", "begin"]

Process = Generator[Event, Any, None]


class Timed(Event):
    """An instant to wait for; ties are settled by kind and entity, never by insertion order."""

    __slots__ = ()

    def __init__(self, env: simpy.Environment, time: float, kind: int, entity: int) -> None:
        """Schedule the instant; times are multiples of 2**-20, so the subtraction is exact."""
        self.env = env
        self.callbacks: list[Any] = []
        self._value = None
        self._ok = True
        env.schedule(self, event_key(kind, entity), time - env._now)  # type: ignore[arg-type]


class Begun:
    """A process on its way."""

    __slots__ = ("send",)

    def __init__(self, process: Process) -> None:
        """It has not begun."""
        self.send = process.send

    def go_on(self, _: Event | None = None) -> None:
        """Let it run to the next event that it waits for, or to its end."""
        try:
            event = self.send(None)
        except StopIteration:
            return
        event.callbacks.append(self.go_on)


def begin(process: Process) -> None:
    """Begin a process that nobody waits for, at once: `env.process` takes an event to start it and one to end it."""
    Begun(process).go_on()


def at_each(
    env: simpy.Environment,
    interval: float,
    until: float,
    kind: int,
    action: Callable[[int], None],
    first: int = 0,
    entity: Callable[[int], int] = int,
) -> Process:
    """Call `action(n)` at n * interval, n = first, first + 1, ..., before `until`, the n-th as `entity(n)`."""
    n = first
    while (time := snap(n * interval)) < until:
        yield Timed(env, time, kind, entity(n))
        action(n)
        n += 1


def after_all(n: int) -> int:
    """An entity after the numbered ones of its kind."""
    return 2**32 + n
