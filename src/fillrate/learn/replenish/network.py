"""A network that says how much to order: from the facts of a review to a score for each level. NumPy alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.arrays import read_arrays
from fillrate.decision.network import LARGEST_UNIT, STEPS
from fillrate.decision.weights import on_grid
from fillrate.errors import PolicyError

__all__ = ["ARRAYS", "OrderNetwork", "read_network", "snapped", "write_network"]

Floats = NDArray[np.float64]
ARRAYS = ("first", "first_bias", "second", "second_bias", "score", "score_bias")


@dataclass(frozen=True, eq=False)
class OrderNetwork:
    """Two layers and a score for each level; sums are exact, as in `decision.network`.

    Attributes:
        facts: names of what it looks at, of those of an observation.
    """

    facts: tuple[str, ...]
    first: Floats  # (hidden, facts)
    first_bias: Floats  # (hidden,)
    second: Floats  # (hidden, hidden)
    second_bias: Floats  # (hidden,)
    score: Floats  # (levels, hidden)
    score_bias: Floats  # (levels,)

    def scores(self, seen: NDArray[Any]) -> Floats:
        """(n, levels) of (n, facts) observed facts."""
        one = _unit(seen.astype(np.float64) @ self.first.T + self.first_bias)
        two = _unit(one @ self.second.T + self.second_bias)
        found: Floats = two @ self.score.T + self.score_bias
        return found

    def levels(self, seen: NDArray[Any]) -> NDArray[np.int64]:
        """(n,) the level of the largest score; of equal ones the smallest."""
        found: NDArray[np.int64] = self.scores(seen).argmax(axis=1)
        return found


def _unit(total: Floats) -> Floats:
    """What a layer hands on: nothing below 0, nothing above 64, on a grid of 2**-10."""
    return np.rint(np.clip(total, 0.0, LARGEST_UNIT) * STEPS) / STEPS


def snapped(facts: tuple[str, ...], arrays: dict[str, Any]) -> OrderNetwork:
    """A trained network with weights rounded to multiples of 2**-14, within 64 either way."""
    return OrderNetwork(facts, **{name: on_grid(arrays[name]) for name in ARRAYS})


def write_network(network: OrderNetwork, file: Path, card: dict[str, Any]) -> None:
    """Write the weights to `file`, an .npz, and beside it the card: what they were made of and what they are worth."""
    arrays: dict[str, Any] = {name: getattr(network, name) for name in ARRAYS}
    np.savez(file, allow_pickle=False, facts=np.array(network.facts), **arrays)
    file.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def read_network(file: Path) -> OrderNetwork:
    """The weights of a file.

    Raises:
        PolicyError: it is none of ours.
    """
    try:
        found = read_arrays(file)
        arrays = {name: np.asarray(found[name], np.float64) for name in ARRAYS}
        return OrderNetwork(tuple(found["facts"].tolist()), **arrays)
    except (KeyError, ValueError) as fault:
        raise PolicyError(str(file), f"found {fault}", f"an .npz with facts, {', '.join(ARRAYS)}") from None
