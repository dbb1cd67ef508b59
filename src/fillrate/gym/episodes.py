"""Which orders an episode plays: those of the world under a fresh seed, or the next of a fixed set of traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fillrate.errors import InputError, nearest
from fillrate.trace import Trace
from fillrate.trace.replay import orders_of
from fillrate.world import World

__all__ = ["FIRST_SEED", "Episodes", "options_of"]

FIRST_SEED = 2**32  # of training: `compare` and `simulate` count seeds from 0 on, so nobody is judged by what he knows


def options_of(given: Mapping[str, Any] | None, *allowed: str) -> Mapping[str, Any]:
    """Options of a reset.

    Raises:
        InputError: one that there is not, or no mapping at all.
    """
    if not isinstance(given, Mapping | None):
        raise InputError("options", f"found {given!r:.60}", "a mapping from names to values, or None")
    for name in given or {}:
        if name not in allowed:
            raise InputError("options", f"found '{name}'" + nearest(str(name), allowed), ", ".join(allowed))
    return given or {}


class Episodes:
    """The traces of a world's episodes."""

    def __init__(self, world: World, traces: Sequence[Trace] = ()) -> None:
        """Orders as `compare` would play them (a world's stored ones, or samples), or `traces`, one after the other."""
        self.world, self.traces = world, tuple(traces)

    def trace(self, nth: int, rng: np.random.Generator, seed: int | None = None) -> Trace:
        """What an episode plays.

        Args:
            nth: number of the episode; where there is a fixed set, its trace `nth` modulo their number.
            rng: what a fresh seed is drawn from; it is drawn from for every episode, whatever is played.
            seed: this seed, and no fresh one.

        Raises:
            InputError: a seed that is no whole number, or one for a fixed set of traces.
            TraceError: the world's stored orders cannot be played.
        """
        drawn = int(rng.integers(FIRST_SEED, 2**63))
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | np.integer)):
            raise InputError("options trace_seed", f"found {seed!r}", "a whole number")
        if not self.traces:
            return orders_of(self.world, drawn if seed is None else int(seed))
        if seed is not None:
            raise InputError("options trace_seed", f"found {seed}", "none where the environment has traces of its own")
        return self.traces[nth % len(self.traces)]
