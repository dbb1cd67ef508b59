"""Instants and charges of a run that are the same for every policy: reviews, waves, days charged, rounding."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fillrate.draws import TICK, TICKS, snap
from fillrate.world import World

__all__ = ["charged_days", "due_times", "next_wave", "per_unit_day", "rounding_error"]

Floats = NDArray[np.float64]


def due_times(every: float, horizon: float) -> Floats:
    """Instants 0, every, 2 every, ... before the horizon, in days; only 0 if `every` is 0.

    >>> due_times(0.5, 2.0).tolist(), due_times(0.0, 2.0).tolist()
    ([0.0, 0.5, 1.0, 1.5], [0.0])
    """
    if every == 0.0:
        return np.zeros(1)
    times = np.rint(np.arange(math.ceil(horizon / every) + 1) * every * TICKS) * TICK
    return np.asarray(times[times < horizon], np.float64)


def next_wave(world: World, times: Floats) -> Floats:
    """When orders that come in are first offered, in days: at once, or at the next wave; inf if there is none."""
    if world.timing.mode == "on_receipt":
        return times
    waves = np.append(due_times(world.timing.wave_hours / 24.0, world.days), np.inf)
    return np.asarray(waves[np.searchsorted(waves, times)], np.float64)


def charged_days(world: World, times: ArrayLike) -> Floats:
    """Days that time charges count for what stands from each instant on, to the horizon.

    By unit-days that is the rest of the horizon, at period ends the periods that end later: what is there when a period
    ends was charged before anything else happens then.
    """
    since, horizon = np.asarray(times, np.float64), world.days
    if world.money.charge == "time_average":
        return np.asarray(np.maximum(horizon - since, 0.0), np.float64)
    every = snap(world.money.period_days)
    ends = np.rint(np.arange(1, math.ceil(horizon / every) + 2) * world.money.period_days * TICKS) * TICK
    ends = np.unique(np.minimum(ends, horizon))
    rest = np.append(np.cumsum(np.diff(ends, prepend=0.0)[::-1])[::-1], 0.0)
    return np.asarray(rest[np.searchsorted(ends, since, side="right")], np.float64)


def per_unit_day(world: World) -> Floats:
    """(skus,) holding and capital cost, money/unit/day, each snapped as it is booked."""
    money = world.money
    held = [money.holding_per_day + money.holding_rate_per_year * s.cost / 365.0 for s in world.skus]
    held = [h if s.holding_per_day is None else s.holding_per_day for h, s in zip(held, world.skus, strict=True)]
    capital = [snap(money.capital_rate_per_year * s.cost / 365.0) for s in world.skus]
    return np.array([snap(h) + c for h, c in zip(held, capital, strict=True)], np.float64)


def rounding_error(world: World, lines: int) -> float:
    """Most money by which snapped bookings can exceed their exact sum: half a tick each."""
    pairs, money = len(world.tables.pair_sku), world.money
    charges = math.ceil(world.days / money.period_days) + 2
    waits = sum(s.backorder_per_unit_day > 0.0 for s in world.segments)
    late = any(s.lateness_per_unit_day > 0.0 for s in world.segments)
    held = 2 * pairs if per_unit_day(world).any() else 0
    written = 3 * pairs if money.salvage < 1.0 else 0
    return float(0.5 * TICK) * float(charges * (held + waits) + written + 8 * lines * late)
