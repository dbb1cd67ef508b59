"""Limits as tables: what is kept back from a segment at a pair, and quotas by segment and SKU.

Six of the eight kinds are one table of reserves [period][segment][side][pair] in units, side 0 = home, 1 = foreign;
several limits add up. The other two are quotas by (segment, SKU) that each placed unit uses up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import PolicyError, nearest
from fillrate.policy.spec import Limit
from fillrate.policy.textbook.protection import emsr_b_poisson
from fillrate.policy.textbook.shares import largest_remainder
from fillrate.world import World
from fillrate.world.expected import expected_at_home, orders_per_day, sku_moments
from fillrate.world.law import mean_of

__all__ = ["FORBIDDEN", "Quotas", "Reserves", "fair_quotas", "quotas_of", "reserves_of"]

FORBIDDEN = 2.0**40  # a reserve that no stock exceeds


@dataclass(frozen=True)
class Reserves:
    """Units kept back, by period of the horizon."""

    units: NDArray[np.float64]  # (periods, segments, 2, pairs)
    period_days: float

    def at(self, now: float) -> int:
        """Period of an instant."""
        return min(len(self.units) - 1, int(now / self.period_days))


@dataclass(frozen=True)
class Quotas:
    """Units that each segment may take of a SKU in a period; what is left carries over."""

    units: NDArray[np.int64]  # (periods, segments, skus); -1 = no quota
    period_days: float
    pro_rata: bool  # fair_share: what is there when the period or wave starts is shared out


def reserves_of(world: World, limits: tuple[Limit, ...]) -> Reserves | None:
    """The reserve table of a policy's limits, None if it has none."""
    kinds = {"safety_stock", "critical_level", "protection_level", "spillover_limit", "home_only", "fences"}
    chosen = [limit for limit in limits if limit.kind in kinds]
    if not chosen:
        return None
    periods = max(limit.periods for limit in chosen)
    table = np.zeros((periods, len(world.segments), 2, len(world.tables.pair_sku)))
    for limit in chosen:
        _known(world, limit)
        for period in range(periods):
            table[period] += _kept(world, limit, _demand(world, limit, world.days * period / periods))
    return Reserves(np.minimum(table, FORBIDDEN), world.days / periods)


def _known(world: World, limit: Limit) -> None:
    for kind in ("segment", "location", "sku"):
        name, known = getattr(limit, kind), world.tables.ids[kind]
        if name != "*" and name not in known:
            raise PolicyError(f"limit {limit.kind} {kind}", f"found '{name}'" + nearest(name, known), ", ".join(known))


def _demand(world: World, limit: Limit, start: float) -> NDArray[np.float64]:
    """(segments, pairs) demand in a limit's window: at the mean rate, or from `start` on where tables change."""
    days = limit.days or (_cover_days(world) if limit.kind == "protection_level" else 0.0)
    if limit.remaining or limit.periods > 1:
        end = world.days if limit.remaining else min(world.days, start + days)
        return expected_at_home(world.tables, start, end)
    weights = np.array([s.weight for s in world.segments])
    return np.asarray(np.outer(weights / weights.sum(), world.tables.home_rate) * days)


def _kept(world: World, limit: Limit, demand: NDArray[np.float64]) -> NDArray[np.float64]:
    """(segments, 2, pairs) units one limit keeps back; `demand` (segments, pairs) is that of its window."""
    shape = (len(world.segments), 2, len(world.tables.pair_sku))
    kept = np.zeros(shape)
    if limit.kind == "home_only":
        kept[:, 1] = FORBIDDEN
    elif limit.kind == "fences":
        kept += _fenced(world)[:, None, :]
    elif limit.kind == "protection_level":
        kept += _protected(world, demand)[:, None, :]
    else:
        whose = [[limit.of == "all" or o.priority > s.priority for o in world.segments] for s in world.segments]
        kept += limit.units + np.floor(np.array(whose, np.float64) @ demand + 0.5)[:, None, :]
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


def _protected(world: World, demand: NDArray[np.float64]) -> NDArray[np.float64]:
    """(segments, pairs) EMSR-b protection for dearer segments, from the mean demand of a window."""
    order = sorted(range(len(world.segments)), key=lambda s: (-_fare(world, s), s))
    fares, kept = [_fare(world, s) for s in order], np.zeros(demand.shape)
    for pair in range(demand.shape[1]):
        means = demand[order, pair].tolist()
        levels = emsr_b_poisson(fares, means) if sum(means) > 0.0 and len(fares) > 1 else ()
        for s, level in zip(order[1:], levels, strict=False):
            kept[s, pair] = level
    return kept


def _fare(world: World, segment: int) -> float:
    """What a unit is worth to us by segment: margin at the mean price, plus the loss it avoids."""
    who, n = world.segments[segment], len(world.skus)
    price, cost = sum(s.price for s in world.skus) / n, sum(s.cost for s in world.skus) / n
    return max(1e-9, price * who.price_factor - cost + who.loss_per_unit + who.priority * 1e-6)


def _cover_days(world: World) -> float:
    suppliers = world.supply.supplier
    lead = max((mean_of(s.lead_time_days) for s in suppliers), default=0.0)
    return lead + world.supply.review_days if suppliers else world.days


def quotas_of(world: World, limits: tuple[Limit, ...]) -> Quotas | None:
    """The quota table of a policy's limits, None if it has none."""
    chosen = [limit for limit in limits if limit.kind in {"product_allocation", "fair_share"}]
    if not chosen:
        return None
    periods = max(limit.periods for limit in chosen)
    units = np.full((periods, len(world.segments), len(world.skus)), -1, np.int64)
    each = sku_moments(world)[:, 0] * orders_per_day(world) * world.days / periods
    total = sum(s.weight for s in world.segments)
    for limit in chosen:
        _known(world, limit)
        for s, segment in enumerate(world.segments):
            if limit.segment not in {"*", segment.name}:
                continue
            quota = limit.units / periods + limit.share * each * segment.weight / total
            skus = [limit.sku in {"*", k.name} for k in world.skus]
            units[:, s, skus] = np.floor(quota + 0.5)[skus]
    return Quotas(units, world.days / periods, any(limit.kind == "fair_share" for limit in chosen))


def fair_quotas(available: int, demand: list[float]) -> list[int]:
    """Units shared out pro rata to demand by segment, in whole units by largest remainder.

    >>> fair_quotas(7, [10.0, 4.0])
    [5, 2]
    """
    asked = sum(demand)
    if asked <= 0.0:
        return [0] * len(demand)
    return list(largest_remainder(demand, min(available, round(asked))))
