"""Reserves: what is kept back at a location, as one table by period, segment, side of the demand and pair.

Six kinds of limits are such a table: safety_stock, critical_level, protection_level, spillover_limit, home_only and
fences; several limits add up. Side 0 is home demand, 1 foreign. Quotas are in `fillrate.policy.quotas`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.limits import period_of
from fillrate.errors import PolicyError, nearest
from fillrate.policy.horizon import begun_before, decided_until, known_until, received_before, units_between, waves
from fillrate.policy.spec import Limit
from fillrate.policy.textbook.protection import emsr_b_poisson
from fillrate.world import World
from fillrate.world.expected import home_losses, home_shares

__all__ = ["FORBIDDEN", "QUOTAS", "Reserves", "bought_pairs", "check_names", "reserves_of"]

FORBIDDEN = 2.0**40  # a reserve that no stock exceeds
QUOTAS = frozenset({"product_allocation", "fair_share"})  # the kinds that are no reserves


@dataclass(frozen=True)
class Reserves:
    """Units kept back, by period of the horizon."""

    units: NDArray[np.float64]  # (periods, segments, 2, pairs)
    period_days: float

    def at(self, now: float) -> int:
        """Period of an instant."""
        return period_of(now, self.period_days, len(self.units))


def reserves_of(world: World, limits: tuple[Limit, ...], buys: bool) -> Reserves | None:
    """The reserve table of a policy's limits, None if it has none.

    Args:
        world: the world, over the horizon that is run.
        limits: all limits of the policy.
        buys: whether the policy replenishes.

    Raises:
        PolicyError: a limit names a segment, location or SKU that the world does not have.
    """
    chosen = [limit for limit in limits if limit.kind not in QUOTAS]
    for limit in chosen:
        check_names(world, limit)
    if not chosen:
        return None
    periods = max(limit.periods for limit in chosen)
    each = waves(world) if periods > 1 and waves(world) else world.days / periods
    count, bought, shares = begun_before(world.days, each), bought_pairs(world, buys), home_shares(world.tables)
    views = [_View(world, bought, shares, n * each, each if periods > 1 else 0.0) for n in range(count)]
    tables = [np.sum([_kept(view, limit) for limit in chosen], axis=0) for view in views]
    return Reserves(np.minimum(np.array(tables), FORBIDDEN), each)


@dataclass(frozen=True)
class _View:
    """What lies ahead at the start of a period."""

    world: World
    bought: NDArray[np.bool_]  # (pairs,) whether anything is bought for the pair
    shares: NDArray[np.float64]  # (pairs,) share of the SKU's demand that is at home there
    start: float
    each: float  # days of the period; 0 = one table for the whole horizon

    def expected(self, limit: Limit) -> NDArray[np.float64]:
        """(segments, pairs) home demand in the window of a limit."""
        units = self._within(limit.days)[:, self.world.tables.pair_sku]
        if limit.remaining:
            units = np.where(self.bought, units, self._rest()[:, self.world.tables.pair_sku])
        return units * self.shares

    def _rest(self) -> NDArray[np.float64]:
        """(segments, skus) units expected until the end, from this wave or from the middle of the period on."""
        world = self.world
        now = self.start + (0.0 if waves(world) else 0.5 * self.each)
        return units_between(world, known_until(world, now), decided_until(world))

    def _within(self, days: float) -> NDArray[np.float64]:
        """(segments, skus) units expected in so many days, at the rate of this period (all of it, if it is longer)."""
        world, span = self.world, max(days, self.each)
        if not self.each:  # the long-run rate
            return units_between(world, 0.0, received_before(world, world.days)) * (days / world.days)
        until = min(known_until(world, self.start + span), decided_until(world))
        return units_between(world, known_until(world, self.start), until) * (days / span)


def check_names(world: World, limit: Limit) -> None:
    """Raise PolicyError if a limit names what the world does not have."""
    for kind in ("segment", "location", "sku"):
        name, known = getattr(limit, kind), world.tables.ids[kind]
        if name != "*" and name not in known:
            shown = ", ".join([*list(known)[:12], *(["..."] if len(known) > 12 else [])])
            raise PolicyError(f"limit {limit.kind} {kind}", f"found '{name}'" + nearest(name, known), f"{shown} or *")


def bought_pairs(world: World, buys: bool) -> NDArray[np.bool_]:
    """(pairs,) whether a supplier serves the pair, if the policy buys at all."""
    return np.asarray((world.tables.supplier >= 0) & buys)


def _kept(view: _View, limit: Limit) -> NDArray[np.float64]:
    """(segments, 2, pairs) units that one limit keeps back in a period."""
    world = view.world
    kept = np.zeros((len(world.segments), 2, len(world.tables.pair_sku)))
    if limit.kind == "home_only":
        kept[:, 1] = FORBIDDEN
    elif limit.kind == "fences":
        kept += _fenced(world)[:, None, :]
    elif limit.kind == "protection_level":
        kept += _protected(world, view.expected(limit))[:, None, :]
    else:
        whose = [[limit.of == "all" or o.priority > s.priority for o in world.segments] for s in world.segments]
        kept += limit.units + np.floor(np.array(whose, np.float64) @ view.expected(limit) + 0.5 + 1e-9)[:, None, :]
    return kept * _selected(world, limit)


def _selected(world: World, limit: Limit) -> NDArray[np.float64]:
    """(segments, 2, pairs) 1 where the limit applies."""
    tables = world.tables
    chosen = np.ones((len(world.segments), 2, len(tables.pair_sku)))
    if limit.segment != "*":
        chosen[[s.name != limit.segment for s in world.segments]] = 0.0
    if limit.side != "both":
        chosen[:, 1 if limit.side == "home" else 0] = 0.0
    if limit.location != "*":
        chosen[:, :, tables.pair_location != tables.ids["location"][limit.location]] = 0.0
    if limit.sku != "*":
        chosen[:, :, tables.pair_sku != tables.ids["sku"][limit.sku]] = 0.0
    return chosen


def _fenced(world: World) -> NDArray[np.float64]:
    """(segments, pairs) forbidden where a location does not serve the segment."""
    allowed = np.array([[bool({s.name, "*"} & set(l.serves)) for l in world.locations] for s in world.segments])
    return np.where(allowed[:, world.tables.pair_location], 0.0, FORBIDDEN)


def _protected(world: World, mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """(segments, pairs) EMSR-b protection for dearer segments; `mean` (segments, pairs) units are expected at home.

    Belobaba's rule with Poisson demand; a segment's fare is the money that a unit of the SKU brings it: its price less
    its cost, and the loss that is avoided at home. What is kept from a segment is the protection of all dearer ones.
    """
    kept, losses = np.zeros(mean.shape), home_losses(world.tables).T.tolist()
    for pair, sku in enumerate(world.tables.pair_sku.tolist()):
        if len(mean) > 1 and mean[:, pair].any():
            fares = _fares(world, sku, losses[pair])
            dearest = sorted(range(len(fares)), key=lambda s: (-fares[s], -world.segments[s].priority, s))
            kept[dearest[1:], pair] = emsr_b_poisson([fares[s] for s in dearest], mean[dearest, pair].tolist())
    return kept


def _fares(world: World, sku: int, losses: list[float]) -> list[float]:
    """(segments,) money that a unit of the SKU brings: price less cost, and the loss avoided; above 0."""
    what, factors = world.skus[sku], [s.price_factor for s in world.segments]
    return [max(1e-9, what.price * f - what.cost + loss) for f, loss in zip(factors, losses, strict=True)]
