"""Quotas: how many units of a SKU each segment may take in a period, wherever they come from.

`product_allocation` plans them ahead from expected demand, as product allocation in order promising does; `fair_share`
deals out what is there. The tables are made once; the formulas that read them are shared definitions.
"""

from __future__ import annotations

import math
from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import PolicyError
from fillrate.policy.horizon import known_until, received_before, units_between, waves
from fillrate.policy.limits import QUOTAS, bought_pairs, check_names
from fillrate.policy.spec import Limit
from fillrate.world import World

__all__ = ["Quotas", "fair_quota", "planned_quota", "pro_rata", "quotas_of", "shared_quota"]


@dataclass(frozen=True)
class Quotas:
    """What a policy's quotas say of a world."""

    pro_rata: bool  # fair_share: what is there is dealt out; else planned ahead
    period_days: float
    planned: NDArray[np.float64]  # (periods, segments, skus) units planned from the start to the end of each period
    kept: NDArray[np.float64]  # (segments, skus) share of that which is kept from lower segments: no more than expected
    limited: NDArray[np.bool_]  # (segments, skus) whether the segment has a quota
    bought: NDArray[np.bool_]  # (skus,) whether the SKU is replenished anywhere
    above: tuple[tuple[int, ...], ...]  # segments of higher priority, by segment

    def granted(self, period: int) -> NDArray[np.int64]:
        """(segments, skus) units planned up to the end of a period, rounded up."""
        return np.asarray(np.ceil(self.planned[min(period, len(self.planned) - 1)] - 1e-9), np.int64)

    def rest(self, period: int) -> NDArray[np.int64]:
        """(segments, skus) units kept from lower segments from the start of a period to the end, rounded up."""
        before = self.planned[period - 1] if period > 0 else 0.0
        return np.asarray(np.ceil((self.planned[-1] - before) * self.kept - 1e-9), np.int64)

    def soon(self, period: int) -> NDArray[np.int64]:
        """(segments, skus) units expected before more comes in: to the end, but of a day where the SKU is bought."""
        n = min(period, len(self.planned) - 1)
        daily = (self.planned[n] - (self.planned[n - 1] if n > 0 else 0.0)) / self.period_days
        return np.where(self.bought, np.asarray(np.floor(daily + 0.5 + 1e-9), np.int64), self.rest(period))

    def weights(self, period: int) -> NDArray[np.int64]:
        """(segments, skus) shares in what there is, none of them 0, in proportion to expected demand.

        That of the whole horizon, but where the SKU is bought only up to the end of this period: its supply follows.
        """
        until = np.where(self.bought, self.planned[min(period, len(self.planned) - 1)], self.planned[-1])
        return np.asarray(1.0 + np.rint(until * 1024.0), np.int64)


def quotas_of(world: World, limits: tuple[Limit, ...], buys: bool) -> Quotas | None:
    """The quotas of a policy's limits, None if it has none.

    Args:
        world: the world, over the horizon that is run.
        limits: all limits of the policy.
        buys: whether the policy replenishes.

    Raises:
        PolicyError: a limit names what the world does not have, or limits plan and deal out at once.
    """
    chosen = [limit for limit in limits if limit.kind in QUOTAS]
    if not chosen:
        return None
    if len({limit.kind for limit in chosen}) > 1:
        raise PolicyError("limits", "product_allocation and fair_share together", "one of the two")
    shape = (len(world.segments), len(world.skus))
    share, units, limited = np.zeros(shape), np.zeros(shape), np.zeros(shape, np.bool_)
    for limit in chosen:
        check_names(world, limit)
        where = _where(world, limit)
        share, units = np.where(where, limit.share, share), np.where(where, limit.units, units)
        limited |= where & _bound(world, limit)[:, None]
    days = waves(world) or min([world.days, *[limit.days for limit in chosen if limit.days > 0.0]])
    each = [share * more + units for more in _expected(world, days)]
    kept = np.divide(1.0, share, out=np.ones(shape), where=share > 1.0)
    bought = np.isin(np.arange(len(world.skus)), world.tables.pair_sku[bought_pairs(world, buys)])
    above = tuple(tuple(h for h, o in enumerate(world.segments) if o.priority > s.priority) for s in world.segments)
    return Quotas(chosen[0].kind == "fair_share", days, np.cumsum(each, axis=0), kept, limited, bought, above)


def _expected(world: World, days: float) -> list[NDArray[np.float64]]:
    """(segments, skus) units that are expected to be decided in each period: at its wave, or on receipt."""
    count = max(1, math.ceil(world.days / days - 1e-9))
    if waves(world):
        ends = [known_until(world, n * days) for n in range(count)]
    else:
        ends = [received_before(world, min(world.days, (n + 1) * days)) for n in range(count)]
    return [units_between(world, start, end) for start, end in zip([0.0, *ends], ends, strict=False)]


