"""What may be bought or moved: every purchase and transfer that some policy could order, by its keyed lead times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fillrate.draws import TICK, name_key, snap
from fillrate.errors import InputError
from fillrate.model.chance import Chance, outage_key, outage_windows
from fillrate.plan.bound.case import Case, Flows
from fillrate.plan.bound.chances import least_of
from fillrate.plan.bound.clock import charged_days, due_times
from fillrate.policy.replenish import pair_supplier
from fillrate.world import World
from fillrate.world.law import Law
from fillrate.world.supply import Supplier

__all__ = [
    "MOST_REVIEWS",
    "Source",
    "by_review",
    "check_prices",
    "every_flow",
    "extra_cost",
    "just_in_time",
    "linked",
    "sources",
]

MOST_REVIEWS = 8  # a day, up to which each order's lead time is known; above, the shortest of the law is taken
GRID = 16  # intervals of a pair between which stock may be moved at any time


@dataclass(frozen=True)
class Source:
    """Who serves a pair, and how fast at what price."""

    pair: int
    supplier: int
    terms: Supplier
    sender: int  # pair that a transfer takes stock from, -1 = a purchase

    def options(self) -> tuple[tuple[Law, float], ...]:
        """Lead-time law and surcharge of each way to order, money/unit."""
        usual = (self.terms.lead_time_days, 0.0)
        fast = self.terms.expedite_lead_time_days
        return (usual,) if fast is None else (usual, (fast, snap(self.terms.expedite_per_unit)))


def sources(world: World) -> list[Source]:
    """The supplier of each pair that has one."""
    tables, found = world.tables, []
    for pair, (sku, place) in enumerate(zip(tables.pair_sku.tolist(), tables.pair_location.tolist(), strict=True)):
        n = pair_supplier(world, world.locations[place].name, world.skus[sku].name)
        if n < 0:
            continue
        terms, sender = world.supply.supplier[n], -1
        if terms.from_location:
            sender = tables.pair_of[tables.ids["location"][terms.from_location], sku]
        found.append(Source(pair, n, terms, sender))
    return found


def extra_cost(world: World, source: Source) -> float:
    """What a unit costs above its unit cost, or to move, money; snapped as it is booked."""
    sku = int(world.tables.pair_sku[source.pair])
    if source.sender >= 0:
        return snap(source.terms.freight_per_unit)
    return snap(world.skus[sku].cost * source.terms.cost_factor) - world.tables.unit_cost[sku]


def check_prices(world: World) -> None:
    """See that nobody earns by buying and keeping.

    Raises:
        InputError: a unit costs less than it is worth at the close, so that nothing bounds what a policy may earn.
    """
    for source in sources(world):
        sku = int(world.tables.pair_sku[source.pair])
        if source.sender < 0 and extra_cost(world, source) < -(1.0 - world.money.salvage) * world.tables.unit_cost[sku]:
            found = f"'{source.terms.name}' sells '{world.skus[sku].name}' below its value at the close"
            raise InputError(
                "bound", f"{found}: buying without end earns without end", "kind static, exogenous or rule"
            )


def by_review(world: World) -> bool:
    """Whether orders are sent at a few known instants of a day."""
    return world.supply.review_days > 0.0 and 1.0 / world.supply.review_days <= MOST_REVIEWS


def linked(world: World) -> set[int]:
    """SKUs of which stock may be moved at any time: what that saves in holding is not told, so holding is left out."""
    moved = {int(world.tables.pair_sku[s.pair]) for s in sources(world) if s.sender >= 0}
    return set() if by_review(world) else moved


def just_in_time(world: World) -> dict[int, list[tuple[float, float]]]:
    """Pairs that may be bought for at any time, stock of their SKU staying where it is.

    Returns:
        pair -> first instant of receipt in days and extra cost a unit, for each way to order.
    """
    if by_review(world):
        return {}
    apart, moved = dict[int, list[tuple[float, float]]](), linked(world)
    for source in sources(world):
        if int(world.tables.pair_sku[source.pair]) not in moved:
            extra = extra_cost(world, source)
            apart[source.pair] = [(least_of(law), extra + more) for law, more in source.options()]
    return apart


def every_flow(case: Case) -> Flows:
    """Every purchase and transfer that is not `just_in_time`."""
    find = _at_reviews if by_review(case.world) else _at_any_time
    rows = [row for source in sources(case.world) for row in find(case, source, extra_cost(case.world, source))]
    pair, at, value, sender, leaves = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    whole = np.array([pair, sender], np.int64)
    real = np.array([at, value, leaves], np.float64)
    return Flows(whole[0], real[0], real[1], whole[1], real[2])


Row = tuple[int, float, float, int, float]


def _at_reviews(case: Case, source: Source, extra: float) -> Iterator[Row]:
    """Orders of every review, as the first, second, ... of its day."""
    world, chance = case.world, Chance(case.world, case.seed)
    sku, place = int(world.tables.pair_sku[source.pair]), int(world.tables.pair_location[source.pair])
    stream = "transfer" if source.sender >= 0 else "purchase"
    key = name_key(source.terms.from_location or source.terms.name)
    outages = outage_windows(source.terms.outage, outage_key("supplier", source.terms.name), chance, world.days)
    reviews = due_times(world.supply.review_days, world.days).tolist()
    held, kept = case.held[sku], (1.0 - world.money.salvage) * world.tables.unit_cost[sku]
    today: dict[int, int] = {}
    for now in reviews:
        day = int(now)
        today[day] = today.get(day, 0) + 1
        start = max([now, *[end for begin, end in outages if begin <= now < end]])
        for law, more in source.options():
            leads = {chance.lead_time(stream, key, place, sku, day, nth, law) for nth in range(today[day])}
            for due in sorted(start + lead for lead in leads):
                row = _row(world, source, now, due, held, kept, extra + more)
                if row is not None:
                    yield row


def _row(world: World, source: Source, now: float, due: float, held: float, kept: float, extra: float) -> Row | None:
    """A flow of units; what is bought and not received by the horizon earns nothing, what is moved may save holding."""
    after = held * float(charged_days(world, due)) if due <= world.days else 0.0
    if source.sender < 0:
        return (source.pair, due, -extra - kept - after, -1, 0.0) if due < world.days else None
    saved = held * float(charged_days(world, now))
    return source.pair, due if due < world.days else np.inf, saved - after - extra, source.sender, now


def _at_any_time(case: Case, source: Source, extra: float) -> Iterator[Row]:
    """Orders of SKUs that are moved at any time: leaving at the beginning of an interval, there at that of another."""
    world, sku = case.world, int(case.world.tables.pair_sku[source.pair])
    if sku not in linked(world):
        return
    grid, kept = np.arange(GRID) * world.days / GRID, (1.0 - world.money.salvage) * world.tables.unit_cost[sku]
    for law, more in source.options():
        lead = least_of(law)
        if source.sender < 0 and lead < world.days:
            yield source.pair, lead, -extra - more - kept, -1, 0.0
        for begin in grid.tolist() if source.sender >= 0 else ():
            due = float(grid[np.searchsorted(grid, begin + lead, side="right") - 1])
            yield source.pair, due, -extra - more, source.sender, begin + world.days / GRID - TICK
