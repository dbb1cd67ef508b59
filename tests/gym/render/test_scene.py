"""What is seen is the same from both engines, and is what the run says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from fillrate.gym import AllocationEnv
from fillrate.gym.render import Scene
from fillrate.gym.render.record import FADING, MOST
from fillrate.gym.render.scene import HOLD
from fillrate.gym.terms import USUAL

STEPS = 200
COSTS = ("available", "unit_shipping_cost", "box_cost", "transit_days", "cost_per_unit")


def in_both(world: str, days: float | None = None) -> list[AllocationEnv]:
    """An environment in each engine."""
    return [
        AllocationEnv(world, days=days, engine="compiled", render_mode="ansi"),
        AllocationEnv(world, days=days, engine="simpy", render_mode="ansi"),
    ]


def scene(env: AllocationEnv) -> Scene:
    assert env.viewer is not None
    return env.viewer.scene()


def played(env: AllocationEnv, steps: int, seed: int = 1) -> Iterator[Scene]:
    """Scenes at random legal rows; holding is rarer than in a fair choice, and a seed tells which."""
    rng = np.random.default_rng(seed)
    env.reset(options={"trace_seed": seed})
    yield scene(env)
    for _ in range(steps):
        chance = rng.random(env.terms.rows) * env.action_masks()
        chance[-1] *= 0.5
        if env.step(int(chance.argmax()))[2]:
            break
        yield scene(env)
    yield scene(env)


@pytest.mark.parametrize("world", ["regional", "peak_season", "omnichannel", "disruption"])
def test_both_engines_show_the_same(world: str) -> None:
    both = in_both(world)
    for compiled, simulated in zip(*(played(env, STEPS) for env in both), strict=True):
        assert compiled == simulated
        assert compiled.history == simulated.history
    for env in both:
        env.close()


def test_they_show_the_same_at_the_end() -> None:
    both = in_both("two_warehouses", 20.0)
    *_, compiled = played(both[0], 500)
    *_, simulated = played(both[1], 500)
    assert compiled == simulated
    assert compiled.decision is None
    assert compiled.now >= 20.0


@pytest.mark.parametrize(("world", "steps"), [("peak_season", 100), ("baskets", 100), ("disruption", 700)])
def test_candidates_are_the_rows_that_are_observed(world: str, steps: int) -> None:
    """Units join parcels of the same offer; in the third world also, once, one of an earlier offer."""
    env, joins = AllocationEnv(world, render_mode="ansi"), 0
    for seen in played(env, steps):
        assert seen.decision is not None
        rows = [
            [row.available, row.unit_cost, row.box_cost, row.transit_days, row.cost_per_unit(seen.decision.quantity)]
            for row in seen.decision.candidates
        ]
        columns = [USUAL.index(name) for name in COSTS]
        assert env.core.value[0][: len(rows), columns].tolist() == rows
        assert [row.legal for row in seen.decision.candidates] == env.core.mask[0][: len(rows)].tolist()
        joins += sum(row.box_cost == 0.0 for row in seen.decision.candidates)
    assert joins > 10


def test_flows_count_what_was_taken_and_fade() -> None:
    env, expected = AllocationEnv("regional", render_mode="ansi"), np.zeros((5, 10))
    env.reset(options={"trace_seed": 3})
    for _ in range(40):
        decision = scene(env).decision
        assert decision is not None
        legal = [n for n, row in enumerate(decision.candidates) if row.legal]
        env.step(legal[0])
        place = decision.candidates[legal[0]]
        expected *= FADING
        expected[place.location, decision.region] += min(place.available, decision.quantity)
        taken = scene(env).taken
        assert taken is not None
        assert (taken.order, taken.location) == (decision.order, place.location)
    assert np.allclose(scene(env).flows, expected)


def test_what_is_held_flows_nowhere() -> None:
    env = AllocationEnv("regional", render_mode="ansi")
    env.reset(options={"trace_seed": 3})
    env.step(env.terms.rows - 1)
    seen = scene(env)
    assert seen.taken is not None
    assert seen.taken.location == HOLD
    assert not np.any(seen.flows)


def test_the_history_ends_now_and_stays_short() -> None:
    env = AllocationEnv("regional", render_mode="ansi")
    env.reset(options={"trace_seed": 3})
    earned = 0.0
    for _ in range(2 * MOST + 10):
        earned += env.step(0)[1]
    seen = scene(env)
    assert seen.contribution == pytest.approx(earned)
    assert seen.history[-1] == (seen.now, seen.contribution)
    assert len(seen.history) <= MOST + 2
    assert list(seen.history) == sorted(seen.history, key=lambda point: point[0])


def test_a_new_episode_begins_with_nothing() -> None:
    env = AllocationEnv("regional", render_mode="ansi")
    first = [replace(seen, history=()) for seen in played(env, 5)]
    assert [replace(seen, history=()) for seen in played(env, 5)] == first
    assert first[0].taken is None
    assert first[0].fullest == max(site.on_hand for site in first[0].sites)
