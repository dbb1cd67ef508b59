"""The trace of a log's very orders: their lines, prices and promises, at keyed times where the log has dates only."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import TICK, name_key
from fillrate.trace.arrivals import uniforms
from fillrate.trace.fit.facts import Facts
from fillrate.trace.trace import Orders, Trace

__all__ = ["replayed"]

DAY = np.timedelta64(86_400, "s")
SHIP = re.compile(r"ship|dispatch|despatch|versand|expedi|envio", re.IGNORECASE)

Floats = NDArray[np.float64]


def replayed(facts: Facts) -> tuple[Trace, tuple[str, ...]]:
    """The trace of the log's orders, with draw seed 0, and what was assumed for it.

    An order is keyed by its number, so its draws (time of day, transit, ...) stay when other orders are added.
    """
    log, found = facts.log, facts.groups
    key = np.array([name_key(number) for number in log.order_ids], np.uint64)
    time = _times(facts, key)
    by_time = np.argsort(time, kind="stable")  # of one instant as in the file
    count = np.diff(log.line_start)[by_time]
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    line = np.repeat(log.line_start[by_time] - first[:-1], count) + np.arange(first[-1])
    ship_by, deliver_by, notes = _promises(facts, time)
    orders = Orders(
        time[by_time],
        key[by_time],
        facts.regions.of_order[by_time].astype(np.int32),
        found.of_order[by_time],
        found.channel_of_order[by_time],
        np.full(len(time), -1, np.int32),
        ship_by[by_time],
        deliver_by[by_time],
        first,
        log.sku.code[line],
        log.quantity[line].astype(np.int32),
        np.rint(facts.products.line_price[line] / TICK) * TICK,
    )
    return Trace(orders, 0, float(facts.calendar.days)), notes


def _times(facts: Facts, key: NDArray[np.uint64]) -> Floats:
    """(orders,) instants on the grid, each within its day."""
    instant = facts.calendar.instant
    if facts.log.dates_only:
        instant = instant + uniforms(0, "time_of_day", key)
    return np.asarray(np.floor(instant / TICK) * TICK)


def _promises(facts: Facts, time: Floats) -> tuple[Floats, Floats, tuple[str, ...]]:
    """(orders,) promised dispatch and delivery, NaN where the segment's terms count; and what was assumed."""
    log, none = facts.log, np.full(len(time), np.nan)
    column = log.columns.get("promised_date")
    known = ~np.isnat(log.promised_at)
    if not known.any():
        return none, none.copy(), ()
    dates = (log.promised_at.astype("datetime64[D]") == log.promised_at) | ~known
    end = np.where(dates.all(), DAY, np.timedelta64(0, "s"))  # a promised day is kept until it is over
    promised = np.where(known, (log.promised_at - facts.calendar.start + end) / DAY, np.nan)
    promised = np.rint(promised / TICK) * TICK
    before = known & (promised < time)
    promised[before] = np.nan
    ships = bool(SHIP.search(column)) and "deliver" not in column.lower()
    notes = [f"{column} is taken as the promised {'dispatch' if ships else 'delivery'}"]
    if before.any():
        notes.append(f"orders promised for a time before they came, which have their segment's promise: {before.sum()}")
    return (promised, none, tuple(notes)) if ships else (none, promised, tuple(notes))
