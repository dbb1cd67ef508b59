"""Actions that are none: one line that says what was found; copies and ends are no episodes that go on."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from tests.gym.test_arguments import refused

from fillrate.gym import AllocationEnv, AllocationVectorEnv, ReplenishEnv, ReplenishVectorEnv

ENGINES = ("compiled", "simpy")
SHORT: dict[str, Any] = {"world": "two_warehouses", "days": 3.0}
NAN = float("nan")
BOUGHT: dict[str, Any] = {"world": "regional", "days": 3.0}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("action", [NAN, 1.5, np.inf, None, "0", [0, 1], np.array([0, 1]), 2**70, -1, 3, 3.0])
def test_a_row_is_one_whole_number(engine: Any, action: Any) -> None:
    env = AllocationEnv(**SHORT, engine=engine)
    env.reset(seed=1)
    refused(partial(env.step, action), ("action: found ", "a row, 0 to 2"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("action", [1, 1.0, np.float32(1.0), np.array(1), np.array([1]), np.uint8(1)])
def test_a_whole_number_may_be_of_any_type(engine: Any, action: Any) -> None:
    env, other = (AllocationEnv(**SHORT, engine=engine) for _ in range(2))
    env.reset(seed=1)
    other.reset(seed=1)
    assert env.step(action)[1] == other.step(1)[1]


@pytest.mark.parametrize(
    "actions", [[0.0, NAN], [0.5, 0.0], [0], 0, [0, 1, 1], [[0, 1], [1, 0]], None, ["0", "1"], [0, 3], [-1, 0]]
)
def test_rows_side_by_side_are_one_whole_number_each(actions: Any) -> None:
    env = AllocationVectorEnv(**SHORT, num_envs=2)
    env.reset(seed=1)
    given: Any = actions if actions is None else np.array(actions)
    refused(partial(env.step, given), ("action: found ", "a whole number for each of 2, 0 to 2"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("action", [[NAN, 0.0], [0.1], 0.1, [0.1, 0.1, 0.1], None, "dear"])
def test_prices_are_a_number_for_each_location(engine: Any, action: Any) -> None:
    """What is no number would be a price that the engines do not agree on."""
    env = AllocationEnv(**SHORT, engine=engine, action="prices")
    env.reset(seed=1)
    refused(partial(env.step, action), ("action: found ", "a number for each of 2 locations"))


@pytest.mark.parametrize("shape", [(2, 1), (2, 3), (3, 2), (4,)])
def test_prices_side_by_side_have_their_shape(shape: tuple[int, ...]) -> None:
    env = AllocationVectorEnv(**SHORT, num_envs=2, action="prices")
    env.reset(seed=1)
    refused(partial(env.step, np.zeros(shape)), ("action: found ", "a number for each of 2 locations, (2, 2)"))
    refused(partial(env.step, np.full((2, 2), NAN)), ("action: found ", "nan"))


@pytest.mark.parametrize("engine", ENGINES)
def test_units_are_one_for_each_pair(engine: Any) -> None:
    env, many = ReplenishEnv(**BOUGHT, engine=engine), ReplenishVectorEnv(**BOUGHT, num_envs=2)
    env.reset(seed=1)
    many.reset(seed=1)
    pairs = len(env.terms.actions.most)
    cases: list[tuple[Any, Any]] = [(env.step, [0.1]), (env.step, None), (many.step, np.zeros((2, 1)))]
    cases += [(env.step, np.full(pairs, NAN)), (many.step, np.full((2, pairs), NAN))]  # a network that diverged
    for step, action in cases:
        refused(partial(step, action), ("action: found ", f"a number for each of {pairs} (SKU, location) pairs"))


@pytest.mark.parametrize("make", [partial(AllocationEnv, **SHORT), partial(ReplenishEnv, **BOUGHT)])
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_closed_asks_nobody(make: Callable[..., Any], engine: str) -> None:
    env = make(engine=engine)
    env.reset(seed=1)
    action = np.zeros(env.action_space.shape)
    env.close()
    with pytest.raises(RuntimeError, match=r"reset\(\)"):
        env.step(action)
    env.reset(seed=1)
    env.step(action)


@pytest.mark.parametrize("engine", ENGINES)
def test_there_is_no_scorecard_before_the_end(engine: Any) -> None:
    env = AllocationEnv(**SHORT, engine=engine)
    env.reset(seed=1)
    refused(env.scorecard, ("scorecard", "has not ended"))


@pytest.mark.parametrize(
    "env",
    [
        AllocationVectorEnv(**SHORT, num_envs=2),
        AllocationVectorEnv(**SHORT, num_envs=2, action="prices"),
        ReplenishVectorEnv(**BOUGHT, num_envs=2, most=7, autoreset_mode="SameStep"),
    ],
)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])  # noqa: S301 - made here
def test_a_copy_has_the_arguments_and_begins_anew(env: Any, copied: Callable[[Any], Any]) -> None:
    observed, _ = env.reset(seed=1)
    stood = np.zeros(env.action_space.shape)
    env.step(stood)
    other = copied(env)
    with pytest.raises(RuntimeError, match=r"reset\(\)"):
        other.step(stood)
    assert other.mode is env.mode
    assert np.array_equal(other.reset(seed=1)[0], observed)
    env.reset(seed=1)
    assert all(np.array_equal(env.step(stood)[1], other.step(stood)[1]) for _ in range(5))
