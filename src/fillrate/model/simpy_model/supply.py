"""Stage 7: reviews, purchase orders and transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fillrate.decision.question import ReplenishView
from fillrate.draws import name_key, snap
from fillrate.errors import PolicyError
from fillrate.model.chance import outage_windows
from fillrate.model.costs import amount
from fillrate.model.events import RECEIPT
from fillrate.model.opening import Opening
from fillrate.model.simpy_model.clock import Process, Timed
from fillrate.policy.replenish import order_quantity, pair_supplier
from fillrate.world.law import Law, mean_of
from fillrate.world.supply import Supplier

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Supply"]


class Supply:
    """Reviews stock, buys, and receives."""

    def __init__(self, sim: Simulation, opening: Opening) -> None:
        """Find every pair's supplier and put the opening purchases on their way."""
        self.sim, world = sim, sim.world
        self.levels = sim.policy.levels
        self.custom = sim.policy.custom_replenish
        self.active = self.levels is not None or self.custom is not None
        self.continuous = self.active and world.supply.review_days == 0.0
        self.touched: list[int] = []  # pairs whose position fell since the last continuous review
        self.numbers = 0
        self.expected: dict[int, list[float]] = {}  # pair -> expected instants of receipt
        self.ordered_today: dict[tuple[int, int], int] = {}  # (pair, day) -> orders so far
        names = [(world.locations[p].name, world.skus[k].name) for p, k in self._pairs()]
        self.supplier = [pair_supplier(world, *name) for name in names]
        suppliers = world.supply.supplier
        self.keys = [name_key(s.name) for s in suppliers]
        self.outages = [
            outage_windows(s.outage, key, sim.chance, sim.horizon) for s, key in zip(suppliers, self.keys, strict=True)
        ]
        self.capacity = [0] * len(suppliers)  # left in this review
        self.stored = [p.storage_units for p in world.locations]
        for pair, units, due in opening.inbound:
            self._on_its_way(pair, units, due, due)

    def _pairs(self) -> list[tuple[int, int]]:
        books = self.sim.books
        return list(zip(books.pair_location, books.pair_sku, strict=True))

    def next_receipt(self) -> int:
        """Number of the next receipt, in order of creation."""
        self.numbers += 1
        return self.numbers

    def touch(self, pair: int) -> None:
        """A pair's position fell: it is looked at after this offer."""
        if self.continuous:
            self.touched.append(pair)

    def review_touched(self) -> None:
        """Continuous review, once, after a whole offer is answered."""
        if not self.touched or self.sim.env._now >= self.sim.horizon:
            return
        if self.custom is not None:
            self.touched = []
            self.review_all()
            return
        self._refill()
        while self.touched:
            pairs, self.touched = list(dict.fromkeys(self.touched)), []
            for pair in pairs:
                self._review(pair)

    def review_all(self, _: int = 0) -> None:
        """A review of every pair, in order."""
        self._refill()
        if self.custom is not None:
            for pair, units in enumerate(self._asked()):
                self._buy(pair, units, False)
            return
        for pair in range(len(self.supplier)):
            self._review(pair)
        self.touched = []

    def _refill(self) -> None:
        self.capacity = [s.capacity_units or 2**40 for s in self.sim.world.supply.supplier]

    def _review(self, pair: int) -> None:
        levels = self.levels
        if levels is None:
            return
        position = self.sim.stock.position(pair)
        if position <= levels.s[pair]:
            units = order_quantity(position, levels.s[pair], levels.S[pair], levels.lot[pair], levels.cap[pair])
            self._buy(pair, units, position <= levels.expedite[pair])

    def _asked(self) -> list[int]:
        """Quantities of a custom policy."""
        sim, stock, world = self.sim, self.sim.stock, self.sim.world
        view = ReplenishView(
            sim.env.now,
            [world.locations[p].name for p in sim.books.pair_location],
            [world.skus[k].name for k in sim.books.pair_sku],
            *(np.array(units, np.int64) for units in (stock.on_hand, stock.reserved, stock.inbound, stock.held)),
        )
        units = [int(q) for q in self.custom.replenish(view)]
        if len(units) != len(self.supplier) or min(units, default=0) < 0:
            raise PolicyError("replenish policy", f"answered {units!r}", f"{len(self.supplier)} units, none negative")
        return units

    def _buy(self, pair: int, units: int, fast: bool) -> None:
        """Send a purchase order, trimmed to what supplier, sender, storage and cash allow."""
        if units <= 0 or self.supplier[pair] < 0:
            return
        terms = self.sim.world.supply.supplier[self.supplier[pair]]
        units = max(units, terms.minimum_units)
        units = -(-units // terms.lot_units) * terms.lot_units
        sender = self._sender(terms, pair)
        units = self._trim(terms, pair, units, sender)
        if units <= 0:
            return
        self.capacity[self.supplier[pair]] -= units
        fast = fast and terms.expedite_lead_time_days is not None
        law = terms.expedite_lead_time_days if fast and terms.expedite_lead_time_days else terms.lead_time_days
        start, lead = self._lead(pair, terms, law)
        if sender >= 0:
            self._send(sender, pair, units, terms)
        else:
            self._book(pair, units, terms, fast)
        self._on_its_way(pair, units, start + lead, start + mean_of(law))

    def _sender(self, terms: Supplier, pair: int) -> int:
        """Pair that a transfer takes stock from, -1 for a purchase."""
        if not terms.from_location:
            return -1
        tables = self.sim.tables
        return tables.pair_of.get((tables.ids["location"][terms.from_location], self.sim.books.pair_sku[pair]), -2)

    def _trim(self, terms: Supplier, pair: int, units: int, sender: int) -> int:
        sim, books = self.sim, self.sim.books
        place, sku = books.pair_location[pair], books.pair_sku[pair]
        most = min(units, self.capacity[self.supplier[pair]])
        if sender != -1:
            most = min(most, max(0, sim.stock.free(sender)) if sender >= 0 else 0)
        if sim.world.supply.caps_at_storage and self.stored[place] > 0:
            pairs = [p for p, at in enumerate(books.pair_location) if at == place]
            there = sum(sim.stock.on_hand[p] + sim.stock.inbound[p] for p in pairs)
            most = min(most, max(0, int(self.stored[place]) - there))
        if books.cash is not None and sender < 0:
            each = books.cost[sku] * terms.cost_factor
            most = min(most, max(0, int((books.cash - terms.order_cost) // each)) if each > 0 else most)
        return most if most == units else most // terms.lot_units * terms.lot_units

    def _lead(self, pair: int, terms: Supplier, law: Law) -> tuple[float, float]:
        """Start of the lead time (an outage of the supplier delays it) and its length."""
        sim, now = self.sim, self.sim.env.now
        start = now
        for begin, end in self.outages[self.supplier[pair]]:
            if begin <= now < end:
                start = end
        day = int(now)
        nth = self.ordered_today.get((pair, day), 0)
        self.ordered_today[pair, day] = nth + 1
        place, sku = sim.books.pair_location[pair], sim.books.pair_sku[pair]
        stream = "transfer" if terms.from_location else "purchase"
        key = name_key(terms.from_location) if terms.from_location else self.keys[self.supplier[pair]]
        return start, sim.chance.lead_time(stream, key, place, sku, day, nth, law)

    def _book(self, pair: int, units: int, terms: Supplier, fast: bool) -> None:
        sim, books = self.sim, self.sim.books
        sku, place = books.pair_sku[pair], books.pair_location[pair]
        sim.log(sim.env.now, "expedited" if fast else "ordered", -1, -1, sku, place, units)
        books.book("order_cost", -snap(terms.order_cost), -1, -1, sku, place)
        books.book("purchase_variance", -amount(units, books.cost[sku] * (terms.cost_factor - 1.0)), -1, -1, sku, place)
        if fast:
            books.book("expedite", -amount(units, terms.expedite_per_unit), -1, -1, sku, place)
        if books.cash is not None:
            books.cash -= amount(units, books.cost[sku])

    def _send(self, sender: int, pair: int, units: int, terms: Supplier) -> None:
        """A transfer leaves its sender now."""
        sim, books, now = self.sim, self.sim.books, self.sim.env.now
        sku, place = books.pair_sku[pair], books.pair_location[sender]
        sim.stock.move(sender, -units, now)
        sim.log(now, "transferred", -1, -1, sku, place, units)
        books.book("transfer_freight", -amount(units, terms.freight_per_unit), -1, -1, sku, place)
        books.book("order_cost", -snap(terms.order_cost), -1, -1, sku, place)
        self.touch(sender)

    def _on_its_way(self, pair: int, units: int, due: float, expected: float) -> None:
        stock = self.sim.stock
        stock.inbound[pair] += units
        self.expected.setdefault(pair, []).append(expected)
        self.sim.env.process(self._receipt(pair, units, due, expected))

    def _receipt(self, pair: int, units: int, due: float, expected: float) -> Process:
        sim, number = self.sim, self.next_receipt()
        yield Timed(sim.env, due, RECEIPT, number)
        if sim.closed:
            return  # valued at the close as on its way
        sku, place = sim.books.pair_sku[pair], sim.books.pair_location[pair]
        sim.stock.inbound[pair] -= units
        sim.stock.move(pair, units, due)
        self.expected[pair].remove(expected)
        sim.log(due, "stocked", -1, -1, sku, place, units)
        sim.backlog.wake(sku)

    def receipt_days(self, pair: int) -> float:
        """Days until the next receipt is expected: of what is on order, else of what the next review would order."""
        sim, now = self.sim, self.sim.env.now
        if expected := self.expected.get(pair):
            return max(0.0, min(expected) - now)
        if not self.active or self.supplier[pair] < 0:
            return sim.horizon - now
        lead = mean_of(sim.world.supply.supplier[self.supplier[pair]].lead_time_days)
        return self.next_review() - now + lead

    def next_review(self) -> float:
        """Instant of the next review; now if continuous."""
        every, now = self.sim.world.supply.review_days, self.sim.env.now
        if not self.active:
            return self.sim.horizon
        return now if every == 0.0 else snap((int(now / every) + 1) * every)
