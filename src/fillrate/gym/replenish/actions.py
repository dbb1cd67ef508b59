"""What may be answered at a review: units for each pair, or one of some levels; both become whole units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from fillrate.errors import InputError, nearest
from fillrate.gym.played import check_whole

__all__ = ["ACTIONS", "LEVELS", "Actions", "Kind"]

ACTIONS = ("units", "levels")
LEVELS = 33  # at most, where nothing else is said
Kind = Literal["units", "levels"]


@dataclass(frozen=True)
class Actions:
    """The answers that are possible.

    Attributes:
        kind: `units`, or `levels`.
        most: (pairs,) units that may be ordered at once.
        levels: how many there are at most.
    """

    kind: Kind
    most: NDArray[np.int64]
    levels: int = LEVELS

    def __post_init__(self) -> None:
        """Check; raises InputError."""
        if self.kind not in ACTIONS:
            raise InputError("action", f"found '{self.kind}'" + nearest(str(self.kind), ACTIONS), ", ".join(ACTIONS))
        check_whole("levels", self.levels, 2)

    @property
    def counts(self) -> NDArray[np.int64]:
        """(pairs,) levels of each: one a unit where they are few enough."""
        return np.minimum(self.most + 1, self.levels)

    def space(self) -> spaces.Space[Any]:
        """Box between nothing and the most, or numbers of levels."""
        if self.kind == "units":
            return spaces.Box(-1.0, 1.0, self.most.shape, np.float32)
        if len(self.most) == 1:
            return spaces.Discrete(int(self.counts[0]))
        return spaces.MultiDiscrete(self.counts)

    def units(self, said: NDArray[Any]) -> NDArray[np.int64]:
        """(..., pairs) whole units of actions, none outside the limits."""
        value = np.asarray(said, np.float64)
        share = (value + 1.0) / 2.0 if self.kind == "units" else value / np.maximum(self.counts - 1, 1)
        return np.rint(np.clip(share, 0.0, 1.0) * self.most).astype(np.int64)

    def of(self, units: NDArray[Any]) -> NDArray[Any]:
        """Actions that order (..., pairs) units, or as nearly so many as can be said.

        They are (..., pairs), one pair's levels (...). Box actions have 24 bits: exact up to some ten million units.
        """
        share = np.clip(np.asarray(units, np.float64) / np.maximum(self.most, 1), 0.0, 1.0)
        if self.kind == "units":
            return (2.0 * share - 1.0).astype(np.float32)
        level = np.rint(share * (self.counts - 1)).astype(np.int64)
        return level[..., 0] if len(self.most) == 1 else level
