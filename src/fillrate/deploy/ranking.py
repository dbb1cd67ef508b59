"""Who is first in production: the rank chain over order columns, made from requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from fillrate.decision.chain import Step, order_key
from fillrate.decision.columns import ORDER_COLUMNS, Column, same
from fillrate.deploy.asked import Asked
from fillrate.deploy.shop import Shop

__all__ = ["Ranking"]


class Ranking:
    """The rank policy of a bundle; smaller keys are offered first."""

    def __init__(self, shop: Shop, steps: Sequence[Step]) -> None:
        """Resolve the columns of the chain."""
        self.steps, self.facts = steps, _facts(shop)
        self.columns = {column.name: self._column(column) for column in ORDER_COLUMNS}

    def _column(self, column: Column) -> Callable[[Asked], float]:
        facts, of = [self.facts[need] for need in column.needs], column.of
        return facts[0] if of is same else lambda asked: of(*[fact(asked) for fact in facts])

    def key(self, asked: Asked) -> tuple[float, ...]:
        """Sort key of one order."""
        return tuple(order_key(self.steps, lambda name: self.columns[name](asked)))

    def sort(self, orders: Sequence[Asked]) -> list[Asked]:
        """Orders in rank order; ties keep the order given."""
        return sorted(orders, key=self.key)


def _facts(shop: Shop) -> dict[str, Callable[[Asked], float]]:
    """Facts of an order by name."""
    priority, contract = shop.priority.tolist(), shop.contract.tolist()
    loyalty, fast, sales = shop.loyalty.tolist(), shop.fast.tolist(), [*shop.sales_history.tolist(), 0.0]
    loss, cost, ids = shop.loss.tolist(), shop.unit_cost.tolist(), shop.ids["sku"]
    first = [order[0] if order else 0 for order in _orders(shop)]
    transit = shop.transit_days.tolist()

    def promised(asked: Asked) -> float:
        if asked.deliver_by == asked.deliver_by:
            return asked.deliver_by
        return asked.received + float(transit[asked.service][asked.region][first[asked.region]])

    def summed(of: Callable[[float, float], float]) -> Callable[[Asked], float]:
        """Over the lines; what is not known costs nothing."""
        return lambda asked: sum(
            [n * of(price, cost[ids[sku]] if sku in ids else 0.0) for _, sku, n, price in asked.order_lines]
        )

    return {
        "received": lambda asked: asked.received,
        "priority": lambda asked: priority[asked.segment],
        "contract": lambda asked: contract[asked.segment],
        "loyalty": lambda asked: loyalty[asked.segment],
        "ship_days": lambda asked: asked.ship_by - asked.now,
        "promise_days": lambda asked: promised(asked) - asked.now,
        "waited_days": lambda asked: asked.now - asked.received,
        "open_units": lambda asked: sum([group.units for group in asked.groups]),
        "open_margin": summed(lambda price, unit_cost: price - unit_cost),
        "open_price": summed(lambda price, _: price),
        "loss_cost": lambda asked: loss[asked.segment][asked.region],
        "store_sales": lambda asked: sales[asked.pin] if asked.pin >= 0 else 0.0,
        "fast": lambda asked: fast[asked.region],
    }


def _orders(shop: Shop) -> list[list[int]]:
    starts, order = shop.order_start.tolist(), shop.order.tolist()
    return [order[start:end] for start, end in pairwise(starts)]
