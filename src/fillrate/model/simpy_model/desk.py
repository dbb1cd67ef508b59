"""Stages 2 and 4: the allocation desk. One order with all its open lines, one offer, one answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from fillrate.decision.offer import Offer, allow_units, make_offer
from fillrate.decision.walk import has_choice, legal_rows
from fillrate.model.simpy_model.answers import Answers
from fillrate.model.simpy_model.clock import begin
from fillrate.model.simpy_model.entities import Line, Order
from fillrate.model.simpy_model.limits import Limits
from fillrate.model.simpy_model.orders import lose, patience
from fillrate.model.simpy_model.rows import Rows, laid_out, rows_of

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Asked", "Desk"]


class Asked:
    """An offer with what it is about: the order, its open lines merged by SKU, and their rows."""

    __slots__ = ("groups", "offer", "order", "rows")

    def __init__(self, order: Order, groups: list[list[Line]], rows: list[Rows], offer: Offer) -> None:
        """Bring them together."""
        self.order, self.groups, self.rows, self.offer = order, groups, rows, offer


class Desk:
    """Asks the source policy about each offer and carries its answer out."""

    def __init__(self, sim: Simulation, explain: Callable[..., None] | None) -> None:
        """Set up the policy's evaluator."""
        self.sim = sim
        self.limits = Limits(sim)
        self.answers = Answers(sim, explain)
        self._rows = laid_out(sim.tables)
        self.offered = 0  # orders, at least once
        self.ranks = any(place.station.servers for place in sim.world.locations)
        self.service = sim.tables.segment_service

    def rows(self, order: Order, sku: int) -> Rows:
        """The static rows of a line."""
        key = (self.service[order.segment], order.region, sku, order.pin)
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
            self.offered += 1
            order.offered = sim.env._now
        if self.ranks:
            order.rank = sim.ranking.key(order)  # of its parcels at stations: as it stands before units are placed
        asked = self._make(order, most)
        if asked is None:
            sim.accounts.masked_offers += order.open_units > 0
        elif self._ask(asked):
            self._place(asked)
        self._release_complete(order)
        self._hold(order)
        sim.parcels.begin()
        sim.supply.review_touched()

    def _deadline(self, order: Order) -> float:
        """When the patience of an order ends, which began at its first offer."""
        terms = self.sim.world.segments[order.segment]
        if terms.waits_forever:
            return math.inf
        return order.offered + self.sim.chance.patience(order.key, terms.patience_days)

    def _make(self, order: Order, most: dict[int, int] | None) -> Asked | None:
        """The open lines with the units that caps and quotas allow; a line of which none is allowed is not asked."""
        complete = 0 if self.sim.policy.commit[order.segment] else self.sim.policy.complete[order.segment]
        groups, units = [], []
        for group in order.groups:
            open_units = group[0].open if len(group) == 1 else sum([line.open for line in group])
            if open_units:
                groups.append(group)
                units.append(open_units)
        if self.limits.quotas is not None or most is not None:
            allowed = [self._cap(group[0], most) for group in groups]
            allow_units(units, allowed, len(units), complete)
            for group, n in zip(groups, allowed, strict=True):
                if not n:
                    self._log_check(group[0], 0)
                    self.sim.accounts.cut_tables += self.rows(order, group[0].sku).cut
            groups = [group for group, n in zip(groups, allowed, strict=True) if n]
            units = [n for n in allowed if n]
        return self._with_rows(order, groups, units, complete) if groups else None

    def _cap(self, line: Line, most: dict[int, int] | None) -> int:
        """Most units that may be placed at all, wherever they come from."""
        quota = self.limits.quota(line.order.segment, line.sku)
        return quota if most is None else min(quota, most.get(line.sku, 0))

    def _with_rows(self, order: Order, groups: list[list[Line]], units: list[int], complete: int) -> Asked:
        """The offer: rows and what each may give, in blocks of equal width."""
        rows = [self.rows(order, group[0].sku) for group in groups]
        location, available = rows[0].location, self.limits.available(order, groups[0], rows[0])
        if len(rows) > 1:
            width = max([len(block.location) for block in rows])
            location, available = [], []
            for group, block in zip(groups, rows, strict=True):
                rest = width - len(block.location)
                location += block.location + [-1] * rest
                available += self.limits.available(order, group, block) + [0] * rest
        policy, price = self.sim.policy, [group[0].price for group in groups]
        terms = (policy.split[order.segment], complete, policy.most, policy.shipment_value)
        return Asked(order, groups, rows, make_offer(location, available, units, price, order.opened, *terms))

    def _ask(self, asked: Asked) -> bool:
        """Lead the policy through the offer; whether anything is taken."""
        offer = asked.offer
        for block in asked.rows:
            self.sim.accounts.cut_tables += block.cut
        if self.sim.journal is not None:
            self._log_tables(asked)
        if not has_choice(offer):
            self.sim.accounts.masked_offers += 1
            self.answers.tell_held(asked)
            return False
        self.answers.answer(asked)
        return any(offer.take)

    def _log_tables(self, asked: Asked) -> None:
        """Journal what there is over the legal rows of each line."""
        offer = asked.offer
        for line, group in enumerate(asked.groups):
            legal = offer.legal[: legal_rows(offer, line)]
            self._log_check(group[0], sum([offer.available[line * offer.width + row] for row in legal]))

    def _log_check(self, line: Line, units: int) -> None:
        """A candidate table was made; `units` are there over its legal rows."""
        self.sim.log(self.sim.env._now, "checked", line.order.row, line.row, line.sku, -1, units)

    def _keeps_aside(self, order: Order) -> bool:
        """Whether reserved units wait for the rest of their line or order."""
        return self.sim.policy.commit[order.segment] and self.sim.policy.complete[order.segment] > 0

    def _place(self, asked: Asked) -> None:
        """Reserve what was taken: into parcels, or kept aside while a ship-complete order waits."""
        aside, offer = self._keeps_aside(asked.order), asked.offer
        for at, units in enumerate(offer.take):
            if units:
                line, row = divmod(at, offer.width)
                block = asked.rows[line]
                self._reserve(asked.groups[line], block.location[row], block.pair[row], units, aside)

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
        if now == order.time:
            line.immediate = placed
        if order.counted:
            accounts = self.sim.accounts
            accounts.allocated += units
            accounts.waited += units * (now - order.time)

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
        sim, now, open_units = self.sim, self.sim.env._now, order.open_units
        if open_units and order.deadline < 0.0:
            order.deadline = self._deadline(order)
        if open_units and now >= order.deadline and not order.patient:
            lose(sim, order)
            return
        for line in order.lines:
            if line.open:
                sim.log(now, "held", order.row, line.row, line.sku, -1, line.open)
            sim.backlog.count_held(line)
        if not open_units:
            sim.backlog.drop(order)
            return
        sim.backlog.add(order)
        if order.deadline < sim.horizon and not order.patient:
            begin(patience(self.sim, order))
