"""The deterministic linear program (DLP) of multi-item fulfilment: expected demand against the opening stock.

Every order type of every region comes exactly as often as expected, may be divided without end, and pays for a share of
a box at a location that is at least the share of any of its items sent from there. Its value is below the expected cost
of every policy, for the cost of the hindsight program is convex in the demand (Jensen); its prices are what a unit of
stock is worth to a policy that looks ahead.

Sources: S. Jasin, A. Sinha (2015), "An LP-based correlated rounding scheme for multi-item ecommerce order fulfillment",
Operations Research 63(6); W. Ma (2023), "Order-optimal correlated rounding for fulfilling multi-item e-commerce
orders", Manufacturing & Service Operations Management 25(4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.model.opening import stated_opening
from fillrate.plan.classes import classes_of, known_demand
from fillrate.plan.program import Program
from fillrate.policy.horizon import received_before
from fillrate.world import World

__all__ = ["Dlp", "deterministic_lp"]


@dataclass(frozen=True)
class Dlp:
    """The program's optimum."""

    value: float  # money: boxes, units, losses and margins forgone over the horizon (the scorecard's controllable cost)
    prices: NDArray[np.float64]  # (pairs,) money/unit saved by one more unit of opening stock


def deterministic_lp(world: World) -> Dlp:
    """Solve the program of a world without replenishment whose orders come by type.

    Holding costs, split rules, limits and pins are left out: each of them can only add cost.

    Raises:
        InputError: the world has suppliers, returns or a salvage below 1, each of which can make up for cost, an
            opening policy, or no order types.
    """
    faults = {
        "suppliers": (bool(world.supply.supplier), "a world without replenishment"),
        "no order types": (not world.demand.basket, "[[demand.basket]]"),
        "stock written down at the close": (world.money.salvage < 1.0, "salvage = 1"),
        "returns": (any(s.return_probability > 0.0 for s in world.segments), "return_probability = 0"),
        "an opening policy": (bool(world.header.opening_policy), "the stated opening stock"),
    }
    for problem, (found, allowed) in faults.items():
        if found:
            raise InputError(f"deterministic program of '{world.name}'", problem, allowed)
    program, stock = Program(world, classes_of(world)), np.array(stated_opening(world).units, np.float64)
    solved = program.start(stock, known_demand(world, program.classes, 0.0, received_before(world, world.days)))
    return Dlp(solved.value, solved.price)
