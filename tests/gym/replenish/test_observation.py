"""What is seen at a review and what may be answered, on a world that one can check by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gymnasium import spaces

from fillrate.decision.scaling import scaled
from fillrate.errors import InputError
from fillrate.gym import ReplenishEnv, ReplenishVectorEnv
from fillrate.gym.replenish.actions import Actions
from fillrate.world import load_world

WORLD = load_world("lost_sales").over(12.0)


def test_the_pipeline_stands_where_it_is_expected() -> None:
    env = ReplenishEnv(WORLD, most=9)
    observed, _ = env.reset(options={"trace_seed": 1})
    bought = [3, 0, 7, 2, 9, 1]
    for units in bought:
        observed = env.step(env.terms.actions.of(np.array([units])))[0]
    due = env.core.table[0, 0, 3:7]
    assert due.tolist() == [2, 9, 1, 0]  # four days from order to receipt; that of three days ago comes tomorrow
    assert observed[0, 3:7].tolist() == [scaled(float(units), 5.0) for units in due]
    assert observed[0, 0] == scaled(env.core.table[0, 0, 0], 25.0)
    assert observed[0, -1] == scaled(12.0 - 6.0, 30.0)


def test_a_shorter_pipeline_covers_the_lead_time_too() -> None:
    env = ReplenishEnv(WORLD, periods=2)
    env.reset(options={"trace_seed": 1})
    for units in (3, 4, 5):
        env.step(env.terms.actions.of(np.array([units])))
    assert env.core.table[0, 0, 3:5].tolist() == [7, 5]


def test_nothing_of_the_future_is_seen() -> None:
    world = load_world("regional").over(20.0)
    env = ReplenishEnv(world)
    seen, _ = env.reset(options={"trace_seed": 1})
    rng = np.random.default_rng(0)
    for _ in range(6):
        seen = env.step(rng.uniform(-1.0, 1.0, len(env.terms.actions.most)))[0]
    drawn = env.core.lockstep.state.arrays["event"]  # type: ignore[union-attr]
    drawn["time"] += 0.25  # receipts that are drawn later are expected as before
    assert env._observed().tolist() == seen.tolist()


def test_levels_are_units_where_they_are_few() -> None:
    few, many = Actions("levels", np.array([6])), Actions("levels", np.array([100]), 5)
    assert few.space() == spaces.Discrete(7)
    assert [few.units(np.array([k])).tolist() for k in range(7)] == [[k] for k in range(7)]
    assert [many.units(np.array([k])).tolist() for k in range(5)] == [[0], [25], [50], [75], [100]]
    assert Actions("levels", np.array([6, 0])).space() == spaces.MultiDiscrete([7, 1])


def test_units_are_whole_and_within_the_limits() -> None:
    actions = Actions("units", np.array([6, 6, 6, 6, 6, 0]))
    assert actions.units(np.array([-3.0, -0.2, -0.1, 99.0, np.inf, 1.0])).tolist() == [0, 2, 3, 6, 6, 0]


@pytest.mark.parametrize("most", [1, 6, 25, 1_000_003])
def test_an_action_is_found_for_any_units(most: int) -> None:
    wanted = np.unique(np.linspace(0, most, 50).astype(np.int64))[:, None]
    actions = Actions("units", np.array([most]))
    assert actions.units(actions.of(wanted)).tolist() == wanted.tolist()
    assert actions.units(actions.of(np.array([most + 5]))).tolist() == [most]
    levels = Actions("levels", np.array([most]), most + 1)
    assert levels.of(wanted).tolist() == wanted[:, 0].tolist()


def test_what_may_be_ordered_is_the_base_stock_if_nothing_is_said() -> None:
    assert ReplenishEnv(WORLD).terms.actions.most.tolist() == [25]
    assert ReplenishEnv(WORLD).action_space == spaces.Box(-1.0, 1.0, (1,), np.float32)
    assert ReplenishEnv(WORLD, "levels", most=7).action_space == spaces.Discrete(8)


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"action": "unit"}, "action"),
        ({"levels": 1}, "levels"),
        ({"most": -1}, "most"),
        ({"most": [1, 2]}, "most"),
        ({"most": 1.5}, "most"),
        ({"periods": -1}, "periods"),
        ({"engine": "simp"}, "engine"),
        ({"reward_scale": 0.0}, "reward_scale"),
        ({"others": "lookahead"}, "others"),
        ({"world": "baskets"}, "world"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, object], place: str) -> None:
    with pytest.raises(InputError, match=place):
        ReplenishEnv(**{"world": WORLD, **arguments})  # type: ignore[arg-type]


def test_at_least_one_environment_is_wanted() -> None:
    with pytest.raises(InputError, match="num_envs"):
        ReplenishVectorEnv(WORLD, 0)


def test_the_rule_that_allocates_is_the_one_that_is_stated() -> None:
    world = replace(WORLD, defaults=replace(WORLD.defaults, replenish=""))
    env = ReplenishEnv(world, others="fcfs+hold_all")
    env.reset(options={"trace_seed": 1})
    ended = False
    while not ended:
        _, _, ended, _, _ = env.step(np.array([-1.0]))
    assert env.scorecard()["unit_fill_rate"] == 0.0
