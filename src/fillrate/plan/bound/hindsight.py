"""The hindsight bound: what a clairvoyant could have earned at most on the orders of a trace.

Every policy's run has a point in the program that is worth at least its contribution: constraints are left out, options
are not. Kept are the stock of each (location, SKU) in time, lanes, patience, all amounts of money but fixed order
costs, the close, and lead times and transits by their keys. Left out are whole numbers, stations, cut-offs, outages of
locations, ship-complete, split limits, a second box of an order from a location, lots, minimums, capacity, cash and
storage; holding stops at placing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import snap
from fillrate.errors import InputError
from fillrate.model.opening import Opening, stated_opening
from fillrate.plan.bound.book import book_of, together
from fillrate.plan.bound.case import Case, none
from fillrate.plan.bound.clock import charged_days, per_unit_day, rounding_error
from fillrate.plan.bound.exogenous import constant_receipts
from fillrate.plan.bound.kinds import Kind, check_kind, safe_kind
from fillrate.plan.bound.network import Network
from fillrate.plan.bound.program import Solution
from fillrate.plan.bound.purchases import every_flow, linked
from fillrate.plan.bound.rule import rule_flows
from fillrate.plan.bound.whole_orders import by_whole_orders, has_whole_orders
from fillrate.policy.replenish import Levels
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["MOST_WHOLE", "Hindsight", "hindsight"]

MOST_WHOLE = 2_000  # orders up to which whole units are asked for
GUARD = 1e-10  # share of the amounts that add up to the value, for their rounding


@dataclass(frozen=True)
class Hindsight:
    """A bound on the contribution of every policy that its kind covers."""

    value: float  # money: contribution that none exceeds
    kind: Kind
    cost: float  # money: margin of all ordered units less the value, a bound from below on the controllable cost
    reached: float  # money: of the point that the solver found, -inf if it found none; value - reached is not proven
    rows: int
    columns: int
    seconds: float

    @property
    def gap(self) -> float:
        """What is not proven, as a share of the controllable cost; 0 where that is 0."""
        return float((self.value - self.reached) / self.cost) if self.cost else 0.0


def hindsight(
    world: World,
    trace: Trace,
    kind: Kind | None = None,
    opening: Opening | None = None,
    levels: Levels | None = None,
    whole: bool = False,
    seconds: float = 0.0,
    cut_up: bool = False,
    reassigned: bool = True,
) -> Hindsight:
    """Bound the contribution of every policy on a trace.

    Args:
        world: the world the trace was made for.
        trace: orders and draws.
        kind: which policies are covered; None = every one: `static` where nothing can be bought, else `free`.
        opening: where runs start; None = the stated opening stock.
        levels: of the replenish rule that the policies share, for `rule` and for `exogenous` purchases.
        whole: whole units and boxes, by branch and bound; up to `MOST_WHOLE` orders.
        seconds: where the search for whole units stops, 0 = never; the bound is then that of parts of units or less.
        cut_up: a part of an order may pay for a part of a box, as in the literature's program, which is never below.
        reassigned: policies are covered too that assign anew what is not picked yet, as `reoptimise` does; of kind
            `rule` they never are.

    Raises:
        InputError: the kind would be no bound here, or there are too many orders for whole units.
    """
    began = time.perf_counter()
    world = world.over(trace.days)
    opening = _opening(world, opening)
    kind = kind or safe_kind(world, opening)
    check_kind(kind, world, opening, levels)
    if whole and len(trace.orders) > MOST_WHOLE:
        raise InputError("bound", f"found {len(trace.orders):,} orders", f"up to {MOST_WHOLE:,} for whole units")
    case = _case(world, trace, kind, not whole, reassigned and kind != "rule")
    fixed, paid = _receipts(case, kind, opening, levels)
    flows = {"free": every_flow, "rule": rule_flows}.get(kind, lambda _: none())(case)
    followed = levels if kind == "rule" else None
    network = Network(case, fixed, flows, kind == "free", whole, _missing(followed, opening))
    if followed is not None:
        network.follow(followed, _position(opening))
    if has_whole_orders(network) and not cut_up:
        found = by_whole_orders(network)
    else:
        found = network.program.solve(whole, seconds)
    result = _result(case, trace, kind, found, _certain(case, fixed) - paid, time.perf_counter() - began)
    if not whole:
        return result
    divided = hindsight(world, trace, kind, opening, levels, cut_up=cut_up, reassigned=reassigned)
    return replace(result, value=min(result.value, divided.value), cost=max(result.cost, divided.cost))


def _opening(world: World, opening: Opening | None) -> Opening:
    if opening is None and world.header.opening_policy:
        problem = f"world '{world.name}' starts from what '{world.header.opening_policy}' leaves"
        raise InputError("bound", problem, "an opening: that of `fillrate.simulate.opening_of`")
    return stated_opening(world) if opening is None else opening


def _case(world: World, trace: Trace, kind: Kind, alike: bool, reassigned: bool) -> Case:
    """The orders as rows, like ones together where their keys do not matter."""
    held = per_unit_day(world)
    if kind == "free":
        held[list(linked(world))] = 0.0
    case = Case(world, book_of(world, trace, reassigned), trace.seed, held)
    late = any(s.lateness_per_unit_day for s in world.segments)
    laws = {law.law for block in world.tables.transit_law for row in block for law in row if law is not None}
    if not alike or any(s.return_probability for s in world.segments) or (late and laws - {"constant"}):
        return case
    waits = any(s.backorder_per_unit_day for s in world.segments)
    timeless = kind == "static" and not (held.any() or late or waits)
    return replace(case, book=together(case.book, timeless))


Receipts = list[tuple[int, float, int]]  # pair, day from which they are there, units


def _receipts(case: Case, kind: Kind, opening: Opening, levels: Levels | None) -> tuple[Receipts, float]:
    """What comes in whatever a policy does, and what is paid for it besides unit costs."""
    fixed = [(pair, 0.0, units) for pair, units in enumerate(opening.units) if units]
    fixed += [(c.pair, c.due, c.units) for c in opening.inbound]
    bought, paid = constant_receipts(case, levels) if kind == "exogenous" and levels else ([], 0.0)
    return fixed + bought, paid


def _position(opening: Opening) -> NDArray[np.int64]:
    """(pairs,) inventory position at the start."""
    position = np.array(opening.units, np.int64)
    for coming in opening.inbound:
        position[coming.pair] += coming.units
    return position


def _missing(levels: Levels | None, opening: Opening) -> NDArray[np.float64]:
    """(pairs,) units from the position at the start up to a rule's base stock."""
    position = _position(opening)
    return np.zeros(len(position)) if levels is None else np.maximum(0.0, np.array(levels.S) - position)


