"""Replenish rules: every rule is one table (s, S, lot, cap, expedite) by pair, and one formula reads it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from fillrate.policy.spec import ReplenishRule
from fillrate.policy.textbook.base_stock import base_stock_by_factor, base_stock_level
from fillrate.world import World
from fillrate.world.demand import Sku
from fillrate.world.expected import home_losses
from fillrate.world.fields import MOST_UNITS
from fillrate.world.law import mean_of
from fillrate.world.supply import Item, Supplier

__all__ = ["ALWAYS", "Levels", "level_of", "levels_of", "order_quantity", "pair_supplier"]

ALWAYS = MOST_UNITS  # a level that no position exceeds


@dataclass(frozen=True)
class Levels:
    """Lists over pairs, in units; order if position <= s, up to S, in whole lots, at most cap."""

    s: list[int]
    S: list[int]
    lot: list[int]
    cap: list[int]
    expedite: list[int]  # order by the fast option at or below this position


def order_quantity(position: int, s: int, S: int, lot: int, cap: int) -> int:
    """Units to order: nothing above s, else the fewest whole lots that reach S, at most cap.

    (r, Q) is s = r, S = r + 1, lot = Q: the smallest multiple of Q that lifts the position above r.

    >>> order_quantity(2, 2, 10, 1, ALWAYS), order_quantity(3, 2, 10, 1, ALWAYS), order_quantity(1, 5, 6, 4, ALWAYS)
    (8, 0, 8)
    """
    if position > s:
        return 0
    lots = -((position - S) // lot)
    return min(cap, max(0, lots * lot))


@dataclass(frozen=True)
class Pair:
    """What a rule needs to know of one (location, SKU) pair."""

    world: World
    rule: ReplenishRule
    item: Item
    sku: Sku
    supplier: Supplier
    rate: float  # mean home demand, units/day
    variance: float  # of home demand, units²/day
    losses: list[float]  # (segments,) cost of a lost unit of it

    @cached_property
    def review(self) -> float:
        """Days between reviews, 0 if continuous."""
        return self.world.supply.review_days

    @cached_property
    def period(self) -> float:
        """Days whose demand and costs a rule weighs: those between reviews, one if continuous."""
        return self.review or 1.0

    @cached_property
    def level(self) -> int:
        """Base stock: as stated, else from the rule's service level, the world's safety factor or its service level."""
        if self.item.base_stock is not None:
            return self.item.base_stock
        return level_of(self.world, self.rate, self.variance, self.supplier, self.rule.service_level) + self.extra

    @cached_property
    def extra(self) -> int:
        """Units of the rule's cover_days."""
        return math.ceil(self.rate * self.rule.cover_days)

    def covered(self, ratio: float) -> int:
        """Level that meets Poisson demand of lead time and review with the given probability, plus cover_days."""
        return _covering(self.rate, mean_of(self.supplier.lead_time_days), self.review, ratio) + self.extra

    @cached_property
    def holding(self) -> float:
        """Holding and capital cost, money/unit/day."""
        money = self.world.money
        stated = money.holding_per_day + money.holding_rate_per_year * self.sku.cost / 365.0
        holding = stated if self.sku.holding_per_day is None else self.sku.holding_per_day
        return holding + money.capital_rate_per_year * self.sku.cost / 365.0

    @cached_property
    def shortage(self) -> float:
        """Cost of a unit short at a review: margin and loss where demand is lost, backorder cost where it waits."""
        weights = [s.weight for s in self.world.segments]
        costs = [
            s.backorder_per_unit_day * self.period
            if s.waits_forever
            else max(0.0, self.sku.price * s.price_factor - self.sku.cost) + loss
            for s, loss in zip(self.world.segments, self.losses, strict=True)
        ]
        return sum(w * c for w, c in zip(weights, costs, strict=True)) / sum(weights)

    @cached_property
    def quantity(self) -> int:
        """Order quantity: as stated, else the economic one (Harris 1913), at least a review's demand."""
        if self.item.order_quantity is not None:
            return self.item.order_quantity
        fixed = self.supplier.order_cost
        economic = math.sqrt(2.0 * self.rate * fixed / self.holding) if self.holding > 0 else 0.0
        return max(1, round(max(economic, self.rate * self.review)))


