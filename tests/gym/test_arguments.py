"""Wrong arguments: one line that names the argument, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from fillrate.errors import InputError
from fillrate.gym import AllocationEnv, AllocationVectorEnv, ReplenishEnv, ReplenishVectorEnv
from fillrate.trace import sample
from fillrate.world import load_world

DAYS = 0.1
SHORT = load_world("regional").over(DAYS)
TRACE = sample(SHORT, 1)
OTHERS = replace(TRACE, days=0.2)
BROKEN = replace(TRACE, orders=replace(TRACE.orders, sku=TRACE.orders.sku + 10_000))

WORLD: dict[str, Any] = {"world": "regional"}
BOTH: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "a column": ({"columns": ["availible"]}, ("columns", "availible", "did you mean 'available'", "quantity")),
    "no columns": ({"columns": []}, ("columns", "found none", "quantity")),
    "a world": ({"world": "regionl"}, ("regionl", "did you mean 'regional'")),
    "a scale of 0": ({"reward_scale": 0.0}, ("reward_scale", "0.0", "above 0")),
    "a scale below 0": ({"reward_scale": -1.0}, ("reward_scale", "-1.0", "above 0")),
    "a scale without end": ({"reward_scale": float("inf")}, ("reward_scale", "inf", "finite")),
    "a centre that is none": ({"centre": float("nan")}, ("centre", "nan", "finite")),
    "a centre by a wrong name": ({"centre": "margn"}, ("centre", "margn", "'margin'")),
    "an account": ({"left_out": ["holdin"]}, ("left_out", "did you mean 'holding'", "write_down")),
    "no days": ({"days": 0.0}, ("days", "found 0", "above 0")),
    "days below 0": ({"days": -3.0}, ("days", "-3", "above 0")),
    "other parts": ({"others": "fcfs+base_stok"}, ("base_stok", "did you mean 'base_stock'")),
    "days with traces": ({"days": DAYS, "traces": [TRACE]}, ("days", "0.1", "none where traces are given")),
    "a name for a list of columns": ({"columns": "quantity"}, ("columns", "'quantity'", "columns=['quantity']")),
    "a number for a list of columns": ({"columns": 3}, ("columns", "found 3", "columns=['distance_km']")),
    "nothing for a list of accounts": ({"left_out": None}, ("left_out", "found None", "left_out=['holding']")),
    "a number for a list of traces": ({"traces": 3}, ("traces", "found 3", "a list of traces")),
    "a word for yes": ({"expected": "yes"}, ("expected", "found 'yes'", "True or False")),
    "a name for a list of accounts": ({"left_out": "loss"}, ("left_out", "'loss'", "left_out=['loss']")),
    "a word for days": ({"days": "3"}, ("days", "'3'", "above 0")),
    "a word for a scale": ({"reward_scale": "big"}, ("reward_scale", "'big'", "above 0")),
    "what is no trace": ({"traces": [1]}, ("traces", "found 1", "sample()")),
    "traces of two horizons": ({"traces": [TRACE, OTHERS]}, ("traces", "0.1 and 0.2", "one horizon")),
    "a trace of another world": (
        {"world": "peak_season", "traces": [TRACE]},
        (TRACE.hash, "was made for world", SHORT.hash),
    ),
    "a trace beyond the world": ({"traces": [TRACE, BROKEN]}, ("sku", "0 to")),
}
ONE: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "an engine": ({"engine": "simpi"}, ("engine", "simpi", "did you mean 'simpy'", "compiled, simpy")),
    "a number for a way to render": ({"render_mode": 3}, ("render_mode", "found '3'", "human")),
    "a way to render": ({"render_mode": "ansy"}, ("render_mode", "ansy", "did you mean 'ansi'", "human")),
}
NO_OPTIONS: Any = 3
MANY: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "no environments": ({"num_envs": 0}, ("num_envs", "found 0", "at least 1")),
    "environments below 0": ({"num_envs": -2}, ("num_envs", "found -2", "at least 1")),
    "half an environment": ({"num_envs": 2.5}, ("num_envs", "found 2.5", "whole number")),
    "an autoreset mode": ({"autoreset_mode": "SameStop"}, ("autoreset_mode", "did you mean 'SameStep'", "NextStep")),
}


def refused(call: Callable[[], object], words: tuple[str, ...]) -> None:
    """A call is refused with one line that has all the words."""
    with pytest.raises(InputError) as caught:
        call()
    line = str(caught.value)
    assert "\n" not in line
    assert [word for word in words if word not in line] == []


@pytest.mark.parametrize("case", [*BOTH, *ONE])
def test_wrong_arguments_of_the_environment(case: str) -> None:
    given, words = (BOTH | ONE)[case]
    refused(lambda: AllocationEnv(**WORLD | given), words)


@pytest.mark.parametrize("case", [*BOTH, *MANY])
def test_wrong_arguments_of_the_vector_environment(case: str) -> None:
    given, words = (BOTH | MANY)[case]
    arguments: dict[str, Any] = {**WORLD, "num_envs": 2, **given}
    refused(lambda: AllocationVectorEnv(**arguments), words)


@pytest.mark.parametrize("seed", ["7", 1.5, True, [1]])
def test_a_trace_seed_that_is_none(seed: Any) -> None:
    env = AllocationEnv("regional", days=DAYS)
    refused(lambda: env.reset(options={"trace_seed": seed}), ("options trace_seed", repr(seed), "whole number"))


def test_a_trace_seed_where_the_traces_are_given() -> None:
    env, many = AllocationEnv(SHORT, traces=[TRACE]), AllocationVectorEnv(SHORT, 2, traces=[TRACE])
    for reset in (env.reset, many.reset):
        refused(partial(reset, options={"trace_seed": 3}), ("trace_seed", "found 3", "traces of its own"))


def test_options_that_are_unknown() -> None:
    env, many = AllocationEnv(SHORT), AllocationVectorEnv(SHORT, 2)
    for reset in (env.reset, many.reset):
        refused(partial(reset, options={"trace_sed": 3}), ("options", "trace_sed", "did you mean 'trace_seed'"))
        refused(partial(reset, options=NO_OPTIONS), ("options", "found 3", "a mapping"))


@pytest.mark.parametrize("options", [{"reset_mask": [True]}, {"trace_seed": [1, 2, 3]}])
def test_arrays_of_another_length(options: dict[str, Any]) -> None:
    env = AllocationVectorEnv(SHORT, 2)
    refused(lambda: env.reset(options=options), (*options, "one for each of 2"))
    refused(lambda: env.reset(seed=[1, 2, 3]), ("seed", "(3,)", "one for each of 2"))


def test_the_first_reset_is_of_all() -> None:
    env = AllocationVectorEnv(SHORT, 2)
    some = partial(env.reset, options={"reset_mask": np.array([True, False])})
    refused(some, ("options reset_mask", "first episode is yet to begin", "a reset of all"))
    env.reset(seed=1)
    assert some()[1]["_trace_seed"].tolist() == [True, False]


def test_stepping_on_after_the_end_where_nothing_begins_anew() -> None:
    env = AllocationVectorEnv("regional", 2, days=1e-5, autoreset_mode="Disabled")
    env.reset(seed=1)
    env.step(np.zeros(2, np.int64))
    refused(lambda: env.step(np.zeros(2, np.int64)), ("step", "2 episodes have ended", "reset"))


@pytest.mark.parametrize("centre", [np.float32(2.0), np.int64(2), 2])
def test_a_centre_may_be_a_number_of_any_type(centre: Any) -> None:
    assert AllocationEnv(SHORT, centre=centre).terms.centre == 2.0


@pytest.mark.parametrize("seed", [1.5, "7", True, [1, 2.5]])
def test_a_seed_side_by_side_is_a_whole_number(seed: Any) -> None:
    refused(lambda: AllocationVectorEnv(SHORT, 2).reset(seed=seed), ("seed", "whole number"))


def test_one_seed_in_an_array_is_one_seed() -> None:
    """Sub-environment i plays seed + i, and not the same episode as all others."""
    env = AllocationVectorEnv(SHORT, 2)
    plain, given = (env.reset(seed=seed)[1]["trace_seed"].tolist() for seed in (5, np.array(5)))  # type: ignore[arg-type]
    assert given == plain
    assert plain[0] != plain[1]


@pytest.mark.parametrize(
    "given", [{"periods": 10_001}, {"periods": 1.5}, {"levels": 2.5}, {"levels": 1}, {"levels": "3"}]
)
@pytest.mark.parametrize("make", [ReplenishEnv, ReplenishVectorEnv])
def test_counts_of_a_replenishment_are_whole_and_small_enough_to_be_kept(make: Any, given: dict[str, Any]) -> None:
    """A billion entries of each pair took all memory there was."""
    ((name, value),) = given.items()
    refused(lambda: make("regional", days=DAYS, **given), (name, f"found {value!r}", "a whole number, at least"))
