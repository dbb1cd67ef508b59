"""What happens to one run as arrays: the trace's own, the outages drawn for its seed, and the opening state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fillrate.draws import seed_key, snap
from fillrate.model.chance import Chance, outage_key, outage_windows
from fillrate.model.kernel import layout
from fillrate.model.planning import baskets_of

if TYPE_CHECKING:
    from fillrate.model.opening import Opening
    from fillrate.trace import Trace
    from fillrate.world import World
    from fillrate.world.network import Outage

__all__ = ["Feed"]

STREAMS = ("patience", "transit", "pick_service", "short_pick", "return_whether", "return_when", "purchase", "transfer")
ARRAYS = ("time", "key", "region", "segment", "pin", "ship_by", "deliver_by", "first_line", "sku", "quantity", "price")


class Feed:
    """A trace to be played in a world; the trace's arrays are read where they are."""

    def __init__(self, world: World, trace: Trace, opening: Opening) -> None:
        """Point at everything."""
        self.trace, self.opening, orders = trace, opening, trace.orders
        windows, first = _windows(world, Chance(world, trace.seed), trace.days)
        self.arrays = {name: np.ascontiguousarray(getattr(orders, name)) for name in ARRAYS}
        self.arrays |= {"window": windows, "first_window": first, "opening": np.array(opening.units, np.int64)}
        self.arrays["basket"] = baskets_of(world, orders)
        coming = [(c.pair, c.units, c.due, c.expected) for c in opening.inbound]
        self.arrays["coming"] = np.array(coming, layout.ON_ITS_WAY)
        self.record = np.zeros(1, layout.FEED.dtype)
        for name, array in self.arrays.items():
            layout.FEED.point(self.record[0], name, array)
        values = {name: seed_key(trace.seed, name) for name in STREAMS}
        values |= {"orders": len(orders), "comings": len(coming)}
        values["first_counted"] = int(np.searchsorted(orders.time, snap(world.header.warm_up_days)))
        for name, value in values.items():
            self.record[0][name] = value
        self.record[0]["seed"] = np.uint64(trace.seed & 2**64 - 1).astype(np.int64)
        self.record[0]["days"] = trace.days
        self.widest = int(np.diff(orders.first_line).max(initial=1))  # most lines of an order

    def to_horizon(self) -> Feed:
        """The same feed, ended at the horizon with everything as it stands: nothing is closed, nothing runs out."""
        self.record[0]["stops"] = 1
        return self

    def without_outages(self) -> Feed:
        """The same feed with no outage to come."""
        self.arrays["first_window"][:] = 0
        return self


def _windows(world: World, chance: Chance, days: float) -> tuple[np.ndarray, np.ndarray]:
    """Outages of places, then of suppliers, and where each one's begin."""
    entities: list[tuple[str, str, Outage]] = [("location", p.name, p.outage) for p in world.locations]
    entities += [("supplier", s.name, s.outage) for s in world.supply.supplier]
    each = [outage_windows(outage, outage_key(kind, name), chance, days) for kind, name, outage in entities]
    first = np.cumsum([0, *[len(windows) for windows in each]]).astype(np.int64)
    return np.array([window for windows in each for window in windows], layout.WINDOW), first
