"""Which orders an episode plays, how it begins and ends, and what becomes of rows that are not legal."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.gym.playing import any_legal, cut, episode

from fillrate.gym import AllocationEnv, AllocationVectorEnv
from fillrate.gym.episodes import FIRST_SEED
from fillrate.simulate import simulate
from fillrate.trace import Trace, orders_of, sample, save_trace
from fillrate.trace.replay import names_of
from fillrate.world import World, load_world

DAYS, ENGINES = 0.2, ["compiled", "simpy"]


def contribution(env: AllocationEnv, choose: Any, **reset: Any) -> float:
    """Sum of the rewards of an episode."""
    return sum(float(step[0]) for step in episode(env, choose, **reset)[1:])


def hold(mask: Any) -> Any:
    return np.full(mask.shape[:-1], mask.shape[-1] - 1)[()]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", [0, 7, 2**32 + 5, 2**63 + 11, -7])
def test_a_trace_seed_plays_the_trace_that_simulate_plays(seed: int, engine: Any) -> None:
    env = AllocationEnv("regional", days=DAYS, engine=engine)
    trace = sample("regional", seed, DAYS)
    _, info = env.reset(options={"trace_seed": seed})
    assert info["trace_seed"] == seed
    held = simulate("regional", trace, "hold_all").scorecard["contribution"]
    assert contribution(env, hold, options={"trace_seed": seed}) == held


def test_the_trace_of_a_trace_seed_has_the_hash_of_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    env = AllocationEnv("regional", days=DAYS)
    played: list[str] = []
    begin = env.core.begin_all

    def noted(traces: list[Trace]) -> None:
        played.append(traces[0].hash)
        begin(traces)

    monkeypatch.setattr(env.core, "begin_all", noted)
    env.reset(options={"trace_seed": 12})
    assert played == [sample("regional", 12, DAYS).hash]


def seeds_of(env: AllocationEnv, seed: int | None, episodes: int = 4) -> list[int]:
    """Trace seeds of the first episodes after a reset with a seed."""
    found = [env.reset(seed=seed)[1]["trace_seed"]]
    return found + [env.reset()[1]["trace_seed"] for _ in range(episodes - 1)]


def test_a_seed_repeats_the_sequence_of_traces() -> None:
    env, other = AllocationEnv("regional", days=DAYS), AllocationEnv("regional", days=DAYS)
    found = seeds_of(env, 3)
    assert seeds_of(env, 3) == seeds_of(other, 3) == found
    assert len({*found, *seeds_of(env, 4), *seeds_of(other, None)}) == 12
    assert min(found + seeds_of(env, 4) + seeds_of(other, None)) >= FIRST_SEED == 2**32


def test_a_trace_seed_in_between_does_not_move_the_sequence() -> None:
    env = AllocationEnv("regional", days=DAYS)
    found = seeds_of(env, 3)
    env.reset(seed=3)
    env.reset(options={"trace_seed": 1})
    assert env.reset()[1]["trace_seed"] == found[2]


def test_the_same_seed_gives_the_same_episodes() -> None:
    one, two = (AllocationEnv("peak_season", days=DAYS) for _ in range(2))
    assert episode(one, any_legal(1), seed=3) == episode(two, any_legal(1), seed=3)
    assert episode(one, any_legal(2)) == episode(two, any_legal(2))


def test_fixed_traces_are_played_in_turn_and_from_the_start_after_a_seed() -> None:
    world, traces = cut("regional", 40, (5, 6, 7))
    env = AllocationEnv(world, traces=traces)
    assert [env.reset()[1]["trace_seed"] for _ in range(5)] == [5, 6, 7, 5, 6]
    assert [env.reset(seed=seed)[1]["trace_seed"] for seed in (1, None, 1)] == [5, 6, 5]
    for trace in traces:
        held = simulate(world, trace, "hold_all").scorecard["contribution"]
        assert contribution(env, hold, seed=1 if trace is traces[0] else None) == held


def test_the_vector_environment_shares_fixed_traces_out() -> None:
    world, traces = cut("regional", 20, (5, 6, 7))
    env = AllocationVectorEnv(world, 2, traces=traces, autoreset_mode="SameStep")
    played = [env.reset(seed=1)[1]["trace_seed"].tolist()]
    for _ in range(400):
        _, _, ended, _, infos = env.step(hold(env.action_masks()))
        played += [[infos["trace_seed"][i]] for i in np.flatnonzero(ended)]
    assert played[0] == [5, 6]
    assert {seed for (seed,) in played[1:]} == {5, 6, 7}


@pytest.fixture
def stored(tmp_path: Path) -> World:
    """A world whose file names a stored trace."""
    world = load_world("regional").over(DAYS)
    save_trace(sample(world, 99), tmp_path / "log.parquet", names_of(world))
    return replace(world, header=replace(world.header, trace=str(tmp_path / "log.parquet")))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_world_that_names_a_stored_trace_plays_its_orders(stored: World, engine: Any) -> None:
    """Under fresh draws in every episode."""
    env = AllocationEnv(stored, engine=engine)
    _, info = env.reset(seed=1)
    for seed in (4, info["trace_seed"]):
        trace = orders_of(stored, seed)
        assert trace.orders.time.tolist() == sample(load_world("regional").over(DAYS), 99).orders.time.tolist()
        held = simulate(stored, trace, "hold_all").scorecard["contribution"]
        assert contribution(env, hold, options={"trace_seed": seed}) == held


@pytest.mark.parametrize("engine", ENGINES)
def test_an_episode_without_a_question_ends_at_the_first_step(engine: Any) -> None:
    env = AllocationEnv("regional", days=1e-5, engine=engine)
    observed, info = env.reset(seed=1)
    assert not observed.any()
    assert info["action_mask"].tolist() == [0] * 5 + [1]
    assert env.action_masks().tolist() == [False] * 5 + [True]
    _, reward, ended, truncated, info = env.step(0)
    assert ended
    assert not truncated
    assert reward == info["scorecard"]["contribution"] == contribution(env, hold)
    assert info["action_mask"].tolist() == [0] * 5 + [1]


@pytest.mark.parametrize("mode", ["SameStep", "NextStep"])
def test_episodes_without_a_question_side_by_side(mode: str) -> None:
    env = AllocationVectorEnv("regional", 2, days=1e-5, autoreset_mode=mode)
    env.reset(seed=1)
    ends = [env.step(np.zeros(2, np.int64))[2].all() for _ in range(4)]
    assert ends == ([True] * 4 if mode == "SameStep" else [True, False, True, False])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_row_that_is_not_legal_holds(engine: Any) -> None:
    env = AllocationEnv("regional", days=DAYS, engine=engine)
    held = episode(env, hold, seed=1)
    closed = episode(env, lambda mask: int(np.flatnonzero(~mask)[0]) if not mask.all() else len(mask) - 1, seed=1)
    assert closed == held


def test_rows_that_are_not_legal_hold_side_by_side() -> None:
    held, other = (AllocationVectorEnv("regional", 4, days=DAYS) for _ in range(2))
    held.reset(seed=1)
    other.reset(seed=1)
    for _ in range(80):
        mask = other.action_masks()
        rows = np.where(mask.all(axis=1), mask.shape[1] - 1, (~mask).argmax(axis=1))
        one: Any = held.step(hold(mask))
        two: Any = other.step(rows)
        assert all(np.array_equal(a, b) for a, b in zip(one[:4], two[:4], strict=True))


@pytest.mark.parametrize("engine", ENGINES)
def test_stepping_without_a_reset_says_so(engine: Any) -> None:
    with pytest.raises(RuntimeError, match=r"reset\(\)"):
        AllocationEnv("regional", engine=engine).step(0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_of_a_running_episode_begins_with_reset() -> None:
    """A fork has no threads of its parent's: the answer would be waited for without end."""
    env = AllocationEnv("regional", days=DAYS, engine="simpy")
    env.reset(seed=1)
    if (child := os.fork()) == 0:
        signal.alarm(20)  # ends a child that waits
        try:
            with pytest.raises(RuntimeError, match=r"call reset\(\) first"):
                env.step(0)
            env.reset(seed=1)
            os._exit(0 if env.step(0)[4]["reward_terms"] else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not env.step(0)[2]


def test_an_environment_that_is_let_go_leaves_no_thread() -> None:
    import gc
    import threading

    before = threading.active_count()
    env = AllocationEnv("regional", days=DAYS, engine="simpy")
    env.reset(seed=1)
    env.step(0)
    assert threading.active_count() == before + 1
    del env
    gc.collect()
    assert threading.active_count() == before
