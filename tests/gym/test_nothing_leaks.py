"""What is observed, allowed and earned up to an instant stays the same, to the bit, if all that comes later changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.gym.playing import Seen, any_legal, cut, told
from tests.gym.test_same_rollouts import WORLDS

from fillrate.decision.columns import BY_NAME
from fillrate.errors import FillrateError
from fillrate.gym import AllocationEnv
from fillrate.model import simpy_model
from fillrate.testing import Run, runs
from fillrate.testing.future import OtherFuture, other_orders
from fillrate.trace import Trace
from fillrate.world import World

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]


def up_to(at: float, world: World, trace: Trace, engine: Any, others: Any = "") -> Seen:
    """All that an episode tells, every column observed, up to and including an instant."""
    env = AllocationEnv(world, tuple(BY_NAME), traces=[trace], engine=engine, others=others)
    choose, seen = any_legal(1), Seen()
    observed, info = env.reset()
    first: Any = None
    while env.core.asking[0] and env.core.now[0] <= at:
        info = {key: value for key, value in info.items() if key != "trace_seed"}
        seen.append((float(env.core.now[0]), first, *told(observed, info)))
        observed, first, _, _, info = env.step(choose(env.action_masks()))
    env.close()
    return seen


def up_to_with_other_draws(at: float, world: World, trace: Trace, others: Any = "") -> Seen:
    """The same in another future: other orders, other draws; only the model of record takes these."""
    simulation: Any = simpy_model.Simulation

    def made(world: World, trace: Trace, *rest: Any) -> Any:
        chance = OtherFuture(world, trace.seed, at)
        chance.sim = simulation(world, trace, *rest, chance=chance)
        return chance.sim

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simpy_model, "Simulation", made)
        return up_to(at, world, other_orders(trace, at), "simpy", others)


@pytest.mark.parametrize("share", [0.3, 0.6])
@pytest.mark.parametrize("name", WORLDS)
def test_no_world_leaks(name: str, share: float) -> None:
    world, (trace,) = cut(name, 80, (3,))
    at = float(np.quantile(trace.orders.time, share, method="lower"))
    seen = up_to(at, world, trace, "compiled")
    assert len(seen) > 3
    assert seen == up_to(at, world, other_orders(trace, at), "compiled")
    assert seen == up_to_with_other_draws(at, world, trace)


@settings(max_examples=30, suppress_health_check=SLOW)
@given(runs(), st.sampled_from((0.25, 0.5, 0.75)))
def test_random_worlds_do_not_leak(run: Run, share: float) -> None:
    times = run.trace.orders.time
    at = float(times[int(len(times) * share)]) if len(times) else run.trace.days * share
    try:
        seen = up_to(at, run.world, run.trace, "compiled", run.policy)
    except FillrateError:
        return
    assert seen == up_to_with_other_draws(at, run.world, run.trace, run.policy)


def test_a_leak_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Observations that know the number of orders to come are noticed."""
    world, (trace,) = cut("regional", 80, (3,))
    at = float(trace.orders.time[40])
    observe = AllocationEnv._observed

    def knowing(env: AllocationEnv) -> NDArray[np.float32]:
        return observe(env) + np.float32(len(env.terms.traces[0].orders))

    monkeypatch.setattr(AllocationEnv, "_observed", knowing)
    assert up_to(at, world, trace, "compiled") != up_to(at, world, other_orders(trace, at), "compiled")
