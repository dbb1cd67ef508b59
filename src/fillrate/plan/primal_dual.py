"""Prices that rise as stock is used up, without a program and without a forecast.

A unit of stock costs U · (e^x − 1) / (e − 1), where x is the share of the opening stock that is gone and U the most
that a unit there can be worth: what its best customer would pay for being served from the next best location, or for
being lost. Sources: M. Andrews, V. Farias, A. Khojandi, C. Yan (2019), "Primal–dual algorithms for order fulfillment at
Urban Outfitters, Inc.", Interfaces 49(5), on the worst-case optimal curve of Buchbinder, Jain and Naor (2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fillrate.model.planning import Plan, Snapshot
from fillrate.plan.classes import classes_of
from fillrate.plan.program import Program
from fillrate.world import World

__all__ = ["PrimalDualPlanner", "price_curve"]

Floats = NDArray[np.float64]
BYTES = 4  # of a number of units


def price_curve(used: Floats) -> Floats:
    """Share of the most that a unit can be worth, by the share of the stock that is gone.

    >>> price_curve(np.array([0.0, 0.5, 1.0])).round(4).tolist()
    [0.0, 0.3775, 1.0]
    """
    return np.asarray((np.exp(used) - 1.0) / (np.e - 1.0))


class PrimalDualPlanner:
    """Prices by the curve; the stock to begin with travels with the run."""

    shares, looks_back, assigns = False, False, False

    def __init__(self, world: World) -> None:
        """Work the most out that a unit of each pair can be worth."""
        program = Program(world, classes_of(world))
        self.worth, self.memory = _most_worth(program), BYTES * program.pairs

    def assign(self, seen: Snapshot) -> NDArray[np.int64]:
        """Never asked: its prices are a table."""
        return np.full(len(seen.waiting), -1)

    def __call__(self, seen: Snapshot) -> Plan:
        """Price what is left."""
        there = np.maximum(seen.free + seen.inbound, 0)
        begun = seen.memory.view(np.int32) if seen.planned_at >= 0.0 else there.astype(np.int32)
        begun = np.maximum(begun, there).astype(np.int32)  # what has been bought since counts as stock to begin with
        used = np.where(begun > 0, 1.0 - there / np.maximum(begun, 1), 1.0)
        return Plan(self.worth * price_curve(used), np.zeros((0, 0)), begun.view(np.int8))


def _most_worth(program: Program) -> Floats:
    """(pairs,) money/unit: over the classes, what a unit costs elsewhere or lost, less what it costs from here."""
    alone = (program.sending + program.boxes) / program.units  # against being lost, a box of its own included
    items = len(program.classes.sku)
    first, second = np.zeros(items), np.zeros(items)  # the best two ways, to lose it included
    for n in np.argsort(alone, kind="stable").tolist():
        item, money = program.item[n], alone[n]
        if money < first[item]:
            first[item], second[item] = money, first[item]
        elif money < second[item]:
            second[item] = money
    other = np.where(alone == first[program.item], second[program.item], first[program.item])
    most = np.zeros(program.pairs)
    np.maximum.at(most, program.pair, other - alone)
    return most
