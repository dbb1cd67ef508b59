"""Pick stations: finite servers, the queue in rank order, non-preemptive; down while their location is out."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from simpy.events import Event

from fillrate.draws import snap
from fillrate.model.delays import mean_service_days
from fillrate.model.events import PICK_END, event_key
from fillrate.model.simpy_model.entities import Order, Parcel
from fillrate.model.simpy_model.stock import Integral

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["Station"]


class Station:
    """The pick station of one location; without servers everything is picked at once."""

    def __init__(self, sim: Simulation, location: int) -> None:
        """Start idle."""
        self.sim, self.location = sim, location
        self.terms = sim.world.locations[location].station
        self.servers = self.terms.servers or 10**9
        self.finite = self.terms.servers > 0
        site = sim.world.locations[location]
        surely_found = site.short_pick_probability <= 0.0
        self.unseen = not self.finite and surely_found and len(site.cut_off_hours) > 0  # nobody can tell a pick's end
        self.queue: list[tuple[tuple[float, ...], int, Parcel]] = []
        self.busy = Integral()  # busy servers, for utilisation; 0 without servers
        self.work = 0.0  # mean service days queued or begun, whole multiples of 2**-20
        self.down = False

    def join(self, parcel: Parcel) -> None:
        """Queue a parcel by its order's rank as its units were placed; service begins at once if a server is free.

        By then nothing of what was placed is open any more: margin, value, units and loss of an order would be 0.
        What is picked at once and waits for a cut-off then needs no event for its pick.
        """
        sim = self.sim
        if self.unseen and not self.down:
            parcel.started = True
            return
        parcel.queued_at = sim.env._now
        parcel.picked = Event(sim.env)
        if self.finite:
            sim.log(sim.env._now, "queued", parcel.order.row, -1, -1, self.location)
        self.work += self.work_of(parcel)
        heapq.heappush(self.queue, (self._rank(parcel.order), parcel.number, parcel))
        self.start()

    def _rank(self, order: Order) -> tuple[float, ...]:
        if not self.finite:
            return ()
        return self.sim.ranking.key(order) if order.rank is None else order.rank

    def mean(self, parcel: Parcel) -> float:
        """Mean service of a parcel, days."""
        return self.mean_of(len(parcel.pieces), sum([piece[2] for piece in parcel.pieces]))

    def mean_of(self, lines: int, units: int) -> float:
        """Mean service of so many lines with so many units, days."""
        t = self.terms
        return mean_service_days(t.setup_minutes, t.line_minutes, t.unit_minutes, lines, units) if self.finite else 0.0

    def work_of(self, parcel: Parcel) -> float:
        """Mean service of a parcel, snapped so that what is added can be taken off again exactly."""
        return snap(self.mean(parcel)) if self.finite else 0.0

    def start(self) -> None:
        """Begin as many services as servers are free."""
        while self.queue and self.busy.value < self.servers and not self.down:
            parcel = heapq.heappop(self.queue)[2]
            if not parcel.dropped:
                self._begin(parcel)

    def _begin(self, parcel: Parcel) -> None:
        sim, order = self.sim, parcel.order
        parcel.started = True
        service = 0.0
        if self.finite:
            self.busy.change(1, sim.env._now)
            service = sim.chance.pick_service(order.key, self.location, parcel.nth, self.terms, self.mean(parcel))
            sim.log(sim.env._now, "picking", order.row, -1, -1, self.location)
            self._count_wait(order.counted, sim.env._now - parcel.queued_at)
        parcel.picked._ok, parcel.picked._value = True, None
        sim.env.schedule(parcel.picked, event_key(PICK_END, parcel.number), service)  # type: ignore[arg-type]

    def _count_wait(self, counted: bool, days: float) -> None:
        if counted:
            accounts: Any = self.sim.accounts
            accounts.parcels_picked += 1
            accounts.parcels_waited += days > 0.0
            accounts.station_wait += days

    def finish(self, parcel: Parcel) -> None:
        """A service ended: free the server."""
        self.work -= self.work_of(parcel)
        if self.finite:
            self.busy.change(-1, self.sim.env._now)
            self.sim.log(self.sim.env._now, "picked", parcel.order.row, -1, -1, self.location)
        self.start()

    def grow(self, parcel: Parcel, before: float) -> None:
        """A queued parcel changed; `before` was its work."""
        self.work += self.work_of(parcel) - before

    def drop(self, parcel: Parcel) -> None:
        """Take an unpicked parcel out of the queue."""
        parcel.dropped = True
        self.work -= self.work_of(parcel)

    def set_down(self, down: bool) -> None:
        """An outage begins or ends; service begun is finished."""
        self.down = down
        if not down:
            self.start()