def _where(world: World, limit: Limit) -> NDArray[np.bool_]:
    """(segments, skus) what the limit speaks of."""
    segments = np.array([limit.segment in {"*", s.name} for s in world.segments])
    return np.outer(segments, np.array([limit.sku in {"*", k.name} for k in world.skus]))


def _bound(world: World, limit: Limit) -> NDArray[np.bool_]:
    """(segments,) whether the limit binds the segment: with `of` = higher not those with none above."""
    highest = max(s.priority for s in world.segments)
    return np.array([limit.of == "all" or s.priority < highest for s in world.segments])


def planned_quota(granted: int, used: int, bought: bool, free: int, kept: int) -> int:
    """Units that a segment may still take under planned quotas.

    What was planned up to now and not used carries over. Where nothing is bought, what is planned for higher segments
    until the end of the horizon is left for them.

    Args:
        granted: units planned for the segment up to the end of this period.
        used: units that it has taken since the start.
        bought: whether the SKU is replenished.
        free: units of the SKU that are not reserved, at all locations.
        kept: units planned and not yet taken, by all higher segments, from this period to the end.

    >>> planned_quota(10, 7, True, 100, 50), planned_quota(10, 7, False, 52, 50)
    (3, 2)
    """
    left = granted - used
    return max(0, left if bought else min(left, free - kept))


def shared_quota(
    segment: int,
    free: int,
    taken: Sequence[int],
    weights: Sequence[int],
    soon: Sequence[int],
    count: int,
    parts: MutableSequence[int],
    rests: MutableSequence[int],
) -> int:
    """Units that a segment may take when all that has come in is shared.

    Everything but what is left of the others' shares, as far as they are expected to ask for it before more comes in.

    Args:
        segment: who asks.
        free: units of the SKU that are not reserved, at all locations.
        taken: (count,) units taken so far, by segment.
        weights: (count,) shares in the supply, by segment.
        soon: (count,) units that are expected to be asked for before more comes in, by segment.
        count: number of segments.
        parts: (count,) written: the segments' shares of all that has come in.
        rests: (count,) scratch.

    >>> more = [0, 0], [1, 2]
    >>> [shared_quota(0, 9, *more, soon, 2, [0] * 2, [0] * 2) for soon in ([99, 99], [1, 2])]
    [3, 7]
    """
    total = max(0, free)
    for n in range(count):
        total += taken[n]
    pro_rata(total, weights, count, parts, rests)
    left = free
    for n in range(count):
        if n != segment:
            left -= min(max(0, parts[n] - taken[n]), soon[n])
    return max(0, left)


def pro_rata(
    total: int, weights: Sequence[int], count: int, parts: MutableSequence[int], rests: MutableSequence[int]
) -> None:
    """Whole units in proportion to weights, by largest remainder, the earlier first if they tie; all 0 without weights.

    Args:
        total: units to share out, at least 0.
        weights: (count,) none negative.
        count: number of weights.
        parts: (count,) written: units.
        rests: (count,) scratch.

    >>> parts = [0, 0]
    >>> pro_rata(7, [10, 4], 2, parts, [0, 0])
    >>> parts
    [5, 2]
    """
    whole = 0
    for n in range(count):
        whole += weights[n]
    left = total
    for n in range(count):
        parts[n], rests[n] = 0, -1
        if whole > 0:
            parts[n], rests[n] = total * weights[n] // whole, total * weights[n] % whole
            left -= parts[n]
    for _ in range(left if whole > 0 else 0):
        most = 0
        for n in range(1, count):
            if rests[n] > rests[most]:
                most = n
        parts[most] += 1
        rests[most] = -1


def fair_quota(
    segment: int,
    available: int,
    asked: Sequence[int],
    count: int,
    parts: MutableSequence[int],
    rests: MutableSequence[int],
) -> int:
    """A segment's part of what is there, shared out pro rata to what is asked, and no more than that.

    Args:
        segment: who asks.
        available: units to share out; below 0 counts as 0.
        asked: (count,) units, by segment.
        count: number of segments.
        parts: (count,) written: the parts of all.
        rests: (count,) scratch.

    >>> [fair_quota(segment, 7, [10, 4], 2, [0, 0], [0, 0]) for segment in range(2)]
    [5, 2]
    >>> [fair_quota(segment, 20, [10, 4], 2, [0, 0], [0, 0]) for segment in range(2)]
    [10, 4]
    """
    total = 0
    for n in range(count):
        total += asked[n]
    pro_rata(min(max(0, available), total), asked, count, parts, rests)
    return parts[segment]
