"""What a row may give: free stock less what the policy's limits keep back, 0 where the row is forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.model.simpy_model.entities import Line, Order
from fillrate.model.simpy_model.rows import Rows
from fillrate.policy.limits import fair_quotas
from fillrate.world.expected import sku_moments

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Limits"]

NO_QUOTA = 2**40  # more than any line asks for


class Limits:
    """Reserves and quotas at work."""

    def __init__(self, sim: Simulation) -> None:
        """Turn the tables into lists."""
        self.sim = sim
        self.reserves = sim.policy.reserves
        self.quotas = sim.policy.quotas
        self.tables = self.reserves.units.tolist() if self.reserves else []
        self.left: list[list[int]] = []  # (segments, skus) quota left, -1 = none
        if self.quotas is not None and not self.quotas.pro_rata:
            self.left = [[max(q, 0) if q >= 0 else -1 for q in row] for row in self.quotas.units[0].tolist()]
        weights = [s.weight for s in sim.world.segments]
        self.shares = [w / sum(weights) for w in weights]
        self.any_outage = any(p.outage.windows or p.outage.mean_up_days for p in sim.world.locations)

    def available(self, order: Order, group: list[Line], rows: Rows) -> list[int]:
        """(rows,) whole units that a line (its trace lines of one SKU) may take from each row."""
        stock = self.sim.stock
        on_hand, reserved = stock.on_hand, stock.reserved
        free = [on_hand[p] - reserved[p] for p in rows.pair]
        if self.reserves is not None:
            kept = self.tables[self.reserves.at(self.sim.env.now)][order.segment]
            home = rows.home
            free = [int(n - kept[p != home][p]) for n, p in zip(free, rows.pair, strict=True)]
        if order.pin >= 0:
            free = [n if place == order.pin else 0 for n, place in zip(free, rows.location, strict=True)]
        if self.any_outage:
            stations = self.sim.stations
            free = [0 if stations[place].down else n for n, place in zip(free, rows.location, strict=True)]
        if self.sim.policy.split[order.segment] == 1 and (places := [place for line in group for place in line.at]):
            free = [n if place in places else 0 for n, place in zip(free, rows.location, strict=True)]
        return [n if n > 0 else 0 for n in free]

    def quota(self, segment: int, sku: int) -> int:
        """Units that a segment may still take of a SKU in this period."""
        return self.left[segment][sku] if self.left and self.left[segment][sku] >= 0 else NO_QUOTA

    def use(self, segment: int, sku: int, units: int) -> None:
        """Use up a quota (or give it back)."""
        if self.left and self.left[segment][sku] >= 0:
            self.left[segment][sku] = max(0, self.left[segment][sku] - units)

    def begin_period(self, n: int) -> None:
        """A new period of quotas: what is left carries over; fair shares are dealt anew from what is there."""
        quotas = self.quotas
        if quotas is None:
            return
        if quotas.pro_rata:
            self.deal()
        elif n > 0:
            fresh = quotas.units[min(n, len(quotas.units) - 1)].tolist()
            self.left = [
                [old + new if new >= 0 else -1 for old, new in zip(a, b, strict=True)]
                for a, b in zip(self.left, fresh, strict=True)
            ]

    def deal(self) -> None:
        """Share out what is free, pro rata to waiting units (a wave) or to expected demand (on receipt)."""
        if self.quotas is None or not self.quotas.pro_rata:
            return
        sim = self.sim
        wave = sim.world.timing.mode == "wave"
        self.left = [[-1] * len(sim.world.skus) for _ in sim.world.segments]
        mean = sku_moments(sim.world)[:, 0].tolist()
        for sku in range(len(sim.world.skus)):
            pairs = range(int(sim.tables.pair_start[sku]), int(sim.tables.pair_start[sku + 1]))
            there = sum(max(0, sim.stock.free(pair)) for pair in pairs)
            demand = self._waiting(sku) if wave else [share * mean[sku] * 2.0**40 for share in self.shares]
            for segment, quota in enumerate(fair_quotas(there, demand)):
                self.left[segment][sku] = quota

    def _waiting(self, sku: int) -> list[float]:
        units = [0.0] * len(self.shares)
        for order in self.sim.backlog.by_sku[sku].values():
            units[order.segment] += sum(line.open for line in order.lines if line.sku == sku)
        return units
