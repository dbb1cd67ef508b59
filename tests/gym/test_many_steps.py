"""A million random legal steps: no mask lets units go that are not there, and what was done is sound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fillrate.decision.question import Question
from fillrate.gym import AllocationVectorEnv
from fillrate.model.invariants import check_journal
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world

ENVS, STEPS = 64, 1_000_000
WORLDS = {"regional": 3.0, "peak_season": 3.0, "omnichannel": 2.0, "tight_cash": 4.0}  # days
CHECKED = 2  # ended episodes of each world whose journal is checked


class Played:
    """The rows of an episode, as a custom policy."""

    columns = ("quantity", "available")

    def __init__(self, rows: list[int]) -> None:
        """With what was played."""
        self.rows = iter(rows)

    def source(self, question: Question) -> int:
        """The next row; hold is the last."""
        return min(next(self.rows), len(question.mask) - 1)


def check(value: NDArray[np.float64], mask: NDArray[np.bool_], columns: tuple[str, ...]) -> None:
    """Legal rows have stock, for a line that has open units; hold always is legal."""
    available, quantity = (value[:, :-1, columns.index(name)] for name in ("available", "quantity"))
    legal = mask[:, :-1]
    assert (available[legal] >= 1.0).all()
    assert (quantity[legal] >= 1.0).all()
    assert mask[:, -1].all()


@pytest.mark.parametrize("name", WORLDS)
def test_a_million_steps(name: str) -> None:
    world = load_world(name).over(WORLDS[name])
    env = AllocationVectorEnv(world, ENVS, autoreset_mode="SameStep")
    rng, rows, played = np.random.default_rng(1), [list[int]() for _ in range(ENVS)], 0
    _, infos = env.reset(seed=1)
    seeds = infos["trace_seed"].tolist()
    for _ in range(STEPS // len(WORLDS) // ENVS + 1):
        mask = env.action_masks()
        check(env.core.value[env.core.asking], mask[env.core.asking], env.terms.columns)
        chosen = (rng.random(mask.shape) * mask).argmax(axis=1)
        _, _, ended, _, infos = env.step(chosen)
        for row, row_of in zip(chosen.tolist(), rows, strict=True):
            row_of.append(row)
        for i in np.flatnonzero(ended).tolist():
            if played < CHECKED:
                sound(world, seeds[i], rows[i], infos["final_info"]["scorecard"][i])
            played, rows[i], seeds[i] = played + 1, [], infos["trace_seed"][i]
    assert played >= CHECKED


def sound(world: Any, seed: int, rows: list[int], card: dict[str, Any]) -> None:
    """An episode played again by the model of record keeps every rule of the journal and comes to the same."""
    trace = sample(world, seed)
    result = simulate(world, trace, Played(rows), engine="simpy", journal=True)
    assert repr(dict(result.scorecard)) == repr(card)
    assert result.journal is not None
    assert check_journal(world, trace, result.journal) == []
