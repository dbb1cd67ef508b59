"""A SimPy run and its compiled twin stand at the same place at every question; the twin can be forked for it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.model.kernel.test_same_catalogue import last_orders, short

from fillrate.decision.columns import COLUMNS
from fillrate.decision.question import Question
from fillrate.model.kernel.lockstep import Lockstep
from fillrate.scorecard.totals import unequal
from fillrate.simulate import Replications, simulate
from fillrate.trace import Trace, sample
from fillrate.world import World, load_world

ORDERS, FORKED = 150, 40
NAMES = tuple(column.name for column in COLUMNS)


def first(_: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = mask.argmax(axis=1)
    return found


class Led:
    """A custom policy that takes the first legal row, and leads a compiled twin through the same answers."""

    columns = NAMES

    def __init__(self, world: World, trace: Trace) -> None:
        """Start the twin, and a second one that stays at its first question."""
        played = Replications(world, {"outside": self})
        self.twin: Lockstep = played.lockstep("outside", [trace], NAMES)
        self.fork: Lockstep = played.lockstep("outside", [trace], NAMES)
        self.asked = 0

    def source(self, question: Question) -> int:
        """Compare what both see, to the bit."""
        rows = len(question.mask) - 1
        mask, value = self.twin.tables.mask[0], self.twin.tables.value[0]
        assert mask[:rows].tolist() == question.mask[:-1].tolist()
        assert value[:rows].tolist() == question.table[:-1].tolist()
        assert float(self.twin.state.records["now"][0]) == question.now
        if self.asked == FORKED:
            self.fork.copy(0, self.twin, 0)
        self.asked += 1
        row = int(question.mask.argmax())
        self.twin.step(np.array([row if row < rows else len(mask) - 1]))
        return row


@pytest.mark.parametrize("name", ["regional", "peak_season", "omnichannel", "baskets"])
def test_the_twin_stands_where_the_run_stands(name: str) -> None:
    world = short(load_world(name), ORDERS)
    trace = last_orders(sample(world, 5), ORDERS)
    led = Led(world, trace)
    run = simulate(world, trace, led, "simpy")
    assert led.asked > FORKED
    assert unequal(led.twin.totals, run.totals) == []
    led.fork.run(first)  # from the question at which it was forked, maybe in the middle of an offer
    assert unequal(led.fork.totals, run.totals) == []
