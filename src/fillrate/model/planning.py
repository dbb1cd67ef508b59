"""What a planner is shown and what it answers: both engines ask in the same way, between events.

A planner is a callable that the composition root hands in. It is a pure function of what it is shown: what it wants to
remember for the next time, such as the basis of a program, it hands over with its answer and is given back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import TICK, TICKS, name_key
from fillrate.errors import PolicyError

if TYPE_CHECKING:
    from fillrate.policy import Bound
    from fillrate.trace import Orders
    from fillrate.world import World

__all__ = [
    "Kinds",
    "Plan",
    "Planner",
    "Snapshot",
    "aims",
    "answered",
    "baskets_of",
    "planner_in",
    "received",
]

LEAST_SHARE = 1e-9  # what a program's arithmetic leaves of nothing


@dataclass(frozen=True)
class Snapshot:
    """A run between two events, as a planner may see it."""

    now: float  # days after t0
    free: NDArray[np.int64]  # (pairs,) units on hand, less reserved
    inbound: NDArray[np.int64]  # (pairs,) units on order or on their way
    waiting: NDArray[np.int64]  # (n, 3) open lines of orders that wait or are in the pool: trace row, SKU, units
    orders: Orders | None  # received so far; None if the planner does not look back
    planned_at: float  # instant of the last plan, -1 if there is none
    planned_free: NDArray[np.int64]  # (pairs,) units that were free then
    memory: NDArray[np.int8]  # what the planner handed over with its last plan


@dataclass(frozen=True)
class Plan:
    """A planner's tables."""

    price: NDArray[np.float64]  # (pairs,) money/unit that a unit of stock is worth to later orders
    share: NDArray[np.float64]  # (segments * regions * items, locations) how often an item comes from there, or empty
    memory: NDArray[np.int8]  # (planner.memory,) for the next time


class Planner(Protocol):
    """Makes plans for the runs of one world."""

    assigns: bool  # whether it assigns the orders of a wave or pool together: `assign`
    shares: bool  # whether its plans have shares
    looks_back: bool  # whether it looks at the orders received so far
    memory: int  # bytes that it hands over from plan to plan

    def __call__(self, seen: Snapshot) -> Plan | None:
        """A plan, or None: the last one holds."""
        ...

    def assign(self, seen: Snapshot) -> NDArray[np.int64]:
        """(n,) the location for each line of `seen.waiting`, -1 = none; asked only if it assigns."""
        ...


def planner_in(policy: Bound) -> Planner | None:
    """Who plans for a bound policy, None if it does not plan.

    Raises:
        PolicyError: it plans, and nobody handed a planner in.
    """
    planner: Planner | None = policy.planner
    if policy.plan is not None and planner is None:
        raise PolicyError(f"policy '{policy.policy.name}'", "no planner", "a policy bound by `simulate.bound_of`")
    return planner


class Kinds:
    """Items, as plans tell them apart: a SKU in a certain order type, or in any other order."""

    def __init__(self, world: World) -> None:
        """Number the items: those of the world's order types, then every SKU by itself."""
        ids, baskets = world.tables.ids["sku"], world.demand.basket
        self.skus = len(world.skus)
        lists = [dict.fromkeys(ids[name] for name in basket.skus) for basket in baskets]
        self.first = np.cumsum([0, *map(len, lists)]).astype(np.int64)
        self.by_sku = int(self.first[-1])  # number of the first SKU by itself
        self.count = self.by_sku + self.skus
        self.cells = len(world.segments) * len(world.regions) * self.count * len(world.locations)  # of a plan's shares
        self.item_of = np.full((len(baskets) + 1, self.skus), -1, np.int32)  # row 0: no order type
        self.item_of[:] = self.by_sku + np.arange(self.skus)
        for n, skus in enumerate(lists):
            self.item_of[n + 1, list(skus)] = self.first[n] + np.arange(len(skus))


def baskets_of(world: World, orders: Orders) -> NDArray[np.int32]:
    """(orders,) order type of each order plus 1, 0 where it is none of the world's.

    An order's lines are added up to one number by keys of the SKUs' names, so their order and splitting do not count.
    """
    if not world.demand.basket:
        return np.zeros(len(orders), np.int32)
    keys = np.array([name_key(sku.name) | 1 for sku in world.skus], np.uint64)
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(keys[orders.sku] * orders.quantity.astype(np.uint64))])
    asked = total[orders.first_line[1:]] - total[orders.first_line[:-1]]
    ids, known = world.tables.ids["sku"], np.zeros(len(world.demand.basket), np.uint64)
    for n, basket in enumerate(world.demand.basket):
        for name, units in zip(basket.skus, basket.quantities or (1,) * len(basket.skus), strict=True):
            known[n : n + 1] += keys[ids[name]] * np.array([units], np.uint64)  # an array wraps around silently
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], asked), len(known) - 1)
    return np.where(known[order][at] == asked, order[at] + 1, 0).astype(np.int32)


def received(orders: Orders, now: float, wave: bool) -> Orders:
    """The orders received before an instant, or up to it where a wave has just begun."""
    count = int(np.searchsorted(orders.time, now, "right" if wave else "left"))
    return orders.head(count)


def answered(planner: Callable[[Snapshot], Any], seen: Snapshot, pairs: int, shares: int) -> Plan | None:
    """A planner's answer, checked and put on the grid of prices.

    Raises:
        PolicyError: tables of another size, or a number that is none.
    """
    plan = planner(seen)
    if plan is None:
        if seen.planned_at < 0.0:
            raise PolicyError("planner", "no plan at the start", "a plan")
        return None
    price, share = np.rint(np.asarray(plan.price, np.float64) * TICKS) * TICK, np.asarray(plan.share, np.float64)
    if len(price) != pairs or share.size != shares or not (np.isfinite(price).all() and np.isfinite(share).all()):
        found = f"{len(price)} prices and {share.size} shares"
        raise PolicyError("planner", found, f"{pairs} prices and {shares} shares, all finite")
    return Plan(price, _whole(share), np.asarray(plan.memory, np.int8))


def aims(planner: Any, seen: Snapshot, places: int) -> list[int]:
    """The locations that a planner assigns, checked.

    Raises:
        PolicyError: not one for each line, or one that is not there.
    """
    found = np.asarray(planner.assign(seen), np.int64)
    if found.shape != (len(seen.waiting),) or (len(found) and not (found.min() >= -1 and found.max() < places)):
        raise PolicyError("planner", f"{found.shape} assignments", f"{len(seen.waiting)} of -1 to {places - 1}")
    listed: list[int] = found.tolist()
    return listed


def _whole(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares on a grid of 2**-20; those that sum to 1 but for arithmetic do so exactly: the largest takes the rest."""
    if not share.size:
        return share
    share = np.rint(np.where(share < LEAST_SHARE, 0.0, share) * TICKS)
    total, each = share.sum(axis=1), np.arange(len(share))
    off = np.where(np.abs(total - TICKS) < share.shape[1] + 1, TICKS - total, np.minimum(TICKS - total, 0.0))
    share[each, share.argmax(axis=1)] += off
    return np.maximum(share, 0.0) * TICK
