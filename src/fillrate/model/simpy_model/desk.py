"""Stages 2 and 4: the allocation desk. One order with all its open lines, one offer, one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fillrate.decision.walk import settle
from fillrate.model.simpy_model.answers import Answers
from fillrate.model.simpy_model.entities import Line, Order
from fillrate.model.simpy_model.limits import Limits
from fillrate.model.simpy_model.orders import lose
from fillrate.model.simpy_model.rows import Rows, rows_of

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Desk", "Offer"]


class Offer:
    """One order's open lines at one instant; entry (line, row) of flat lists is at line * width + row."""

    __slots__ = (
        "asked",
        "available",
        "complete",
        "groups",
        "left",
        "location",
        "opened",
        "order",
        "rows",
        "take",
        "width",
    )

    def __init__(
        self, order: Order, groups: list[list[Line]], rows: list[Rows], left: list[int], complete: int
    ) -> None:
        """Nothing is taken yet; availability is filled in by the desk."""
        self.order, self.groups, self.rows, self.left, self.complete = order, groups, rows, left, complete
        self.asked = list(left)
        self.width = max([len(r.location) for r in rows], default=0)
        self.location: list[int] = []
        self.available: list[int] = []
        for block in rows:
            self.location += block.location + [-1] * (self.width - len(block.location))
        self.take = [0] * len(self.location)
        self.opened = list(order.opened)


