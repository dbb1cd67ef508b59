"""One run of the model: what its processes share, and how it starts and ends."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import simpy

from fillrate.draws import snap
from fillrate.model.chance import Chance
from fillrate.model.journal import Journal, no_row
from fillrate.model.opening import Opening
from fillrate.model.simpy_model.backlog import Backlog
from fillrate.model.simpy_model.books import Books
from fillrate.model.simpy_model.calendar import start_calendar
from fillrate.model.simpy_model.clock import begin
from fillrate.model.simpy_model.closing import close
from fillrate.model.simpy_model.desk import Desk
from fillrate.model.simpy_model.orders import arrivals
from fillrate.model.simpy_model.parcels import Parcels
from fillrate.model.simpy_model.planning import Planning
from fillrate.model.simpy_model.ranking import Ranking
from fillrate.model.simpy_model.stations import Station
from fillrate.model.simpy_model.stock import Stock
from fillrate.model.simpy_model.supply import Supply
from fillrate.policy import Bound
from fillrate.scorecard.accounts import Accounts
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["Simulation"]


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    """Pause Python's search for reference cycles: finished orders break theirs, and it would look at all others."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


class Simulation:
    """World, trace and policy brought together; `run()` plays the trace to its end."""

    def __init__(
        self,
        world: World,
        trace: Trace,
        policy: Bound,
        opening: Opening,
        journal: bool = False,
        explain: Callable[..., None] | None = None,
        chance: Chance | None = None,
    ) -> None:
        """Wire the parts; nothing happens yet."""
        self.world, self.tables, self.trace, self.policy = world, world.tables, trace, policy
        self.horizon = trace.days
        self.env = simpy.Environment()
        self.closed = False
        self.chance = chance or Chance(world, trace.seed)
        self.journal = Journal() if journal else None
        self.log: Callable[..., None] = self.journal.add if self.journal else no_row
        self.stock = Stock(world.tables, opening.units)
        self.accounts = Accounts(
            len(world.segments), len(world.regions), len(world.locations), snap(world.header.warm_up_days), trace.days
        )
        self.books = Books(self)
        self.ranking = Ranking(self)
        self.stations = [Station(self, place) for place in range(len(world.locations))]
        self.parcels = Parcels(self)
        self.backlog = Backlog(self)
        self.supply = Supply(self, opening)
        self.planning = Planning(self)
        self.desk = Desk(self, explain)
        self.warm: tuple[list[float], float, list[float]] | None = None
        self.at_horizon: Callable[[], object] | None = None  # called at the close, before anything is closed

    def run(self) -> None:
        """Play the trace: open, run the processes until nothing is left, close on the way."""
        self.start()
        with _no_cycle_search():
            self.env.run()

    def start(self) -> None:
        """Open; `env.run()` plays the rest."""
        self.books.open()
        self.accounts.steady_on = self.accounts.warm_up == 0.0
        begin(arrivals(self))
        start_calendar(self)
        begin(close(self))

    def integrals(self) -> tuple[list[float], float, list[float]]:
        """Unit-days on hand by pair, of backorders, and busy server-days by location, up to now."""
        now = self.env.now
        held = sum(count.until(now) for count in self.backlog.held_by_segment)
        return self.stock.unit_days(now), held, [station.busy.until(now) for station in self.stations]

    def mark_warm_up(self) -> None:
        """Remember the integrals at the end of the warm-up; the steady state begins."""
        self.warm = self.integrals()
        self.accounts.steady_on = True

    def mark_horizon(self) -> None:
        """Time averages run from warm-up to horizon; the steady state ends."""
        self.accounts.steady_on = False
        stock, held, busy = self.integrals()
        stock0, held0, busy0 = self.warm or ([0.0] * len(stock), 0.0, [0.0] * len(busy))
        accounts = self.accounts
        accounts.on_hand = [a - b for a, b in zip(stock, stock0, strict=True)]
        accounts.backorders = held - held0
        accounts.busy = [a - b for a, b in zip(busy, busy0, strict=True)]
