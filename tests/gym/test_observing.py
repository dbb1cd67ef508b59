"""What is observed is the candidate table of the question: every column, scaled as training and production scale it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gym.playing import any_legal, cut
from tests.gym.test_same_rollouts import WORLDS

from fillrate.decision.columns import BY_NAME
from fillrate.decision.question import Question
from fillrate.decision.scaling import GRID, scaled
from fillrate.gym import AllocationEnv
from fillrate.gym.terms import USUAL
from fillrate.simulate import simulate

VALUES = st.floats(-1e9, 1e9) | st.sampled_from((0.0, -0.0, 0.5, 1e300, 5e-324))


@given(st.lists(VALUES, min_size=len(USUAL), max_size=len(USUAL)))
def test_arrays_are_scaled_as_single_values_are(values: list[float]) -> None:
    terms = AllocationEnv("regional", USUAL, days=1.0).terms
    expected = [scaled(v, BY_NAME[name].scale) for v, name in zip(values, USUAL, strict=True)]
    assert terms.scaled(np.array([values])).tolist() == [expected]


class Witness:
    """A custom policy that takes given rows and keeps what it saw, scaled."""

    columns = tuple(BY_NAME)

    def __init__(self, rows: list[int], width: int) -> None:
        """Nothing seen yet."""
        self.rows, self.width = iter(rows), width
        self.seen: list[list[list[float]]] = []

    def source(self, question: Question) -> int:
        """The next row."""
        scales = [BY_NAME[name].scale for name in self.columns]
        table = [[scaled(v, s) for v, s in zip(row, scales, strict=True)] for row in question.table.tolist()]
        absent = [[0.0] * len(scales)] * (self.width - len(table))
        self.seen.append([*table[:-1], *absent, table[-1]])
        return min(next(self.rows), len(table) - 1)


@pytest.mark.parametrize("name", WORLDS)
def test_every_column_of_every_world(name: str) -> None:
    """Rows that are not there are 0, hold is the last."""
    world, (trace,) = cut(name, 40, (2,))
    env = AllocationEnv(world, tuple(BY_NAME), traces=[trace])
    choose, ended, rows = any_legal(1), False, list[int]()
    seen = [env.reset()[0]]
    while not ended:
        rows.append(int(choose(env.action_masks())))
        observed, _, ended, _, _ = env.step(rows[-1])
        seen.append(observed)
        assert observed in env.observation_space
    witness = Witness(rows, env.terms.rows)
    simulate(world, trace, witness)
    assert [table.tolist() for table in seen[:-1]] == witness.seen
    assert not seen[-1].any()
    assert (np.array(seen) * GRID % 1.0 == 0.0).all()


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_some_columns_in_their_order(engine: str) -> None:
    world, traces = cut("omnichannel", 20, (2,))
    every = AllocationEnv(world, tuple(BY_NAME), traces=traces).reset()[0]
    some = AllocationEnv(world, ("one", "available", "quantity"), traces=traces, engine=engine).reset()[0]  # type: ignore[arg-type]
    at = [list(BY_NAME).index(name) for name in ("one", "available", "quantity")]
    assert some.tolist() == every[:, at].tolist()


def test_what_was_returned_is_not_written_over() -> None:
    """Learners keep it."""
    env = AllocationEnv("regional", days=0.1)
    observed, info = env.reset(seed=1)
    kept, mask = observed.copy(), info["action_mask"].copy()
    legal = env.action_masks()
    for _ in range(5):
        env.step(int(np.argmax(env.action_masks())))
    assert (observed == kept).all()
    assert (info["action_mask"] == mask).all()
    assert (legal == mask).all()
