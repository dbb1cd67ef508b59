"""Stage 3: who is offered first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fillrate.decision.chain import order_key
from fillrate.decision.columns import ORDER_COLUMNS, Column, same
from fillrate.decision.question import OrderView
from fillrate.model.custom import given_scores
from fillrate.model.simpy_model.entities import Order

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Ranking"]


class Ranking:
    """The rank policy at work; smaller keys are offered first."""

    def __init__(self, sim: Simulation) -> None:
        """Resolve the columns of the chain."""
        self.sim = sim
        self.custom = sim.policy.custom_rank
        self.facts = _facts(sim)
        self.columns = {c.name: self._column(c) for c in ORDER_COLUMNS}
        self.steps = sim.policy.rank_steps

    def _column(self, column: Column) -> Callable[[Order], float]:
        facts, of = [self.facts[need] for need in column.needs], column.of
        return facts[0] if of is same else lambda order: of(*[fact(order) for fact in facts])

    def key(self, order: Order) -> tuple[float, ...]:
        """Sort key of one order; ties go to the earlier trace row."""
        if self.custom is not None:
            return (-self._scores([order])[0], order.row)
        return (*order_key(self.steps, lambda name: self.columns[name](order)), order.row)

    def sort(self, orders: list[Order]) -> list[Order]:
        """Orders in rank order."""
        if len(orders) < 2:
            return orders
        if self.custom is None:
            return sorted(orders, key=self.key)
        orders.sort(key=lambda order: order.row)
        return [order for _, order in sorted(zip(self._scores(orders), orders, strict=True), key=lambda p: -p[0])]

    def _scores(self, orders: list[Order]) -> list[float]:
        return given_scores(self.custom, [self.view(order) for order in orders])

    def view(self, order: Order) -> OrderView:
        """What a custom policy sees of an order."""
        return OrderView(order.row, {name: float(column(order)) for name, column in self.columns.items()})


def _facts(sim: Simulation) -> dict[str, Callable[[Order], float]]:
    """Facts of a waiting order by name, as known now."""
    segments, regions, places = sim.world.segments, sim.world.regions, sim.world.locations
    cost, env = sim.tables.unit_cost, sim.env

    def summed(of: Callable[[Any], float]) -> Callable[[Order], float]:
        return lambda order: sum([line.open * of(line) for line in order.lines])

    return {
        "received": lambda order: order.time,
        "priority": lambda order: segments[order.segment].priority,
        "contract": lambda order: segments[order.segment].contract,
        "loyalty": lambda order: segments[order.segment].loyalty,
        "ship_days": lambda order: order.ship_by - env.now,
        "promise_days": lambda order: promised_delivery(sim, order) - env.now,
        "waited_days": lambda order: env.now - order.time,
        "open_units": lambda order: order.open_units,
        "open_margin": summed(lambda line: line.price - cost[line.sku]),
        "open_price": summed(lambda line: line.price),
        "loss_cost": lambda order: sim.tables.loss[order.segment][order.region],
        "store_sales": lambda order: places[order.pin].sales_history if order.pin >= 0 else 0.0,
        "fast": lambda order: regions[order.region].fast,
    }


def promised_delivery(sim: Simulation, order: Order, location: int = -1) -> float:
    """Promised delivery: the date stated, else receipt + mean transit of the lane (the cheapest if none is chosen)."""
    if order.deliver_by == order.deliver_by:
        return order.deliver_by
    service = sim.tables.segment_service[order.segment]
    if location < 0:
        lanes = sim.tables.region_order[order.region]
        location = lanes[0] if lanes else 0
    return order.time + sim.tables.lane(service, order.region, location).transit_days
