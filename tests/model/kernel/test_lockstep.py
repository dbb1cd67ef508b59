"""Simulations side by side say what single runs say, whatever room they begin with and whoever begins anew."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.model.kernel.test_same_catalogue import last_orders, short

from fillrate.decision.question import Question
from fillrate.model.kernel import blueprint, setting
from fillrate.model.kernel.room import Room
from fillrate.scorecard.totals import Totals, stack_totals, unequal
from fillrate.simulate import Replications, simulate
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world

SEEDS, ORDERS = range(3), 80
COLUMNS = ("distance_km", "available")


class First:
    """A custom policy: the first legal row."""

    columns = COLUMNS

    def source(self, question: Question) -> int:
        """Take it."""
        return int(question.mask.argmax())


def first(_: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = mask.argmax(axis=1)
    return found


def drawn(world: World) -> list[Trace]:
    return [last_orders(sample(world, seed), ORDERS) for seed in SEEDS]


def alone(world: World, traces: list[Trace]) -> Totals:
    return stack_totals([simulate(world, trace, First(), "simpy").totals for trace in traces])


@pytest.mark.parametrize("spare", [blueprint.SPARE, -(10**6)])  # tables grow in time, or never before they are full
@pytest.mark.parametrize("name", ["regional", "peak_season", "baskets"])
def test_simulations_that_outgrow_their_tables_are_answered_the_same(
    name: str, spare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = short(load_world(name), ORDERS)
    traces = drawn(world)
    expected = alone(world, traces)
    monkeypatch.setattr(setting, "Room", lambda: Room(1, 1, 1, 1, 1, 2, 1))
    monkeypatch.setattr(blueprint, "SPARE", spare)
    steps = Replications(world, {"outside": First()}).lockstep("outside", traces, COLUMNS)
    steps.run(first)
    assert unequal(steps.totals, expected) == []


def test_one_that_begins_anew_leaves_the_others_alone() -> None:
    world = short(load_world("regional"), ORDERS)
    traces = drawn(world)
    played = Replications(world, {"outside": First()})
    steps = played.lockstep("outside", traces, COLUMNS)
    for _ in range(5):
        steps.step(first(steps.tables.value, steps.tables.mask))
    steps.start(1, played.feed(traces[1]))
    steps.run(first)
    assert unequal(steps.totals, alone(world, traces)) == []
