"""The totals of a run counted again, from world, trace and journal alone: what an engine must hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.scorecard.journal import BOOKINGS, KIND_CODE
from fillrate.scorecard.ledger import read_ledger
from fillrate.scorecard.promises import Promises
from fillrate.scorecard.recount import Recount
from fillrate.scorecard.totals import COUNTS, HOME, SUMS, TALLY, Totals

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["recount_totals"]

Numbers = NDArray[Any]


def recount_totals(world: World, trace: Trace, journal: pa.Table) -> Totals:
    """Count the totals of a run again; all of them are exact.

    Args:
        world: the world of the run; the horizon is the trace's.
        trace: its trace.
        journal: its journal, complete.

    Returns:
        Totals of one replication, equal to the last bit; but the journal does not tell of `stopped_searches`: 0.

    Raises:
        InputError: the journal has not the columns or names of this world.
    """
    c = Recount(Promises(world.over(trace.days), trace), read_ledger(world, journal))
    arrays: dict[str, Numbers] = _money(c) | _tallies(c) | _at_home(c) | {"on_hand": c.unit_days(), "busy": _busy(c)}
    arrays["counts"] = _listed(_counts(c) | {"stopped_searches": 0}, COUNTS, np.int64)
    arrays["sums"] = _listed(_sums(c), SUMS, np.float64)
    arrays["cycles"] = _cycles(c)
    return Totals(**{name: cells[None] for name, cells in arrays.items()})


def _listed(values: dict[str, Any], names: tuple[str, ...], kind: type) -> Numbers:
    return np.array([values[name] for name in names], kind)


def _money(c: Recount) -> dict[str, Numbers]:
    """Bookings by account: all, between warm-up and close, of counted orders."""
    rows = {"money": np.ones(len(c.l), np.bool_), "steady": c.steady(), "served": c.served()}
    booked = c.booked()
    of_account = [c.l.kind == KIND_CODE[account] for account in BOOKINGS]
    return {name: np.array([booked[chosen & mine].sum() for mine in of_account]) for name, chosen in rows.items()}


def _tallies(c: Recount) -> dict[str, Numbers]:
    """What became of counted orders, by segment and by region; they all have ended."""
    some, delivered = c.p.counted, ~np.isnan(c.cycle)
    columns = {
        "orders": some,
        "units": c.asked,
        "lines": c.lines,
        "shipped": c.shipped,
        "immediate": c.at_once,
        "first_pass": c.first,
        "lines_first_pass": c.lines_first,
        "full": c.first == c.asked,
        "delivered": delivered,
    }
    arrays: dict[str, Numbers] = {}
    for kind, entries in (("segment", c.world.segments), ("region", c.world.regions)):
        group, size = getattr(c.orders, kind)[some], len(entries)
        arrays[f"by_{kind}"] = np.stack([c.by(group, size, columns[key][some]) for key in TALLY], axis=-1)
        arrays[f"{kind}_days"] = np.bincount(group, np.where(delivered, c.cycle, 0.0)[some], size)
    return arrays


def _counts(c: Recount) -> dict[str, Any]:
    some, lost = c.p.counted, c.l.rows("lost")
    waited, picked, _ = c.station_waits()
    return {
        "parcels": c.parcels[some].sum(),
        "sent": (c.parcels[some] > 0).sum(),
        "split": (c.parcels[some] > 1).sum(),
        "on_time": (c.on_time() == c.asked)[some].sum(),
        "received": some.sum(),
        "allocated": c.allocated,
        "lost": c.units(lost)[some[c.l.order[lost]]].sum(),
        "open_at_end": c.open_at_end(),
        "parcels_picked": picked,
        "parcels_waited": waited,
        "dispatched": c.units(c.measured()).sum(),
        **c.tables(),
    }


def _sums(c: Recount) -> dict[str, float]:
    rows, cost = c.measured(), np.array(c.world.tables.unit_cost)
    return {
        "margin": float((c.p.quantity * (c.orders.price - c.p.cost)).sum()),
        "waited": c.waited,
        "station_wait": c.station_waits()[2],
        "dispatched_cost": float((c.units(rows) * cost[c.l.sku[rows]]).sum()),
        "backorders": c.backorder_days(),
    }


def _at_home(c: Recount) -> dict[str, Numbers]:
    """Units by the location where they are at home, and units dispatched by region, in all and from home."""
    home = np.append(c.world.tables.pair_location, -1)[c.p.home]
    mine = (home >= 0) & c.p.counted[c.p.order_of]
    lines = {"asked": c.p.quantity, "first_pass": c.line_first, "immediate": c.line_at_once, "shipped": c.line_sent()}
    sent = [c.home_share(c.orders.region == region) for region in range(len(c.world.regions))]
    return {
        "home": np.stack([c.by(home[mine], len(c.world.locations), lines[key][mine]) for key in HOME]),
        "region_sent": np.array([[every for _, every in sent], [own for own, _ in sent]], np.int64),
    }


def _busy(c: Recount) -> Numbers:
    """(locations,) server-days in use between warm-up and horizon."""
    begun, ended = (c.l.rows(kind) for kind in ("picking", "picked"))
    places = len(c.world.locations)
    left = [np.bincount(c.l.location[rows], c.inside(c.l.time[rows]), places) for rows in (begun, ended)]
    return np.asarray(left[0] - left[1])


def _cycles(c: Recount) -> Numbers:
    """Cycle days of counted orders that were delivered, as they ended: at their last delivery or loss."""
    ending = c.l.rows("delivered", "lost")
    last = np.full(c.n, -1, np.int64)
    last[c.l.order[ending]] = ending  # rows rise: the last one stays
    orders = np.flatnonzero(c.p.counted & ~np.isnan(c.cycle))
    return np.asarray(c.cycle[orders[np.argsort(last[orders], kind="stable")]])
