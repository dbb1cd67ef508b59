"""What is known at a decision: the facts behind the columns of a candidate table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fillrate.decision.chain import Step
from fillrate.decision.columns import BY_NAME, FACTS
from fillrate.decision.facts import box_to_add, higher, lines_left, rest_cover
from fillrate.decision.offer import Offer
from fillrate.decision.table import Columns
from fillrate.model.delays import next_cut_off
from fillrate.model.simpy_model.entities import Line, Order
from fillrate.model.simpy_model.ranking import promised_delivery
from fillrate.model.simpy_model.rows import Rows

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation
    from fillrate.world.demand import Segment

__all__ = ["Facts", "lasting"]

# Facts that follow, all run long, from the rows, the segment and the line's price: boxes if no parcel can be joined.
LASTING = {"unit_cost", "distance_km", "transit_days", "is_home", "position", "home_rate", "higher_rate", "rating"}
LASTING |= {"third_party", "box", "joins", "price", "cost", "priority", "loyalty", "contract", "loss_cost"}


def lasting(step: Step, planned: bool) -> bool:
    """Whether a weighted sum is made of lasting facts alone; stock has a price only if something plans."""
    facts = LASTING if planned else LASTING | {"opportunity"}
    return all(need in facts for name, _ in step for need in BY_NAME[name].needs)


class Facts:
    """Facts of the line under decision; pointed at it before each question.

    A row fact is a list over rows, a line or order fact one number.
    """

    def __init__(self, sim: Simulation) -> None:
        """Nothing is under decision yet."""
        self.sim = sim
        self.order: Order = None  # type: ignore[assignment]
        self.group: list[Line] = []
        self.rows: Rows = None  # type: ignore[assignment]
        self.left = 0  # units of the line still to be placed
        self.available: Sequence[int] = ()  # (rows,) after limits and earlier answers
        self.opened: list[int] = []  # locations opened by this offer so far
        self.offer: Offer = None  # type: ignore[assignment]
        self.line = 0  # of the offer
        self.first = 0  # the first line of the offer that is still to be answered
        self.priority = [s.priority for s in sim.world.segments]
        self.home_rate = sim.tables.home_rate.tolist()
        named = {name: getattr(self, f"_{name}", None) for name in FACTS}
        self.columns = Columns({k: v for k, v in named.items() if v}, lambda: len(self.available))
        self.column = self.columns.column

    def _available(self) -> Sequence[float]:
        return self.available

    def _unit_cost(self) -> list[float]:
        return self.rows.unit_cost

    def _box(self) -> list[float]:
        """Box cost that each row would really add."""
        joined = self.joined()
        return box_to_add(self.rows.box, self.rows.location, joined) if joined else self.rows.box

    def _joins(self) -> list[float]:
        joins = self.joined()
        return [1.0 if place in joins else 0.0 for place in self.rows.location]

    def joined(self) -> list[int]:
        """Locations where units would join a parcel of the order: not picked yet, of this offer, or kept aside."""
        order = self.order
        if not self.opened and not order.parcels and not any(line.committed for line in order.lines):
            return []
        return [p.location for p in order.parcels if not p.started] + self.opened + self._kept_aside()

    def _kept_aside(self) -> list[int]:
        """Locations where units wait for the rest of this line or order, to leave in one box with it."""
        whole = self.sim.policy.complete[self.order.segment] == 2
        return [kept[0] for line in (self.order.lines if whole else self.group) for kept in line.committed]

    def _distance_km(self) -> list[float]:
        return self.rows.distance_km

    def _transit_days(self) -> list[float]:
        return self.rows.transit_days

    def _inbound(self) -> list[int]:
        inbound = self.sim.stock.inbound
        return [inbound[p] for p in self.rows.pair]

    def _receipt_days(self) -> list[float]:
        return [self.sim.supply.receipt_days(p) for p in self.rows.pair]

    def _is_home(self) -> list[float]:
        home = self.rows.home
        return [1.0 if p == home else 0.0 for p in self.rows.pair]

    def _position(self) -> Sequence[float]:
        return range(len(self.rows.pair))

    def _queue_days(self) -> list[float]:
        stations = self.sim.stations
        return [stations[place].work / stations[place].servers for place in self.rows.location]

    def _home_rate(self) -> list[float]:
        return [self.home_rate[p] for p in self.rows.pair]

    def _higher_rate(self) -> list[float]:
        share = self.sim.tables.higher_share[self.order.segment]
        return [self.home_rate[p] * share for p in self.rows.pair]

    def _rating(self) -> list[float]:
        return [self.sim.world.locations[place].rating for place in self.rows.location]

    def _third_party(self) -> list[float]:
        places = self.sim.world.locations
        return [1.0 if places[place].kind == "third_party" else 0.0 for place in self.rows.location]

    def _rest_cover(self) -> list[float]:
        o, line, first = self.offer, self.line, self.first
        terms = line, first, o.lines, o.width, o.location, o.available, o.left
        return [rest_cover(place, *terms) for place in self.rows.location]

    def _due_days(self) -> list[float]:
        now = self.sim.env.now
        return [promised_delivery(self.sim, self.order, place) - now for place in self.rows.location]

    def _delivery_days(self) -> list[float]:
        now, parcels, stations = self.sim.env.now, self.sim.parcels, self.sim.stations
        days = []
        for place, transit in zip(self.rows.location, self.rows.transit_days, strict=True):
            station = stations[place]
            picked = now + station.work / station.servers + station.mean_of(1, self.left)
            hours = parcels.cut_offs[place]
            days.append(next_cut_off(picked, hours, 0, len(hours)) + transit - now)
        return days

    def _opportunity(self) -> list[float]:
        price = self.sim.planning.price
        return [price[p] for p in self.rows.pair]

    def _remaining(self) -> float:
        return self.left

    def _price(self) -> float:
        return self.group[0].price

    def _cost(self) -> float:
        return self.sim.tables.unit_cost[self.group[0].sku]

    def _waiting(self) -> float:
        return sum(self.sim.backlog.waiting_by_sku[self.group[0].sku]) - sum([line.waiting for line in self.group])

    def _waiting_higher(self) -> float:
        return higher(self.sim.backlog.waiting_by_sku[self.group[0].sku], self.priority, self.order.segment)

    def _priority(self) -> float:
        return self._segment().priority

    def _loyalty(self) -> float:
        return self._segment().loyalty

    def _contract(self) -> float:
        return self._segment().contract

    def _loss_cost(self) -> float:
        return self.sim.tables.loss[self.order.segment][self.order.region]

    def _segment(self) -> Segment:
        return self.sim.world.segments[self.order.segment]

    def _waited_days(self) -> float:
        return self.sim.env.now - self.order.time

    def _lines_left(self) -> float:
        return lines_left(self.line, self.first, self.offer.lines, self.offer.left)

    def _horizon_share(self) -> float:
        return 1.0 - self.sim.env.now / self.sim.horizon

    def _review_days(self) -> float:
        return self.sim.supply.next_review() - self.sim.env.now
