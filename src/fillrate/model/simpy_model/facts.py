"""What is known at a decision: the facts behind the columns of a candidate table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from fillrate.decision.columns import BY_NAME, FACTS
from fillrate.model.simpy_model.entities import Line, Order
from fillrate.model.simpy_model.ranking import promised_delivery
from fillrate.model.simpy_model.rows import Rows

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation
    from fillrate.world.demand import Segment

__all__ = ["Facts"]


class Facts:
    """Facts of the line under decision; set by the desk before each question.

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
        self.rest: list[tuple[Rows, Sequence[int], int]] = []  # other lines to be answered: rows, available, units
        weights = [s.weight for s in sim.world.segments]
        total, segments = sum(weights), sim.world.segments
        self.higher_share = [
            sum(o.weight for o in segments if o.priority > s.priority) / total for s in segments
        ]  # (segments,) share of demand with higher priority
        self.home_rate = sim.tables.home_rate.tolist()
        self.makers = {name: self._maker(name) for name in BY_NAME}

    def column(self, name: str) -> list[float]:
        """(rows,) values of a column."""
        return self.makers[name]()

    def _maker(self, name: str) -> Callable[[], list[float]]:
        """A function that makes one column, its facts looked up once."""
        column = BY_NAME[name]
        facts = [(FACTS[need][0] == "row", getattr(self, f"_{need}")) for need in column.needs]
        of = column.of
        if len(facts) == 1 and facts[0][0]:
            fact = facts[0][1]
            return lambda: [of(v) for v in fact()]

        def make() -> list[float]:
            if not any(by_row for by_row, _ in facts):
                return [of(*[fact() for _, fact in facts])] * len(self.available)
            return [of(*cell) for cell in zip(*[f() if by_row else repeat(f()) for by_row, f in facts])]  # noqa: B905

        return make

    def _available(self) -> Sequence[float]:
        return self.available

    def _unit_cost(self) -> list[float]:
        return self.rows.unit_cost

    def _box(self) -> list[float]:
        """Box cost that each row would really add."""
        joins = self._joined()
        if not joins:
            return self.rows.box
        return [0.0 if place in joins else box for place, box in zip(self.rows.location, self.rows.box, strict=True)]

    def _joins(self) -> list[float]:
        joins = self._joined()
        return [1.0 if place in joins else 0.0 for place in self.rows.location]

    def _joined(self) -> set[int]:
        """Locations where units would join a parcel of the order: not picked yet, of this offer, or kept aside."""
        order = self.order
        if not self.opened and not order.parcels and not any(line.committed for line in order.lines):
            return set()
        return {p.location for p in order.parcels if not p.started} | set(self.opened) | self._kept_aside()

    def _kept_aside(self) -> set[int]:
        """Locations where units wait for the rest of this line or order, to leave in one box with it."""
        whole = self.sim.policy.complete[self.order.segment] == 2
        return {kept[0] for line in (self.order.lines if whole else self.group) for kept in line.committed}

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
        share = self.higher_share[self.order.segment]
        return [self.home_rate[p] * share for p in self.rows.pair]

    def _rating(self) -> list[float]:
        return [self.sim.world.locations[place].rating for place in self.rows.location]

    def _third_party(self) -> list[float]:
        places = self.sim.world.locations
        return [1.0 if places[place].kind == "third_party" else 0.0 for place in self.rows.location]

    def _rest_cover(self) -> list[float]:
        """Share of the other open units that each row's location has."""
        units = sum(left for _, _, left in self.rest)
        if not units:
            return [1.0] * len(self.rows.location)
        shares = []
        for place in self.rows.location:
            there = 0
            for rows, available, left in self.rest:
                if place in rows.location:
                    there += min(left, available[rows.location.index(place)])
            shares.append(there / units)
        return shares

    def _opportunity(self) -> list[float]:
        return [0.0] * len(self.rows.pair)  # set by planners

    def _remaining(self) -> float:
        return self.left

    def _price(self) -> float:
        return self.group[0].price

    def _cost(self) -> float:
        return self.sim.tables.unit_cost[self.group[0].sku]

    def _waiting(self) -> float:
        return sum(self.sim.backlog.held_by_sku[self.group[0].sku]) - sum(line.held for line in self.group)

    def _waiting_higher(self) -> float:
        segments, mine = self.sim.world.segments, self.sim.world.segments[self.order.segment].priority
        held = self.sim.backlog.held_by_sku[self.group[0].sku]
        return sum(n for n, s in zip(held, segments, strict=True) if s.priority > mine)

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

    def _promise_days(self) -> float:
        return promised_delivery(self.sim, self.order) - self.sim.env.now

    def _ship_days(self) -> float:
        return self.order.ship_by - self.sim.env.now

    def _waited_days(self) -> float:
        return self.sim.env.now - self.order.time

    def _lines_left(self) -> float:
        return 1 + len(self.rest)

    def _horizon_share(self) -> float:
        return 1.0 - self.sim.env.now / self.sim.horizon

    def _review_days(self) -> float:
        return self.sim.supply.next_review() - self.sim.env.now
