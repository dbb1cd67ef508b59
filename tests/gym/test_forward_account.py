"""At every step: rewards so far = what the journal has booked + a recount of every placed parcel that is not away."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.gym.playing import any_legal

from fillrate.errors import FillrateError
from fillrate.gym import AllocationEnv
from fillrate.gym.account import ACCOUNTS
from fillrate.gym.reference import Reference
from fillrate.model import simpy_model
from fillrate.model.simpy_model.entities import Parcel
from fillrate.model.simpy_model.parcels import Parcels
from fillrate.scorecard.journal import KINDS
from fillrate.testing import Run, runs
from fillrate.trace import Trace
from fillrate.world import World

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]
RANDOM_WORLDS = 250
LEAST = {  # steps, or runs, in which something is seen that an account could get wrong
    "short pick": 20,
    "parcel taken apart": 500,
    "parcel in a queue": 100,
    "parcel that waits for a cut-off": 50,
    "units reserved while the rest waits": 30,
    "fees": 100,
    "lateness that is expected": 100,
}


def snap(money: float) -> float:
    return float(np.rint(money * 2.0**20) / 2.0**20)


def parcel_money(world: World, trace: Trace, parcel: Parcel) -> dict[str, float]:
    """What a parcel will book when it leaves, from the world's own numbers."""
    order, place, tables = parcel.order, world.locations[parcel.location], world.tables
    lane = tables.segment_service[order.segment], order.region, parcel.location
    found = defaultdict(float, freight=-float(tables.box[lane]))
    units = 0
    for line, _, count in parcel.pieces:
        sku = world.skus[int(trace.orders.sku[line.row])]
        each = snap(float(tables.rate[lane]) + float(tables.rate_per_kg[lane]) * sku.weight_kg)
        found["revenue"] += snap(count * float(trace.orders.price[line.row]))
        found["goods"] -= snap(count * snap(sku.cost))
        found["freight"] -= snap(count * each)
        units += count
    found["handling"] = -snap(place.handling_per_parcel) - snap(units * snap(place.handling_per_unit))
    found["fee"] = -snap(place.fee_per_parcel) - snap(units * snap(place.fee_per_unit))
    return found


class Watch:
    """Parcels ever opened in a run, and what its journal has booked so far."""

    def __init__(self, run: Run, patch: pytest.MonkeyPatch) -> None:
        """Have the environment keep a journal, and note its parcels."""
        self.run, self.parcels, self.booked, self.read = run, list[Parcel](), defaultdict[str, float](float), 0
        self.seen: Counter[str] = Counter()
        opened = Parcels._open

        def noted(owner: Parcels, *given: Any) -> Parcel:
            self.parcels.append(opened(owner, *given))
            return self.parcels[-1]

        patch.setattr(Parcels, "_open", noted)
        patch.setattr(simpy_model, "Simulation", partial(simpy_model.Simulation, journal=True))

    def expected(self, sim: Any) -> dict[str, float]:
        """The account, counted independently."""
        for row in sim.journal.rows[self.read :]:
            name, money = KINDS[row[1]], row[7]
            self.booked[name] += 0.0 if np.isnan(money) else money
            self.seen["short pick"] += name == "short_picked"
        self.read = len(sim.journal.rows)
        placed = [parcel for parcel in self.parcels if parcel in parcel.order.parcels and parcel.pieces]
        found = {name: self.booked[name] for name in ACCOUNTS}
        for parcel in placed:
            for name, money in parcel_money(self.run.world, self.run.trace, parcel).items():
                found[name] += money
        found["lateness"] -= sum(parcel.late for parcel in self.parcels)
        assert not any(parcel.late for parcel in self.parcels if parcel.dropped or not parcel.pieces)
        self.seen["lateness that is expected"] += any(parcel.late for parcel in self.parcels)
        self.look(sim, placed)
        return found

    def look(self, sim: Any, placed: list[Parcel]) -> None:
        """Count what is there at this step."""
        for parcel in placed:
            picked = parcel.picked is not None and parcel.picked.processed
            self.seen["parcel in a queue"] += not parcel.started
            self.seen["parcel that waits for a cut-off"] += picked
            self.seen["fees"] += parcel_money(self.run.world, self.run.trace, parcel)["fee"] != 0.0
        in_parcels = sum(piece[2] for parcel in placed for piece in parcel.pieces)
        self.seen["units reserved while the rest waits"] += sum(sim.stock.reserved) > in_parcels
        self.seen["parcel taken apart"] += sum(parcel.dropped for parcel in self.parcels)


def follow(run: Run, engine: Any = "simpy") -> Counter[str]:
    """Play a run with random rows; at each step the rewards so far are the account."""
    with pytest.MonkeyPatch.context() as patch:
        watch = Watch(run, patch)
        env = AllocationEnv(run.world, traces=[run.trace], others=run.policy, engine=engine, expected=True)
        choose, ended = any_legal(1), False
        env.reset()
        core = env.core
        assert isinstance(core, Reference)
        total = 0.0
        while not ended:
            _, reward, ended, _, _ = env.step(choose(env.action_masks()))
            total += reward
            expected = watch.expected(core.sim)
            assert dict(zip(ACCOUNTS, core.account[0].tolist(), strict=True)) == expected
            assert total == sum(expected.values())
        assert core.sim is not None
        assert set(core.sim.parcels.certain.values()) == {0.0}
        env.close()
    return watch.seen


def test_the_account_is_right_at_every_step_of_random_runs() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=RANDOM_WORLDS, suppress_health_check=SLOW, phases=[Phase.generate])
    @given(runs())
    def play(run: Run) -> None:
        try:
            seen.update(follow(run))
        except FillrateError:
            seen["refused"] += 1

    play()
    assert {name: seen[name] for name, least in LEAST.items() if seen[name] < least} == {}
