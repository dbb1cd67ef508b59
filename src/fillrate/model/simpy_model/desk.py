"""Stages 2 and 4: the allocation desk. One order with all its open lines, one offer, one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fillrate.decision.walk import settle
from fillrate.model.simpy_model.answers import Answers
from fillrate.model.simpy_model.entities import Line, Order
from fillrate.model.simpy_model.limits import Limits
from fillrate.model.simpy_model.orders import lose, patience
from fillrate.model.simpy_model.rows import Rows, rows_of

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Desk", "Offer"]


class Offer:
    """One order's open lines at one instant; entry (line, row) of flat lists is at line * width + row."""

    __slots__ = ("asked", "available", "complete", "groups", "left", "location", "opened", "order", "rows", "take", "width")

    def __init__(self, order: Order, groups: list[list[Line]], rows: list[Rows], left: list[int], complete: int) -> None:
        """Nothing is taken yet; availability is filled in by the desk."""
        self.order, self.groups, self.rows, self.left, self.complete = order, groups, rows, left, complete
        self.asked = list(left)
        self.width = max([len(r.location) for r in rows])
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
        if offer is not None and self._ask(offer):
            self._place(offer)
        self._hold(order)
        sim.parcels.begin()
        sim.supply.review_touched()

    def _start_patience(self, order: Order) -> None:
        terms = self.sim.world.segments[order.segment]
        if terms.waits_forever:
            order.deadline = float("inf")
        else:
            order.deadline = self.sim.env._now + self.sim.chance.patience(order.key, terms.patience_days)

    def _make(self, order: Order, most: dict[int, int] | None) -> Offer | None:
        groups, rows, left = [], [], []
        for group in order.groups:
            units = sum([line.open for line in group])
            if most is not None:
                units = min(units, most.get(group[0].sku, 0))
            if units:
                groups.append(group)
                rows.append(self.rows(order, group[0].sku))
                left.append(units)
        if not groups:
            return None
        complete = 0 if self.sim.policy.commit[order.segment] else self.sim.policy.complete[order.segment]
        return Offer(order, groups, rows, left, complete)

    def _ask(self, offer: Offer) -> bool:
        """Fill availability, lead the policy through the offer; whether anything is taken."""
        sim, order = self.sim, offer.order
        for group, block in zip(offer.groups, offer.rows, strict=True):
            free = self.limits.available(order, group[0], block)
            offer.available += free + [0] * (offer.width - len(free))
            if sim.journal is not None:
                sim.log(sim.env.now, "checked", order.row, group[0].row, group[0].sku, -1, sum(free))
            sim.accounts.cut_tables += block.cut
        if not any(offer.available):
            sim.accounts.masked_offers += 1
            return False
        self.answers.answer(offer)
        if offer.complete:
            settle(offer.width, offer.left, offer.take, offer.asked, offer.complete)
        return any(offer.take)

    def _place(self, offer: Offer) -> None:
        """Reserve what was taken: into parcels, or kept aside while a ship-complete order waits."""
        commit = self.sim.policy.commit[offer.order.segment] and self.sim.policy.complete[offer.order.segment]
        for at, units in enumerate(offer.take):
            if units:
                line, row = divmod(at, offer.width)
                block = offer.rows[line]
                self._reserve(offer.groups[line], block.location[row], block.pair[row], units, bool(commit))
        if commit:
            self._release_complete(offer.order)

    def _reserve(self, group: list[Line], place: int, pair: int, units: int, commit: bool) -> None:
        """Promise units from a location; merged lines take them in trace order."""
        sim, order, now = self.sim, group[0].order, self.sim.env._now
        sim.stock.reserved[pair] += units
        sim.supply.touch(pair)
        self.limits.use(order.segment, group[0].sku, units)
        if place not in order.opened:
            order.opened.append(place)
        for line in group:
            part = min(units, line.open)
            if part:
                units -= part
                line.open -= part
                sim.log(now, "reserved", order.row, line.row, line.sku, place, part)
                self._count_reserved(order, part, now)
                if commit:
                    line.committed.append((place, pair, part))
                else:
                    sim.parcels.put(line, place, pair, part)

    def keep(self, line: Line, place: int, pair: int, units: int) -> None:
        """Re-evaluation gives a line a reservation it had before."""
        commit = self.sim.policy.commit[line.order.segment] and self.sim.policy.complete[line.order.segment]
        self._reserve([line], place, pair, units, bool(commit))
        self.sim.backlog.count_held(line)

    def _count_reserved(self, order: Order, units: int, now: float) -> None:
        if order.counted:
            accounts = self.sim.accounts
            accounts.allocated += units
            accounts.waited += units * (now - order.time)
            if now == order.time:
                accounts.immediate += units

    def _release_complete(self, order: Order) -> None:
        """Hand over what is complete: a line, or the order, with nothing open."""
        whole = self.sim.policy.complete[order.segment] == 2
        if whole and order.open_units:
            return
        for line in order.lines:
            if line.open == 0:
                for place, pair, units in line.committed:
                    self.sim.parcels.put(line, place, pair, units)
                line.committed = []

    def give_back(self, line: Line, units: int) -> None:
        """A reservation ended without a dispatch: its quota is free again."""
        self.limits.use(line.order.segment, line.sku, -units)

    def _hold(self, order: Order) -> None:
        """What was not taken waits, or is lost where patience has run out."""
        sim, now = self.sim, self.sim.env._now
        still_open = order.open_units
        if not still_open:
            for line in order.lines:
                sim.backlog.count_held(line)
            sim.backlog.drop(order)
        elif now >= order.deadline:
            lose(sim, order)
        else:
            for line in order.lines:
                if line.open and sim.journal is not None:
                    sim.log(now, "held", order.row, line.row, line.sku, -1, line.open)
                sim.backlog.count_held(line)
                if not line.open:
                    sim.backlog.by_sku[line.sku].pop(order.row, None)
            if not order.waiting:
                sim.backlog.add(order)
            if order.offers > 1 and not order.patient:
                sim.env.process(patience(sim, order))
