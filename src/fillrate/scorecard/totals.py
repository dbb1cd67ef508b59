"""What runs add up to, as arrays with the replications first: all that their scorecards are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.errors import InputError
from fillrate.scorecard.journal import BOOKINGS

if TYPE_CHECKING:
    from fillrate.world import World

__all__ = ["COUNTS", "HOME", "SUMS", "TALLY", "Totals", "blank_totals", "check_totals", "stack_totals", "unequal"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TALLY = (
    "orders",
    "units",
    "lines",
    "shipped",  # units dispatched in the end
    "immediate",  # units allocated at the instant of receipt, and not lost at it
    "first_pass",  # units dispatched by the ship date
    "lines_first_pass",  # lines of which every unit is
    "full",  # orders of which every unit is
    "delivered",  # orders of which anything was delivered
)
"""What is counted of orders when they end: when their last unit is delivered or lost."""

COUNTS = (
    "parcels",  # dispatched
    "sent",  # orders with a parcel
    "split",  # orders with more than one
    "on_time",  # orders of which every unit is delivered by the delivery date
    "received",  # orders
    "allocated",  # units, at their first allocation
    "lost",  # units
    "open_at_end",  # units, of all orders
    "parcels_picked",  # at stations, as the next
    "parcels_waited",
    "dispatched",  # units of all orders, between warm-up and horizon
    "cut_tables",  # of all orders, as the next two
    "masked_offers",
    "stopped_searches",  # whole-order searches that ended at their limit; the journal does not tell
)
"""Whole numbers of a run, of orders received from the warm-up on where nothing else is said."""

SUMS = (
    "margin",  # price - cost over all ordered units
    "waited",  # unit-days from receipt to first allocation
    "station_wait",  # parcel-days in queues
    "dispatched_cost",  # cost of the units `dispatched`
    "backorders",  # unit-days of open units between warm-up and horizon
)
"""Sums of a run that are no whole numbers."""

HOME = ("asked", "first_pass", "immediate", "shipped")
"""What is counted in units by the location where they are at home."""

WHOLE = ("by_segment", "by_region", "counts", "home", "region_sent")
NAMED = {
    **dict.fromkeys(("money", "steady", "served"), (1, tuple(BOOKINGS))),
    **dict.fromkeys(("by_segment", "by_region"), (2, TALLY)),
    "counts": (1, COUNTS),
    "sums": (1, SUMS),
    "home": (1, HOME),
    "region_sent": (1, ("all", "home")),
}  # field -> axis whose positions have names, and these


@dataclass(frozen=True, eq=False)
class Totals:
    """Totals of n replications. Money and days are whole multiples of 2**-20: their sums are exact in any order."""

    money: Floats  # (n, accounts) everything booked, in the order of `BOOKINGS`
    steady: Floats  # (n, accounts) of it from the end of the warm-up to the close
    served: Floats  # (n, accounts) of it what counted orders brought or cost, and charges after the warm-up
    by_segment: Ints  # (n, segments, len(TALLY)) orders received from the warm-up on
    by_region: Ints  # (n, regions, len(TALLY)) the same orders
    segment_days: Floats  # (n, segments) cycle days of those delivered: last delivery - receipt
    region_days: Floats  # (n, regions)
    counts: Ints  # (n, len(COUNTS))
    sums: Floats  # (n, len(SUMS))
    home: Ints  # (n, len(HOME), locations) units of orders received from the warm-up on
    region_sent: Ints  # (n, 2, regions) units of such orders dispatched: all, and those from home
    on_hand: Floats  # (n, pairs) unit-days between warm-up and horizon
    busy: Floats  # (n, locations) server-days in use between warm-up and horizon
    cycles: Floats  # (n, most) cycle days of delivered orders as these ended, then nan

    def __len__(self) -> int:
        """Return the number of replications."""
        return len(self.money)

    def count(self, name: str) -> Ints:
        """(n,) one of `COUNTS`."""
        return self.counts[:, COUNTS.index(name)]

    def sum(self, name: str) -> Floats:
        """(n,) one of `SUMS`."""
        return self.sums[:, SUMS.index(name)]


def _shapes(world: World, n: int, most: int) -> dict[str, tuple[int, ...]]:
    segments, regions, places = len(world.segments), len(world.regions), len(world.locations)
    return {
        **dict.fromkeys(("money", "steady", "served"), (n, len(BOOKINGS))),
        "by_segment": (n, segments, len(TALLY)),
        "by_region": (n, regions, len(TALLY)),
        "segment_days": (n, segments),
        "region_days": (n, regions),
        "counts": (n, len(COUNTS)),
        "sums": (n, len(SUMS)),
        "home": (n, len(HOME), places),
        "region_sent": (n, 2, regions),
        "on_hand": (n, len(world.tables.pair_sku)),
        "busy": (n, places),
        "cycles": (n, most),
    }


def blank_totals(world: World, n: int = 1, most: int = 0) -> Totals:
    """Totals of nothing, to be filled: zeros, cycle days nan.

    Args:
        world: its sizes are taken.
        n: replications.
        most: room for the cycle days of so many orders a replication.
    """
    arrays: dict[str, Any] = {
        name: np.zeros(shape, np.int64 if name in WHOLE else np.float64)
        for name, shape in _shapes(world, n, most).items()
    }
    arrays["cycles"].fill(np.nan)
    return Totals(**arrays)


def check_totals(world: World, totals: Totals) -> None:
    """Make sure that totals are of this world's sizes.

    Raises:
        InputError: an array has another shape or another kind of number.
    """
    most = totals.cycles.shape[-1] if totals.cycles.ndim else 0
    for name, shape in _shapes(world, len(totals), most).items():
        found, kind = getattr(totals, name), np.dtype(np.int64 if name in WHOLE else np.float64)
        if found.shape != shape or found.dtype != kind:
            raise InputError(f"totals.{name}", f"found {found.dtype} {found.shape}", f"{kind} {shape}")


def stack_totals(parts: Sequence[Totals]) -> Totals:
    """Totals of several runs of one world, one after the other; `parts` are at least one."""
    most = max(part.cycles.shape[1] for part in parts)
    arrays: dict[str, Any] = {f.name: [getattr(part, f.name) for part in parts] for f in fields(Totals)}
    arrays["cycles"] = [_widened(cycles, most) for cycles in arrays["cycles"]]
    return Totals(**{name: np.concatenate(cells) for name, cells in arrays.items()})


def _widened(cycles: Floats, most: int) -> Floats:
    return np.pad(cycles, ((0, 0), (0, most - cycles.shape[1])), constant_values=np.nan)


def unequal(first: Totals, second: Totals) -> list[str]:
    """Every cell in which two totals of one world differ at all, as `counts[0, lost]: 3 against 4`; nan equals nan."""
    most, found = max(first.cycles.shape[1], second.cycles.shape[1]), []
    for name in (f.name for f in fields(Totals)):
        a, b = getattr(first, name), getattr(second, name)
        if name == "cycles":
            a, b = _widened(a, most), _widened(b, most)
        differ = (a != b) & ~(np.isnan(a) & np.isnan(b))
        found += [f"{name}{_cell(name, at)}: {a[tuple(at)]} against {b[tuple(at)]}" for at in np.argwhere(differ)]
    return found


def _cell(name: str, at: Ints) -> str:
    axis, names = NAMED.get(name, (-1, ()))
    return "[" + ", ".join(names[i] if n == axis else str(i) for n, i in enumerate(at.tolist())) + "]"
