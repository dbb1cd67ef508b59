"""What a parcel costs and how long it takes on each lane, by carrier service."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fillrate.draws import snap
from fillrate.world.expected import sku_moments
from fillrate.world.geography import haversine_km
from fillrate.world.law import Law, mean_of

if TYPE_CHECKING:
    from fillrate.world.network import Lane, Location, RateCard, Region
    from fillrate.world.world import World

__all__ = ["CardFit", "LaneTerms", "card_fits", "fit_rate_card", "lane_terms", "standard_cost", "unit_weight"]


@dataclass(frozen=True)
class LaneTerms:
    """A lane at standard service."""

    distance_km: float
    box: float  # money/parcel
    rate: float  # money/unit
    rate_per_kg: float  # money/kg
    transit_days: Law


def fit_rate_card(card: RateCard) -> tuple[float, float, float]:
    """Least-squares line through a card's weight breaks.

    Returns:
        box (money/parcel, at least 0), rate (money/kg, at least 0), and the largest error at a break (money).

    >>> from fillrate.world.network import RateCard
    >>> box, rate, error = fit_rate_card(RateCard(breaks=((1.0, 5.0), (2.0, 6.0), (4.0, 8.0))))
    >>> round(box, 6), round(rate, 6), round(error, 6)
    (4.0, 1.0, 0.0)
    """
    kg, price = [b[0] for b in card.breaks], [b[1] for b in card.breaks]
    mean_kg, mean_price = sum(kg) / len(kg), sum(price) / len(price)
    spread = sum((x - mean_kg) ** 2 for x in kg)
    slope = sum((x - mean_kg) * (y - mean_price) for x, y in zip(kg, price, strict=True)) / spread if spread else 0.0
    rate = max(0.0, slope)
    box = mean_price - rate * mean_kg
    if box < 0.0:
        box, rate = 0.0, sum(x * y for x, y in zip(kg, price, strict=True)) / sum(x * x for x in kg)
    return box, rate, max(abs(box + rate * x - y) for x, y in zip(kg, price, strict=True))


@dataclass(frozen=True)
class CardFit:
    """What became of a rate card."""

    up_to_km: float
    box: float  # money/parcel
    rate_per_kg: float  # money/kg
    error: float  # largest difference at a break, money
    share: float  # the same as a share of the price at that break


def card_fits(world: World) -> list[CardFit]:
    """How the world's rate cards were read: the line that replaces each, and how far off it is at worst."""
    return [_card_fit(card) for card in world.shipping.rate_card]


def _card_fit(card: RateCard) -> CardFit:
    box, rate, error = fit_rate_card(card)
    off = [abs(box + rate * kg - price) / price for kg, price in card.breaks if price > 0.0]
    return CardFit(card.up_to_km, box, rate, error, max(off, default=0.0))


def lane_terms(world: World, location: Location, region: Region, stated: Lane | None) -> LaneTerms | None:
    """Terms of one lane at standard service, or None if there is no such lane."""
    km = snap(haversine_km(location.latitude, location.longitude, region.latitude, region.longitude))
    if stated is not None and stated.distance_km is not None:
        km = snap(stated.distance_km)
    if (stated is None and km > world.shipping.reach_km) or (stated is not None and stated.closed):
        return None
    terms = _by_formula(world, km)
    if stated is None:
        return terms
    own = {k: v for k in ("box", "rate", "rate_per_kg", "transit_days") if (v := getattr(stated, k)) is not None}
    return replace(terms, **own)


def _by_formula(world: World, km: float) -> LaneTerms:
    s = world.shipping
    box, rate, per_kg = s.box + s.box_per_km * km, s.rate + s.rate_per_km * km, s.rate_per_kg
    for card in s.rate_card:
        if km <= card.up_to_km:
            box, per_kg, _ = fit_rate_card(card)
            rate = 0.0
            break
    added = s.transit_days_per_1000_km * km / 1000.0
    return LaneTerms(km, box, rate, per_kg, _longer(s.transit_days, added))


def _longer(law: Law, added_days: float) -> Law:
    """The law with its mean moved up by a distance, its coefficient of variation kept."""
    if law.law == "empirical":
        return replace(law, values=tuple(v + added_days for v in law.values))
    return replace(law, mean=law.mean + added_days)


def scaled(law: Law, factor: float) -> Law:
    """A law of `factor` times the duration."""
    if factor == 1.0:
        return law  # as nearly all of many lanes are, at standard service
    return replace(law, mean=law.mean * factor, values=tuple(v * factor for v in law.values))


def unit_weight(world: World) -> float:
    """Mean weight of an ordered unit in kg, SKUs weighted by the units that are asked for."""
    units, kg = sku_moments(world)[:, 0], np.array([s.weight_kg for s in world.skus])
    return float((units * kg).sum() / units.sum()) if units.sum() > 0.0 else 0.0


def standard_cost(terms: LaneTerms, weight_kg: float) -> tuple[float, float]:
    """What orders a region's locations: a parcel of one unit of mean weight at standard service, then the distance."""
    return snap(terms.box) + snap(terms.rate) + snap(terms.rate_per_kg * weight_kg), terms.distance_km


def mean_transit(terms: LaneTerms) -> float:
    """Mean transit time in days."""
    mean = mean_of(terms.transit_days)
    return mean if math.isfinite(mean) else 0.0
