"""Quotas: how many units of a SKU each segment may take in a period, wherever they come from.

`product_allocation` plans them ahead from expected demand, as product allocation in order promising does; `fair_share`
deals out what is there. These are the tables; the formulas that read them are in `fillrate.decision.limits`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import PolicyError
from fillrate.policy.horizon import begun_before, known_until, received_before, units_between, waves
from fillrate.policy.limits import QUOTAS, bought_pairs, check_names
from fillrate.policy.spec import Limit
from fillrate.world import World

__all__ = ["Quotas", "quotas_of"]


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
    count = begun_before(world.days, days)
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
