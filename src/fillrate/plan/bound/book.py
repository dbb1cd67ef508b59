"""The orders of a trace as the bound sees them: when each may be placed, and like ones counted together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fillrate.draws import mix, snap
from fillrate.plan.bound.chances import durations, outcomes, states
from fillrate.plan.bound.clock import next_wave
from fillrate.trace import Trace
from fillrate.world import World

__all__ = ["Book", "book_of", "together"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Book:
    """Orders with their lines. An order may be placed from `start` to `end`, a line that is `late` also after it."""

    alike: Ints  # (orders,) how many orders each stands for
    key: NDArray[np.uint64]  # (orders,) key of draws
    region: Ints  # (orders,)
    segment: Ints  # (orders,)
    pin: Ints  # (orders,) location, -1 = free
    received: Floats  # (orders,) days
    start: Floats  # (orders,) first offer, days; inf = never offered
    end: Floats  # (orders,) end of patience or horizon, days
    deliver_by: Floats  # (orders,) promised delivery, days; nan = by the lane
    lines: Ints  # (orders,) number of lines
    of: Ints  # (lines,) order
    nth: Ints  # (lines,) position in the order
    sku: Ints  # (lines,)
    units: Ints  # (lines,) of one order
    price: Floats  # (lines,) money/unit
    late: Flags  # (lines,) a short pick or re-evaluation may place units after `end`
    steady: Flags  # (lines,) nothing placed comes back into the pool, so who is not placed is charged for waiting

    def __len__(self) -> int:
        """Return the number of rows of orders."""
        return len(self.alike)

    @property
    def asked(self) -> Ints:
        """(lines,) units of all orders that a row stands for."""
        return np.asarray(self.units * self.alike[self.of], np.int64)

    def line_keys(self) -> NDArray[np.uint64]:
        """(lines,) keys of the lines' draws."""
        return np.asarray(mix(self.key[self.of], self.nth.astype(np.uint64)), np.uint64)


def book_of(world: World, trace: Trace, reassigned: bool) -> Book:
    """Read a trace, every order a row of its own; the world has the trace's horizon.

    Args:
        world: over the trace's horizon.
        trace: the orders.
        reassigned: whether a policy may assign anew what is not picked yet, as re-evaluation does.
    """
    o = trace.orders
    lines = np.diff(o.first_line)
    of = np.repeat(np.arange(len(o)), lines)
    start = next_wave(world, np.asarray(o.time, np.float64))
    segments = world.segments
    within = np.array([snap(s.deliver_within_days) if s.deliver_within_days >= 0.0 else np.nan for s in segments])
    deliver_by = np.where(np.isnan(o.deliver_by), o.time + within[o.segment], o.deliver_by)
    none = np.zeros(len(of), np.bool_)
    book = Book(
        alike=np.ones(len(o), np.int64),
        key=np.asarray(o.key),
        region=np.asarray(o.region, np.int64),
        segment=np.asarray(o.segment, np.int64),
        pin=np.asarray(o.pin, np.int64),
        received=np.asarray(o.time),
        start=start,
        end=np.minimum(start + _patience(world, trace), trace.days),
        deliver_by=deliver_by,
        lines=lines,
        of=of,
        nth=np.arange(len(of)) - np.asarray(o.first_line)[of],
        sku=np.asarray(o.sku, np.int64),
        units=np.asarray(o.quantity, np.int64),
        price=np.asarray(o.price),
        late=none,
        steady=none,
    )
    taken_back = _taken_back(world, reassigned)[book.segment[of]] | _may_be_short(world, trace.seed, book)
    commit = np.array([s.commit for s in segments])[book.segment[of]]
    return replace(book, late=taken_back, steady=~(taken_back | commit))


def _patience(world: World, trace: Trace) -> Floats:
    """(orders,) days from the first offer on; inf = waits for ever."""
    found, o = np.zeros(len(trace.orders)), trace.orders
    for n, segment in enumerate(world.segments):
        mine = np.flatnonzero(np.asarray(o.segment) == n)
        state = states(trace.seed, "patience", np.asarray(o.key)[mine])
        found[mine] = np.inf if segment.waits_forever else durations(segment.patience_days, state)
    return found


