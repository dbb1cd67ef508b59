"""The two searches of the experiment: for the weights of a rule, and for what a network adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.learn.against.hinges import COLUMNS, PLANNED, STEP, Spread, begun, free
from fillrate.learn.against.response import BLOCK, surveyed
from fillrate.learn.evolution import adapted
from fillrate.learn.prices import Shape
from fillrate.learn.search import Trial
from fillrate.model.kernel.feed import Feed
from fillrate.policy.spec import Limit, PlannerRule
from fillrate.world import World

__all__ = ["KEPT", "Ground", "learned", "shape_of", "tuned"]

Floats = NDArray[np.float64]
SIZE = 16  # candidates of a generation
SPREAD = 1.0  # of the first, in steps
ROUNDS = 5  # times at which the learner moves
KEPT = 3  # the last of them, whose state is set aside to be judged


@dataclass(frozen=True)
class Ground:
    """Where is searched: a world over the training horizon, and its training traces made ready."""

    world: World
    feeds: list[Feed]

    @property
    def each(self) -> float:
        """Orders of a trace."""
        return sum(len(feed.trace.orders) for feed in self.feeds) / len(self.feeds)


def shape_of(limit: tuple[Limit, ...] = (), planner: PlannerRule | None = None) -> Shape:
    """Rule and network."""
    columns = COLUMNS if planner is None else PLANNED
    return Shape(columns, len(columns), limit, planner)


def generations(orders: float, each: float) -> tuple[int, int]:
    """How many generations on one trace, then on two, each half of the orders."""
    return max(1, int(orders / 2 / (SIZE * each))), max(1, int(orders / 2 / (2 * SIZE * each)))


def tuned(ground: Ground, shape: Shape, orders: float, seed: int) -> dict[str, Any]:
    """The weights of a `prices` rule.

    Args:
        ground: where.
        shape: of rule and network.
        orders: to simulate.
        seed: of the search.

    Returns:
        The weights in steps at the end and after half of the orders.
    """
    way: list[Any] = []
    trial = Trial([ground.world], shape, seed, networked=False, feeds=[ground.feeds])
    early, late = generations(orders, ground.each)
    half = np.zeros(shape.size - shape.rule_size)

    def costs(tried: list[Floats], generation: int) -> Floats:
        return trial.costs([np.concatenate([x, half]) for x in tried], generation, 1 + (generation >= early))

    def tell(generation: int, mean: Floats) -> None:
        if generation == early - 1:
            way.append((mean.tolist(), trial.orders))

    end = adapted(costs, shape.plain(), SPREAD, SIZE, early + late, seed, tell)
    return {"half": way[0][0], "half_orders": way[0][1], "numbers": end.tolist(), "orders": trial.orders}


def learned(ground: Ground, shape: Shape, rule: Floats, spread: Spread, orders: float, seed: int) -> dict[str, Any]:
    """A network on top of a rule, whose weights move on with it.

    Args:
        ground: where.
        shape: of rule and network.
        rule: (rule_size,) where the rule stands, in steps.
        spread: of the columns.
        orders: to simulate.
        seed: of the training.

    Returns:
        All numbers after each of the last rounds.
    """
    way: list[Any] = []
    trial = Trial([ground.world], shape, seed, feeds=[ground.feeds])
    start, which = begun(shape, rule, spread, seed), free(shape)
    blocks = max(1, int(orders / (ROUNDS * BLOCK * ground.each)))

    def numbers(moved: Floats) -> Floats:
        found = start.copy()
        found[which] += STEP * moved
        return found

    def costs(tried: list[Floats], block: int) -> Floats:
        return trial.costs([numbers(x) for x in tried], block, 1)

    def tell(n: int, bottom: Floats) -> None:
        if n >= ROUNDS - KEPT:
            way.append({"orders": trial.orders, "numbers": numbers(bottom).tolist()})

    surveyed(costs, len(which), ROUNDS, blocks, seed, tell)
    return {"way": way, "orders": trial.orders}
