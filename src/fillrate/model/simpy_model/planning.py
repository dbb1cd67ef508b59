"""The planner's process: on its clock it looks at the run and sets prices and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fillrate.decision.rounding import SCHEMES, draws_needed, round_shares
from fillrate.draws import mix, uniform
from fillrate.model.planning import Kinds, Snapshot, aims, answered, baskets_of, planner_in, received

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fillrate.model.simpy_model.desk import Asked
    from fillrate.model.simpy_model.entities import Line, Order
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Planning"]


class Planning:
    """The tables of the last plan."""

    def __init__(self, sim: Simulation) -> None:
        """Nothing is planned yet.

        Raises:
            PolicyError: the policy needs a planner and nobody handed one in.
        """
        self.sim, policy = sim, sim.policy
        self.planner: Any = planner_in(policy)
        pairs = len(sim.tables.pair_sku)
        self.price = [0.0] * pairs
        self.share: list[float] = []
        self.planned_at, self.planned_free = -1.0, np.zeros(pairs, np.int64)
        self.at_waves = policy.plan is not None and policy.plan.at_waves
        self.assigns = self.planner is not None and self.planner.assigns
        self.aiming = False  # the orders that are being offered were assigned together
        if self.planner is not None:
            self.memory = np.zeros(self.planner.memory, np.int8)
            if self.planner.shares:
                self.kinds, self.baskets = Kinds(sim.world), baskets_of(sim.world, sim.trace.orders).tolist()

    def plan(self, _: int = 0, wave: bool = False) -> None:
        """Ask for a plan."""
        sim, shares = self.sim, self.kinds.cells if self.planner.shares else 0
        seen = self._snapshot(_open_lines(sim.backlog.waiting.values()), known=wave)
        plan = answered(self.planner, seen, len(self.price), shares)
        if plan is None:
            return
        self.price, self.share = plan.price.tolist(), plan.share.ravel().tolist()
        self.memory, self.planned_at, self.planned_free = plan.memory, sim.env.now, seen.free

    def aim(self, orders: Iterable[Order]) -> None:
        """Have the open lines of orders that are about to be offered assigned together."""
        lines = _open_lines(orders)
        found = aims(self.planner, self._snapshot(lines, known=True), len(self.sim.world.locations))
        for line, place in zip(lines, found, strict=True):
            line.aim = place
        self.aiming = True

    def _snapshot(self, lines: list[Line], known: bool) -> Snapshot:
        """What a planner may see; `known`: orders received at this instant too."""
        sim = self.sim
        stock, now = sim.stock, sim.env.now
        waiting = [(line.order.row, line.sku, line.open) for line in lines]
        return Snapshot(
            now,
            np.array(stock.on_hand, np.int64) - np.array(stock.reserved, np.int64),
            np.array(stock.inbound, np.int64),
            np.array(waiting, np.int64).reshape(-1, 3),
            received(sim.trace.orders, now, known) if self.planner.looks_back else None,
            self.planned_at,
            self.planned_free,
            self.memory,
        )

    def draw(self, asked: Asked, seed: int) -> list[int]:
        """(lines,) the location that each line of an offer is drawn, the number of locations for none."""
        world, order, lines = self.sim.world, asked.order, asked.offer.lines
        places, share = len(world.locations), list[float]()
        first = (order.segment * len(world.regions) + order.region) * self.kinds.count
        items = self.kinds.item_of[self.baskets[order.row]]
        for group in asked.groups:
            at = (first + int(items[group[0].sku])) * places
            mine = self.share[at : at + places]
            left = 1.0
            for part in mine:
                left -= part
            share += [*mine, left]
        scheme = SCHEMES[self.sim.policy.source.scheme]
        state = mix(mix(seed, order.key), order.offers - 1)
        luck = [uniform(mix(state, n)) for n in range(draws_needed(scheme, lines, places + 1))]
        drawn = [0] * lines
        round_shares(scheme, lines, places + 1, share, luck, [0.0] * (places + 1), drawn)
        return drawn


def _open_lines(orders: Iterable[Order]) -> list[Line]:
    """Open lines, by trace row of their orders."""
    return [line for order in sorted(orders, key=lambda order: order.row) for line in order.lines if line.open]
