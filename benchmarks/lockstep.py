"""Decisions a second of simulations side by side, answered from outside, against single SimPy runs that ask Python.

Usage: python benchmarks/lockstep.py [--json] [--repeats N]

Every simulation pauses at each of its questions with a table of three columns; a rule over arrays answers all of them
at once. The SimPy side asks a custom policy that takes the first legal row. One core.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np
from _command import run
from engines import small_world
from numpy.typing import NDArray

from fillrate.decision.question import Question
from fillrate.simulate import Replications, simulate
from fillrate.trace import sample
from fillrate.world import World

COLUMNS = ("distance_km", "cost_per_unit", "available")


class FirstLegal:
    """A custom policy: the first legal row."""

    columns = COLUMNS

    def __init__(self) -> None:
        """No question yet."""
        self.asked = 0

    def source(self, question: Question) -> int:
        """Take it."""
        self.asked += 1
        return int(question.mask.argmax())


def first_legal(_: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(n,) the same for all simulations."""
    return mask.argmax(axis=1)


def side_by_side(world: World, n: int) -> float:
    """Decisions a second of n simulations."""
    played = Replications(world, {"outside": FirstLegal()})
    steps = played.lockstep("outside", [sample(world, seed) for seed in range(n)], COLUMNS)
    decisions, start = 0, time.perf_counter()
    while steps.call.asking:
        decisions += steps.call.asking
        steps.step(first_legal(steps.tables.value, steps.tables.mask))
    return decisions / (time.perf_counter() - start)


def asked_by_simpy(world: World) -> float:
    """Decisions a second of one SimPy run."""
    policy, trace = FirstLegal(), sample(world, 1)
    start = time.perf_counter()
    simulate(world, trace, policy, "simpy")
    return policy.asked / (time.perf_counter() - start)


def measure(repeats: int) -> dict[str, Any]:
    """Alternate the sides and describe the machine."""
    world = small_world().over(30.0)
    side_by_side(world, 1)  # compiles, or loads
    simpy, one, many = [], [], []
    for _ in range(repeats):
        simpy.append(asked_by_simpy(world))
        one.append(side_by_side(world, 1))
        many.append(side_by_side(world, 64))
    return {
        "repeats": repeats,
        "simpy_decisions_per_second": statistics.median(simpy),
        "one_decisions_per_second": statistics.median(one),
        "sixty_four_decisions_per_second": statistics.median(many),
        "ratio_one": statistics.median(a / b for a, b in zip(one, simpy, strict=True)),
        "ratio_sixty_four": statistics.median(a / b for a, b in zip(many, simpy, strict=True)),
    }


if __name__ == "__main__":
    run(__doc__, measure, repeats=5)