def _certain(case: Case, fixed: Receipts) -> float:
    """What is earned if nothing is ever placed: losses, waiting, and holding what comes in."""
    world, book = case.world, case.book
    sku = world.tables.pair_sku
    holding = sum(units * case.held[sku[pair]] * float(charged_days(world, at)) for pair, at, units in fixed)
    loss = np.array(world.tables.loss)[book.segment[book.of], book.region[book.of]] * book.asked
    rate = np.array([snap(s.backorder_per_unit_day) for s in world.segments])[book.segment[book.of]]
    offered = np.isfinite(book.start) & (book.start < world.days)
    days = charged_days(world, book.start) - charged_days(world, np.minimum(book.end, world.days))
    waiting = np.where((book.steady & offered[book.of]), rate * np.maximum(days, 0.0)[book.of], 0.0) * book.asked
    return -float(loss.sum() + waiting.sum() + holding)


def _result(case: Case, trace: Trace, kind: Kind, found: Solution, certain: float, seconds: float) -> Hindsight:
    world, o = case.world, trace.orders
    margin = float(((np.asarray(o.price) - np.array(world.tables.unit_cost)[o.sku]) * o.quantity).sum())
    slack = rounding_error(world, int(o.quantity.sum())) + GUARD * (abs(certain) + abs(found.bound))
    value = float(certain + found.bound + slack)
    return Hindsight(value, kind, margin - value, float(certain + found.reached), found.rows, found.columns, seconds)
