"""Recording a run as a shop's host would see it: every offer as a plain request, with the answer that it got."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fillrate.model.simpy_model.desk import Asked, Desk
from fillrate.model.simpy_model.entities import Line, Order

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Offered", "RecordingDesk", "offered_in"]

Record = dict[str, Any]


class _Enough(Exception):
    """As many offers were seen as were wanted."""


@dataclass
class Offered:
    """One offer.

    Attributes:
        request: what was known, with the fields of `fillrate.deploy.fields`.
        allocated: (lines,) units by location of each line of the request, in the order of the region's rows.
        nth: how often the order has been offered, this time included.
    """

    request: Record
    allocated: list[dict[str, int]]
    nth: int


class RecordingDesk(Desk):
    """The desk of the laboratory, which keeps what it is asked and what it answers."""

    def __init__(self, sim: Simulation, most: int, every: int) -> None:
        """Nothing is recorded yet; of `most` offers every so many are kept, then the run is broken off."""
        super().__init__(sim, None)
        self.most, self.every, self.seen, self.found = most, every, 0, list[Offered]()
        self._lines: list[Line] = []  # of the offer under way, as its request has them

    def offer(self, order: Order, most: dict[int, int] | None = None) -> None:
        """See `Desk.offer`."""
        if self.seen == self.most:
            raise _Enough
        keeps = order.open_units > 0 and self.seen % self.every == 0
        self.seen += order.open_units > 0
        if keeps:
            self._lines = [line for group in order.groups if any(x.open for x in group) for line in group]
            self._lines.sort(key=lambda line: line.row)
            request = self._request(order, self._lines, most)
            self.found.append(Offered(request, [{} for _ in self._lines], order.offers + 1))
        super().offer(order, most)
        self._lines = []

    def _place(self, asked: Asked) -> None:
        if self._lines:
            rest = {line.row: line.open for line in self._lines}
            number = {line.row: n for n, line in enumerate(self._lines)}
            names, offer = self.sim.world.locations, asked.offer
            for at, taken in enumerate(offer.take):
                group, block, left = asked.groups[at // offer.width], asked.rows[at // offer.width], taken
                for line in group if taken else ():
                    part = min(left, rest[line.row])
                    if part:
                        left -= part
                        rest[line.row] -= part
                        place = names[block.location[at % offer.width]].name
                        self.found[-1].allocated[number[line.row]][place] = part
        super()._place(asked)

    def _request(self, order: Order, lines: list[Line], most: dict[int, int] | None) -> Record:
        sim, world = self.sim, self.sim.world
        names = [place.name for place in world.locations]
        now, started = sim.env.now, [parcel for parcel in order.parcels if not parcel.started]
        whole = sim.policy.complete[order.segment] == 2
        joins = [parcel.location for parcel in started]
        joins += [kept[0] for line in order.lines for kept in line.committed] if whole else []
        request: Record = {
            "id": str(order.row),
            "now": now,
            "as_of": now,
            "region": world.regions[order.region].name,
            "segment": world.segments[order.segment].name,
            "channel": world.channels[order.channel].name,
            "received": order.time,
            "promised": _promised(order),
            "lines": [self._line(line, most, whole) for line in lines],
            "stock": self._stock(lines),
            "sites": self._sites(),
            "waiting": self._waiting(lines),
            "next_review_days": sim.supply.next_review() - now,
            "horizon_share": 1.0 - now / sim.horizon,
        }
        optional = {"ships_from": [names[p] for p in order.opened], "joins": [names[p] for p in dict.fromkeys(joins)]}
        if order.pin >= 0:
            request["pin"] = names[order.pin]
        if self.limits.quotas is not None:
            request["taken"] = self._taken(lines)
        return request | {key: value for key, value in optional.items() if value}

    def _line(self, line: Line, most: dict[int, int] | None, whole: bool) -> Record:
        sim = self.sim
        names = [place.name for place in sim.world.locations]
        found: Record = {"line": line.row, "sku": sim.world.skus[line.sku].name, "quantity": line.open}
        found["price"] = line.price
        if most is not None:
            group = next(group for group in line.order.groups if line in group)
            found["at_most"] = most.get(line.sku, 0) if line is group[0] else 0
        if line.at:
            found["ships_from"] = [names[place] for place in line.at]
        if line.committed and not whole:
            found["joins"] = [names[place] for place, _, _ in line.committed]
        return found

    def _stock(self, lines: list[Line]) -> list[Record]:
        """All that carry a SKU of the order."""
        tables, found = self.sim.tables, list[Record]()
        for sku in dict.fromkeys(line.sku for line in lines):
            pairs = range(int(tables.pair_start[sku]), int(tables.pair_start[sku + 1]))
            found += [self._entry(sku, pair) for pair in pairs]
        return found

    def _entry(self, sku: int, pair: int) -> Record:
        sim = self.sim
        planned = {} if sim.policy.plan is None else {"opportunity": sim.planning.price[pair]}
        return planned | {
            "location": sim.world.locations[int(sim.tables.pair_location[pair])].name,
            "sku": sim.world.skus[sku].name,
            "on_hand": int(sim.stock.on_hand[pair]),
            "reserved": int(sim.stock.reserved[pair]),
            "inbound": int(sim.stock.inbound[pair]),
            "next_receipt_days": sim.supply.receipt_days(pair),
        }

    def _sites(self) -> list[Record]:
        return [
            {"location": place.name, "open": not station.down, "queue_days": station.work / station.servers}
            for place, station in zip(self.sim.world.locations, self.sim.stations, strict=True)
        ]

    def _waiting(self, lines: list[Line]) -> list[Record]:
        """Units of other orders, by segment."""
        sim, found = self.sim, []
        for sku in dict.fromkeys(line.sku for line in lines):
            mine = sum(line.waiting for line in lines if line.sku == sku)
            for n, (segment, units) in enumerate(zip(sim.world.segments, sim.backlog.waiting_by_sku[sku], strict=True)):
                others = units - (mine if n == lines[0].order.segment else 0)
                if others:
                    found.append({"sku": sim.world.skus[sku].name, "segment": segment.name, "units": others})
        return found

    def _taken(self, lines: list[Line]) -> list[Record]:
        """What segments have taken, for quotas."""
        limits, world, found = self.limits, self.sim.world, []
        for sku in dict.fromkeys(line.sku for line in lines):
            asked = limits.asked.get(sku, [0] * len(world.segments))
            for n, segment in enumerate(world.segments):
                counts = {"units": limits.used[n][sku], "in_period": limits.now[n][sku], "asked": asked[n]}
                found.append({"sku": world.skus[sku].name, "segment": segment.name, **counts})
        return found


def _promised(order: Order) -> Record:
    said = {"ship": order.ship_by}
    return said | ({"delivery": order.deliver_by} if order.deliver_by == order.deliver_by else {})


def offered_in(sim: Simulation, most: int = 2**62, every: int = 1) -> list[Offered]:
    """Play a run that has not started, and record its offers.

    Args:
        sim: the run.
        most: offers after which it is broken off.
        every: of them every so many are kept, the first one too.
    """
    desk = RecordingDesk(sim, most, every)
    sim.desk = desk
    with suppress(_Enough):
        sim.run()
    return desk.found