class Desk:
    """Asks the source policy about each offer and carries its answer out."""

    def __init__(self, sim: Simulation, explain: Callable[..., None] | None) -> None:
        """Set up the policy's evaluator."""
        self.sim = sim
        self.limits = Limits(sim)
        self.answers = Answers(sim, explain)
        self._rows: dict[tuple[int, int, int], Rows] = {}
        self.service = sim.tables.segment_service

    def rows(self, order: Order, sku: int) -> Rows:
        """The static rows of a line."""
        key = (self.service[order.segment], order.region, sku)
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = rows_of(self.sim.tables, *key)
        return found

    def offer(self, order: Order, most: dict[int, int] | None = None) -> None:
        """Offer an order: ask, reserve, hand parcels over, hold or lose the rest.

        Args:
            order: the order, with open lines.
            most: at most so many units by SKU (re-evaluation's caps); the rest stays held.
        """
        sim = self.sim
        order.offers += 1
        if order.offers == 1:
            self._start_patience(order)
        offer = self._make(order, most)
        if self._ask(offer):
            self._place(offer)
        self._release_complete(order)
        self._hold(order)
        sim.parcels.begin()
        sim.supply.review_touched()

    def _start_patience(self, order: Order) -> None:
        terms = self.sim.world.segments[order.segment]
        if terms.waits_forever:
            order.deadline = float("inf")
        else:
            order.deadline = self.sim.env._now + self.sim.chance.patience(order.key, terms.patience_days)

    def _make(self, order: Order, most: dict[int, int] | None) -> Offer:
        """The open lines with the units that caps and quotas allow; a line of which none is allowed is not asked."""
        commits = self.sim.policy.commit[order.segment]
        complete = 0 if commits else self.sim.policy.complete[order.segment]
        groups = [group for group in order.groups if any(line.open for line in group)]
        asked = [sum([line.open for line in group]) for group in groups]
        left = [self._allowed(group[0], units, most) for group, units in zip(groups, asked, strict=True)]
        if complete:  # what may not be placed in full is not placed
            short = [n < units for n, units in zip(left, asked, strict=True)]
            left = [0 if less or (complete == 2 and any(short)) else n for n, less in zip(left, short, strict=True)]
        for group in [group for group, units in zip(groups, left, strict=True) if not units]:
            self._log_check(group, self.rows(order, group[0].sku), 0)
        groups = [group for group, units in zip(groups, left, strict=True) if units]
        rows = [self.rows(order, group[0].sku) for group in groups]
        return Offer(order, groups, rows, [units for units in left if units], complete)

    def _allowed(self, line: Line, units: int, most: dict[int, int] | None) -> int:
        """Units that may be placed at all, wherever they come from."""
        quota = self.limits.quota(line.order.segment, line.sku)
        return min(units, quota) if most is None else min(units, quota, most.get(line.sku, 0))

    def _ask(self, offer: Offer) -> bool:
        """Fill availability, lead the policy through the offer; whether anything is taken."""
        for group, block in zip(offer.groups, offer.rows, strict=True):
            free = self.limits.available(offer.order, group, block)
            offer.available += free + [0] * (offer.width - len(free))
        legal = [self.answers.legal(offer, line) for line in range(len(offer.groups))]
        for line, (group, block) in enumerate(zip(offer.groups, offer.rows, strict=True)):
            start = line * offer.width
            self._log_check(group, block, sum([offer.available[start + row] for row in legal[line]]))
        if not any(legal):
            self.sim.accounts.masked_offers += offer.order.open_units > 0
            self.answers.tell_held(offer)
            return False
        self.answers.answer(offer)
        if offer.complete:
            settle(offer.width, offer.left, offer.take, offer.asked, offer.complete)
        return any(offer.take)

    def _log_check(self, group: list[Line], block: Rows, units: int) -> None:
        """A candidate table was made; `units` are there over its legal rows."""
        line = group[0]
        self.sim.log(self.sim.env._now, "checked", line.order.row, line.row, line.sku, -1, units)
        self.sim.accounts.cut_tables += block.cut

    def _keeps_aside(self, order: Order) -> bool:
        """Whether reserved units wait for the rest of their line or order."""
        return self.sim.policy.commit[order.segment] and self.sim.policy.complete[order.segment] > 0

    def _place(self, offer: Offer) -> None:
        """Reserve what was taken: into parcels, or kept aside while a ship-complete order waits."""
        aside = self._keeps_aside(offer.order)
        for at, units in enumerate(offer.take):
            if units:
                line, row = divmod(at, offer.width)
                block = offer.rows[line]
                self._reserve(offer.groups[line], block.location[row], block.pair[row], units, aside)

    def _reserve(self, group: list[Line], place: int, pair: int, units: int, aside: bool) -> None:
        """Promise units from a location; merged lines take them in trace order."""
        sim, order, now = self.sim, group[0].order, self.sim.env._now
        sim.stock.reserved[pair] += units
        sim.supply.touch(pair)
        self.limits.use(order.segment, group[0].sku, units)
        for line in group:
            part = min(units, line.open)
            if part:
                units -= part
                line.open -= part
                line.at[place] = line.at.get(place, 0) + part
                sim.log(now, "reserved", order.row, line.row, line.sku, place, part)
                self._count_reserved(line, now)
                if aside:
                    line.committed.append((place, pair, part))
                else:
                    sim.parcels.put(line, place, pair, part)

    def keep(self, line: Line, place: int, pair: int, units: int) -> None:
        """Re-evaluation gives a line a reservation it had before."""
        self._reserve([line], place, pair, units, self._keeps_aside(line.order))
        self.sim.backlog.count_held(line)

    def _count_reserved(self, line: Line, now: float) -> None:
        """Count the wait of units that were never reserved before: a unit's first allocation."""
        placed, order = sum(line.at.values()), line.order
        units = placed - line.counted
        if units <= 0:
            return
        line.counted = placed
        if order.counted:
            accounts = self.sim.accounts
            accounts.allocated += units
            accounts.waited += units * (now - order.time)
            if now == order.time:
                accounts.immediate += units

    def _release_complete(self, order: Order) -> None:
        """Hand over what is complete: a line (of one SKU), or the order, with nothing open."""
        if not self._keeps_aside(order) or (self.sim.policy.complete[order.segment] == 2 and order.open_units):
            return
        for group in order.groups:
            if not any(line.open for line in group):
                for line in group:
                    for place, pair, units in line.committed:
                        self.sim.parcels.put(line, place, pair, units)
                    line.committed = []

    def give_back(self, line: Line, place: int, pair: int, units: int) -> None:
        """A reservation ends without a dispatch: the units are open again, and their quota is free."""
        line.open += units
        line.at[place] -= units
        if not line.at[place]:
            del line.at[place]
        self.sim.stock.reserved[pair] -= units
        self.limits.use(line.order.segment, line.sku, -units)

    def release(self, line: Line, place: int, pair: int, units: int) -> None:
        """Put reserved units back into the pool."""
        self.give_back(line, place, pair, units)
        self.sim.log(self.sim.env._now, "released", line.order.row, line.row, line.sku, place, units)

    def _hold(self, order: Order) -> None:
        """What was not taken waits, or is lost where patience has run out."""
        sim, now = self.sim, self.sim.env._now
        if now >= order.deadline and not order.patient and order.open_units:
            lose(sim, order)
            return
        for line in order.lines:
            if line.open:
                sim.log(now, "held", order.row, line.row, line.sku, -1, line.open)
            sim.backlog.count_held(line)
        if not order.open_units:
            sim.backlog.drop(order)
            return
        sim.backlog.add(order)
        if order.deadline < sim.horizon and not order.patient:
            order.patient = True
            order.waits.succeed()
