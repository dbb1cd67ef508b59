"""Stage 3: who is offered first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fillrate.decision.columns import ORDER_COLUMNS
from fillrate.decision.question import OrderView
from fillrate.errors import PolicyError
from fillrate.model.simpy_model.entities import Order

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Ranking"]

COLUMN = {c.name: c for c in ORDER_COLUMNS}


class Ranking:
    """The rank policy at work; smaller keys are offered first."""

    def __init__(self, sim: Simulation) -> None:
        """Resolve the columns of the chain."""
        self.sim = sim
        self.custom = sim.policy.custom_rank
        self.facts = _facts(sim)
        self.steps = [[(self._column(name), weight) for name, weight in step] for step in sim.policy.rank_steps]

    def _column(self, name: str) -> Callable[[Order], float]:
        column = COLUMN[name]
        facts = [self.facts[need] for need in column.needs]
        if len(facts) == 1 and column.name in {*column.needs, "days_to_ship", "days_to_promise"}:
            return facts[0]
        of = column.of
        return lambda order: of(*[fact(order) for fact in facts])

    def key(self, order: Order) -> tuple[float, ...]:
        """Sort key of one order; ties go to the earlier trace row."""
        if self.custom is not None:
            return (-float(self.custom.rank([self.view(order)])[0]), order.row)
        return (*[-sum([weight * column(order) for column, weight in step]) for step in self.steps], order.row)

    def sort(self, orders: list[Order]) -> list[Order]:
        """Orders in rank order."""
        if len(orders) < 2:
            return orders
        if self.custom is None:
            return sorted(orders, key=self.key)
        orders.sort(key=lambda order: order.row)
        scores = list(self.custom.rank([self.view(order) for order in orders]))
        if len(scores) != len(orders):
            raise PolicyError("rank policy", f"{len(scores)} scores for {len(orders)} orders", "one score an order")
        return [order for _, order in sorted(zip(scores, orders, strict=True), key=lambda p: (-p[0], p[1].row))]

    def view(self, order: Order) -> OrderView:
        """What a custom policy sees of an order."""
        values = {c.name: c.of(*[self.facts[need](order) for need in c.needs]) for c in ORDER_COLUMNS}
        return OrderView(order.row, values)


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
    return order.time + float(sim.tables.transit_mean_days[service, order.region, location])
