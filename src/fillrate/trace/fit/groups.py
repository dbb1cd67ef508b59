"""Customer segments of the fitted world: the log's segments by shipping service, each with the dispatch it promises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from fillrate.trace.fit.products import Products
from fillrate.trace.logs import Labels, OrderLog

__all__ = ["Group", "Groups", "groups", "plain", "unique"]

MOST = 6  # segments, services or channels that are told apart; the rest is "other"
ALL = "all"


@dataclass(frozen=True)
class Group:
    """One segment of the world."""

    name: str
    orders: int
    service: str
    ship_within_days: float | None  # median of the log; None if it has no shipping dates
    price_factor: float  # what its orders pay over the products' mean prices


@dataclass(frozen=True, eq=False)
class Groups:
    """Segments, services and channels.

    Attributes:
        segments: the segments, in order of first appearance.
        of_order: (orders,) int32 segment of each order.
        services: names of the shipping services.
        channels: names of the channels.
        channel_of_order: (orders,) int32.
        notes: what was assumed.
    """

    segments: tuple[Group, ...]
    of_order: NDArray[np.int32]
    services: tuple[str, ...]
    channels: tuple[str, ...]
    channel_of_order: NDArray[np.int32]
    notes: tuple[str, ...]


def groups(log: OrderLog, sold: Products) -> Groups:
    """Cross segments with services; only combinations that occur are segments of the world."""
    notes: list[str] = []
    segment, service, channel = (
        _few(labels, what, notes)
        for labels, what in ((log.segment, "segments"), (log.ship_mode, "ship modes"), (log.channel, "channels"))
    )
    both = segment.code.astype(np.int64) * len(service.names) + service.code
    _, first, of_order = np.unique(both, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))  # numbered by first appearance
    of_order = rank[of_order].astype(np.int32)
    promised = _median_days(log, service)
    named = [(int(segment.code[at]), int(service.code[at])) for at in np.sort(first)]
    names = unique(_joined(segment.names[s], service.names[m]) for s, m in named)
    factor, orders = _factors(log, sold, of_order, len(named)), np.bincount(of_order)
    found = tuple(
        Group(name, int(orders[n]), service.names[m], promised[m], factor[n])
        for n, (name, (_, m)) in enumerate(zip(names, named, strict=True))
    )
    notes += _notes(log, service, promised)
    return Groups(found, of_order, service.names, channel.names, channel.code, tuple(notes))


def plain(text: str) -> str:
    """A name that can stand in the key of a metric, which uses brackets and the equals sign.

    >>> plain("A [x=1]")
    'A (x:1)'
    """
    return " ".join(text.split()).translate(str.maketrans("[]=", "():"))


def _few(labels: Labels, what: str, notes: list[str]) -> Labels:
    """The labels with plain names; beyond `MOST` the rarest ones are brought together."""
    orders = np.bincount(labels.code, minlength=len(labels.names))
    kept = np.sort(np.argsort(-orders, kind="stable")[: MOST if len(orders) <= MOST else MOST - 1])
    names = unique(plain(labels.names[n]) for n in kept)
    table = np.full(len(orders), len(names), np.int32)
    table[kept] = np.arange(len(kept))
    if len(kept) < len(orders):
        names = unique([*names, "other"])
        notes.append(f"{what}: {len(orders)} in the log, of which the {len(kept)} busiest are told apart")
    return Labels(table[labels.code], tuple(names))


def unique(names: Iterable[str]) -> list[str]:
    """Names made unique by a number.

    >>> unique(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    found: dict[str, None] = {}
    for name in names:
        options = (name if nth == 1 else f"{name} ({nth})" for nth in count(1))
        found[next(option for option in options if option not in found)] = None
    return list(found)


def _joined(segment: str, service: str) -> str:
    return " / ".join(part for part in (segment, service) if part != ALL) or ALL


def _median_days(log: OrderLog, service: Labels) -> list[float | None]:
    """(services,) median of the calendar days from order to dispatch; that of all orders where a service has none."""
    shipped = ~np.isnat(log.shipped_at)
    if not shipped.any():
        return [None] * len(service.names)
    ordered = log.ordered_at.astype("datetime64[D]").astype(np.int64)
    days = log.shipped_at.astype("datetime64[D]").astype(np.int64) - ordered
    known = [days[shipped & (service.code == n)] for n in range(len(service.names))]
    return [float(np.median(d if len(d) else days[shipped])) for d in known]


def _factors(log: OrderLog, sold: Products, of_order: NDArray[np.int32], segments: int) -> list[float]:
    """(segments,) what its lines pay over what they would pay at the products' mean prices."""
    segment = of_order[log.order_of_line]
    paid = np.bincount(segment, sold.line_price * log.quantity, segments)
    listed = np.bincount(segment, sold.price[log.sku.code] * log.quantity, segments)
    return [round(float(x), 4) for x in np.divide(paid, listed, out=np.ones(segments), where=listed > 0)]


def _notes(log: OrderLog, service: Labels, promised: list[float | None]) -> list[str]:
    if promised[0] is None:
        return ["the log has no shipping dates: dispatch is promised at receipt"]
    said = ", ".join(f"{name} {days:g}" for name, days in zip(service.names, promised, strict=True))
    open_orders = int(np.isnat(log.shipped_at).sum())
    notes = [f"days to the promised dispatch are the medians of the log: {said}"]
    if len(service.names) > 1:
        notes.append("shipping services differ in their promise alone: the log does not say what they cost")
    return notes + [f"orders without a shipping date, which do not count in these medians: {open_orders}"] * bool(
        open_orders
    )
