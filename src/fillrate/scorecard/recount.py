"""The whole scorecard counted again, from world, trace and journal alone: what the running accounts must equal.

Nothing is shared with accounts and measures but the names. Money is a sum of whole multiples of 2**-20 and therefore
equal to the last bit; counts are equal; means agree to rounding.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import snap
from fillrate.scorecard.journal import BOOKINGS, KIND_CODE
from fillrate.scorecard.ledger import Ledger, read_ledger
from fillrate.scorecard.metrics import METRICS
from fillrate.scorecard.promises import Promises
from fillrate.scorecard.scorecard import Scorecard

if TYPE_CHECKING:
    import pyarrow as pa

    from fillrate.trace import Trace
    from fillrate.world import World

__all__ = ["EXACT", "ON_HAND", "RESERVED", "Recount", "differences", "recount"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Values = dict[str, float | None]

ON_HAND = {"opening": 1, "stocked": 1, "returned": 1, "dispatched": -1, "short_picked": -1, "transferred": -1}
"""Kinds that move units on hand, with their sign."""
RESERVED = {"reserved": 1, "released": -1, "short_picked": -1, "dispatched": -1}
"""Kinds that change what is reserved, with their sign."""
EXACT = ("contribution", "lost_units", "backorder_units_end", "cut_tables", "masked_offers")
"""Metrics that are sums of money or counts: the recount equals them to the last bit."""
SERVING = ("freight", "handling", "fee", "lateness", "backorder", "loss", "refund", "goods_back", "return_fee")
PAST = ("holding", "capital", "backorder")  # booked for the time before


def recount(world: World, trace: Trace, journal: pa.Table) -> Scorecard:
    """Count the scorecard of a run again.

    Args:
        world: the world of the run; the horizon is the trace's.
        trace: its trace.
        journal: its journal, complete.

    Raises:
        InputError: the journal has not the columns or names of this world.
    """
    world = world.over(trace.days)
    counting = Recount(Promises(world, trace), read_ledger(world, journal))
    values: Values = dict.fromkeys(METRICS)
    values |= counting.service() | counting.times() | counting.stock() | counting.money() | counting.tables()
    return Scorecard(values | counting.selected())


def differences(
    first: Scorecard, second: Scorecard, tolerance: float = 1e-9
) -> dict[str, tuple[float | None, float | None]]:
    """Metrics of which two scorecards say different things: beyond a relative tolerance, or at all where `EXACT`."""
    found = {}
    for key in dict.fromkeys([*first, *second]):
        a, b = first.get(key), second.get(key)
        close = a is not None and b is not None and math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
        if a != b and (key in EXACT or not close):
            found[key] = a, b
    return found


def _ratio(above: Any, below: Any) -> float | None:
    return float(above) / float(below) if below else None


class Recount:
    """One journal under count."""

    def __init__(self, promises: Promises, ledger: Ledger) -> None:
        """Sum up by line and order what everything else needs."""
        self.p, self.l = promises, ledger
        self.world, self.orders = promises.world, promises.trace.orders
        self.start, self.end = snap(self.world.header.warm_up_days), promises.trace.days
        self.days = self.end - self.start
        self.n = len(self.orders)
        self.closed = ledger.close_row(self.end)
        self.sent, self.delivered = ledger.rows("dispatched"), ledger.rows("delivered")
        line, order = ledger.line[self.sent], ledger.order[self.sent]
        in_time = ledger.time[self.sent] <= promises.ship_by[order]
        self.line_first = self.by(line[in_time], self.orders.lines, self.units(self.sent[in_time]))
        self.shipped = self.by(order, self.n, self.units(self.sent))
        self.parcels = self.by(ledger.order[ledger.rows("shipped")], self.n)
        self.asked = self.by(promises.order_of, self.n, promises.quantity)
        self.first = self.by(promises.order_of, self.n, self.line_first)
        self.lines = np.diff(self.orders.first_line)
        self.lines_first = self.by(promises.order_of, self.n, self.line_first == promises.quantity)
        self.allocated, self.waited, self.line_at_once = self._first_allocations()
        self.at_once = self.by(promises.order_of, self.n, self.line_at_once)
        self.cycle = self._cycle()

    def by(self, index: Ints, size: int, weights: Any = None) -> Ints:
        """Whole-number sums by index."""
        return np.bincount(index, weights, size).astype(np.int64)

    def units(self, rows: Ints) -> Ints:
        """Quantities of some rows."""
        return self.l.quantity[rows].astype(np.int64)

    def inside(self, time: Floats) -> Floats:
        """Days of the measured time that are left after each instant."""
        return self.end - np.clip(time, self.start, self.end)

    def _cycle(self) -> Floats:
        """(orders,) last delivery - receipt, nan if nothing was delivered."""
        last = np.full(self.n, -np.inf)
        np.maximum.at(last, self.l.order[self.delivered], self.l.time[self.delivered])
        return np.where(last >= 0.0, last - self.orders.time, np.nan)

    def service(self) -> Values:
        """Fill rates, losses, parcels."""
        some, p = self.p.counted, self.p
        fair = [f for f in self._segment_rates() if f is not None]
        lost = self.l.rows("lost")
        return {
            **self._rates(some, ""),
            "on_time_in_full": _ratio((self.on_time() == self.asked)[some].sum(), some.sum()),
            "lost_units": float(self.units(lost)[p.counted[self.l.order[lost]]].sum()),
            "shipments_per_order": _ratio(self.parcels[some].sum(), (self.parcels[some] > 0).sum()),
            "split_rate": _ratio((self.parcels[some] > 1).sum(), (self.parcels[some] > 0).sum()),
            "served_home_share": _ratio(*self.home_share(np.ones(self.n, np.bool_))),
            "fairness_min": min(fair, default=None),
            "fairness_jain": _ratio(sum(fair) ** 2, len(fair) * sum(f * f for f in fair)),
        }

    def _rates(self, some: Bools, where: str) -> Values:
        return {
            f"order_fill_rate{where}": _ratio((self.first == self.asked)[some].sum(), some.sum()),
            f"line_fill_rate{where}": _ratio(self.lines_first[some].sum(), self.lines[some].sum()),
            f"unit_fill_rate{where}": _ratio(self.first[some].sum(), self.asked[some].sum()),
            f"immediate_unit_fill_rate{where}": _ratio(self.at_once[some].sum(), self.asked[some].sum()),
            f"eventual_unit_fill_rate{where}": _ratio(self.shipped[some].sum(), self.asked[some].sum()),
        }

    def _segment_rates(self) -> list[float | None]:
        chosen = [self.p.counted & (self.orders.segment == s) for s in range(len(self.world.segments))]
        return [_ratio(self.first[some].sum(), self.asked[some].sum()) for some in chosen]

    def on_time(self) -> Ints:
        """(orders,) units delivered by the promised delivery."""
        order, place = self.l.order[self.delivered], self.l.location[self.delivered]
        kept = self.l.time[self.delivered] <= self.p.promised_at(order, place)
        return self.by(order[kept], self.n, self.units(self.delivered[kept]))

    def home_share(self, some: Bools) -> tuple[int, int]:
        """Units dispatched from home, and in all, of counted orders."""
        order = self.l.order[self.sent]
        rows = self.sent[(some & self.p.counted)[order]]
        home = self.p.pair(self.l.location[rows], self.l.sku[rows]) == self.p.home[self.l.line[rows]]
        return int(self.units(rows[home]).sum()), int(self.units(rows).sum())

    def _first_allocations(self) -> tuple[int, float, Ints]:
        """Units ever reserved, their days from receipt, each unit at its first time, and (lines,) units at receipt.

        What a line has reserved or shipped rises and falls; a unit is new where that count passes its past maximum.
        """
        rows = self.l.rows("reserved", "released", "short_picked")
        rows = rows[np.argsort(self.l.line[rows], kind="stable")]
        line = self.l.line[rows]
        change = self.l.signed({"reserved": 1, "released": -1, "short_picked": -1})[rows]
        head = np.flatnonzero(np.diff(line, prepend=-1))
        group = np.cumsum(np.isin(np.arange(len(line)), head)) - 1
        total = np.cumsum(change)
        standing = total - (total[head] - change[head])[group] if len(line) else total
        lift = group * (int(self.p.quantity.sum()) + 1)  # so that the running maximum starts anew at every line
        top = np.maximum.accumulate(np.maximum(standing, 0) + lift) - lift
        before = np.where(np.isin(np.arange(len(line)), head), 0, np.roll(top, 1))
        new = (top - before) * self.p.counted[self.l.order[rows]]
        waited = self.l.time[rows] - self.orders.time[self.l.order[rows]]
        return int(new.sum()), float((new * waited).sum()), self._kept(line[waited == 0.0], new[waited == 0.0])

    def _kept(self, line: Ints, units: Ints) -> Ints:
        """(lines,) units allocated at receipt, but for those that were lost at that instant."""
        at_once = self.by(line, self.orders.lines, units)
        lost = self.l.rows("lost")
        lost = lost[self.l.time[lost] == self.orders.time[self.l.order[lost]]]
        kept = self.p.quantity - self.by(self.l.line[lost], self.orders.lines, self.units(lost))
        return np.asarray(np.minimum(at_once, kept) * self.p.counted[self.p.order_of], np.int64)

    def times(self) -> Values:
        """Waits, cycle times and stations."""
        cycles = self.cycle[self.p.counted & ~np.isnan(self.cycle)]
        some = len(cycles) > 0
        wait, parcels, days = self.station_waits()
        return {
            "backorder_wait_days": _ratio(self.waited, self.allocated),
            "order_cycle_time_days": float(cycles.mean()) if some else None,
            "order_cycle_time_days_p50": float(np.quantile(cycles, 0.5)) if some else None,
            "order_cycle_time_days_p95": float(np.quantile(cycles, 0.95)) if some else None,
            "station_wait_days": _ratio(days, parcels),
            "station_wait_share": _ratio(wait, parcels),
            "station_utilization": _ratio(
                self._busy(), sum(p.station.servers for p in self.world.locations) * self.days
            ),
        }

    def station_waits(self) -> tuple[int, int, float]:
        """Parcels that queued, parcels picked, and days queued, of counted orders at stations."""
        rows = self.l.rows("queued", "picking")
        place = self.l.order[rows] * len(self.world.locations) + self.l.location[rows]
        rows = rows[np.argsort(place, kind="stable")]
        picks = np.flatnonzero(self.l.kind[rows] == KIND_CODE["picking"])
        picks = picks[self.p.counted[self.l.order[rows[picks]]]]
        days = self.l.time[rows[picks]] - self.l.time[rows[picks - 1]]  # the row before is where the parcel queued
        return int((days > 0.0).sum()), len(picks), float(days.sum())

    def _busy(self) -> float:
        """Server-days in use between warm-up and horizon."""
        begun, ended = self.l.rows("picking"), self.l.rows("picked")
        return float(self.inside(self.l.time[begun]).sum() - self.inside(self.l.time[ended]).sum())

    def stock(self) -> Values:
        """Stock and backorders."""
        area, cost = self.unit_days(), np.array(self.world.tables.unit_cost)
        value = float((area * cost[self.world.tables.pair_sku]).sum() / self.days)
        rows = self.measured()
        dispatched_cost = float((self.units(rows) * cost[self.l.sku[rows]]).sum())
        limit = np.array([p.storage_units for p in self.world.locations])
        there = self._by_place(area)
        return {
            "backorder_units": self.backorder_days() / self.days,
            "backorder_units_end": float(self.open_at_end()),
            "on_hand_units": float(area.sum()) / self.days,
            "inventory_turnover": _ratio(dispatched_cost / self.days * 365.0, value),
            "days_of_supply": _ratio(area.sum(), self.units(rows).sum()),
            "storage_utilization": _ratio(there[limit > 0].sum() / self.days, limit.sum()),
            "capital_employed": value,
        }

    def measured(self) -> Ints:
        """Rows of what was dispatched between warm-up and horizon."""
        return self.sent[(self.l.time[self.sent] >= self.start) & (self.l.time[self.sent] <= self.end)]

    def unit_days(self) -> Floats:
        """(pairs,) unit-days on hand between warm-up and horizon."""
        rows = self.l.rows(*ON_HAND)
        pair = self.p.pair(self.l.location[rows], self.l.sku[rows])
        weights = self.l.signed(ON_HAND)[rows] * self.inside(self.l.time[rows])
        return np.bincount(pair, weights, len(self.world.tables.pair_sku)).astype(np.float64)

    def _by_place(self, area: Floats) -> Floats:
        return np.bincount(self.world.tables.pair_location, area, len(self.world.locations)).astype(np.float64)

    def backorder_days(self) -> float:
        """Unit-days of open units from the first offer of their order to the horizon."""
        first = np.full(self.n, np.inf)
        checked = self.l.rows("checked")
        np.minimum.at(first, self.l.order[checked], self.l.time[checked])
        offered = np.isfinite(first)
        came = (self.asked * self.inside(np.where(offered, first, self.end))).sum()
        rows = self.l.rows("reserved", "released", "short_picked", "lost")
        change = self.l.signed({"reserved": -1, "released": 1, "short_picked": 1, "lost": -1})[rows]
        return float(came + (change * self.inside(self.l.time[rows]) * offered[self.l.order[rows]]).sum())

    def open_at_end(self) -> int:
        """Open units when the close comes."""
        signs = {"received": 1, "reserved": -1, "released": 1, "short_picked": 1, "lost": -1}
        return int(self.l.signed(signs)[: self.closed].sum())

    def money(self) -> Values:
        """Sums of the bookings."""
        booked = self.booked()
        sums = {kind: float(booked[self.l.kind == KIND_CODE[kind]].sum()) for kind in BOOKINGS}
        contribution = sum(sums.values())
        margin = float((self.p.quantity * (self.orders.price - self.p.cost)).sum())
        return {
            "contribution": contribution,
            "contribution_per_day": float(booked[self.steady()].sum()) / self.days,
            "controllable_cost": margin - contribution,
            "shipping_cost_per_order": _ratio(0.0 - self._served(booked, "freight"), self.p.counted.sum()),
            "cost_to_serve_per_order": _ratio(0.0 - self._served(booked, *SERVING), self.p.counted.sum()),
        }

    def _served(self, booked: Floats, *kinds: str) -> float:
        """What counted orders brought or cost on some accounts, and what was charged for time after the warm-up."""
        return float(booked[self.served() & np.isin(self.l.kind, [KIND_CODE[kind] for kind in kinds])].sum())

    def booked(self) -> Floats:
        """(rows,) money, 0 where none is booked."""
        return np.where(np.isnan(self.l.money), 0.0, self.l.money)

    def served(self) -> Bools:
        """Rows of counted orders, and what was charged for time after the warm-up."""
        mine = np.append(self.p.counted, False)[self.l.order] | ((self.l.order < 0) & self.steady())
        return np.asarray(mine, np.bool_)

    def steady(self) -> Bools:
        """Rows between warm-up and close; not the opening value, nor what is booked for the time before."""
        time, kind = self.l.time, self.l.kind
        past = np.isin(kind, [KIND_CODE[k] for k in PAST]) & (time <= self.start)
        inside = (time >= self.start) & (np.arange(len(self.l)) < self.closed)
        return np.asarray(inside & ~past & (kind != KIND_CODE["opening_value"]))

    def tables(self) -> Values:
        """Candidate tables cut, and offers without a choice: runs of tables of one order without a unit."""
        rows, most = self.l.rows("checked"), self.world.header.max_candidates
        skus, free = len(self.world.skus), rows[self.orders.pin[self.l.order[rows]] < 0]  # a pin is a table of its own
        code = self.orders.region[self.l.order[free]].astype(np.int64) * skus + self.l.sku[free]
        asked, times = np.unique(code, return_counts=True)
        wide = [len(self.world.tables.candidates(c // skus, c % skus)) > most for c in asked.tolist()]
        follows = (np.diff(rows, prepend=-2) == 1) & (np.diff(self.l.order[rows], prepend=-1) == 0)
        offer = np.cumsum(~follows) - 1
        there = np.bincount(offer, self.l.quantity[rows]) if len(rows) else np.zeros(0)
        return {"cut_tables": float(times[np.array(wide, np.bool_)].sum()), "masked_offers": float((there == 0).sum())}

    def selected(self) -> Values:
        """Metrics by segment, region and location."""
        values: Values = {}
        groups: dict[str, tuple[Any, ...]] = {"segment": self.world.segments, "region": self.world.regions}
        for kind, entries in groups.items():
            for n, entry in enumerate(entries):
                some = self.p.counted & (getattr(self.orders, kind) == n)
                values |= self._rates(some, f"[{kind}={entry.name}]")
                cycles = self.cycle[some & ~np.isnan(self.cycle)]
                values[f"order_cycle_time_days[{kind}={entry.name}]"] = _ratio(cycles.sum(), len(cycles))
        for n, region in enumerate(self.world.regions):
            values[f"served_home_share[region={region.name}]"] = _ratio(*self.home_share(self.orders.region == n))
        return values | self._by_location()

    def line_sent(self) -> Ints:
        """(lines,) units dispatched."""
        return self.by(self.l.line[self.sent], self.orders.lines, self.units(self.sent))

    def _by_location(self) -> Values:
        home = np.append(self.world.tables.pair_location, -1)[self.p.home]
        counted = (home >= 0) & self.p.counted[self.p.order_of]
        size = len(self.world.locations)
        lines = {"unit_fill_rate": self.line_first, "immediate_unit_fill_rate": self.line_at_once}
        lines["eventual_unit_fill_rate"] = self.line_sent()
        asked = self.by(home[counted], size, self.p.quantity[counted])
        filled = {key: self.by(home[counted], size, units[counted]) for key, units in lines.items()}
        there, values = self._by_place(self.unit_days()) / self.days, Values()
        for n, place in enumerate(self.world.locations):
            values |= {f"{key}[location={place.name}]": _ratio(units[n], asked[n]) for key, units in filled.items()}
            values[f"on_hand_units[location={place.name}]"] = float(there[n])
        return values
