"""Stock as the warehouses tell it: counted, adjusted, received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.stock import Expected, Level, change, levels, receive, set_level, set_price
from fillrate.serve.refusals import conflict

__all__ = ["adjust_stock", "receive_stock", "set_stock"]

Entries = Sequence[Mapping[str, Any]]


def set_stock(book: Book, entries: Entries, now: float) -> dict[str, Any]:
    """State what there is.

    Raises:
        Refused: fewer units than are promised; nothing is changed then.
    """
    _refuse_below(book, [(e["sku"], e["location"], e["on_hand"]) for e in entries if e.get("on_hand") is not None])
    for e in entries:
        as_of = now if e.get("as_of") is None else min(now, float(e["as_of"]))
        set_level(book, e["sku"], e["location"], e.get("on_hand"), e.get("safety"), _expected(book, e, now), as_of)
        if e.get("opportunity") is not None:
            set_price(book, e["sku"], e["location"], e["opportunity"])
    return _written(book, "set", entries, now)


def adjust_stock(book: Book, entries: Entries, now: float) -> dict[str, Any]:
    """Units found or missed.

    Raises:
        Refused: fewer would be there than are promised; nothing is changed then.
    """
    sums: dict[tuple[str, str], int] = {}
    for e in entries:
        sums[e["sku"], e["location"]] = sums.get((e["sku"], e["location"]), 0) + e["by"]
    there = {(sku, at): level.on_hand for sku in {k for k, _ in sums} for at, level in _of(book, sku).items()}
    _refuse_below(book, [(*pair, there.get(pair, 0) + by) for pair, by in sums.items()])
    for (sku, location), by in sums.items():
        if (sku, location) in there:
            change(book, sku, location, by, now)
        else:
            receive(book, sku, location, by, now)
    return _written(book, "adjust", entries, now)


def receive_stock(book: Book, entries: Entries, now: float) -> dict[str, Any]:
    """Units come in; what was inbound becomes less."""
    for e in entries:
        sku, location, units = e["sku"], e["location"], e["quantity"]
        receive(book, sku, location, units, now)
        level = _of(book, sku)[location]
        if level.inbound:
            left = max(0, level.inbound - units)
            set_level(book, sku, location, None, None, (left, level.next_receipt if left else None), now)
    return _written(book, "receive", entries, now)


def _expected(book: Book, e: Mapping[str, Any], now: float) -> Expected | None:
    """Units on their way and when the next receipt is expected, one of which may stay; None if both do."""
    inbound, days = e.get("inbound"), e.get("next_receipt_days")
    if inbound is None and days is None:
        return None
    there = _of(book, e["sku"]).get(e["location"])
    units = (there.inbound if there else 0) if inbound is None else inbound
    when = there.next_receipt if there and units else None  # nothing is expected of what is not on its way
    return units, when if days is None else now + days


def _of(book: Book, sku: str) -> dict[str, Level]:
    return {level.location: level for level in levels(book, sku)}


def _refuse_below(book: Book, wanted: Sequence[tuple[str, str, int]]) -> None:
    """What is promised is there."""
    for sku, location, units in wanted:
        level = _of(book, sku).get(location)
        least = level.reserved if level is not None else 0
        if units < least:
            raise conflict(f"{sku} at {location}", f"{units} units on hand", f"{least} or more, which are promised")


def _written(book: Book, kind: str, entries: Entries, now: float) -> dict[str, Any]:
    done = {"entries": [dict(e) for e in entries]}
    book.write(kind, "", now, "", done)
    after = [
        {"sku": sku, "location": at, **{k: getattr(level, k) for k in ("on_hand", "reserved", "safety", "inbound")}}
        for sku in dict.fromkeys(e["sku"] for e in entries)
        for at, level in _of(book, sku).items()
    ]
    return {"stock": after}