def level_of(
    world: World, rate: float, variance: float, supplier: Supplier | None, service_level: float | None = None
) -> int:
    """Base stock of a pair for which no item states one: what its demand over lead time and review asks for.

    Args:
        world: by its safety factor or its service level.
        rate: home demand, units/day.
        variance: of home demand, units²/day.
        supplier: who serves the pair; None = nobody, the lead time is 0.
        service_level: in place of the world's.
    """
    supply, lead = world.supply, mean_of(supplier.lead_time_days) if supplier else 0.0
    if service_level is None and supply.safety_factor is not None:
        return base_stock_by_factor(rate, variance, lead, supply.review_days, supply.safety_factor)
    return _covering(rate, lead, supply.review_days, supply.service_level if service_level is None else service_level)


def _covering(rate: float, lead: float, review: float, ratio: float) -> int:
    return base_stock_level(rate, lead, review, min(max(ratio, 0.001), 0.9999))


Row = tuple[int, int, int, int]


def _base_stock(p: Pair) -> Row:
    return p.level - 1, p.level, 1, ALWAYS


def _s_S(p: Pair) -> Row:
    s = p.item.reorder_point if p.item.reorder_point is not None else p.level
    return s, p.item.order_up_to if p.item.order_up_to is not None else s + p.quantity, 1, ALWAYS


def _r_Q(p: Pair) -> Row:
    r = p.item.reorder_point if p.item.reorder_point is not None else p.level
    return r, r + 1, p.quantity, ALWAYS


def _capped(p: Pair) -> Row:
    """Base stock with a cap on each order: as stated, else a review's mean demand and half its standard deviation.

    Xin (2021), Operations Research 69(1): the cap is a little above mean demand, so that orders are nearly constant.
    """
    mean = p.rate * p.period
    cap = p.item.cap if p.item.cap is not None else math.ceil(mean + 0.5 * math.sqrt(mean))
    return p.level - 1, p.level, 1, cap


def _constant(p: Pair) -> Row:
    """The same quantity at every review; under continuous review one unit for each line that was served."""
    stated = p.item.order_quantity
    each = stated if stated is not None else round(p.rate * p.review) if p.review > 0.0 else 1
    return ALWAYS, 2 * ALWAYS, 1, each


def _newsvendor(p: Pair) -> Row:
    """Base stock at the critical ratio: shortage over shortage and the cost of a unit left over (Arrow et al. 1951)."""
    over = p.holding * p.period + (1.0 - p.world.money.salvage) * p.sku.cost
    level = p.covered(p.shortage / (p.shortage + over) if p.shortage + over > 0.0 else 0.5)
    return level - 1, level, 1, ALWAYS


RULES: dict[str, Callable[[Pair], Row]] = {
    "base_stock": _base_stock,
    "s_S": _s_S,
    "r_Q": _r_Q,
    "capped_base_stock": _capped,
    "constant": _constant,
    "newsvendor": _newsvendor,
}


def levels_of(world: World, rule: ReplenishRule) -> Levels:
    """The table of a rule for a world; pairs without a supplier never order."""
    tables, rows = world.tables, []
    rates, variances = tables.home_rate.tolist(), tables.home_variance.tolist()
    losses = home_losses(tables).T.tolist()
    for pair, (sku, supplier) in enumerate(zip(tables.pair_sku.tolist(), tables.supplier.tolist(), strict=True)):
        what, item = world.skus[sku], tables.item[pair]
        if supplier < 0:
            rows.append((-ALWAYS, 0, 1, 0, -ALWAYS))
            continue
        terms = world.supply.supplier[supplier]
        row = RULES[rule.rule](Pair(world, rule, item, what, terms, rates[pair], variances[pair], losses[pair]))
        rows.append((*row, -ALWAYS if item.expedite_below is None else item.expedite_below))
    columns = [list(c) for c in zip(*rows, strict=True)] or [[], [], [], [], []]
    return Levels(*columns)


def pair_supplier(world: World, location: str, sku: str) -> int:
    """Index of the supplier of a carried pair, -1 if none: `Tables.supplier`, by name."""
    ids, pair_of = world.tables.ids, world.tables.pair_of
    return int(world.tables.supplier[pair_of[ids["location"][location], ids["sku"][sku]]])
