"""Waiting orders: they are offered again when stock they need comes in or is released, at waves, and on a clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fillrate.model.events import BACKLOG
from fillrate.model.simpy_model.clock import Process, Timed, begin
from fillrate.model.simpy_model.entities import Line, Order
from fillrate.model.simpy_model.stock import Integral

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Backlog"]


class Backlog:
    """Orders with open units, found by SKU, and the count of units held."""

    def __init__(self, sim: Simulation) -> None:
        """Start empty."""
        self.sim = sim
        self.waiting: dict[int, Order] = {}  # trace row -> order
        self.by_sku: list[dict[int, Order]] = [{} for _ in sim.world.skus]
        self.held_by_segment = [Integral() for _ in sim.world.segments]
        self.waiting_by_sku = [[0] * len(sim.world.segments) for _ in sim.world.skus]  # open units, by segment
        self.woken: set[int] = set()  # SKUs received or released, not offered yet
        self.again: dict[int, Order] = {}  # orders to be offered again whatever comes in
        self.numbers = 0  # backlog events so far
        self.scheduled = False

    def add(self, order: Order) -> None:
        """Let an order wait for the SKUs of its open lines, and no longer for those of lines that were filled."""
        order.waiting = True
        self.waiting[order.row] = order
        for line in order.lines:
            self._count_waiting(line, line.open)
        for group in order.groups:
            waiting = self.by_sku[group[0].sku]
            if any(line.open for line in group):
                waiting[order.row] = order
            else:
                waiting.pop(order.row, None)

    def drop(self, order: Order) -> None:
        """Forget an order with nothing open."""
        if order.waiting:
            order.waiting = False
            self.waiting.pop(order.row, None)
            for line in order.lines:
                self._count_waiting(line, 0)
                self.by_sku[line.sku].pop(order.row, None)

    def _count_waiting(self, line: Line, units: int) -> None:
        """Open units of orders that wait, whether they were offered yet or not."""
        self.waiting_by_sku[line.sku][line.order.segment] += units - line.waiting
        line.waiting = units

    def count_held(self, line: Line) -> None:
        """Bring the held counts in line with the open units of a line that was offered."""
        change = line.open - line.held
        if not change:
            return
        line.held = line.open
        segment = line.order.segment
        self.held_by_segment[segment].change(change, self.sim.env._now)
        if line.home >= 0:
            self.sim.stock.held[line.home] += change
            if change > 0:
                self.sim.supply.touch(line.home)

    def wake(self, sku: int) -> None:
        """Stock of a SKU was received or released."""
        if self.by_sku[sku]:
            self.woken.add(sku)
            self._schedule()

    def release(self, skus: Iterable[int], besides: set[int]) -> None:
        """Stock of SKUs was released: every order that waits for one is offered, but for some trace rows."""
        found = [order for sku in skus for order in self.by_sku[sku].values() if order.row not in besides]
        if found:
            self.again |= {order.row: order for order in found}
            self._schedule()

    def reopen(self, order: Order) -> None:
        """A unit of the order was not found: it is offered again now."""
        self.add(order)
        self.again[order.row] = order
        self._schedule()

    def _schedule(self) -> None:
        if not self.scheduled and self.sim.env.now < self.sim.horizon:
            self.scheduled = True
            self.numbers += 1
            begin(self._offer_woken(self.numbers))

    def _offer_woken(self, number: int) -> Process:
        yield Timed(self.sim.env, self.sim.env.now, BACKLOG, number)
        self.scheduled = False
        found = dict(self.again)
        for sku in self.woken:
            found |= self.by_sku[sku]
        self._offer_again(found.values())

    def _offer_again(self, orders: Iterable[Order]) -> None:
        """Offer orders that were offered before, once each; whoever is new waits for the wave."""
        self.woken, self.again = set(), {}
        self.offer([order for order in orders if order.offers])

    def offer(self, orders: Iterable[Order]) -> None:
        """Offer orders in rank order."""
        sim = self.sim
        for place, order in enumerate(sim.ranking.sort(list(orders)), 1):
            sim.log(sim.env.now, "ranked", order.row, -1, -1, -1, place)
            if order.waiting:
                sim.desk.offer(order)

    def offer_all(self) -> None:
        """A wave: offer every waiting order, new ones too."""
        self.offer(self.waiting.values())

    def tick(self) -> None:
        """The global clock: offer every waiting order again, those whose stock came in at this instant included."""
        self._offer_again(self.waiting.values())
