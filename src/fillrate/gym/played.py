"""What environments of a world are made of, whatever is decided in them: the world, rules, traces, the reward."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from fillrate.decision.scaling import GRID
from fillrate.errors import InputError, TraceError, nearest
from fillrate.gym.account import ACCOUNTS
from fillrate.policy import Bound, Policy
from fillrate.trace import Trace
from fillrate.trace.checks import check_trace
from fillrate.world import World, load_world
from fillrate.world.fields import MOST_UNITS

if TYPE_CHECKING:
    from fillrate.model.kernel.setting import Setting

__all__ = ["Played", "as_observed", "check_ended", "check_list", "check_whole", "checked"]


@dataclass(frozen=True)
class Played(ABC):
    """The arguments that all environments have, checked."""

    world: World
    others: str | Policy  # whose other parts are kept
    reward_scale: float
    centre: float | Literal["margin"]  # money an order
    left_out: tuple[str, ...]  # accounts that are not rewarded
    expected: bool  # whether lateness counts when it is expected
    traces: tuple[Trace, ...]

    @abstractmethod
    def _bind(self) -> Bound:
        """The policy, one part of it decided outside."""

    @cached_property
    def bound(self) -> Bound:
        """The same, bound once."""
        return self._bind()

    @cached_property
    def setting(self) -> Setting:
        """The same for the compiled engine."""
        from fillrate.model.kernel.setting import Setting

        return Setting(self.world, self.bound)

    @abstractmethod
    def observation_space(self) -> spaces.Box[Any]:
        """Of one environment."""

    @abstractmethod
    def action_space(self) -> spaces.Space[Any]:
        """Of one environment."""


def checked(
    world: World | str | Path,
    others: str | Policy,
    days: float | None,
    reward_scale: float,
    centre: float | Literal["margin"],
    left_out: Sequence[str],
    expected: bool,
    traces: Sequence[Trace],
) -> dict[str, Any]:
    """The arguments by field of `Played`.

    Raises:
        InputError: an argument is wrong; WorldError, TraceError and NotFound are such errors.
    """
    check_list("left_out", left_out, "holding")
    if not isinstance(traces, Collection):
        raise InputError("traces", f"found {traces!r:.60}", "a list of traces")
    if not isinstance(expected, bool):
        raise InputError("expected", f"found {expected!r}", "True or False")
    for trace in traces:
        if not isinstance(trace, Trace):
            raise InputError("traces", f"found {trace!r:.60}", "traces, as sample() and load_trace() give them")
    if days is not None and not _finite(days):
        raise InputError("days", f"found {days!r}", "a finite number of days above 0, or None")
    loaded = (world if isinstance(world, World) else load_world(world)).over(days)
    if traces:
        if days is not None:
            raise InputError("days", f"found {days:g}", "none where traces are given: they have their own")
        loaded = _fitting(loaded.over(traces[0].days), traces)
    if not (_finite(reward_scale) and reward_scale > 0.0):
        raise InputError("reward_scale", f"found {reward_scale!r}", "a finite number above 0")
    for name in left_out:
        if name not in ACCOUNTS:
            raise InputError("left_out", f"found '{name}'" + nearest(str(name), ACCOUNTS), ", ".join(ACCOUNTS))
    if centre != "margin" and not _finite(centre):
        raise InputError("centre", f"found {centre!r}", "a finite amount of money an order, or 'margin'")
    return {
        "world": loaded,
        "others": others,
        "reward_scale": float(reward_scale),
        "centre": centre if isinstance(centre, str) else float(centre),
        "left_out": tuple(left_out),
        "expected": expected,
        "traces": tuple(traces),
    }


def _fitting(world: World, traces: Sequence[Trace]) -> World:
    """The world, if it can play all the traces."""
    for trace in traces:
        if trace.days != world.days:
            raise TraceError("traces", f"found horizons of {world.days:g} and {trace.days:g} days", "one horizon")
        if trace.world not in {"", world.hash}:
            raise TraceError(f"trace {trace.hash}", f"was made for world {trace.world}", f"world {world.hash}")
        check_trace(world, trace)
    return world


def as_observed(value: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float32]:
    """Values as they are observed: `decision.scaling`, for arrays."""
    size = np.abs(value)
    size += scale
    np.divide(value, size, out=size)
    size *= GRID
    np.rint(size, out=size)
    return (size * (1.0 / GRID)).astype(np.float32)  # multiples of 2**-14 are exact in 32 bits


def check_ended(asking: NDArray[np.bool_]) -> None:
    """Check that none of some episodes goes on; raises InputError."""
    if asking.any():
        raise InputError("scorecard", "found an episode that has not ended", "after the step that ends it")


def check_list(name: str, given: object, like: str) -> None:
    """Check an argument that lists things; raises InputError."""
    if isinstance(given, str) or not isinstance(given, Collection):
        one = repr(given if isinstance(given, str) else like)
        raise InputError(name, f"found {given!r:.60}", f"a list, such as {name}=[{one}]")


def check_whole(name: str, given: object, least: int, most: int = MOST_UNITS) -> None:
    """Check an argument that counts; raises InputError."""
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or not least <= given <= most:
        raise InputError(name, f"found {given!r}", f"a whole number, at least {least} and at most {most}")


def _finite(value: object) -> bool:
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return number and bool(np.isfinite(value))  # type: ignore[call-overload]
