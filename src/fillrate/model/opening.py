"""The opening state of a run: units by pair and purchases on their way; the same for every policy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fillrate.policy.replenish import level_of
from fillrate.world import World
from fillrate.world.expected import orders_per_day, region_shares, sku_moments

__all__ = ["Coming", "Opening", "planned_level", "stated_opening"]


@dataclass(frozen=True)
class Coming:
    """A purchase or transfer on its way."""

    pair: int
    units: int
    due: float  # drawn instant of receipt, days after t0
    expected: float  # what is known of it: by the mean lead time


@dataclass(frozen=True)
class Opening:
    """Where a run starts."""

    units: list[int]  # (pairs,)
    inbound: tuple[Coming, ...] = ()


def stated_opening(world: World) -> Opening:
    """The opening stock that `[supply]` states, by item or by its rule."""
    tables, rule = world.tables, world.supply.opening
    rates, horizon = tables.home_rate.tolist(), _by_horizon(world) if rule == "horizon" else []
    units = []
    for pair, item in enumerate(tables.item):
        if item.units is not None:
            units.append(item.units)
        elif rule == "horizon":
            units.append(horizon[pair])
        elif rule == "coverage":
            units.append(_covering(rates[pair] * world.supply.opening_days, world.supply.opening_z))
        elif rule == "base_stock":
            units.append(item.base_stock if item.base_stock is not None else planned_level(world, pair))
        else:
            units.append(0)
    return Opening(units)


def _covering(mean: float, z: float) -> int:
    """Mean demand plus z standard deviations of a Poisson law, rounded half to even."""
    return max(0, round(mean + z * math.sqrt(mean)))


def planned_level(world: World, pair: int) -> int:
    """The base stock that a replenish rule would aim at there."""
    tables, found = world.tables, int(world.tables.supplier[pair])
    supplier = world.supply.supplier[found] if found >= 0 else None
    return level_of(world, float(tables.home_rate[pair]), float(tables.home_variance[pair]), supplier)


def _by_horizon(world: World) -> list[int]:
    """round(T d + z sqrt(T d (1 - d))), d the chance that one order takes a unit from its home pair.

    Source: Jasin and Sinha (2015), section 6; one unit a line is assumed as there.
    """
    tables, shares = world.tables, region_shares(world)
    trials = orders_per_day(world) * world.days
    moments = sku_moments(world)[:, 0]
    if world.demand.process == "bernoulli":
        trials = world.days / world.demand.period_days
        moments = moments * world.demand.probability
    chance = [0.0] * len(tables.pair_sku)
    for mean, homes in zip(moments.tolist(), tables.homes.T.tolist(), strict=True):
        for share, pair in zip(shares.tolist(), homes, strict=True):
            if pair >= 0:
                chance[pair] += mean * share
    z = world.supply.opening_z
    return [max(0, round(trials * d + z * math.sqrt(max(0.0, trials * d * (1.0 - d))))) for d in chance]
