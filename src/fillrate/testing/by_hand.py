"""Worlds, orders and journals written by hand: for tests that say everything that happens."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fillrate.draws import TICKS
from fillrate.scorecard.journal import BOOKINGS
from fillrate.trace import Orders, Trace
from fillrate.trace.sample import pins
from fillrate.world import World
from fillrate.world.read import parse_world

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["HandOrder", "lines", "order", "told", "trace_of", "world_of"]


@dataclass(frozen=True)
class HandOrder:
    """One order of a hand-made trace; names left empty are the first of their kind."""

    time: float  # days after t0
    lines: tuple[tuple[str, int], ...]  # SKU, units
    region: str = ""
    segment: str = ""
    channel: str = ""
    ship_by: float = math.nan  # days
    deliver_by: float = math.nan  # days


def order(time: float, *lines: tuple[str, int], **terms: str | float) -> HandOrder:
    """An order of `(SKU, units)` lines; terms are the other fields of `HandOrder`."""
    return HandOrder(time, lines, **terms)  # type: ignore[arg-type]


def world_of(toml: str) -> World:
    """A checked world from the text of its file."""
    return parse_world(tomllib.loads(toml), "world by hand")


def trace_of(world: World, *orders: HandOrder, seed: int = 0) -> Trace:
    """A trace of orders in rising time, at the world's prices."""
    ids = world.tables.ids
    region = _ids(ids["region"], [o.region for o in orders])
    segment = _ids(ids["segment"], [o.segment for o in orders])
    channel = _ids(ids["channel"], [o.channel for o in orders])
    lines = [(n, ids["sku"][sku], units) for n, o in enumerate(orders) for sku, units in o.lines]
    factor = np.array([s.price_factor for s in world.segments])[segment[[n for n, _, _ in lines]]]
    price = np.rint(factor * np.array([world.skus[k].price for _, k, _ in lines]) * TICKS) / TICKS
    made = Orders(
        time=np.array([o.time for o in orders], np.float64),
        key=np.arange(len(orders), dtype=np.uint64),
        region=region,
        segment=segment,
        channel=channel,
        pin=pins(world)[channel, region],
        ship_by=np.array([o.ship_by for o in orders], np.float64),
        deliver_by=np.array([o.deliver_by for o in orders], np.float64),
        first_line=np.concatenate([[0], np.cumsum([len(o.lines) for o in orders])]).astype(np.int64),
        sku=np.array([k for _, k, _ in lines], np.int32),
        quantity=np.array([units for _, _, units in lines], np.int32),
        price=price,
    )
    return Trace(made, seed, world.days, world.hash)


def _ids(known: dict[str, int], names: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([known[name] if name else 0 for name in names], np.int32)


def lines(text: str) -> list[str]:
    """Lines of a text that say something, without their indentation: to compare with what `told` says."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def told(journal: pa.Table, *without: str) -> list[str]:
    """The journal in short lines, in order: `1.5 dispatched #0:1 item@north 2`, money as `+20` or `-4`.

    Args:
        journal: the table of `Result.journal`.
        without: kinds to leave out; `money` stands for all bookings.
    """
    left_out = {*without, *(BOOKINGS if "money" in without else ())}
    return [_line(row) for row in journal.to_pylist() if row["kind"] not in left_out]


def _line(row: dict[str, float | str | None]) -> str:
    words = [f"{row['time']:g}", str(row["kind"])]
    if row["order"] is not None:
        words.append(f"#{row['order']}" + ("" if row["line"] is None else f":{row['line']}"))
    place = (row["sku"] or "") if row["sku"] is not None else ""
    where = f"{place}@{row['location']}" if row["location"] is not None else f"{place}"
    words += [where] * bool(where)
    if row["quantity"] is not None:
        words.append(f"{row['quantity']:g}")
    if row["money"] is not None:
        words.append(f"{row['money']:+g}")
    return " ".join(words)
