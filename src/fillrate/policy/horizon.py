"""How much demand is still to come: what reserves and quotas are measured by.

Expected units follow profiles, season and promotions. Demand that comes in at the start of periods is spread evenly
over its period, so windows are laid on the bounds of periods where only whole periods make sense.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.limits import period_of
from fillrate.draws import TICK, snap
from fillrate.world import World
from fillrate.world.expected import expected_units

__all__ = [
    "begun_before",
    "decided_until",
    "known_until",
    "received_before",
    "units_between",
    "unoffered",
    "waves",
]


def waves(world: World) -> float:
    """Days between the waves of a world, 0 if it decides on receipt."""
    return min(world.days, world.timing.wave_hours / 24.0) if world.timing.mode == "wave" else 0.0


def begun_before(time: float, each: float) -> int:
    """How many periods of so many days begin before an instant; period n begins at n × each, on the grid of instants.

    >>> [begun_before(days, 0.1) for days in (0.0, 0.05, 3 * 0.1, snap(3 * 0.1))]
    [0, 1, 3, 3]
    """
    return _begun_by(snap(time) - TICK, each) if time > 0.0 else 0


def _begun_by(now: float, each: float) -> int:
    """How many periods have begun at an instant, one that begins then included."""
    return period_of(now, each, sys.maxsize) + 1


def received_before(world: World, time: float) -> float:
    """Where demand received before an instant ends when it is spread over its periods."""
    each = 0.0 if world.demand.process == "poisson" else world.demand.period_days
    return begun_before(time, each) * each if each else time


def known_until(world: World, now: float) -> float:
    """Where known demand ends at a decision; at a wave that includes the period that begins then.

    An order on receipt meets the rest of its own period, so there demand is known until now.
    """
    if not waves(world) or world.demand.process == "poisson":
        return min(now, world.days)
    each = world.demand.period_days
    return min(_begun_by(snap(now), each) * each, received_before(world, world.days))


def decided_until(world: World) -> float:
    """Where demand ends that is ever offered: all of it on receipt, and what the last wave knows of in a wave world."""
    each = waves(world)
    return _at_wave(world, begun_before(world.days, each)) if each else received_before(world, world.days)


def unoffered(world: World, now: float, until: float) -> tuple[float, float]:
    """From where to where demand is spread that is not offered yet at an instant and comes in before a later one.

    At a wave, that which has come in since the last one is still to be offered.
    """
    each = waves(world)
    start = _at_wave(world, begun_before(now, each)) if each else received_before(world, now)
    return start, min(received_before(world, until), decided_until(world))


def _at_wave(world: World, count: int) -> float:
    """Where the demand ends that so many waves, the first one at t0, have known of."""
    return known_until(world, (count - 1) * waves(world)) if count else 0.0


def units_between(world: World, start: float, end: float) -> NDArray[np.float64]:
    """(segments, skus) units expected between two instants, none if they stand the other way round."""
    if end <= start:
        return np.zeros((len(world.segments), len(world.skus)))
    if not _varies(world):
        return expected_units(world, 0.0, 1.0) * (end - start)
    return expected_units(world, start, end)


def _varies(world: World) -> bool:
    """Whether the demand rate changes over time."""
    d = world.demand
    profiles = d.hour_profile or d.weekday_profile or d.season_profile
    return bool(d.promotion or (d.process == "poisson" and profiles))
