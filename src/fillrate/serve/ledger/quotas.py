"""Units that segments have taken of a SKU, where a bundle's quotas look at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from fillrate.serve.ledger.book import Book
from fillrate.serve.ledger.tables import TAKEN

__all__ = ["taken", "use"]

_T = TAKEN.c
_OF_SKU = select(_T.segment, _T.units, _T.period, _T.in_period).where(_T.sku == bindparam("k"))
_SAME = (
    update(TAKEN)
    .where(_T.sku == bindparam("k"), _T.segment == bindparam("g"), _T.period == bindparam("p"))
    .values(units=_T.units + bindparam("n"), in_period=_T.in_period + bindparam("n"))
)
_NEXT = (
    update(TAKEN)
    .where(_T.sku == bindparam("k"), _T.segment == bindparam("g"))
    .values(units=_T.units + bindparam("n"), in_period=bindparam("n"), period=bindparam("p"))
)


def use(book: Book, sku: str, segment: str, units: int, now: float) -> None:
    """Units are reserved (or given back)."""
    if book.quota_days is None or not units:
        return
    terms = {"k": sku, "g": segment, "n": units, "p": int(now // book.quota_days)}
    if not book.run.run(_SAME, **terms) and not book.run.run(_NEXT, **terms):
        book.add(TAKEN, sku=sku, segment=segment, units=units, period=terms["p"], in_period=units)
        book.flush(TAKEN)


def taken(book: Book, sku: str, now: float, waiting: Mapping[str, int]) -> list[dict[str, Any]]:
    """What segments have taken, as a request says it, and asked for: what they took in this period and wait for."""
    if book.quota_days is None:
        return []
    period = int(now // book.quota_days)
    found: dict[str, tuple[int, int]] = {**dict.fromkeys(waiting, (0, 0))}
    for segment, units, at, here in book.run.rows(_OF_SKU, k=sku):
        found[segment] = int(units), int(here) if at == period else 0
    return [
        {"sku": sku, "segment": name, "units": units, "in_period": here, "asked": max(0, here + waiting.get(name, 0))}
        for name, (units, here) in found.items()
    ]
