"""What a row may give, and a segment may take: free stock less what the policy's limits keep back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.decision.limits import fair_quota, planned_quota, shared_quota
from fillrate.model.simpy_model.entities import Line, Order
from fillrate.model.simpy_model.rows import Rows

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Limits"]

NO_QUOTA = 2**40  # more than any line asks for

Table = list[list[int]]  # [segment][sku] units


class Limits:
    """Reserves and quotas at work."""

    def __init__(self, sim: Simulation) -> None:
        """Turn the tables into lists."""
        self.sim = sim
        self.reserves = sim.policy.reserves
        self.quotas = sim.policy.quotas
        self.tables = self.reserves.units.tolist() if self.reserves else []
        self.any_outage = any(p.outage.windows or p.outage.mean_up_days for p in sim.world.locations)
        self.by_lines = [split == 1 for split in sim.policy.split]
        self.limited: list[list[bool]] = self.quotas.limited.tolist() if self.quotas else []
        self.used = self._none()  # units taken since the start
        self.now = self._none()  # and in this period
        self.granted = self._none()  # planned up to the end of this period
        self.rest = self._none()  # kept from lower segments from its start to the end of the horizon
        self.weights = self._none()  # shares in what there is
        self.soon = self._none()  # expected to be asked for before more comes in
        self.asked: dict[int, list[int]] = {}  # SKU -> units waiting at this wave, by segment
        if self.quotas:
            self.begin_period(0)

    def _none(self) -> Table:
        skus = len(self.sim.world.skus) if self.quotas else 0
        return [[0] * skus for _ in self.sim.world.segments]

    def available(self, order: Order, group: list[Line], rows: Rows) -> list[int]:
        """(rows,) whole units that a line (its trace lines of one SKU) may take from each row.

        To a pinned order its location is at home, whoever's home that is.
        """
        stock = self.sim.stock
        on_hand, reserved = stock.on_hand, stock.reserved
        free = [on_hand[p] - reserved[p] for p in rows.pair]
        if self.reserves is not None:
            kept = self.tables[self.reserves.at(self.sim.env.now)][order.segment]
            home = rows.home
            foreign = [p != home and place != order.pin for p, place in zip(rows.pair, rows.location, strict=True)]
            free = [max(0, int(n - kept[side][p])) for n, side, p in zip(free, foreign, rows.pair, strict=True)]
        if order.pin >= 0:
            free = [n if place == order.pin else 0 for n, place in zip(free, rows.location, strict=True)]
        if self.any_outage:
            stations = self.sim.stations
            free = [0 if stations[place].down else n for n, place in zip(free, rows.location, strict=True)]
        if self.by_lines[order.segment] and (places := [place for line in group for place in line.at]):
            free = [n if place in places else 0 for n, place in zip(free, rows.location, strict=True)]
        return free

    def quota(self, segment: int, sku: int) -> int:
        """Units that a segment may still take of a SKU."""
        quotas = self.quotas
        if quotas is None or not self.limited[segment][sku]:
            return NO_QUOTA
        free, bought = self._free(sku), bool(quotas.bought[sku])
        used, now = [units[sku] for units in self.used], [units[sku] for units in self.now]
        if not quotas.pro_rata:
            kept = sum([max(0, self.rest[h][sku] - now[h]) for h in quotas.above[segment]])
            return planned_quota(self.granted[segment][sku], used[segment], bought, free, kept)
        count, parts, rests = len(now), [0] * len(now), [0] * len(now)
        if self.sim.world.timing.mode == "wave":
            share = fair_quota(segment, free + sum(now), self.asked.get(sku, [0] * count), count, parts, rests)
            return max(0, share - now[segment])
        soon = [units[sku] for units in self.soon]
        if not bought:
            soon = [max(0, a - b) for a, b in zip(soon, now, strict=True)]
        return shared_quota(segment, free, used, [units[sku] for units in self.weights], soon, count, parts, rests)

    def _free(self, sku: int) -> int:
        """Units of a SKU that are not reserved, over all locations."""
        start = self.sim.tables.pair_start
        return sum([max(0, self.sim.stock.free(pair)) for pair in range(int(start[sku]), int(start[sku + 1]))])

    def use(self, segment: int, sku: int, units: int) -> None:
        """Use up a quota (or give it back)."""
        if self.quotas is None:
            return
        self.used[segment][sku] += units
        self.now[segment][sku] += units

    def begin_period(self, n: int) -> None:
        """A new period of quotas; what was planned and not used carries over."""
        quotas = self.quotas
        if quotas is None:
            return
        self.now = self._none()
        self.granted = quotas.granted(n).tolist()
        self.rest = quotas.rest(n).tolist()
        self.weights = quotas.weights(n).tolist()
        self.soon = quotas.soon(n).tolist()

    def deal(self) -> None:
        """A wave: what is there is shared out pro rata to the units that wait."""
        if self.quotas is None or not self.quotas.pro_rata:
            return
        self.now, self.asked = self._none(), {}
        for order in self.sim.backlog.waiting.values():
            for line in order.lines:
                if line.open:
                    asked = self.asked.setdefault(line.sku, [0] * len(self.now))
                    asked[order.segment] += line.open