def _taken_back(world: World, reassigned: bool) -> Flags:
    """(segments,) whether re-evaluation or a policy can take unpicked units of a segment apart and place them anew."""
    scope, places = world.timing.reevaluate_segments, world.locations
    unpicked = any(p.station.servers or p.outage.windows or p.outage.mean_up_days for p in places)
    on = world.timing.reevaluate_hours > 0.0
    moved = [reassigned or (on and ("*" in scope or s.name in scope)) for s in world.segments]
    return np.array([on and (unpicked or s.commit) for on, s in zip(moved, world.segments, strict=True)])


def _may_be_short(world: World, seed: int, book: Book) -> Flags:
    """(lines,) whether some pick of the line may miss a unit: the first that does is among as many as it has units."""
    found, keys = np.zeros(len(book.of), np.bool_), world.tables.keys["location"]
    state = states(seed, "short_pick", book.line_keys())
    for place, site in enumerate(world.locations):
        if site.short_pick_probability > 0.0:
            found |= outcomes(state, keys[place], book.units, site.short_pick_probability)[0]
    return found


def together(book: Book, timeless: bool) -> Book:
    """Orders that differ in nothing that money or stock depends on, counted together; their keys are lost.

    Args:
        book: with every order alone.
        timeless: it does not matter when an order comes, if it is offered at all.
    """
    if timeless:
        never, none = np.where(np.isfinite(book.start), 0.0, np.inf), np.zeros(len(book))
        book = replace(book, start=never, end=none, received=none, deliver_by=none)
    told = _told(book)
    _, first, label = np.unique(told, return_index=True, return_inverse=True)
    if len(first) == len(book) or not _same(book, first[label]):
        return book
    kept = np.flatnonzero(np.isin(book.of, first))
    orders = np.sort(first)
    at = np.full(len(book), -1, np.int64)
    at[orders] = np.arange(len(orders))
    whole = ("key", "region", "segment", "pin", "received", "start", "end", "deliver_by", "lines")
    parts = ("nth", "sku", "units", "price", "late", "steady")
    counted = np.zeros(len(book), np.int64)
    counted[first] = np.bincount(label, minlength=len(first))
    return Book(
        alike=counted[orders],
        of=at[book.of[kept]],
        **{name: getattr(book, name)[orders] for name in whole},
        **{name: getattr(book, name)[kept] for name in parts},
    )


def _told(book: Book) -> NDArray[np.uint64]:
    """(orders,) a hash of everything that tells an order apart besides its key."""
    state = np.zeros(len(book), np.uint64)
    for column in (book.region, book.segment, book.pin, book.lines):
        state = mix(state, column.view(np.uint64))
    for instant in (book.start, book.end, book.received, book.deliver_by):
        state = mix(state, instant.view(np.uint64))
    line = mix(mix(book.sku.astype(np.uint64), book.units.astype(np.uint64)), book.price.view(np.uint64))
    line = mix(mix(line, book.nth.astype(np.uint64)), (2 * book.late + book.steady).astype(np.uint64))
    if len(line):
        first = np.concatenate([[0], np.cumsum(book.lines)[:-1]])
        state = mix(state, np.add.reduceat(line, first))
    return np.asarray(state, np.uint64)


def _same(book: Book, other: Ints) -> bool:
    """Whether each order equals the one it would be counted with."""
    first = np.concatenate([[0], np.cumsum(book.lines)])
    lines = first[other][book.of] + book.nth
    whole = all(
        np.array_equal(c[other], c, equal_nan=True) for c in (book.start, book.end, book.received, book.deliver_by)
    )
    whole &= all(np.array_equal(c[other], c) for c in (book.region, book.segment, book.pin, book.lines))
    return whole and all(
        np.array_equal(c[lines], c) for c in (book.sku, book.units, book.price, book.late, book.steady)
    )
