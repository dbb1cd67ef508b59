"""A rule that is played through the environment is worth what the catalogue's rule is worth, whatever the room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.gym.replenish.playing import WORLDS, actions, rollout, small, traces_of

from fillrate.gym import ReplenishEnv, ReplenishVectorEnv
from fillrate.model.kernel import blueprint, call, setting
from fillrate.model.kernel.room import Room
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world

DAYS = 40.0


@pytest.mark.parametrize(("policy", "level", "cap"), [("base_stock", 25, 99), ("capped_base_stock", 25, 5)])
def test_base_stock_is_that_of_the_catalogue(policy: str, level: int, cap: int) -> None:
    world = load_world("lost_sales").over(DAYS)
    envs = ReplenishVectorEnv(world, 4, most=99, traces=traces_of(world, 4), autoreset_mode="Disabled")
    _, infos = envs.reset()
    ended = np.zeros(4, np.bool_)
    while not ended.all():
        table = envs.core.table[:, :, :7]
        position = table[:, :, 0] + table[:, :, 3:].sum(axis=2)
        _, _, ended, _, infos = envs.step(envs.terms.actions.of(np.clip(level - position, 0, cap)))
    for seed, card in enumerate(infos["scorecard"]):
        assert card == dict(simulate(world, sample(world, seed), policy).scorecard)


@pytest.mark.parametrize("spare", [blueprint.SPARE, -(10**6)])  # tables grow in time, or never before they are full
@pytest.mark.parametrize("name", WORLDS)
def test_episodes_that_outgrow_their_tables_say_the_same(
    name: str, spare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = small(name)
    said = actions(ReplenishEnv(world), 4, 400)
    wide = rollout(ReplenishEnv(world), said, options={"trace_seed": 6})
    again = []

    class Told(Room):
        def grown(self, tables: int) -> Room:
            again.append(tables)
            return super().grown(tables)

    monkeypatch.setattr(setting, "Room", lambda: Told(1, 1, 1, 1, 1, 2, 1))
    monkeypatch.setattr(blueprint, "SPARE", spare)
    monkeypatch.setattr(call, "soon", lambda *_: 0)
    assert rollout(ReplenishEnv(world), said, options={"trace_seed": 6}) == wide
    assert len(again) > 1


def test_a_table_that_is_full_far_into_an_episode_buys_again_what_was_bought(monkeypatch: pytest.MonkeyPatch) -> None:
    """More reviews than there is room for answers at first, then a burst of purchases on their way."""
    base = load_world("lost_sales")
    far = replace(base.supply.supplier[0], lead_time_days=replace(base.supply.supplier[0].lead_time_days, mean=90.0))
    world = replace(base, supply=replace(base.supply, supplier=(far,))).over(200.0)
    units = [n % 4 for n in range(130)] + [1] * 70
    said = [np.array([2.0 * each / 9.0 - 1.0], np.float32) for each in units]
    wide = rollout(ReplenishEnv(world, most=9), said, options={"trace_seed": 6})
    monkeypatch.setattr(setting, "Room", lambda: Room(64, 64, 64, 64, 40, 300, 1))
    monkeypatch.setattr(blueprint, "SPARE", -(10**6))
    monkeypatch.setattr(call, "soon", lambda *_: 0)
    env = ReplenishEnv(world, most=9)
    assert rollout(env, said, options={"trace_seed": 6}) == wide
    assert env.core.lockstep.past(0)[:, 0].tolist() == units  # type: ignore[union-attr]


def test_one_that_begins_anew_leaves_the_others_alone() -> None:
    world = small("regional")
    alone = ReplenishEnv(world)
    said = actions(alone, 5, 400)
    expected = [rollout(alone, said, options={"trace_seed": seed}) for seed in (1, 2)]
    envs = ReplenishVectorEnv(world, 2, autoreset_mode="Disabled")
    envs.reset(options={"trace_seed": [1, 9]})
    envs.step(np.stack([said[0], said[3]]))
    envs.reset(options={"reset_mask": np.array([False, True]), "trace_seed": 2})
    first = envs.step(np.stack([said[1], said[0]]))
    assert first[0].tolist() == [expected[0][2][0], expected[1][1][0]]
    assert first[1].tolist() == [expected[0][2][1], expected[1][1][1]]
