"""Capacities of the tables of a run."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from fillrate.model.kernel import codes

__all__ = ["Room"]

MANY = 4096  # rows of a table from which on it grows faster, so that a large run starts again less often


@dataclass(frozen=True)
class Room:
    """How many rows the tables of a run have; a full one stops the run, which starts again with twice as many."""

    orders: int = 64
    lines: int = 128
    cells: int = 384
    parcels: int = 96
    comings: int = 64
    events: int = 192
    had: int = 16
    entries: int = 0
    cycles: int = 0

    def grown(self, error: int) -> Room:
        """More rows where they did not do, four times as many for large runs; `error` is what the run says."""
        full = {
            "events": codes.EVENTS_FULL,
            "orders": codes.ORDERS,
            "lines": codes.LINES,
            "cells": codes.CELLS,
            "parcels": codes.PARCELS,
            "comings": codes.COMINGS,
            "entries": codes.ENTRIES,
            "had": codes.HAD,
        }
        sizes = {name: max(8, getattr(self, name)) for name, bit in full.items() if error & bit}
        return replace(self, **{name: size * (2 if size < MANY else 4) for name, size in sizes.items()})

    def with_cycles(self, orders: int) -> Room:
        """Room for the cycle days of so many orders."""
        return replace(self, cycles=max(self.cycles, orders))

    def with_all(self, other: Room) -> Room:
        """Room for whatever fits into one of the two."""
        return Room(**{f.name: max(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)})
