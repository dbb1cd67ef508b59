"""One meaning: a single environment, compiled or by SimPy, and the vector environment tell the same, to the bit."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from hypothesis import HealthCheck, given, settings
from tests.gym.playing import Seen, any_legal, cut, each_info, plain, played, told

from fillrate.catalogue import built_in
from fillrate.gym import AllocationEnv, AllocationVectorEnv
from fillrate.testing import Run, runs

WORLDS = sorted(path.stem for path in built_in("envs").glob("*.toml"))
ORDERS, ENVS, STEPS = 60, 3, 160
OTHERWISE: dict[str, Any] = {"centre": "margin", "left_out": ("opening_value", "write_down"), "expected": True}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]


@pytest.mark.parametrize("name", WORLDS)
def test_both_engines_tell_the_same_of_every_world(name: str) -> None:
    world, traces = cut(name, ORDERS, (1, 2))
    compiled = played(world, traces, "compiled")
    assert len(compiled) > ORDERS // 4
    assert compiled == played(world, traces, "simpy")
    assert played(world, traces, "compiled", **OTHERWISE) == played(world, traces, "simpy", **OTHERWISE)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(runs())
def test_both_engines_tell_the_same_of_random_worlds(run: Run) -> None:
    compiled = played(run.world, [run.trace], "compiled", run.policy)
    assert compiled == played(run.world, [run.trace], "simpy", run.policy)
    one, two = (played(run.world, [run.trace], engine, run.policy, **OTHERWISE) for engine in ("compiled", "simpy"))
    assert one == two


@settings(max_examples=40, suppress_health_check=SLOW)
@given(runs())
def test_the_vector_environment_tells_the_same_of_random_worlds(run: Run) -> None:
    """The second one of two plays the trace too, but holds."""
    alone = played(run.world, [run.trace], "compiled", run.policy)
    if isinstance(alone, str):
        return
    env = AllocationVectorEnv(run.world, 2, traces=[run.trace], others=run.policy, autoreset_mode="Disabled")
    choose, (observed, infos) = any_legal(0), env.reset()
    seen, ended = [told(observed[0], each_info(infos, 2)[0])], False
    while not ended:
        mask = env.action_masks()
        rows = np.array([choose(mask[0]), mask.shape[1] - 1])
        observed, reward, terminated, _, infos = env.step(rows)
        ended = bool(terminated[0])
        seen.append((repr(float(reward[0])), ended, *told(observed[0], each_info(infos, 2)[0])))
        if terminated[1] and not ended:
            env.reset(options={"reset_mask": np.array([False, True])})
    assert untold(seen) == untold(alone)


def untold(seen: Seen) -> list[Any]:
    """What was seen, infos in the order of their names."""
    return [(*step[:-1], sorted(step[-1].items())) for step in seen]


def pair(
    world: Any, mode: AutoresetMode, traces: Any = (), **arguments: Any
) -> tuple[AllocationVectorEnv, SyncVectorEnv]:
    """The vector environment, and Gymnasium's own over single ones, each with every third of the traces."""

    def single(i: int) -> Callable[[], AllocationEnv]:
        return lambda: AllocationEnv(world, traces=traces[i::ENVS], **arguments)

    ours = AllocationVectorEnv(world, ENVS, autoreset_mode=mode, traces=traces, **arguments)
    return ours, SyncVectorEnv([single(i) for i in range(ENVS)], autoreset_mode=mode)


def agree(ours: tuple[Any, ...], theirs: tuple[Any, ...], whole: bool = True) -> None:
    """What a reset or step of the two returned is the same.

    Args:
        ours: of the vector environment.
        theirs: of Gymnasium's.
        whole: what they tell nothing of, we do not either (a reset of some tells only of these).
    """
    assert ours[0].tobytes() == theirs[0].tobytes()
    assert [array.tolist() for array in ours[1:-1]] == [array.tolist() for array in theirs[1:-1]]
    for mine, other in zip(each_info(ours[-1], ENVS), each_info(theirs[-1], ENVS), strict=True):
        kept = mine if whole else {key: mine[key] for key in other}
        assert plain(kept) == none_for_nan(plain(other))


def none_for_nan(value: Any) -> Any:
    """Gymnasium keeps a metric that is None as nan."""
    if isinstance(value, dict):
        return {key: none_for_nan(each) for key, each in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


@pytest.mark.parametrize("mode", list(AutoresetMode))
@pytest.mark.parametrize(("name", "days"), [("regional", 0.2), ("peak_season", 0.3), ("omnichannel", 0.2)])
def test_the_vector_environment_is_gymnasiums_own_over_single_ones(name: str, days: float, mode: AutoresetMode) -> None:
    walk(*pair(name, mode, days=days, reward_scale=0.5, centre=1.25), mode)
    walk(*pair(name, mode, days=days, **OTHERWISE), mode)


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_so_it_is_with_fixed_traces_and_waves(mode: AutoresetMode) -> None:
    """Sub-environment i plays numbers i, i + 3, i + 6, ..."""
    world, traces = cut("limited_edition", 20, range(2 * ENVS))
    walk(*pair(world, mode, traces), mode)


def walk(ours: AllocationVectorEnv, theirs: SyncVectorEnv, mode: AutoresetMode) -> None:
    """Step both side by side, with random legal rows, over several ends of each episode."""
    agree(ours.reset(seed=7), theirs.reset(seed=7))
    choose, ends = any_legal(1), 0
    for _ in range(STEPS):
        rows = choose(ours.action_masks())
        one, two = ours.step(rows), theirs.step(rows)
        agree(one, two)
        ended = one[2]
        ends += int(ended.sum())
        if mode is AutoresetMode.DISABLED and ended.any():
            agree(ours.reset(options={"reset_mask": ended}), theirs.reset(options={"reset_mask": ended}), whole=False)
    assert ends > 2 * ENVS


def test_seeds_and_options_of_the_vector_environment_are_those_of_gymnasium() -> None:
    ours, theirs = pair("regional", AutoresetMode.NEXT_STEP, days=0.1)
    resets: list[Any] = [{"seed": 4, "options": {"trace_seed": 3}}, {"seed": [1, 2, 3]}, {}, {"seed": [None, 5, None]}]
    for reset in resets:
        agree(ours.reset(**reset), theirs.reset(**reset))


def test_trace_seeds_one_for_each() -> None:
    env, single = AllocationVectorEnv("regional", ENVS, days=0.2), AllocationEnv("regional", days=0.2)
    observed, infos = env.reset(options={"trace_seed": [3, 2**63 + 11, -7]})
    assert infos["trace_seed"].tolist() == [3, 2**63 + 11, -7]
    for i, seed in enumerate((3, 2**63 + 11, -7)):
        assert single.reset(options={"trace_seed": seed})[0].tobytes() == observed[i].tobytes()
