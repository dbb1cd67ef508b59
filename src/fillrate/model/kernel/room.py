"""Capacities of the tables of a run."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

__all__ = ["Room"]


@dataclass(frozen=True)
class Room:
    """How many rows the tables of a run have at first, in the order of `codes`."""

    orders: int = 64
    lines: int = 128
    cells: int = 384
    parcels: int = 96
    comings: int = 64
    events: int = 192
    had: int = 16
    entries: int = 0
    cycles: int = 0

    def grown(self, tables: int) -> Room:
        """Twice as many rows of some tables; the n-th bit of `tables` stands for the n-th field."""
        names = [f.name for n, f in enumerate(fields(self)) if tables >> n & 1]
        return replace(self, **{name: max(8, 2 * getattr(self, name)) for name in names})

    def with_cycles(self, orders: int) -> Room:
        """Room for the cycle days of so many orders: a power of two, so that traces of a world have the same room."""
        return self if orders <= self.cycles else replace(self, cycles=1 << (orders - 1).bit_length())

    def with_all(self, other: Room) -> Room:
        """Room for whatever fits into one of the two."""
        return Room(**{f.name: max(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)})
