"""Stage 7: reviews, purchase orders and transfers."""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from fillrate.decision.facts import expected_receipt
from fillrate.draws import name_key, snap
from fillrate.model.chance import expected_end, outage_key, outage_windows
from fillrate.model.costs import amount
from fillrate.model.custom import replenish_view, wanted_units
from fillrate.model.delays import next_review
from fillrate.model.events import RECEIPT
from fillrate.model.opening import Coming, Opening
from fillrate.model.purchasing import NO_LIMIT, affordable, trimmed, whole_lots
from fillrate.model.simpy_model.clock import Process, Timed, begin
from fillrate.policy.replenish import ALWAYS, order_quantity
from fillrate.world.law import Law, mean_of
from fillrate.world.supply import Supplier

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Supply"]

PURCHASE = -1  # a sender that is no pair


class Supply:
    """Reviews stock, buys, and receives."""

    def __init__(self, sim: Simulation, opening: Opening) -> None:
        """Find every pair's supplier and put the opening purchases on their way."""
        self.sim, world = sim, sim.world
        self.levels = sim.policy.levels
        self.custom = sim.policy.custom_replenish
        self.active = self.levels is not None or self.custom is not None
        self.continuous = self.active and world.supply.review_days == 0.0
        self.touched: dict[int, None] = dict.fromkeys(range(len(sim.books.pair_sku)))  # position fell since a review
        self.low: set[int] = set()  # left at or below s by a review: a trimmed order, or s is no level
        self.numbers = 0  # receipts so far: purchases, transfers, returns
        self.coming: dict[int, Coming] = {}  # number of receipt -> what is on its way
        self.expected: dict[int, list[float]] = {}  # pair -> expected instants of receipt
        self.ordered_today: dict[tuple[int, int], int] = {}  # (pair, day) -> orders so far
        suppliers, tables = world.supply.supplier, world.tables
        self.supplier: list[int] = tables.supplier.tolist()
        self.sender = tables.sender
        self.bought = [sender == PURCHASE for sender in self.sender]
        self.keys = [name_key(s.from_location or s.name) for s in suppliers]
        self.outages = [
            outage_windows(s.outage, outage_key("supplier", s.name), sim.chance, sim.horizon) for s in suppliers
        ]
        self.capacity = [0] * len(suppliers)  # left in this review
        self.stored = [p.storage_units for p in world.locations]
        self.place_pairs: list[list[int]] = [[] for _ in world.locations]
        for pair, place in enumerate(sim.books.pair_location):
            self.place_pairs[place].append(pair)
        for coming in opening.inbound:
            self._on_its_way(coming)

    def next_receipt(self) -> int:
        """Number of the next receipt, in order of creation."""
        self.numbers += 1
        return self.numbers

    def touch(self, pair: int) -> None:
        """A pair's position fell: it is looked at after this offer, or at the next periodic review."""
        self.touched[pair] = None

    def review_touched(self) -> None:
        """Continuous review, once, after a whole offer is answered: also of pairs whose last order was trimmed.

        Who receives transfers goes first, and who sends one has its turn thereafter: it orders once for all of them.
        """
        if not self.continuous or self.sim.env._now >= self.sim.horizon or not (self.touched or self.low):
            return
        if self.custom is not None:
            self.review_all()
            return
        self._refill()
        pairs = dict.fromkeys([*self.touched, *self._still_short()])
        while pairs:
            self.touched = {}
            for pair in sorted(pairs, key=self.bought.__getitem__):
                if pair not in self.touched:
                    self._review(pair)
            pairs = self.touched

    def _still_short(self) -> list[int]:
        """Pairs that the last review left below their level, if they have one."""
        levels = self.levels
        return [] if levels is None else [pair for pair in sorted(self.low) if levels.s[pair] < ALWAYS]

    def review_all(self, _: int = 0) -> None:
        """A review of every pair, in order. Only those are looked at that may have to order.

        A pair was left above its s by the last review unless it is in `low`, and since then its position rose unless
        it was touched. Who sends a transfer later in the order of pairs has its turn in this review, else in the next.
        """
        self._refill()
        if self.custom is not None:
            self.touched = {}
            for pair, units in enumerate(self._asked()):
                self._buy(pair, units, False)
            return
        due, waiting = sorted({*self.touched, *self.low}), dict[int, None]()
        self.touched, self.low, last = {}, set(), -1
        while due:
            if (pair := heappop(due)) == last:
                continue
            last = pair
            self._review(pair)
            for sender in self.touched:
                if sender > pair:
                    heappush(due, sender)
                else:
                    waiting[sender] = None
            self.touched = {}
        self.touched = waiting

    def _refill(self) -> None:
        self.capacity = [s.capacity_units or NO_LIMIT for s in self.sim.world.supply.supplier]

    def _review(self, pair: int) -> None:
        levels = self.levels
        if levels is None:
            return
        position = self.sim.stock.position(pair)
        self.low.discard(pair)
        if position <= levels.s[pair]:
            units = order_quantity(position, levels.s[pair], levels.S[pair], levels.lot[pair], levels.cap[pair])
            self._buy(pair, units, position <= levels.expedite[pair], levels.cap[pair])
            if self.sim.stock.position(pair) <= levels.s[pair]:
                self.low.add(pair)

    def _asked(self) -> list[int]:
        """Quantities of a custom policy."""
        stock = self.sim.stock
        units = (stock.on_hand, stock.reserved, stock.inbound, stock.held)
        return wanted_units(self.custom, replenish_view(self.sim.world, self.sim.env.now, *units))

    def _buy(self, pair: int, units: int, fast: bool, cap: int = NO_LIMIT) -> None:
        """Send a purchase order in the supplier's lots, trimmed to what supplier, sender, storage and cash allow."""
        if units <= 0 or self.supplier[pair] < 0:
            return
        terms = self.sim.world.supply.supplier[self.supplier[pair]]
        fast = fast and terms.expedite_lead_time_days is not None
        law = terms.expedite_lead_time_days if fast and terms.expedite_lead_time_days else terms.lead_time_days
        wanted = whole_lots(units, terms.minimum_units, terms.lot_units, cap)
        sender = self.sender[pair]
        most = self._most(terms, pair, sender, fast)
        units = trimmed(wanted, most, terms.minimum_units, terms.lot_units)
        if not units:
            return
        self.capacity[self.supplier[pair]] -= units
        due, expected = self._lead(pair, terms, law)
        self._book(pair, units, terms, fast, sender)
        self._on_its_way(Coming(pair, units, due, expected))

    def _most(self, terms: Supplier, pair: int, sender: int, fast: bool) -> int:
        """Units that supplier, sender, storage and cash allow."""
        sim, books = self.sim, self.sim.books
        place, sku = books.pair_location[pair], books.pair_sku[pair]
        most = self.capacity[self.supplier[pair]]
        if sender != PURCHASE:
            most = min(most, max(0, sim.stock.free(sender)))
        if sim.world.supply.caps_at_storage and self.stored[place] > 0:
            there = sum([sim.stock.on_hand[p] + sim.stock.inbound[p] for p in self.place_pairs[place]])
            most = min(most, max(0, int(self.stored[place]) - there))
        if books.cash is not None and sender == PURCHASE:
            each = self._price(terms, sku) + (snap(terms.expedite_per_unit) if fast else 0.0)
            most = min(most, affordable(books.cash, snap(terms.order_cost), each))
        return most

    def _price(self, terms: Supplier, sku: int) -> float:
        """Purchase price, money/unit, snapped."""
        return snap(self.sim.world.skus[sku].cost * terms.cost_factor)

    def _lead(self, pair: int, terms: Supplier, law: Law) -> tuple[float, float]:
        """Instants of receipt, drawn and expected; an outage of the supplier delays the start of the lead time."""
        sim, now = self.sim, self.sim.env.now
        start = expected = now
        for down, up in self.outages[self.supplier[pair]]:
            if down <= now < up:
                start, expected = up, expected_end(terms.outage, now)
        day = int(now)
        nth = self.ordered_today.get((pair, day), 0)
        self.ordered_today[pair, day] = nth + 1
        place, sku = sim.books.pair_location[pair], sim.books.pair_sku[pair]
        stream = "transfer" if terms.from_location else "purchase"
        lead = sim.chance.lead_time(stream, self.keys[self.supplier[pair]], place, sku, day, nth, law)
        return start + lead, expected + snap(mean_of(law))

    def _book(self, pair: int, units: int, terms: Supplier, fast: bool, sender: int) -> None:
        """Journal and book an order: a purchase, or a transfer that leaves its sender now."""
        sim, books = self.sim, self.sim.books
        sku, place = books.pair_sku[pair], books.pair_location[pair]
        if sender != PURCHASE:
            self._send(sender, units, sku)
        kind = "expedited" if fast else "ordered" if sender == PURCHASE else "awaited"
        sim.log(sim.env.now, kind, -1, -1, sku, place, units)
        if sender == PURCHASE:
            more = self._price(terms, sku) - books.cost[sku]
            books.book("purchase_variance", -amount(units, more), -1, -1, sku, place)
        else:
            books.book("transfer_freight", -amount(units, snap(terms.freight_per_unit)), -1, -1, sku, place)
        books.book("order_cost", -snap(terms.order_cost), -1, -1, sku, place)
        if fast:
            books.book("expedite", -amount(units, snap(terms.expedite_per_unit)), -1, -1, sku, place)
        if books.cash is not None and sender == PURCHASE:
            books.cash -= amount(units, books.cost[sku])

    def _send(self, sender: int, units: int, sku: int) -> None:
        sim, now = self.sim, self.sim.env.now
        sim.stock.move(sender, -units, now)
        sim.log(now, "transferred", -1, -1, sku, sim.books.pair_location[sender], units)
        self.touch(sender)

    def _on_its_way(self, coming: Coming) -> None:
        number = self.next_receipt()
        self.coming[number] = coming
        self.sim.stock.inbound[coming.pair] += coming.units
        self.expected.setdefault(coming.pair, []).append(coming.expected)
        begin(self._receipt(number, coming))

    def _receipt(self, number: int, coming: Coming) -> Process:
        sim, pair = self.sim, coming.pair
        yield Timed(sim.env, coming.due, RECEIPT, number)
        if sim.closed:
            return  # valued at the close as on its way
        del self.coming[number]
        sku, place = sim.books.pair_sku[pair], sim.books.pair_location[pair]
        sim.stock.inbound[pair] -= coming.units
        sim.stock.move(pair, coming.units, coming.due)
        self.expected[pair].remove(coming.expected)
        sim.log(coming.due, "stocked", -1, -1, sku, place, coming.units)
        sim.backlog.wake(sku)

    def receipt_days(self, pair: int) -> float:
        """Days until the next receipt is expected: of what is on order, else of what the next review would order."""
        sim, now = self.sim, self.sim.env.now
        soonest = min(self.expected.get(pair) or (math.inf,))
        if not self.active or self.supplier[pair] < 0:
            return expected_receipt(soonest, now, sim.horizon, 0.0)
        lead = snap(mean_of(sim.world.supply.supplier[self.supplier[pair]].lead_time_days))
        return expected_receipt(soonest, now, self.next_review(), lead)

    def next_review(self) -> float:
        """Instant of the next review; now if continuous."""
        if not self.active:
            return self.sim.horizon
        return next_review(self.sim.env.now, self.sim.world.supply.review_days)
