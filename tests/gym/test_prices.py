"""`action="prices"`: whole offers answered by prices of locations; one meaning in every engine, to the bit."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from hypothesis import given, settings
from tests.gym.playing import cut, episode, played
from tests.gym.test_same_rollouts import ENVS, OTHERWISE, SLOW, WORLDS, agree

from fillrate.errors import InputError
from fillrate.gym import AllocationEnv, AllocationVectorEnv, id_of
from fillrate.model.simpy_model import Simulation
from fillrate.simulate import opening_of, simulate
from fillrate.testing import Run, runs
from fillrate.trace import Trace
from fillrate.world import World

ORDERS, STEPS = 60, 120
SMALL = 0.2  # prices that change answers, and do not stop everything


def any_price(seed: int) -> Callable[[Any], Any]:
    """Random prices for (locations,) or (n, locations) masks."""
    rng = np.random.default_rng(seed)
    return lambda mask: (SMALL * rng.standard_normal(mask.shape)).astype(np.float32)


def nothing(mask: Any) -> Any:
    """Prices of 0."""
    return np.zeros(mask.shape, np.float32)


priced = partial(played, choose=any_price, action="prices")


@pytest.mark.parametrize("name", WORLDS)
def test_both_engines_tell_the_same_of_every_world(name: str) -> None:
    world, traces = cut(name, ORDERS, (1, 2))
    compiled = priced(world, traces, "compiled")
    assert len(compiled) > ORDERS // 4
    assert compiled == priced(world, traces, "simpy")
    assert priced(world, traces, "compiled", **OTHERWISE) == priced(world, traces, "simpy", **OTHERWISE)


@settings(max_examples=40, suppress_health_check=SLOW)
@given(runs())
def test_both_engines_tell_the_same_of_random_worlds(run: Run) -> None:
    assert priced(run.world, [run.trace], "compiled", run.policy) == priced(run.world, [run.trace], "simpy", run.policy)


@pytest.mark.parametrize("name", ["regional", "omnichannel", "limited_edition"])
@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_the_vector_environment_is_gymnasiums_own_over_single_ones(name: str, mode: AutoresetMode) -> None:
    world, traces = cut(name, 20, range(2 * ENVS))

    def single(i: int) -> Callable[[], AllocationEnv]:
        return lambda: AllocationEnv(world, traces=traces[i::ENVS], action="prices")

    ours = AllocationVectorEnv(world, ENVS, autoreset_mode=mode, traces=traces, action="prices")
    theirs = SyncVectorEnv([single(i) for i in range(ENVS)], autoreset_mode=mode)
    agree(ours.reset(seed=7), theirs.reset(seed=7))
    choose, ends = any_price(1), 0
    for _ in range(STEPS):
        prices = choose(ours.action_masks())
        one, two = ours.step(prices), theirs.step(prices)
        agree(one, two)
        ends += int(one[2].sum())
    assert ends > ENVS


@pytest.mark.parametrize("name", WORLDS)
def test_prices_of_nothing_are_whole_order_and_rewards_add_up_to_the_contribution(name: str) -> None:
    world, traces = cut(name, ORDERS, (1,))
    env = AllocationEnv(world, traces=traces, action="prices")
    seen = episode(env, nothing)
    card = simulate(world, traces[0], "whole_order").scorecard
    assert dict(env.scorecard()) == dict(card)
    assert sum(float(step[0]) for step in seen[1:]) == pytest.approx(card["contribution"], abs=0.005)


@pytest.mark.parametrize("name", ["peak_season", "baskets", "omnichannel"])
def test_rewards_at_random_prices_add_up_too_and_the_answers_are_others(name: str) -> None:
    world, traces = cut(name, ORDERS, (1,))
    env = AllocationEnv(world, traces=traces, action="prices")
    seen = episode(env, any_price(5))
    card = env.scorecard()
    assert sum(float(step[0]) for step in seen[1:]) == pytest.approx(card["contribution"], abs=0.005)
    assert card["contribution"] != simulate(world, traces[0], "whole_order").scorecard["contribution"]


def test_a_location_at_the_highest_price_ships_nothing_and_at_the_lowest_it_does() -> None:
    world, traces = cut("regional", ORDERS, (1,))
    assert shipped_from_first(world, traces[0], 1.0) == 0
    assert shipped_from_first(world, traces[0], -1.0) > 0


def shipped_from_first(world: World, trace: Trace, action: float) -> int:
    """Units that are reserved at the first location at a price that stays, by the journal."""
    terms = AllocationEnv(world, traces=[trace], action="prices").terms
    prices = terms.prices(np.eye(len(world.locations))[0] * action)
    bound = replace(terms.bound, custom_source=SimpleNamespace(columns=("one",), price=lambda _: prices))
    sim = Simulation(world, trace, bound, opening_of(world, trace.seed, "simpy"), True)
    sim.run()
    assert sim.journal is not None
    first, rows = world.locations[0].name, sim.journal.table(world).to_pylist()
    return sum(int(row["quantity"]) for row in rows if row["kind"] == "reserved" and row["location"] == first)


@pytest.mark.parametrize("name", WORLDS)
def test_the_checker_of_gymnasium_finds_nothing(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(id_of(name), action="prices").unwrapped, skip_render_check=True)


def test_it_travels() -> None:
    world, traces = cut("regional", 20, (1,))
    env = AllocationEnv(world, traces=traces, action="prices")
    again = pickle.loads(pickle.dumps(env))  # noqa: S301 - written here
    assert episode(env, any_price(3)) == episode(again, any_price(3))


def test_what_is_no_action_and_what_is_not_shown_is_said() -> None:
    with pytest.raises(InputError, match=r"action: found 'price' \(did you mean 'prices'\?\)"):
        AllocationEnv("regional", action="price")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="render_mode: found 'ansi' with action = 'prices'"):
        AllocationEnv("regional", action="prices", render_mode="ansi")
