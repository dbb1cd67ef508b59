"""The close: no more orders, offers or reviews; held units are lost, leftovers valued, parcels run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fillrate.model.events import CLOSE
from fillrate.model.simpy_model.clock import Process, Timed
from fillrate.model.simpy_model.orders import lose

if TYPE_CHECKING:
    from fillrate.model.simpy_model.simulation import Simulation

__all__ = ["close"]


def close(sim: Simulation) -> Process:
    """Close the run at the horizon."""
    yield Timed(sim.env, sim.horizon, CLOSE, 0)
    sim.mark_horizon()
    if sim.at_horizon is not None:
        sim.at_horizon()
    sim.accounts.open_at_end = sum(line.open for order in sim.backlog.waiting.values() for line in order.lines)
    sim.closed = True
    for row in sorted(sim.backlog.waiting):
        lose(sim, sim.backlog.waiting[row])
    stock = sim.stock
    for pair in range(len(stock.on_hand)):
        sim.books.write_down(pair, stock.free(pair) + stock.inbound[pair])
