"""A network that sees bends and pairs from the start, so that a search over its last layer alone finds something.

The first layer passes on each column, measured by how it is spread in the world; a unit of the second bends where a
column of the row and one of the order, or a mean over the rows, come together. Which ones is drawn by chance and stays
(random features: Rahimi and Recht 2008, Weighted Sums of Random Kitchen Sinks). What is searched for is what these
units say of the gain of a unit and of the cost of a box, and the rule's weights beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.network import LARGEST_WEIGHT
from fillrate.gym.vector import AllocationVectorEnv
from fillrate.learn.prices import Shape
from fillrate.policy import load_policy
from fillrate.policy.spec import Entry
from fillrate.world import World

__all__ = ["COLUMNS", "PLANNED", "STEP", "Spread", "begun", "free", "spread_of"]

Floats = NDArray[np.float64]
OF_ROW = (
    "expected_lateness",
    "station_workload",
    "third_party",
    "days_of_supply",
    "box_cost",
)
OF_ORDER = ("priority", "horizon_left", "days_to_promise", "quantity", "units_waiting")
COLUMNS = OF_ROW + OF_ORDER
PLANNED = ("opportunity_cost", "net_value", "available", *COLUMNS)  # where somebody plans what stock is worth
EPISODES, QUESTIONS, EVERY = 4, 20_000, 40  # of the look at a world: whole horizons
SHARES = (0.05, 0.95)  # of what is seen of a column, that the bends lie between
STEP = 0.6  # money that matters, of the gain of a unit and of the cost of a box


@dataclass(frozen=True)
class Spread:
    """Between which values a column lies in a world, mostly."""

    low: Floats  # (columns,) scaled
    high: Floats
    orders: int  # simulated to find out, at most


def spread_of(world: World, seed: int, columns: tuple[str, ...] = COLUMNS, others: str | Entry = "") -> Spread:
    """Look at the tables that a world asks about, whatever legal row is taken.

    Args:
        world: with its horizon.
        seed: of the episodes.
        columns: to look at.
        others: modifier that sets some of them.
    """
    around = load_policy(others) if others else ""
    envs = AllocationVectorEnv(world, EPISODES, columns=columns, others=around, autoreset_mode="SameStep")
    seen, _ = envs.reset(seed=seed)
    rng, kept = np.random.default_rng(seed), []
    for asked in range(QUESTIONS):
        mask = envs.action_masks()
        mask[:, -1] = ~mask[:, :-1].any(axis=1)
        if asked % EVERY == 0:
            rows = seen[:, :-1].reshape(-1, len(columns))
            kept.append(rows[(rows != 0.0).any(axis=1)])
        seen, *_ = envs.step((mask * rng.random(mask.shape)).argmax(axis=1))
    envs.close()
    found = np.concatenate(kept).astype(np.float64)
    low, high = np.quantile(found, SHARES, axis=0)
    some = [np.median(column[column != 0.0]) if column.any() else 0.0 for column in found.T]  # of what is rarely seen
    return Spread(low, np.maximum(high, some), EPISODES * QUESTIONS)


def begun(shape: Shape, rule: Floats, spread: Spread, seed: int) -> Floats:
    """(size,) a rule, and a network that bends but says nothing yet.

    Args:
        shape: as many units as columns.
        rule: (rule_size,) its weights, in steps.
        spread: of the columns.
        seed: of the bends.
    """
    rng, k, h = np.random.default_rng((seed, 1)), len(shape.columns), shape.hidden
    of_row = k - len(OF_ORDER)
    wide = spread.high - spread.low > 1.0 / LARGEST_WEIGHT
    slope = np.where(wide, 1.0 / np.where(wide, spread.high - spread.low, 1.0), 0.0)
    row = np.concatenate([np.diag(slope), np.zeros((k, 1))], axis=1)
    mix, table, bias = np.zeros((h, h)), np.zeros((h, 2 * h)), np.zeros(h)
    moving = np.flatnonzero(wide)
    mine = rng.permutation([c for c in moving if c < of_row])
    for unit in range(h):
        signs, bends = rng.choice([-1.0, 1.0], 2), rng.random(2)
        first, other = mine[unit % len(mine)], rng.choice(moving)
        mix[unit, first] += signs[0]
        if other < of_row:
            table[unit, other] += signs[1]
        else:
            mix[unit, other] += signs[1]
        bias[unit] = -float(signs @ bends)
    parts = [row, -slope * spread.low, mix, bias, table, np.zeros((2, h)), np.zeros(2)]
    return np.concatenate([rule, *[part.ravel() for part in parts]])


def free(shape: Shape) -> NDArray[np.int64]:
    """Which numbers are searched for: the last layer."""
    return np.arange(shape.size - 2 * shape.hidden - 2, shape.size)
